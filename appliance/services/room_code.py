"""The code on the hall screen: whoever can read it is in the room.

It changes with the monotonic clock, so a stepped wall clock moves nothing; the one before is still
taken, so nobody is caught out while typing.
"""

import hashlib
import hmac
from dataclasses import dataclass

from appliance.services.ports import Clock

WINDOW_SECONDS = 60
DIGITS = 6


@dataclass(frozen=True, slots=True)
class RoomCode:
    """`secret` is drawn at start and never leaves the process."""

    secret: bytes
    clock: Clock

    def current(self) -> str:
        """The code to show now: six digits."""
        return self._at(self._window())

    def seconds_left(self) -> int:
        """How long `current` is shown."""
        return WINDOW_SECONDS - self.clock.now().uptime_ms // 1000 % WINDOW_SECONDS

    def matches(self, code: str | None) -> bool:
        """True for the code on the screen now, and for the one before it."""
        if code is None:
            return False
        window = self._window()
        return any(hmac.compare_digest(code.strip().encode(), self._at(w).encode()) for w in (window, window - 1))

    def _window(self) -> int:
        return self.clock.now().uptime_ms // 1000 // WINDOW_SECONDS

    def _at(self, window: int) -> str:
        digest = hmac.digest(self.secret, str(window).encode(), hashlib.sha256)
        return str(int.from_bytes(digest[:8], "big") % 10**DIGITS).zfill(DIGITS)
