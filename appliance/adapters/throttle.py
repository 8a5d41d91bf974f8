"""A brake on each address, by the `limits` library: a moving window of a minute, in memory."""

from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from appliance.services.ports import Clock

_STEP_SECONDS = 2.0


@dataclass(slots=True)
class AddressThrottle:
    """A Throttle. `per_minute` 0: everything is allowed."""

    per_minute: int
    clock: Clock
    _storage: MemoryStorage = field(default_factory=MemoryStorage)
    _limiter: MovingWindowRateLimiter = field(init=False)
    _item: RateLimitItemPerMinute = field(init=False)
    _anchor: tuple[datetime, int] = field(init=False)
    _lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(self._storage)
        self._item = RateLimitItemPerMinute(self.per_minute)
        now = self.clock.now()
        self._anchor = (now.utc, now.uptime_ms)

    def allows(self, address: str) -> bool:
        """Count one attempt; False when there were `per_minute` in the last minute."""
        if not self.per_minute:
            return True
        with self._lock:
            self._start_anew_if_stepped()
            return self._limiter.hit(self._item, address)

    def _start_anew_if_stepped(self) -> None:
        """The library counts on the wall clock: set back by an hour, it would refuse for an hour."""
        now = self.clock.now()
        utc, uptime_ms = self._anchor
        drift = (now.utc - utc).total_seconds() - (now.uptime_ms - uptime_ms) / 1000
        if abs(drift) > _STEP_SECONDS:
            self._storage.reset()
            self._anchor = (now.utc, now.uptime_ms)
