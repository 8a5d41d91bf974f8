"""What the recorder asks of a camera."""

import sys
from typing import Final, Protocol

import msgspec

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
