"""Tablets that the clerk said no to: for a while they are told so, instead of asking the clerk again.

A tablet that waits asks by itself every few seconds; without this a no would last that long. In memory,
on the monotonic clock: a restart forgets it, which costs the clerk one more no. Safe from many threads.
"""

from threading import Lock
from typing import Final

from appliance.services.on_file import TabletRequest
from appliance.services.ports import Clock

_MAX: Final = 10_000


class RefusedTablets:
    """Which card on which device was refused, and until when."""

    def __init__(self, clock: Clock, minutes: int) -> None:
        self._clock = clock
        self._keeps_ms = minutes * 60_000
        self._lock = Lock()
        self._until: dict[tuple[str, str], int] = {}

    def add(self, request: TabletRequest) -> None:
        """The clerk's no."""
        now = self._clock.now().uptime_ms
        with self._lock:
            self._until = {place: until for place, until in self._until.items() if until > now}
            if len(self._until) < _MAX:
                self._until[request.card, request.device] = now + self._keeps_ms

    def holds(self, card: str, device: str) -> bool:
        """Whether the no still stands."""
        with self._lock:
            return self._until.get((card, device), 0) > self._clock.now().uptime_ms

    def forget(self, card: str) -> None:
        """The clerk has changed their mind about the card."""
        with self._lock:
            self._until = {place: until for place, until in self._until.items() if place[0] != card}
