"""Which camera a configuration means."""

from recordings.camera.port import Camera
from recordings.config import Config


def open_camera(config: Config) -> Camera:
    """The configured source, ready to run. Raises CameraLost if it can be seen that there is none."""
    if config.source == "picamera":
        from recordings.camera.picamera import PiCamera  # noqa: PLC0415 - picamera2 is on a Pi alone

        return PiCamera(config)
    from recordings.camera.by_ffmpeg import open_by_ffmpeg  # noqa: PLC0415 - and needs no ffmpeg

    return open_by_ffmpeg(config)
