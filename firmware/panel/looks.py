"""What a panel's lights and its buzzer do at a moment, and how all panels of a hall blink in step. Pure."""

from firmware.panel import shows
from firmware.panel.shows import CYCLE, frames

TENTH_MS = 100
_DEAF = b""


class Beat:
    """The hall's tenths of a second, as the master counts them: modulo CYCLE."""

    def __init__(self, now: int) -> None:
        self._began = now

    def tenth(self, now: int) -> int:
        """The number of this tenth of a second."""
        return (now - self._began) // TENTH_MS % CYCLE

    def next_tenth(self, now: int) -> int:
        """When the next one begins."""
        return now + TENTH_MS - (now - self._began) % TENTH_MS

    def heard(self, phase: int, now: int) -> None:
        """The master says that this is tenth `phase`. Moved no further than that needs: no light stumbles."""
        behind = (phase - self.tenth(now)) % CYCLE
        into = (now - self._began) % TENTH_MS
        if behind == CYCLE - 1:
            self._began += into + 1
        elif behind:
            self._began -= behind * TENTH_MS - into


class Sound:
    """A beep for a press that is recorded, three short ones for a press that counts nothing."""

    def __init__(self) -> None:
        self._beeps = _DEAF
        self._at = 0

    def recorded(self, now: int) -> None:
        """Begin."""
        self._beeps, self._at = b"\x01", now

    def refused(self, now: int) -> None:
        """Begin."""
        self._beeps, self._at = b"\x01\x00\x01\x00\x01", now

    def on(self, now: int) -> bool:
        """It beeps at this moment."""
        if not self._beeps:
            return False
        tenth = (now - self._at) // TENTH_MS
        if tenth >= len(self._beeps):
            self._beeps = _DEAF
            return False
        return self._beeps[tenth] == 1

    def due(self, now: int) -> "int | None":
        """When it changes next."""
        return now + TENTH_MS - (now - self._at) % TENTH_MS if self._beeps else None


def lit(pattern: int, tenth: int) -> int:
    """The lights (bits) of a pattern in this tenth of a second."""
    cycle = frames(pattern)
    return cycle[tenth % len(cycle)]


def sending(button: int, shown: int) -> int:
    """The pattern of a press that waits for its verdict, where `shown` is what the hall has shown until then."""
    return shows.SENDING_CHECK_IN if shown in {shows.CHECK_IN, shows.ASKED} else shows.SENDING + button
