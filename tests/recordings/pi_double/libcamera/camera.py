"""The camera manager and its camera, which makes a picture for each request at the wanted rate."""

import mmap
import os
import threading
import time
from collections import deque
from typing import Any

import numpy as np

from . import controls, properties
from .frames import CameraConfiguration, Request
from .heap import replace_heap
from .values import Rectangle, Size

BLOCKS = 40


class Camera:
    """A sensor on the first connector."""

    def __init__(self, manager: "CameraManager") -> None:
        self._manager = manager
        self.id = "/base/axi/pcie@120000/rp1/i2c@88000/imx708@1a"
        self.properties = {
            properties.Model: "imx708",
            properties.Location: 2,
            properties.Rotation: 180,
            properties.ColorFilterArrangement: 0,
        }
        everything = controls.ControlInfo(Rectangle(0, 0, 64, 64), Rectangle(0, 0, 4608, 2592), Rectangle())
        self.controls = {
            controls.FrameDurationLimits: controls.ControlInfo(8333, 1_000_000, 33333),
            controls.NoiseReductionMode: controls.ControlInfo(0, 4, 0),
            controls.ExposureTime: controls.ControlInfo(9, 112_015_443, 20000),
            controls.AnalogueGain: controls.ControlInfo(1.0, 16.0, 1.0),
            controls.ControlId("ScalerCrop"): everything,
        }
        self._left = int(os.environ.get("PI_DOUBLE_FRAMES", "1000000000"))
        self._late = int(os.environ.get("PI_DOUBLE_JITTER_MS", "0")) / 1000
        self._asked: deque[Request] = deque()
        self._stopped = threading.Event()
        self._working: threading.Thread | None = None

    def acquire(self) -> None:
        """Nobody else may have it."""

    def release(self) -> None:
        """Others may."""

    def generate_configuration(self, roles: list[Any]) -> CameraConfiguration:
        configuration = CameraConfiguration(len(roles))
        for stream in configuration.streams:
            stream.size = Size(1280, 720)
        return configuration

    def configure(self, configuration: CameraConfiguration) -> int:
        self._main = configuration.at(0)
        return 0

    def create_request(self, cookie: int) -> Request:
        return Request(cookie)

    def queue_request(self, request: Request) -> None:
        self._asked.append(request)

    def start(self, wanted: dict[Any, Any]) -> None:
        self._stopped.clear()
        seconds = wanted[controls.FrameDurationLimits][0] / 1_000_000
        self._working = threading.Thread(target=self._work, args=(seconds,), daemon=True)
        self._working.start()

    def stop(self) -> None:
        self._stopped.set()
        if self._working is not None:
            self._working.join()
        self._asked.clear()

    def _work(self, seconds: float) -> None:
        due = time.monotonic()
        while not self._stopped.wait(max(0.0, due - time.monotonic())):
            due += seconds
            if self._left and self._asked:
                self._stopped.wait(self._late * (self._left % 2))
                self._left -= 1
                self._complete(self._asked.popleft())

    def _complete(self, request: Request) -> None:
        plane = request.buffers[self._main.stream].planes[0]
        taken, now = time.monotonic_ns(), time.time()
        with mmap.mmap(plane.fd, plane.length) as memory:
            memory[:] = self._picture(int(now * 1000) & 0xFFFFFFFF).tobytes()
        request.metadata = {controls.SensorTimestamp: taken}
        request.status = Request.Status["Complete"]
        self._manager.done(request)

    def _picture(self, now: int) -> np.ndarray[Any, Any]:
        """Grey, with the wall clock of its moment in 40 blocks along the upper edge."""
        height, width, stride = self._main.size.height, self._main.size.width, self._main.stride
        picture = np.full((height * 3 // 2, stride), 128, np.uint8)
        word = now << 8 | (now ^ now >> 8 ^ now >> 16 ^ now >> 24) & 0xFF
        for block in range(BLOCKS):
            columns = slice(width * block // BLOCKS, width * (block + 1) // BLOCKS)
            picture[: width * 2 // BLOCKS, columns] = 235 if word >> (BLOCKS - 1 - block) & 1 else 16
        return picture


class CameraManager:
    """All cameras of the machine."""

    _only: "CameraManager | None" = None

    def __init__(self) -> None:
        self.event_fd = os.eventfd(0, os.EFD_NONBLOCK)
        self._ready: list[Request] = []
        self._lock = threading.Lock()
        self.cameras = [Camera(self) for _ in range(int(os.environ.get("PI_DOUBLE_CAMERAS", "1")))]

    @staticmethod
    def singleton() -> "CameraManager":
        replace_heap()
        CameraManager._only = CameraManager._only or CameraManager()
        return CameraManager._only

    def done(self, request: Request) -> None:
        with self._lock:
            self._ready.append(request)
        os.eventfd_write(self.event_fd, 1)

    def get_ready_requests(self) -> list[Request]:
        with self._lock:
            ready, self._ready = self._ready, []
        if ready:
            os.eventfd_read(self.event_fd)
        return ready
