"""Whether the wall clock was stepped: a microphone's times are taken from it, the camera's are not.

After a step they would stay apart for the rest of the take; opening the source anew brings them together again.
"""

import time
from typing import Final

STEP_SECONDS: Final = 0.25


class WallClock:
    """The wall clock as it goes beside the one that is never stepped."""

    def __init__(self) -> None:
        """From now on."""
        self._apart = self._now_apart()

    @property
    def stepped(self) -> bool:
        """It has gone apart from the other by more than clocks drift in a sitting."""
        return abs(self._now_apart() - self._apart) > STEP_SECONDS

    @staticmethod
    def _now_apart() -> float:
        return time.time() - time.monotonic()
