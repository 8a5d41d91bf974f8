"""Which moment a picture shows: the media clock laid on the machine's monotonic clock, and that on the wall clock.

A picture comes a little early or late; the media clock is even but runs at the camera's rate, not at the world's. So
the difference of the two is followed slowly: jitter is smoothed away, a camera that runs at 29.7 pictures for 30 is
followed, and program time never runs backwards within a run. The wall clock is read once, when the process starts:
a clock that is stepped in mid-meeting moves nothing on the public's screen.
"""

from datetime import datetime, timedelta
from typing import Final

from recordings.mpegts import TICKS
from recordings.stream.transport import later

FOLLOWED: Final = 0.2
"""Of each new difference, once a second."""
SAME_SECONDS: Final = 0.02
"""A fragment that ends so near a key frame's time ends there."""
REMEMBERED: Final = 16


class Anchor:
    """One pair of wall clock and uptime; program time is counted from it."""

    def __init__(self, utc: datetime, uptime_ms: int) -> None:
        self.utc = utc
        self.uptime_ms = uptime_ms

    def program_time(self, uptime_ms: float) -> datetime:
        """The stream's own time at this uptime."""
        return self.utc + timedelta(milliseconds=uptime_ms - self.uptime_ms)


class RunClock:
    """Of one run: seconds of picture since its first key frame, and when that was."""

    def __init__(self, first_time: int, uptime_ms: int) -> None:
        self._first_time = first_time
        self._offset = float(uptime_ms)
        self._keys = [0.0]
        self._origin: float | None = None

    def key(self, time: int, uptime_ms: int) -> None:
        """A key frame with this media time has come at this uptime."""
        seconds = later(time, self._first_time) / TICKS
        if seconds <= self._keys[-1]:
            return
        self._offset += FOLLOWED * (uptime_ms - seconds * 1000 - self._offset)
        self._keys = [*self._keys[-REMEMBERED:], seconds]

    def seconds(self, start: float) -> float:
        """The muxer's own count, from the run's first picture on: it may begin anywhere."""
        if self._origin is None:
            self._origin = start
        return start - self._origin

    def ends_at_key(self, seconds: float) -> bool:
        """Whether a key frame begins just there; it has come already, since the muxer waits for it to cut."""
        return any(abs(key - seconds) < SAME_SECONDS for key in self._keys)

    def uptime_ms(self, seconds: float) -> float:
        """When the picture at this place in the run came."""
        return self._offset + seconds * 1000
