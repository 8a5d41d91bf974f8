"""Counting wrong secrets: after a few, no more are tried for a while, and each time for longer.

It counts per subject (a card, an account) and place (a known device, else an address), on the monotonic
clock. An attempt is counted while it is being checked, so many at once win no extra tries.
"""

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import Final, Literal

from msgspec import Struct

from appliance.core.refusals import Code, Refusal
from appliance.services.ports import Clock

Key = tuple[str, ...]
_MAX_KEYS: Final = 10_000


class Limits(Struct, frozen=True):
    """The numbers of signing in."""

    tries: int = 5
    """Wrong secrets for one subject from one place, until it is locked there."""
    strangers_tries: int = 20
    """Wrong PINs for one card from all devices but its own: a thief who changes addresses."""
    lock_minutes: int = 15
    """The first lock; each further one is twice as long."""
    longest_lock_minutes: int = 480
    forget_hours: int = 24
    """A place without wrong secrets for so long starts anew."""
    per_address_per_minute: int = 600
    """Attempts of any kind from one address; 0: no limit. A hall of 500 may share one address."""
    pairing_minutes: int = 10
    """A display's code that nobody approved."""
    waiting_pairings: int = 50
    waiting_tablets: int = 3
    """Requests of one member; the oldest gives way."""
    refused_tablet_minutes: int = 10
    """A tablet that the clerk refused may not ask again so soon."""
    devices_remembered: int = 5
    session_days: int = 7
    """A sign-in older than this is not taken up again after a restart."""


@dataclass(slots=True)
class _Counter:
    failures: int = 0
    in_flight: int = 0
    locks: int = 0
    locked_until_ms: int = 0
    last_ms: int = 0


@dataclass(slots=True)
class Attempt:
    """One secret being checked: say `failed` or `right`; saying nothing counts nothing."""

    refusal: Refusal | None
    """Why it must not be checked at all; then nothing counts either."""
    verdict: Literal["unchecked", "failed", "right"] = "unchecked"

    def failed(self) -> None:
        """The secret was wrong."""
        self.verdict = "failed"

    def right(self) -> None:
        """The secret was right."""
        self.verdict = "right"


@dataclass(slots=True)
class LockOut:
    """`with lockout.attempt(keys) as attempt:` around each check of a secret. Thread-safe."""

    clock: Clock
    limits: Limits = field(default_factory=Limits)
    _counters: OrderedDict[Key, _Counter] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    @contextmanager
    def attempt(self, keys: dict[Key, int]) -> Iterator[Attempt]:
        """Around one check. `keys`: where a wrong secret counts, each with the tries it has."""
        attempt = Attempt(self._begin(keys))
        if attempt.refusal is not None:
            yield attempt
            return
        try:
            yield attempt
        finally:
            self._end(keys, attempt)

    def forget(self, subject: str) -> None:
        """Lift every lock of one subject (a key's first part)."""
        with self._lock:
            for key in [k for k in self._counters if k[0] == subject]:
                del self._counters[key]

    def _begin(self, keys: dict[Key, int]) -> Refusal | None:
        with self._lock:
            now = self.clock.now().uptime_ms
            counters = [(self._counter(key, now), tries) for key, tries in keys.items()]
            if any(now < c.locked_until_ms for c, _ in counters):
                return Refusal(Code.LOCKED_OUT)
            if any(c.failures + c.in_flight >= tries for c, tries in counters):
                return Refusal(Code.RATE_LIMITED, "earlier attempts are still being checked")
            for counter, _ in counters:
                counter.in_flight += 1
            return None

    def _end(self, keys: dict[Key, int], attempt: Attempt) -> None:
        with self._lock:
            now = self.clock.now().uptime_ms
            for key, tries in keys.items():
                counter = self._counter(key, now)
                counter.in_flight = max(counter.in_flight - 1, 0)
                if attempt.verdict == "right":
                    counter.failures = counter.locks = 0
                elif attempt.verdict == "failed":
                    self._count(counter, tries, now)
                if not (counter.in_flight or counter.failures or counter.locks):
                    del self._counters[key]

    def _count(self, counter: _Counter, tries: int, now: int) -> None:
        counter.failures += 1
        counter.last_ms = now
        if counter.failures >= tries:
            self._lock_out(counter, now)

    def _lock_out(self, counter: _Counter, now: int) -> None:
        minutes = min(self.limits.lock_minutes << min(counter.locks, 16), self.limits.longest_lock_minutes)
        counter.locked_until_ms = now + minutes * 60_000
        counter.locks += 1
        counter.failures = 0

    def _counter(self, key: Key, now: int) -> _Counter:
        counter = self._counters.get(key)
        if counter is None:
            if len(self._counters) >= _MAX_KEYS:
                self._make_room(now)
            counter = self._counters[key] = _Counter(last_ms=now)
        elif not counter.in_flight and now - counter.last_ms > self.limits.forget_hours * 3_600_000:
            counter.failures = counter.locks = 0
        self._counters.move_to_end(key)
        return counter

    def _make_room(self, now: int) -> None:
        """Forget the longest untouched one; one that is locked only when all are."""
        free = (k for k, c in self._counters.items() if not c.in_flight and now >= c.locked_until_ms)
        self._counters.pop(next(free, next(iter(self._counters))))
