"""The small values that are handed to and fro."""

from enum import Enum
from typing import Any


class Size:
    """Of a picture. picamera2 puts a to_tuple in."""

    def __init__(self, width: int = 0, height: int = 0) -> None:
        self.width, self.height = width, height


class Rectangle:
    """A part of a picture."""

    def __init__(self, x: int = 0, y: int = 0, width: int = 0, height: int = 0) -> None:
        self.x, self.y, self.width, self.height = x, y, width, height


class Transform:
    """Turned or mirrored. picamera2 puts its own equality in."""

    hflip: Any
    vflip: Any
    transpose: Any

    def __init__(self, hflip: Any = 0, vflip: Any = 0, transpose: Any = 0) -> None:
        if isinstance(hflip, Transform):
            hflip, vflip, transpose = hflip.hflip, hflip.vflip, hflip.transpose
        self.hflip, self.vflip, self.transpose = hflip, vflip, transpose

    def __str__(self) -> str:  # picamera2 makes it the __repr__ too
        return f"<libcamera.Transform {self.hflip}{self.vflip}{self.transpose}>"


class ColorSpace:
    """How numbers are colours. picamera2 puts its own equality in."""

    YcbcrEncoding = Enum("YcbcrEncoding", "Null Rec601 Rec709")
    Range = Enum("Range", "Full Limited")
    primaries: Any
    transferFunction: Any  # noqa: N815 - libcamera's name

    def __init__(self, primaries: Any, transfer: str = "", encoding: Any = None, limits: Any = None) -> None:
        if isinstance(primaries, ColorSpace):
            primaries, transfer = primaries.primaries, primaries.transferFunction
        self.primaries, self.transferFunction = primaries, transfer
        self.ycbcrEncoding = encoding or ColorSpace.YcbcrEncoding.Rec601
        self.range = limits or ColorSpace.Range.Full

    def __str__(self) -> str:  # picamera2 makes it the __repr__ too
        return f"<libcamera.ColorSpace {self.primaries} {self.transferFunction}>"

    @staticmethod
    def Sycc() -> "ColorSpace":  # noqa: N802 - libcamera's name
        return ColorSpace("Rec709", "Srgb")

    @staticmethod
    def Smpte170m() -> "ColorSpace":  # noqa: N802 - libcamera's name
        return ColorSpace("Smpte170m", "Rec709", limits=ColorSpace.Range.Limited)

    @staticmethod
    def Rec709() -> "ColorSpace":  # noqa: N802 - libcamera's name
        return ColorSpace("Rec709", "Rec709", ColorSpace.YcbcrEncoding.Rec709, ColorSpace.Range.Limited)

    @staticmethod
    def Raw() -> "ColorSpace":  # noqa: N802 - libcamera's name
        return ColorSpace("Raw", "Linear")


class PixelFormat(str):
    """Known by its name."""

    __slots__ = ()


class SensorConfiguration:
    """How the sensor is read out."""

    bit_depth: int = 0
    output_size: Size = Size()


Orientation = Enum(
    "Orientation", "Rotate0 Rotate0Mirror Rotate180 Rotate180Mirror Rotate90 Rotate90Mirror Rotate270 Rotate270Mirror"
)
StreamRole = Enum("StreamRole", "Raw StillCapture VideoRecording Viewfinder")
ControlType = Enum("ControlType", "Null Bool Integer32 Float Rectangle Size")
