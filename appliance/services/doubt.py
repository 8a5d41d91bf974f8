"""Whether the wall clock is to be believed: doubtful times are recorded as such, and refuse nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from appliance.services.ports import Moment

STEP_TOLERANCE: Final = timedelta(seconds=2)
"""The wall clock may drift this far from the monotonic one before the record calls its time doubtful."""


@dataclass(slots=True)
class Doubt:
    """Compares the two clocks from one moment to the next."""

    _anchor: Moment | None = None

    def about(self, now: Moment, before: datetime | None, *, sitting: bool) -> bool:
        """True when the wall clock moved against the monotonic one, or stands behind the entry `before`.

        While no sitting is open a step is taken as the clock being set right.
        """
        if self._anchor is None or not sitting:
            self._anchor = now
        shift = (now.utc - self._anchor.utc) - timedelta(milliseconds=now.uptime_ms - self._anchor.uptime_ms)
        if not -STEP_TOLERANCE <= shift <= STEP_TOLERANCE:
            return True
        return before is not None and now.utc < before and now.utc < before - STEP_TOLERANCE
