"""Coalescing: what changes with every ballot goes out at most ten times a second, from one place.

A push per vote would turn 2,000 messages into 250,000. The last change is always sent: a nudge
either runs at once or leaves a timer behind.
"""

from collections.abc import Callable

from appliance.services.ports import Clock, Timers

INTERVAL_SECONDS = 0.1


class Coalescer:
    """`nudge` runs `flush` at once when the last flush is an interval ago, otherwise when it will be."""

    def __init__(self, clock: Clock, timers: Timers, flush: Callable[[], None]) -> None:
        self._clock = clock
        self._timers = timers
        self._flush = flush
        self._last_ms: int | None = None
        self._cancel: Callable[[], None] | None = None

    def nudge(self) -> None:
        """Something has changed that may wait a moment."""
        if self._cancel is not None:
            return
        now = self._clock.now().uptime_ms
        wait = 0 if self._last_ms is None else self._last_ms + int(INTERVAL_SECONDS * 1000) - now
        if wait <= 0:
            self._run()
        else:
            self._cancel = self._timers.after(wait / 1000, self._run)

    def flushed(self) -> None:
        """Everything has just gone out for another reason: start the interval anew."""
        self._last_ms = self._clock.now().uptime_ms
        if self._cancel is not None:
            self._cancel()
            self._cancel = None

    def _run(self) -> None:
        self._cancel = None
        self._last_ms = self._clock.now().uptime_ms
        self._flush()
