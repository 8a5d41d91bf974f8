"""Buffers, requests, and the configuration of a camera's streams."""

from collections.abc import Iterator
from enum import Enum
from types import SimpleNamespace
from typing import Any

from .values import ColorSpace, Orientation, PixelFormat, SensorConfiguration, Size


class FrameMetadata:
    """How a buffer was filled."""

    Status = Enum("Status", "Success Error Startup Cancelled")


class FrameBuffer:
    """One buffer in the kernel."""

    class Plane:
        """Where it lies."""

        fd = -1
        offset = 0
        length = 0

    def __init__(self, planes: list[Any]) -> None:
        self.planes = planes
        self.metadata = SimpleNamespace(
            status=FrameMetadata.Status.Success, planes=[SimpleNamespace(bytes_used=plane.length) for plane in planes]
        )


class FrameBufferAllocator:
    """libcamera's own; picamera2 uses the DMA heap."""

    def __init__(self, camera: Any) -> None:
        raise NotImplementedError


class Request:
    """A picture that is asked for, and then is there."""

    Status = Enum("Status", "Pending Complete Cancelled")

    def __init__(self, cookie: int) -> None:
        self.cookie = cookie
        self.status = Request.Status.Pending
        self.buffers: dict[Any, FrameBuffer] = {}
        self.metadata: dict[Any, Any] = {}
        self.controls: dict[Any, Any] = {}

    def add_buffer(self, stream: Any, buffer: FrameBuffer) -> None:
        self.buffers[stream] = buffer

    def reuse(self) -> None:
        self.status = Request.Status.Pending
        self.metadata = {}

    def set_control(self, control: Any, value: Any) -> None:
        self.controls[control] = value


class StreamFormats:
    """What a stream can be."""

    pixel_formats = (PixelFormat("SRGGB10_CSI2P"),)

    def sizes(self, _format: Any) -> list[Size]:
        return [Size(1536, 864), Size(2304, 1296), Size(4608, 2592)]


class StreamConfiguration:
    """One stream as it is wanted."""

    formats = StreamFormats()
    stride = 0
    buffer_count = 4
    color_space: ColorSpace | None = None

    def __init__(self) -> None:
        self.size = Size(1280, 720)
        self.pixel_format = PixelFormat("YUV420")
        self.stream = SimpleNamespaceKey()
        self.stream.configuration = self

    @property
    def frame_size(self) -> int:
        return self.stride * self.size.height * (3 if self.pixel_format == "YUV420" else 2) // 2


class SimpleNamespaceKey:
    """A stream: known by its identity."""

    configuration: StreamConfiguration


class CameraConfiguration:
    """All streams as they are wanted."""

    Status = Enum("Status", "Valid Adjusted Invalid")

    def __init__(self, roles: int) -> None:
        self.streams = [StreamConfiguration() for _ in range(roles)]
        self.orientation = Orientation["Rotate0"]
        self.sensor_config: SensorConfiguration | None = None

    def at(self, index: int) -> StreamConfiguration:
        return self.streams[index]

    def __iter__(self) -> Iterator[StreamConfiguration]:
        return iter(self.streams)

    def validate(self) -> Any:
        for stream in self.streams:
            # Lines are padded as the Pi 5's hardware pads them.
            stream.stride = (
                -(-stream.size.width // 64) * 64 if stream.pixel_format == "YUV420" else stream.size.width * 2
            )
        return CameraConfiguration.Status["Adjusted"]
