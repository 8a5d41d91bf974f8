"""What the recorder asks of a camera, and which one a configuration means."""

import sys
from typing import Final, Protocol

import msgspec

from recordings.config import Config
from recordings.reports import Report

UNAVAILABLE: Final = 69


class CameraLost(Exception):
    """The camera is not there, does not open, or has stopped giving pictures; the message says which and how."""


class Camera(Protocol):
    """One source of picture and sound."""

    def run(self) -> int:
        """Send pictures until they end; the exit code, if it ends of itself. Raises CameraLost."""


def tell_sound(heard: bool) -> None:
    """To the main process: whether the microphone can be heard."""
    sys.stdout.write(msgspec.json.encode(Report(sound=heard)).decode() + "\n")
    sys.stdout.flush()


def open_camera(config: Config) -> Camera:
    """The configured source, ready to run. Raises CameraLost if it can be seen that there is none."""
    if config.source == "picamera":
        from recordings.camera.picamera import PiCamera  # noqa: PLC0415 - picamera2 is on a Pi alone

        return PiCamera(config)
    from recordings.camera.by_ffmpeg import open_by_ffmpeg  # noqa: PLC0415 - and needs no ffmpeg

    return open_by_ffmpeg(config)
