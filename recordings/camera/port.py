"""What the recorder asks of a camera, and which one a configuration means."""

from typing import Final, Protocol

from recordings.config import Config

UNAVAILABLE: Final = 69


class CameraLost(Exception):
    """The camera is not there, does not open, or has stopped giving pictures; the message says which and how."""


class Camera(Protocol):
    """One source of picture and sound."""

    def run(self) -> int:
        """Send pictures until they end; the exit code, if it ends of itself. Raises CameraLost."""


def open_camera(config: Config) -> Camera:
    """The configured source, ready to run. Raises CameraLost if it can be seen that there is none."""
    if config.source == "picamera":
        from recordings.camera.picamera import PiCamera  # noqa: PLC0415 - picamera2 is on a Pi alone

        return PiCamera(config)
    from recordings.camera.by_ffmpeg import open_by_ffmpeg  # noqa: PLC0415 - and needs no ffmpeg

    return open_by_ffmpeg(config)
