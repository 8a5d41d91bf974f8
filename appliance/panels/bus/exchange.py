"""One question on the line, and whatever comes back for it. What nobody asked for is heard by nobody."""

from collections.abc import Callable
from typing import Final

from appliance.panels.bus.port import Line
from appliance.panels.bus.reader import Heard, Reader
from firmware.panel.frame import SIZE

LEAST_SECONDS: Final = 0.012
"""No answer is given up sooner, however quick the others are."""
JUNK: Final = 4096
"""Bytes of a babbling line that are read at once."""
ANSWERS_FROM: Final = 0x80
"""Kinds of frames that panels send; some dongles give the master's own back."""


class Asking:
    """For one line. `bad` counts the questions after which something came that was no answer."""

    def __init__(self, most_seconds: float, clock: Callable[[], float]) -> None:
        self.bad = 0
        self.good_at = clock()
        """When an answer came last, in monotonic seconds."""
        self.noise_at = -1e9
        """When something else came."""
        self._most = most_seconds
        self._usual = most_seconds / 4
        self._clock = clock
        self._reader = Reader()

    def began(self) -> None:
        """A line was opened."""
        self.good_at = self._clock()

    def listen(self, line: Line, seconds: float) -> None:
        """Let time pass while nobody is asked."""
        if line.read(JUNK, seconds):
            self.noise_at = self._clock()

    def ask(self, line: Line, frame: bytes, pleases: Callable[[Heard], bool], seconds: float | None) -> bool:
        """Ask, and hear until it pleases or the time is over (None: as for any answer). Raises PortLostError."""
        self._drain(line)
        line.write(frame)
        began, strange = self._clock(), False
        until = began + (self._patience() if seconds is None else seconds)
        while (left := until - self._clock()) > 0:
            for heard in self._reader.feed(line.read(JUNK if strange else self._reader.missing, left)):
                if pleases(heard):
                    self.good_at = self._clock()
                    self._usual += (self.good_at - began - self._usual) / 8
                    return True
                strange = strange or heard.frame.kind >= ANSWERS_FROM
        if strange or self._reader.skipped or self._reader.missing < SIZE:
            self.noise_at, self.bad = self._clock(), self.bad + 1
        self._reader.skipped = 0
        self._usual += (until - began) / 16
        return False

    def _patience(self) -> float:
        """Seconds to wait: several times what answers have taken of late, never more than configured."""
        return min(self._most, max(LEAST_SECONDS, 4 * self._usual))

    def _drain(self, line: Line) -> None:
        """Whatever stands in the line belongs to an older question."""
        self._reader.clear()
        if line.read(JUNK, 0):
            self.noise_at = self._clock()
        self._reader.skipped = 0
