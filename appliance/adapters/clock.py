"""Time, from the machine."""

import time
from datetime import UTC, datetime

from appliance.services.ports import Moment


class SystemClock:
    """A Clock: UTC from the wall clock, milliseconds since boot from the one that is never stepped."""

    def now(self) -> Moment:
        """The two clocks, read together."""
        return Moment(utc=datetime.now(UTC), uptime_ms=time.monotonic_ns() // 1_000_000)
