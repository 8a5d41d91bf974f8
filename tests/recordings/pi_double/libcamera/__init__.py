"""The double of libcamera's Python binding (tests/recordings/pi_double)."""

import os
import sys

from . import controls, properties
from . import values as _libcamera
from .camera import Camera, CameraManager
from .frames import CameraConfiguration, FrameBuffer, FrameBufferAllocator, FrameMetadata, Request
from .values import (
    ColorSpace,
    ControlType,
    Orientation,
    PixelFormat,
    Rectangle,
    SensorConfiguration,
    Size,
    StreamRole,
    Transform,
)

__all__ = [
    "Camera",
    "CameraConfiguration",
    "CameraManager",
    "ColorSpace",
    "ControlType",
    "FrameBuffer",
    "FrameBufferAllocator",
    "FrameMetadata",
    "Orientation",
    "PixelFormat",
    "Rectangle",
    "Request",
    "SensorConfiguration",
    "Size",
    "StreamRole",
    "Transform",
    "_libcamera",
    "controls",
    "properties",
]

if "picamera2" in sys.modules:  # it is being imported, and has not yet asked which Pi this is
    import picamera2.platform

    picamera2.platform._platform = picamera2.platform.Platform[os.environ.get("PI_DOUBLE_PLATFORM", "PISP")]
