"""Coalescing: what changes with every ballot goes out at most ten times a second, from one place.

A push per vote would turn 2,000 messages into 250,000. The more clients there are, the longer a change
may wait: in a hall of 500 each push costs what dozens of ballots do, and the ballots come first. The last
change is always sent: a nudge leaves a timer behind unless there is one.
"""

from collections.abc import Callable

from appliance.services.ports import Clock, Timers

SHORTEST_SECONDS = 0.1
LONGEST_SECONDS = 0.5
SECONDS_A_CLIENT = 0.0005


class Coalescer:
    """`nudge` runs `flush` an interval after the last flush; after a quiet time, when half of one is over.

    Not at once even then: the first ballot of a storm would be told alone, in front of all the others.
    """

    def __init__(
        self, clock: Clock, timers: Timers, flush: Callable[[], None], clients: Callable[[], int] = lambda: 0
    ) -> None:
        self._clock = clock
        self._timers = timers
        self._flush = flush
        self._clients = clients
        self._last_ms: int | None = None
        self._cancel: Callable[[], None] | None = None

    def nudge(self) -> None:
        """Something has changed that may wait a moment."""
        if self._cancel is not None:
            return
        interval_ms = self._interval() * 1000
        wait = interval_ms / 2
        if self._last_ms is not None:
            wait = max(wait, self._last_ms + interval_ms - self._clock.now().uptime_ms)
        self._cancel = self._timers.after(wait / 1000, self._run)

    def flushed(self) -> None:
        """Everything has just gone out for another reason: start the interval anew."""
        self._last_ms = self._clock.now().uptime_ms
        if self._cancel is not None:
            self._cancel()
            self._cancel = None

    def _interval(self) -> float:
        return min(max(SHORTEST_SECONDS, self._clients() * SECONDS_A_CLIENT), LONGEST_SECONDS)

    def _run(self) -> None:
        self._cancel = None
        self._last_ms = self._clock.now().uptime_ms
        self._flush()
