"""The recorder's stages, pure: what it does next, given what is asked, what is known, and what is there."""

from enum import StrEnum
from typing import Final


class RecorderStage(StrEnum):
    """Where the recorder stands."""

    IDLE = "idle"
    STARTING = "starting"
    """A take is wanted; the first picture is not on disk yet, or not again (source lost, private)."""
    RECORDING = "recording"
    STOPPING = "stopping"
    """The last segment is being closed and the manifest signed."""


NEXT: Final[dict[RecorderStage, frozenset[RecorderStage]]] = {
    RecorderStage.IDLE: frozenset({RecorderStage.STARTING}),
    RecorderStage.STARTING: frozenset({RecorderStage.RECORDING, RecorderStage.STOPPING}),
    RecorderStage.RECORDING: frozenset({RecorderStage.STARTING, RecorderStage.STOPPING}),
    RecorderStage.STOPPING: frozenset({RecorderStage.IDLE}),
}
