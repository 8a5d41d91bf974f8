"""What the appliance says, and what it is told: standing, marks, orders; state, heads, what has been published."""

import asyncio
import logging
import os
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Final

from recordings.adapters.read_json import set_aside
from recordings.control import PROTOCOL, Answer, FromAppliance, FromRecorder, Hello, Marks, Order, Published, Refusal
from recordings.layout import Layout
from recordings.process.finishing import Finishing
from recordings.process.knowledge import Knowledge
from recordings.process.orders import is_name, refusal
from recordings.process.parts import Parts
from recordings.process.server import ControlServer
from recordings.process.takes import last_heads, store_marks, stored_marks
from recordings.recorder import Hand, Subject
from recordings.segments import Head

MARKS_SETTLE_SECONDS = 10.0
"""Marks come in bursts: a meeting's video is written anew when they have been quiet for so long."""
LONGEST_ID: Final = 200
"""Letters. Two hundred orders are remembered, on disk."""
log = logging.getLogger("recorder")


@dataclass(slots=True)
class Desk:
    """Between the control socket and the recorder."""

    parts: Parts
    knowledge: Knowledge
    finishing: Finishing
    wanted: Callable[[], Subject | None]
    full: Callable[[], bool]
    look: Callable[[], None]
    """Somebody wants to see what the camera sees."""
    wake: Callable[[], None]
    """Something has changed: do not wait for the next tick."""
    state: Callable[[], FromRecorder]
    key: str = ""
    server: ControlServer = field(init=False)
    _heads: dict[str, Head] = field(default_factory=dict)
    _unsaid: set[str] = field(default_factory=set)
    """Meetings that were published while nobody was there to be told."""
    _tasks: "set[asyncio.Task[None]]" = field(default_factory=set)

    def __post_init__(self) -> None:
        config = self.parts.config
        allowed = frozenset({0, os.getuid()} | ({config.control_uid} if config.control_uid is not None else set()))
        self.server = ControlServer(
            config.control_socket, allowed, greeting=self._hello, heard=self.heard, lost=self._lost
        )

    async def open(self) -> None:
        """Read what there is to be told, and listen."""
        self._heads = last_heads(self.parts.layout) | self._heads
        self.key = await self.parts.on_disk(lambda: _public_key(self.parts.layout))
        await self.server.open()

    def head(self, head: Head) -> None:
        """A manifest was signed: the ledger is to know."""
        self._heads[head.take] = head
        self.server.say(FromRecorder(head=head))

    def published(self, ledger: str) -> None:
        """A meeting's video was written."""
        if not self.server.say(FromRecorder(published=Published(ledger=ledger))):
            self._unsaid.add(ledger)

    def heard(self, said: FromAppliance) -> None:
        """One line."""
        if said.hello is not None:
            self._welcome()
        if said.standing is not None:
            self.knowledge.hear(said.standing)
            self.wake()
        if said.marks is not None:
            self._later(self._marks(said.marks))
        if said.order is not None:
            self._later(self._order(said.order))

    def _hello(self) -> Hello:
        return Hello(protocol=PROTOCOL, key=self.key)

    def _welcome(self) -> None:
        self.server.say(self.state())
        # There is no receipt for a head: each new connection is told all, and knows again what it has.
        for head in self._heads.values():
            self.server.say(FromRecorder(head=head))
        for ledger in sorted(self._unsaid):
            self.server.say(FromRecorder(published=Published(ledger=ledger)))
        self._unsaid.clear()

    def _lost(self) -> None:
        self.knowledge.lose(asyncio.get_running_loop().time())
        self.wake()

    async def _marks(self, told: Marks) -> None:
        if not is_name(told.ledger):
            log.warning("marks of a meeting whose name is none")
            return
        changed = await self.parts.on_disk(lambda: store_marks(self.parts.layout, told))
        subject = self.wanted()
        over = subject is None or subject.ledger != told.ledger
        if changed and over and self.parts.layout.video(told.ledger).is_dir():
            self.finishing.want(("finish", ("--ledger", told.ledger)), MARKS_SETTLE_SECONDS)

    async def _order(self, order: Order) -> None:
        memory = self.parts.memory
        answer = memory.answered(order.id)
        if len(order.id) > LONGEST_ID:
            answer = Answer(id=order.id, accepted=False, refusal=Refusal.MALFORMED)
        if answer is None:
            answer = self._decide(order)
            memory.now.answers.append(answer)
            self.wake()
            try:
                await self.parts.on_disk(memory.writing())
            except OSError as error:  # it is done all the same; only a restart would not know it
                log.error("order %s is not remembered: %s", order.id[:LONGEST_ID], error)
        self.server.say(FromRecorder(answer=answer))

    def _decide(self, order: Order) -> Answer:
        known = self.knowledge.subject
        why = refusal(
            order, wanted=self.wanted(), eyes=self.knowledge.eyes, full=self.full(), items=self._items(order.ledger)
        )
        if why is None and order.do != "clip" and known is None:
            why = Refusal.RECORDING_UNKNOWN
        if why is not None:
            return Answer(id=order.id, accepted=False, refusal=why)
        if order.do == "clip":
            self.finishing.want(("clip", ("--ledger", str(order.ledger), "--item", str(order.item))))
        elif order.do == "look":
            self.look()
        elif known is not None:
            self.parts.memory.now.hand = Hand(known, order.do == "start")
        return Answer(id=order.id, accepted=True)

    def _items(self, ledger: str | None) -> frozenset[str]:
        if ledger is None or not is_name(ledger):
            return frozenset()
        marks = stored_marks(self.parts.layout, ledger)
        return frozenset(mark.id for mark in marks if mark.kind in {"item", "speaker"})

    def _later(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("the appliance's wish could not be done: %r", error)


def _public_key(layout: Layout) -> str:
    # Its library is slow to load: in a thread, while the camera opens already.
    from recordings.adapters.keys import KeyFault, RecorderKey  # noqa: PLC0415

    try:
        return RecorderKey(layout.key).public_key()
    except KeyFault as error:
        log.error("%s", error)
    # A meeting that is not recorded is worse than one that is signed with a new key. That it is new shows in each head
    # from now on, which the ledger keeps; what is left of the old one stays beside it.
    try:
        set_aside(layout.key)
        return RecorderKey(layout.key).public_key()
    except (KeyFault, OSError) as error:
        log.critical("there is no key to sign with: %s", error)
        return ""
