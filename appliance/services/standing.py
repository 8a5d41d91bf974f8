"""The standing file, kept true: who may watch stands on the disk before anybody is told that it is so.

The recorder goes by this file when it starts, and when it has lost us. So GoPrivate (and StartItem,
which closes the doors for an item planned as private) is answered only once the file says *private* (or, when the
disk refuses, once there is no file, which says the same); no other command waits for it, and the hub for nothing.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Protocol

import msgspec

from appliance.core.commands import Command, GoPrivate, StartItem
from appliance.core.refusals import Code, Fault, Refusal
from appliance.services.answers import Accepted, Answer, Reply
from appliance.services.chronicle import Chronicle
from appliance.services.ports import Timers
from appliance.services.recorder_words import Standing

AGAIN_SECONDS: Final = 0.25
PATIENCE_SECONDS: Final = 2.0
"""So long an answer waits for a disk that refuses; then it says so. The ledger says *private* all the same."""

log = logging.getLogger(__name__)


class StandingStore(Protocol):
    """One small file. What it says outlives a power cut."""

    def write(self, body: bytes) -> None:
        """Replace what it says, durably: all or nothing. Raises Fault."""

    def remove(self) -> None:
        """Make it say nothing, durably. Raises Fault."""


Aside = Callable[[Callable[[], None], Callable[[Fault | None], None]], None]
"""Runs the first off the hub, then the second on it, with the fault that the first raised or None."""


@dataclass(slots=True, eq=False)
class _Held:
    """An answer that waits for the file."""

    answer: Accepted
    reply: Reply
    cancel: Callable[[], None] = lambda: None


@dataclass(slots=True)
class StandingKeeper:
    """Follows the chronicle. `hold` goes around the reply of every command that the door is given."""

    chronicle: Chronicle
    store: StandingStore
    aside: Aside
    timers: Timers
    _wanted: Standing | None = None
    _written: Standing | None = None
    _writing: bool = False
    _in_trouble: bool = False
    _held: list[_Held] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Say what is so now, before anybody is served. A disk that refuses is tried again."""
        self.chronicle.listeners.append(self.changed)
        self._wanted = standing = self.chronicle.standing()
        try:
            _put(self.store, standing)
        except Fault as fault:
            self._done(standing, fault)
        else:
            self._written = standing

    def changed(self) -> None:
        """The ledger has grown."""
        now = self.chronicle.standing()
        if _differ(now, self._wanted):
            self._wanted = now
            self._write()
        self._release()

    def hold(self, command: Command, reply: Reply) -> Reply:
        """The reply to give in place of `reply`."""
        if not isinstance(command, GoPrivate | StartItem):
            return reply

        def held(answer: Answer) -> None:
            if isinstance(answer, Accepted) and self._shuts(command) and not self._covers(answer):
                waiting = _Held(answer, reply)
                self._held.append(waiting)
                waiting.cancel = self.timers.after(PATIENCE_SECONDS, lambda: self._give_up(waiting))
            else:
                reply(answer)

        return held

    def _shuts(self, command: Command) -> bool:
        """Whether it may have closed the doors: a StartItem has not, unless they are closed for an item now."""
        return isinstance(command, GoPrivate) or self.chronicle.chamber.durable.private == "item"

    def _covers(self, answer: Accepted) -> bool:
        """Whether the file says what was so after this answer's entry."""
        return self._written is self._wanted and answer.seq <= self.chronicle.record.seq

    def _release(self) -> None:
        for held in [held for held in self._held if self._covers(held.answer)]:
            self._held.remove(held)
            held.cancel()
            held.reply(held.answer)

    def _give_up(self, held: _Held) -> None:
        if held not in self._held:
            return
        self._held.remove(held)
        # An answer to a command of an earlier meeting has no entry to wait for.
        settled = self._written is self._wanted
        held.reply(held.answer if settled else Refusal(Code.STORAGE_FAULT, "the standing file"))

    def _write(self) -> None:
        standing = self._wanted
        if standing is None or self._writing or standing is self._written:
            return
        self._writing = True
        self.aside(lambda: _put(self.store, standing), lambda fault: self._done(standing, fault))

    def _done(self, standing: Standing, fault: Fault | None) -> None:
        self._writing = False
        if fault is not None:
            if not self._in_trouble:
                log.error("%s", fault)
            self._in_trouble = True
            self.timers.after(AGAIN_SECONDS, self._write)
            return
        self._written, self._in_trouble = standing, False
        self._release()
        self._write()


def _put(store: StandingStore, standing: Standing) -> None:
    try:
        store.write(msgspec.json.encode(standing))
    except Fault:
        if not standing.private:
            raise  # what it still says may be out of date, but never more open than was allowed then
        store.remove()


def _differ(now: Standing, before: Standing | None) -> bool:
    """Before there is any meeting, each look would give another moment."""
    return before is None or (now.ledger, now.seq, now.sitting, now.private) != (
        before.ledger, before.seq, before.sitting, before.private,
    )  # fmt: skip
