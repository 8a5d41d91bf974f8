"""The camera looked at before there is a take: for so long, then it rests again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from recordings.adapters import clock
from recordings.recorder import Eyes, RecorderStage, may_look

LOOK_SECONDS: Final = 120.0
"""Long enough to aim a camera; nobody must remember to end it."""


@dataclass(slots=True)
class Looking:
    """`ask` begins it or makes it longer; what ends it ends it for good."""

    until: datetime | None = None
    """For the screens; what counts is the loop's clock."""
    _until: float = 0.0

    @property
    def on(self) -> bool:
        """Wanted now."""
        return self.until is not None

    def ask(self, now: float) -> None:
        """From now on, for a while."""
        self._until, self.until = now + LOOK_SECONDS, clock.utc() + timedelta(seconds=LOOK_SECONDS)

    def look(self, now: float, stage: RecorderStage, eyes: Eyes) -> None:
        """End it when its time is over, when a take has begun, and when nobody may see."""
        taking = stage in {RecorderStage.STARTING, RecorderStage.RECORDING}
        if taking or now >= self._until or not may_look(True, eyes):
            self.until = None
