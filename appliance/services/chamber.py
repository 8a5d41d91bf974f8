"""The one door to the meeting's state: decide → append → evolve → tell.

The Chamber lives on one thread and keeps two states. *Decided* includes commands whose entries are still
on their way to the disk; only `decide` reads it. *Durable* is what is on disk; only this is shown,
answered and broadcast. When a commit fails, *decided* is thrown away, everything in flight is answered
with a fault, and work goes on from *durable*: no screen ever shows a ballot that is not on disk.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from appliance.core import events as e
from appliance.core import ledger as lg
from appliance.core.commands import BeginEpoch, Command, ConveneMeeting, HandGavel, OpenSitting, StartQuestioning
from appliance.core.meeting import decide, evolve
from appliance.core.people import Actor, Role
from appliance.core.refusals import Code, Fault, Refusal
from appliance.core.state import Facts, Meeting, MeetingStage, Order
from appliance.services.answers import Answer, Reply
from appliance.services.doubt import Doubt
from appliance.services.ports import Clock, FactsOnFile, LedgerStore, LedgerWriter, Moment, Signer
from appliance.services.receipts import Receipts, answer_to

SYSTEM = Actor(role=Role.SYSTEM, person="appliance")

_SEALED_BY_CHECKPOINT = frozenset({e.PollAnnounced, e.SittingClosed, e.MeetingClosed, e.EpochBegun})
_NEEDS_FACTS: tuple[type[Command], ...] = (BeginEpoch, ConveneMeeting, OpenSitting, HandGavel, StartQuestioning)


class Told(Struct, frozen=True):
    """What a batch of durable entries brought about: the meeting before and after, and the entries."""

    before: Meeting
    after: Meeting
    entries: tuple[lg.LedgerEntry, ...]
    head: lg.Head


@dataclass(slots=True)
class _InFlight:
    """One entry on its way to the disk, the state it leads to, and who waits for it."""

    sealed: lg.Sealed
    after: Meeting
    answer: Answer
    replies: list[Reply]
    content: str = ""
    generation: int = 0


@dataclass(slots=True)
class Chamber:
    """Give commands with `handle`; listen with `listeners`. All on one thread (the hub)."""

    store: LedgerStore
    writer: LedgerWriter
    registry: FactsOnFile
    clock: Clock
    signer: Signer
    durable: Meeting = field(default_factory=Meeting)
    head: lg.Head = lg.EMPTY
    fault: Fault | None = None
    rehearsal: bool = False
    """Meetings convened here say that they are no record."""
    clock_unset: Callable[[], bool] = lambda: False
    """Nothing speaks for the wall clock's time: entries say that theirs is doubtful."""
    listeners: list[Callable[[Told], None]] = field(default_factory=list)
    on_fault: list[Callable[[Fault | None], None]] = field(default_factory=list)
    _decided: Meeting = field(default_factory=Meeting)
    _decided_head: lg.Head = lg.EMPTY
    _receipts: Receipts = field(init=False)
    _in_flight: dict[str, _InFlight] = field(default_factory=dict)
    _generation: int = 0
    _stale: bool = False
    _doubt: Doubt = field(default_factory=Doubt)
    _last_entry: lg.LedgerEntry | None = None

    def __post_init__(self) -> None:
        self._receipts = Receipts(self.store)
        self.writer.start(self._settled)

    def load(self) -> None:
        """Replay the newest ledger. Raises Fault when it cannot be read."""
        head = self.store.head()
        if head.seq:
            self._receipts.load()
            self._apply_rows(head.ledger, after=0)
        self._decided, self._decided_head = self.durable, self.head

    @property
    def time_doubtful(self) -> bool:
        """Whether the last entry's time is marked doubtful."""
        return self._last_entry is not None and self._last_entry.time_doubtful

    @property
    def last_time(self) -> datetime | None:
        """When the last entry was written, by the clock of then; None: the ledger is empty."""
        return self._last_entry.time if self._last_entry is not None else None

    def handle(self, command: Command, actor: Actor, reply: Reply, *, in_room: bool = False) -> None:
        """Decide on `command`; `reply` is called once, when the answer is durable (or refused at once).

        The same id with the same content by the same actor gets the first answer and changes nothing;
        with other content it is refused. Refusals and faults are not remembered.
        """
        content = lg.sha256(lg.canonical({"actor": actor, "command": command}))
        if self._stale and not self._caught_up():
            reply(Refusal(Code.STORAGE_FAULT))
            return
        if self._answered_before(command, content, reply):
            return
        facts = self._facts(command, in_room)
        now = self.clock.now()
        decision = decide(self._decided, Order(command, actor, now.utc, facts))
        if isinstance(decision, Refusal):
            reply(decision)
            return
        self._append(decision, actor, now, lg.Receipt(command.id, content), reply)
        # What the recorder seals after the meeting has closed must not stand behind its last checkpoint.
        late = self._decided.stage is MeetingStage.CLOSED
        if late or not _SEALED_BY_CHECKPOINT.isdisjoint(map(type, decision)):
            self._append((self._checkpoint(),), SYSTEM, now)

    def probed(self, fault: Fault | None) -> None:
        """What the disk said to a probe (made off the hub, because it writes): the screens are told when
        that has changed."""
        self._tell_fault(fault)

    # --- on the way in

    def _answered_before(self, command: Command, content: str, reply: Reply) -> bool:
        first = self._receipts.first_answer(command, content)
        if first is not None:
            reply(first)
            return True
        flight = self._in_flight.get(command.id)
        if flight is None:
            return False
        if flight.content == content:
            flight.replies.append(reply)
        else:
            reply(Refusal(Code.ID_REUSED))
        return True

    def _facts(self, command: Command, in_room: bool) -> Facts:
        if isinstance(command, _NEEDS_FACTS):
            facts = self.registry.facts(command.plan if isinstance(command, ConveneMeeting) else None)
            previous = self._decided_head.hash if self._decided_head.seq else None
            return replace(facts, previous=previous, rehearsal=self.rehearsal, in_room=in_room)
        return Facts(in_room=True) if in_room else _NO_FACTS

    def _append(
        self,
        events: tuple[e.Event, ...],
        actor: Actor,
        now: Moment,
        receipt: lg.Receipt | None = None,
        reply: Reply | None = None,
    ) -> None:
        previous = self._decided_head
        first = events[0]
        opens = isinstance(first, e.MeetingConvened)
        entry = lg.LedgerEntry(
            ledger=first.ledger if isinstance(first, e.MeetingConvened) else previous.ledger,
            seq=1 if opens else previous.seq + 1,
            time=now.utc,
            uptime_ms=now.uptime_ms,
            prev=previous.hash,
            actor=actor,
            events=events,  # type: ignore[arg-type]  # decide returns members of the MeetingEvent union
            v=lg.VERSION,
            receipt=receipt,
            time_doubtful=self._doubtful(now),
        )
        sealed = lg.seal(entry)
        after = self._decided
        for event in events:
            after = evolve(after, event, now.utc)
        flight = _InFlight(
            sealed,
            after,
            answer_to(entry),
            [reply] if reply is not None else [],
            receipt.hash if receipt is not None else "",
            self._generation,
        )
        if receipt is not None:
            self._in_flight[receipt.id] = flight
        self._decided, self._decided_head, self._last_entry = after, sealed.head, entry
        self._receipts.opened(sealed.entry.ledger)
        self.writer.submit(previous, sealed, flight)

    def _checkpoint(self) -> e.CheckpointSigned:
        head = self._decided_head
        message = lg.checkpoint_message(head.ledger, head.seq, head.hash)
        return e.CheckpointSigned(
            seq=head.seq, head=head.hash, key=self.signer.public_key(), signature=self.signer.sign(message)
        )

    def _doubtful(self, now: Moment) -> bool:
        last = self._last_entry
        moved = self._doubt.about(now, last.time if last else None, sitting=self._decided.sitting is not None)
        return moved or self.clock_unset()

    # --- on the way out

    def _settled(self, tokens: Sequence[object], fault: Fault | None) -> None:
        flights = [t for t in tokens if isinstance(t, _InFlight) and t.generation == self._generation]
        if not flights:
            return
        if fault is not None:
            self._undo(fault)
            return
        before, self.durable, self.head = self.durable, flights[-1].after, flights[-1].sealed.head
        for flight in flights:
            receipt = flight.sealed.entry.receipt
            if receipt is not None:
                self._receipts.keep(flight.sealed.entry)
                self._in_flight.pop(receipt.id, None)
            for reply in flight.replies:
                reply(flight.answer)
        self._tell_fault(None)
        self._tell(before, tuple(f.sealed.entry for f in flights))

    def _tell(self, before: Meeting, entries: tuple[lg.LedgerEntry, ...]) -> None:
        told = Told(before=before, after=self.durable, entries=entries, head=self.head)
        for listen in self.listeners:
            listen(told)

    def _undo(self, fault: Fault) -> None:
        """Back to *durable*; what the disk really holds is read again before the next command."""
        self._generation += 1
        self._stale = True
        flights, self._in_flight = list(self._in_flight.values()), {}
        self._decided, self._decided_head = self.durable, self.head
        for flight in flights:
            for reply in flight.replies:
                reply(Refusal(fault.code, fault.detail))
        self._tell_fault(fault)

    def _caught_up(self) -> bool:
        """Read what a failed commit may have left on disk after all; False while the disk refuses."""
        before = self.durable
        try:
            head = self.store.head()
            entries = self._apply_rows(head.ledger, after=self.head.seq if head.ledger == self.head.ledger else 0)
        except Fault as fault:
            self._tell_fault(fault)
            return False
        self._decided, self._decided_head, self._stale = self.durable, self.head, False
        if entries:
            self._tell(before, entries)
        return True

    def _apply_rows(self, ledger: str, after: int) -> tuple[lg.LedgerEntry, ...]:
        """All of what is there, or nothing of it: a Fault half way leaves the Chamber as it was."""
        read = [lg.take(*row) for row in self.store.rows(ledger, after)]
        lg.follow(self.head if after else None, read)
        for sealed in read:
            for event in sealed.entry.events:
                self.durable = evolve(self.durable, event, sealed.entry.time)
            self._receipts.keep(sealed.entry)
            self.head, self._last_entry = sealed.head, sealed.entry
        return tuple(sealed.entry for sealed in read)

    def _tell_fault(self, fault: Fault | None) -> None:
        if (fault is None) == (self.fault is None):
            return
        self.fault = fault
        for listen in self.on_fault:
            listen(fault)


_NO_FACTS = Facts()
