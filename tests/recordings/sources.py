"""Builders for tests of what a camera sends: small pictures, a free place on the bus, a receiver, the real process."""

import os
import select
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import av
import libfaketime
import msgspec
import numpy as np

from recordings.config import Config, as_toml, load
from recordings.reports import Report

REPOSITORY: Final = Path(__file__).parents[2]
PATIENCE: Final = 20.0
FRAMES_PER_SECOND: Final = 15


def small(folder: Path, **changes: Any) -> Config:
    """A configuration with small pictures and five ports in a row that are free now."""
    small_pictures = {"width": 320, "height": 180, "frames_per_second": FRAMES_PER_SECOND, "kilobits_per_second": 500}
    told = {"data": folder / "data", "public": folder / "public", "preset": "ultrafast", "bus_port": free_bus()}
    return load(None, **{**small_pictures, **told, **changes})


def free_bus() -> int:
    """The first of five ports in a row that nobody has."""
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_port:
            any_port.bind(("127.0.0.1", 0))
            first: int = any_port.getsockname()[1]
        try:
            for port in range(first, first + 5):
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
                    asked.bind(("127.0.0.1", port))
        except (OSError, OverflowError):
            continue
        return first


class WallClock:
    """The wall clock of a process with `environment`, which a test can step; monotonic time goes on as it is."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "wall-clock"
        library = Path(libfaketime.__file__).parent / "vendor/libfaketime/src/libfaketime.so.1"
        self.environment = {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
        self.step(0)

    def step(self, seconds: int) -> None:
        """Set it so far off; whole or not at all, as it is read at any moment."""
        draft = self._file.with_suffix(".new")
        draft.write_text(f"{seconds:+d}\n", encoding="ascii")
        draft.replace(self._file)


class Receiver:
    """What comes to one port, kept in order."""

    def __init__(self, port: int) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * 1024 * 1024)
        self._socket.bind(("127.0.0.1", port))
        self._socket.setblocking(False)
        self.got = bytearray()

    def __enter__(self) -> "Receiver":
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def drain(self) -> bytes:
        """All that has come so far."""
        while True:
            try:
                self.got += self._socket.recv(65536)
            except BlockingIOError:
                return bytes(self.got)


class Source:
    """`python -m recordings source`, as the main process runs it."""

    def __init__(self, config: Config, folder: Path, environment: Mapping[str, str]) -> None:
        folder.mkdir(exist_ok=True, parents=True)
        told, self.log = folder / "recorder.toml", folder / "source.log"
        told.write_text(as_toml(config), encoding="utf-8")
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "recordings", "source", "--config", str(told)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                cwd=REPOSITORY,
                env={**os.environ, **environment},
            )
        self.frames = 0
        self.sound: bool | None = None
        self._rest = b""

    def until_frames(self, wanted: int) -> None:
        """Wait until it says that it has made so many pictures."""
        deadline = time.monotonic() + PATIENCE
        while self.frames < wanted:
            assert time.monotonic() < deadline, f"{self.frames} of {wanted} pictures; {self.said()}"
            assert self.listen(1.0), f"it ended after {self.frames} of {wanted} pictures; {self.said()}"

    def listen(self, seconds: float) -> bool:
        """Read what it tells, for so long at most; False when it will tell nothing more."""
        assert self.process.stdout is not None
        if not select.select([self.process.stdout], [], [], seconds)[0]:
            return True
        new = os.read(self.process.stdout.fileno(), 65536)
        *lines, self._rest = (self._rest + new).split(b"\n")
        for line in lines:
            if line.startswith(b"frame="):
                self.frames = int(line[6:])
            elif line.startswith(b"{"):
                self.sound = msgspec.json.decode(line, type=Report).sound
        return bool(new)

    def said(self) -> str:
        """Its log."""
        return self.log.read_text(encoding="utf-8")

    def ended(self) -> int:
        """Its exit code, when it ends of itself."""
        deadline = time.monotonic() + PATIENCE
        while self.listen(0.5) and time.monotonic() < deadline:
            pass
        return self.process.wait(PATIENCE)

    def stop(self) -> None:
        """End it for certain."""
        self.process.kill()
        self.process.communicate()


@contextmanager
def source(config: Config, folder: Path, **environment: str) -> Iterator[Source]:
    """The configured source, running."""
    running = Source(config, folder, environment)
    try:
        yield running
    finally:
        running.stop()


def recorded(config: Config, folder: Path, frames: int, **environment: str) -> bytes:
    """So many pictures of a source, as MPEG-TS from the archive's port."""
    with Receiver(config.ports.archive) as archive, source(config, folder, **environment) as camera:
        camera.until_frames(frames)
        return archive.drain()


class Seen(msgspec.Struct):
    """What a decoder makes of MPEG-TS."""

    times: list[float]
    """Of each picture, seconds."""
    key_times: list[float]
    pictures: list[np.ndarray[Any, Any]]
    """Their brightness."""
    sound_times: list[float]


def decoded(stream: bytes, folder: Path) -> Seen:
    """Every picture and the times of the sound."""
    file = folder / "decoded.ts"
    file.write_bytes(stream)
    seen = Seen([], [], [], [])
    with av.open(str(file)) as container:
        for frame in container.decode():
            assert frame.time is not None
            if isinstance(frame, av.VideoFrame):
                seen.times.append(frame.time)
                seen.pictures.append(frame.to_ndarray(format="gray"))
                seen.key_times += [frame.time] if frame.key_frame else []
            else:
                seen.sound_times.append(frame.time)
    return seen


def ffprobe(command: list[str]) -> dict[str, Any]:
    """The answer of one of ffprobe's commands."""
    answer = subprocess.run(command, capture_output=True, check=True, stdin=subprocess.DEVNULL)
    found: dict[str, Any] = msgspec.json.decode(answer.stdout)
    return found


def done(command: list[str], given: bytes | None = None) -> bytes:
    """Run an ffmpeg command that must succeed; its standard output."""
    assert shutil.which(command[0])
    ran = subprocess.run(command, capture_output=True, check=False, input=given, timeout=PATIENCE)
    assert ran.returncode == 0, ran.stderr.decode(errors="replace")
    return ran.stdout
