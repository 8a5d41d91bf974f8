"""Countdowns of timed polls: on the monotonic clock, beside the ledger, never in it.

A clock that is stepped moves no deadline. After a restart an open poll has none until the chair sets
one (`SetDeadline`): nobody can know how long the power was out.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from appliance.core import events as e
from appliance.core import ledger as lg
from appliance.core.commands import ClosePoll
from appliance.core.refusals import Code, Refusal
from appliance.services.answers import Answer
from appliance.services.chamber import SYSTEM, Chamber, Told
from appliance.services.ports import Clock, Timers

RETRY_SECONDS = 1.0
LEAST_AFTER_HOLD_MS = 5_000
"""A poll held in its last moment is not closed the moment it goes on."""


@dataclass(slots=True)
class _Running:
    ends_ms: int
    cancel: Callable[[], None]


@dataclass(slots=True)
class Countdown:
    """Closes a timed poll when its time is over, and tells how much is left."""

    chamber: Chamber
    clock: Clock
    timers: Timers
    _running: dict[str, _Running] = field(default_factory=dict)
    _held_ms: dict[str, int] = field(default_factory=dict)
    _closings: int = 0

    def __post_init__(self) -> None:
        self.chamber.listeners.insert(0, self.told)

    def remaining_ms(self, poll: str) -> int | None:
        """Milliseconds until the poll closes by itself, or None; the time a held poll still has."""
        if poll in self._held_ms:
            return self._held_ms[poll]
        running = self._running.get(poll)
        return None if running is None else max(0, running.ends_ms - self.clock.now().uptime_ms)

    def told(self, told: Told) -> None:
        """Follow what happened to polls."""
        for entry in told.entries:
            for event in entry.events:
                self._follow(told, event)

    def _follow(self, told: Told, event: e.Event) -> None:
        match event:
            case e.PollOpened(poll=poll, seconds=seconds) if seconds is not None:
                self._start(poll, seconds * 1000)
            case e.DeadlineSet(poll=poll, seconds=seconds):
                self._stop(poll)
                if seconds is not None and told.after.polls[poll].state == "held":
                    self._held_ms[poll] = seconds * 1000
                elif seconds is not None:
                    self._start(poll, seconds * 1000)
            case e.PollHeld(poll=poll):
                left = self.remaining_ms(poll)
                self._stop(poll)
                if left is not None:
                    self._held_ms[poll] = left
            case e.PollResumed(poll=poll):
                left = self._held_ms.pop(poll, None)
                if left is not None:
                    self._start(poll, max(left, LEAST_AFTER_HOLD_MS))
            case e.PollClosed(poll=poll) | e.PollVoided(poll=poll):
                self._stop(poll)

    def _start(self, poll: str, milliseconds: int) -> None:
        self._stop(poll)
        ends = self.clock.now().uptime_ms + milliseconds
        cancel = self.timers.after(milliseconds / 1000, lambda: self._close(poll))
        self._running[poll] = _Running(ends, cancel)

    def _stop(self, poll: str) -> None:
        self._held_ms.pop(poll, None)
        running = self._running.pop(poll, None)
        if running is not None:
            running.cancel()

    def _close(self, poll: str) -> None:
        self._closings += 1
        ledger = self.chamber.head.ledger
        name = f"{ledger}:{poll}:{self._closings}:{self.clock.now().uptime_ms}"
        command = ClosePoll(id=lg.sha256(name.encode())[:32], poll=poll)

        def answered(answer: Answer) -> None:
            if isinstance(answer, Refusal) and answer.code is Code.STORAGE_FAULT and poll in self._running:
                self._running[poll].cancel = self.timers.after(RETRY_SECONDS, lambda: self._close(poll))

        self.chamber.handle(command, SYSTEM, answered)
