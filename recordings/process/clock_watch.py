"""A wall clock that is stepped: noticed against the clock that never is, and told for a while."""

import time
from dataclasses import dataclass
from typing import Final

STEP_SECONDS: Final = 0.5
TOLD_SECONDS: Final = 300.0


@dataclass(slots=True)
class ClockWatch:
    """Whether the wall clock was stepped lately."""

    stepped_at: float | None = None
    _offset: float | None = None

    def look(self, now: float) -> None:
        """Compare the two clocks' difference with that of the last look."""
        offset = time.time() - time.monotonic()
        if self._offset is not None and abs(offset - self._offset) > STEP_SECONDS:
            self.stepped_at = now
        self._offset = offset

    def stepped(self, now: float) -> bool:
        """For the screens."""
        return self.stepped_at is not None and now - self.stepped_at < TOLD_SECONDS
