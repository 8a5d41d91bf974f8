"""Which of its formats a USB camera is asked for.

Over USB 2 no camera sends 30 uncompressed pictures of 720 lines in a second; most send them as JPEG. ffmpeg takes
the first uncompressed format that a camera names, and with it five pictures a second. So the camera is asked first.
"""

import errno
import fcntl
import os
import struct
from collections.abc import Collection
from typing import Final

from recordings.camera.port import CameraLost

VIDIOC_ENUM_FMT: Final = 0xC0405602
CAPTURE: Final = 1
_FORMAT: Final = struct.Struct("II I 32s I I 12x")  # index, type, flags, description, pixel format, code, reserved


def best_pixels(device: str) -> str:
    """What ffmpeg is to ask this camera for; empty: whatever it gives. Raises CameraLost if it is not there."""
    try:
        camera = os.open(device, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise CameraLost(f"{device}: {os.strerror(error.errno or 0)}") from error
    try:
        return chosen(formats_of(camera))
    except OSError as error:
        raise CameraLost(f"{device}: no camera ({os.strerror(error.errno or 0)})") from error
    finally:
        os.close(camera)


def formats_of(camera: int) -> list[str]:
    """The pixel formats (four letters each) that an open camera names."""
    found: list[str] = []
    while True:
        asked = bytearray(_FORMAT.pack(len(found), CAPTURE, 0, b"", 0, 0))
        try:
            fcntl.ioctl(camera, VIDIOC_ENUM_FMT, asked)
        except OSError as error:
            if error.errno == errno.EINVAL:  # there are no more
                return found
            raise
        found.append(_FORMAT.unpack(asked)[4].to_bytes(4, "little").decode("ascii", "replace"))


def chosen(formats: Collection[str]) -> str:
    """JPEG where there is any; never the camera's own H.264, whose key frames come as it likes."""
    return "mjpeg" if {"MJPG", "JPEG"} & set(formats) else ""
