"""The code on the hall screen: whoever can read it is in the room.

It changes with the monotonic clock, so a stepped wall clock moves nothing; the one before is still
taken, so nobody is caught out while typing.
"""

import hashlib
import hmac
from dataclasses import dataclass, field

from appliance.services.ports import Clock

WINDOW_SECONDS = 60
DIGITS = 6
TRIES = 5
"""Wrong codes that one person may give while one code is shown; then no code of theirs is right until the next."""


@dataclass(frozen=True, slots=True)
class RoomCode:
    """`secret` is drawn at start and never leaves the process."""

    secret: bytes
    clock: Clock
    _wrong: dict[str, int] = field(default_factory=dict)
    _counted: list[int] = field(default_factory=lambda: [-1])

    def current(self) -> str:
        """The code to show now: six digits."""
        return self._at(self._window())

    def seconds_left(self) -> int:
        """How long `current` is shown."""
        return WINDOW_SECONDS - self.clock.now().uptime_ms // 1000 % WINDOW_SECONDS

    def matches(self, code: str | None, person: str) -> bool:
        """True for the code on the screen now and for the one before it, unless `person` has been guessing."""
        if code is None:
            return False
        window = self._window()
        if self._counted != [window]:
            self._counted[:] = [window]
            self._wrong.clear()
        if self._wrong.get(person, 0) >= TRIES:
            return False
        right = self._is_shown(code, window)
        if not right:
            self._wrong[person] = self._wrong.get(person, 0) + 1
        return right

    def _is_shown(self, code: str, window: int) -> bool:
        return any(hmac.compare_digest(code.strip().encode(), self._at(w).encode()) for w in (window, window - 1))

    def _window(self) -> int:
        return self.clock.now().uptime_ms // 1000 // WINDOW_SECONDS

    def _at(self, window: int) -> str:
        digest = hmac.digest(self.secret, str(window).encode(), hashlib.sha256)
        return str(int.from_bytes(digest[:8], "big") % 10**DIGITS).zfill(DIGITS)
