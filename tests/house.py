"""Builders: a council, a hall where rules are tried, a house with the door and all ports in memory.

`Hall` is the rules alone (decide and evolve); `House` is the Chamber around them. Both take commands by
`give(actor, kind, **fields)`, so the helpers below (`convene`, `sit`, `open_poll` …) work on either:

    house = House.of(n=27)
    open_poll(sit(convene(house), present=25))
    house.give(member(3), c.CastBallot, poll="p1", choice="for")
"""

import itertools
import tomllib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

import msgspec
from msgspec.structs import replace

import appliance
from appliance.adapters.memory import HashSigner, InlineWriter, ManualClock, ManualTimers, MemoryFacts, MemoryLedger
from appliance.core import commands as c
from appliance.core import events as e
from appliance.core.ledger import VERSION, Head, LedgerEntry, Sealed, seal
from appliance.core.meeting import decide, evolve
from appliance.core.people import Actor, MemberFacts, Role
from appliance.core.profile import RuleProfile, Setting
from appliance.core.refusals import Code, Fault, Refusal
from appliance.core.state import Facts, Meeting, Order
from appliance.services.answers import Accepted, Answer
from appliance.services.chamber import Chamber
from appliance.services.countdown import Countdown
from appliance.services.ports import LedgerStore, LedgerWriter, Signer

START: Final = datetime(2026, 12, 18, 1, 0, tzinfo=UTC)
PROFILE: Final = msgspec.convert(
    tomllib.loads((Path(appliance.__file__).parent / "rules.toml").read_text(encoding="utf-8")), RuleProfile
)
FIRST_BALLOT_COUNTS: Final = replace(PROFILE, change_ballot=Setting(value=0, citation="a council's own rule"))

CHAIR: Final = Actor(role=Role.CHAIR, person="chair")
OTHER_CHAIR: Final = Actor(role=Role.CHAIR, person="other-chair")
CLERK: Final = Actor(role=Role.CLERK, person="clerk")
AUDITOR: Final = Actor(role=Role.AUDITOR, person="auditor")
TECHNICIAN: Final = Actor(role=Role.TECHNICIAN, person="technician")
HALL: Final = Actor(role=Role.HALL, person="hall-1")
SYSTEM: Final = Actor(role=Role.SYSTEM, person="appliance")
CHAIRS: Final = {CHAIR.person: "Vũ Đình Mẫu", OTHER_CHAIR.person: "Lê Thị Ví Dụ"}

_ids = itertools.count(1)


def fresh_id() -> str:
    """A command id that no other command of this test run has."""
    return f"{next(_ids):032x}"


def name_of(i: int) -> str:
    """The i-th member, from 1."""
    return f"m{i:02}"


def member(i: int) -> Actor:
    """The i-th member at their own tablet."""
    return Actor(role=Role.DELEGATE, person=name_of(i), member=name_of(i))


def panel(i: int) -> Actor:
    """The panels process, speaking for the i-th member."""
    return Actor(role=Role.PANELS, person="panels", member=name_of(i))


def roster(n: int) -> tuple[MemberFacts, ...]:
    """N members in office."""
    return tuple(
        MemberFacts(member=name_of(i), name=f"Nguyễn Văn Mẫu {i}", group=f"Tổ {i % 6 + 1}", seat=f"A{i}")
        for i in range(1, n + 1)
    )


def facts(n: int, profile: RuleProfile = PROFILE) -> Facts:
    """What the registry has on a council of N."""
    return Facts(
        council="Hội đồng nhân dân xã Hồng Mẫu", term="2026 - 2031", profile=profile, roster=roster(n), chairs=CHAIRS
    )


class Takes(Protocol):
    """Whatever commands can be given to."""

    def give(self, actor: Actor, kind: type[c.Command], /, *, in_room: bool = False, **fields: Any) -> object:
        """One command, with a fresh id unless one is among the fields."""

    @property
    def state(self) -> Meeting:
        """The meeting now."""


@dataclass(slots=True)
class Hall:
    """The rules alone. `told` keeps what happened and when."""

    facts: Facts
    state: Meeting = field(default_factory=Meeting)
    now: datetime = START
    told: list[tuple[e.Event, datetime]] = field(default_factory=list)

    @classmethod
    def of(cls, n: int = 27, profile: RuleProfile = PROFILE) -> "Hall":
        """A hall of a council of N, with nothing in it yet."""
        return cls(facts(n, profile))

    def give(
        self, actor: Actor, kind: type[c.Command], /, *, in_room: bool = False, **fields: Any
    ) -> tuple[e.Event, ...] | Refusal:
        """Decide, and if accepted let it happen, one second after what was before."""
        decision = self.ask(actor, kind, in_room=in_room, **fields)
        if isinstance(decision, Refusal):
            return decision
        self.now += timedelta(seconds=1)
        for event in decision:
            self.state = evolve(self.state, event, self.now)
            self.told.append((event, self.now))
        return decision

    def ask(
        self, actor: Actor, kind: type[c.Command], /, *, in_room: bool = False, **fields: Any
    ) -> tuple[e.Event, ...] | Refusal:
        """Decide only."""
        command = command_of(kind, fields)
        return decide(self.state, Order(command, actor, self.now, replace(self.facts, in_room=in_room)))


@dataclass(slots=True)
class House:
    """The Chamber with every port in memory: `ledger` is the disk, `writer` the way to it."""

    registry: MemoryFacts
    clock: ManualClock
    timers: ManualTimers
    ledger: LedgerStore
    writer: LedgerWriter
    signer: Signer
    chamber: Chamber
    countdown: Countdown

    @classmethod
    def of(
        cls,
        n: int = 27,
        profile: RuleProfile = PROFILE,
        ledger: LedgerStore | None = None,
        signer: Signer | None = None,
        clock: ManualClock | None = None,
        at_once: bool = True,
    ) -> "House":
        """A house on `ledger` (an empty one in memory if none is given), started as after a power cut."""
        ledger = MemoryLedger() if ledger is None else ledger
        signer = HashSigner() if signer is None else signer
        clock = ManualClock(utc=START) if clock is None else clock
        registry = MemoryFacts(facts(n, profile), {m.seat: m.member for m in roster(n)})
        writer = InlineWriter(ledger, at_once=at_once)
        chamber = Chamber(ledger, writer, registry, clock, signer)
        timers = ManualTimers()
        house = cls(registry, clock, timers, ledger, writer, signer, chamber, Countdown(chamber, clock, timers))
        chamber.load()
        return house

    @property
    def state(self) -> Meeting:
        """What is durable."""
        return self.chamber.durable

    @property
    def memory(self) -> MemoryLedger:
        """The ledger, when it is one in memory."""
        assert isinstance(self.ledger, MemoryLedger)
        return self.ledger

    @property
    def inline(self) -> InlineWriter:
        """The writer, when it is the one without a thread."""
        assert isinstance(self.writer, InlineWriter)
        return self.writer

    def probe(self) -> None:
        """Ask the disk whether it takes writes, as the server does every now and then."""
        try:
            self.ledger.probe()
        except Fault as fault:
            self.chamber.probed(fault)
        else:
            self.chamber.probed(None)

    def restarted(self) -> "House":
        """The same disk under a new process."""
        return House.of(len(self.registry.on_file.roster), ledger=self.ledger, signer=self.signer, clock=self.clock)

    def give(self, actor: Actor, kind: type[c.Command], /, *, in_room: bool = False, **fields: Any) -> Answer | None:
        """One command; the answer, or None while it is on its way to the disk."""
        return self.send(command_of(kind, fields), actor, in_room=in_room).answer

    def send(self, command: c.Command, actor: Actor, *, in_room: bool = False) -> "Waiter":
        """One command, and somebody who waits for its answer."""
        waiter = Waiter()
        self.chamber.handle(command, actor, waiter, in_room=in_room)
        return waiter


@dataclass(slots=True)
class Waiter:
    """Waits for one answer. A second answer to the same command is a bug."""

    answers: list[Answer] = field(default_factory=list)

    def __call__(self, answer: Answer) -> None:
        assert not self.answers, "answered twice"
        self.answers.append(answer)

    @property
    def answer(self) -> Answer | None:
        """The answer, if it has come."""
        return self.answers[0] if self.answers else None


def command_of(kind: type[c.Command], fields: dict[str, Any]) -> c.Command:
    """A command as the wire would make it: enums from their wire names, a fresh id if none is given."""
    fields = {"type": kind.__name__, "id": fresh_id(), **fields}
    if "for_" in fields:
        fields["for"] = fields.pop("for_")
    return msgspec.convert(fields, kind)


def refused(answer: object) -> Code:
    """The code of a refusal."""
    assert isinstance(answer, Refusal), f"expected a refusal, got {answer!r}"
    return answer.code


def accepted(answer: object) -> Any:
    """The events, or the receipt, of what was not refused."""
    assert answer is not None, "still waiting for the disk"
    assert not isinstance(answer, Refusal), f"refused: {answer.code} {answer.detail}"
    return answer


def seq_of(answer: object) -> int:
    """The ledger entry that an accepted command became."""
    assert isinstance(answer, Accepted), f"not accepted: {answer!r}"
    return answer.seq


T = TypeVar("T", bound=Takes)


def convene(to: T, items: int = 2) -> T:
    """A meeting with agenda items i1, i2 …"""
    accepted(to.give(CLERK, c.ConveneMeeting, title="Kỳ họp thứ 3"))
    for i in range(1, items + 1):
        accepted(to.give(CLERK, c.AddItem, item=f"i{i}", number=str(i), title=f"Nội dung {i}"))
    return to


def sit(to: T, present: int = 25, item: str | None = "i1") -> T:
    """A sitting opened by CHAIR, the first `present` members checked in by the clerk, at item i1."""
    accepted(to.give(CHAIR, c.OpenSitting, name="Buổi sáng"))
    for i in range(1, present + 1):
        accepted(to.give(CLERK, c.CheckIn, member=name_of(i)))
    if item is not None:
        accepted(to.give(CHAIR, c.StartItem, item=item))
    return to


def draft(to: T, poll: str = "p1", item: str = "i1", **fields: Any) -> T:
    """A draft on an item."""
    accepted(to.give(CLERK, c.DraftPoll, item=item, poll=poll, question="Thông qua dự thảo Nghị quyết?", **fields))
    return to


def open_poll(to: T, poll: str = "p1", **fields: Any) -> T:
    """A draft, opened at once whatever the quorum."""
    draft(to, poll, **fields)
    accepted(to.give(CHAIR, c.OpenPoll, poll=poll, override_quorum=True))
    return to


def cast(to: T, yes: int = 0, no: int = 0, none: int = 0, poll: str = "p1") -> T:
    """Ballots of the first members: so many for, then against, then abstaining."""
    choices = ["for"] * yes + ["against"] * no + ["abstain"] * none
    for i, choice in enumerate(choices, start=1):
        accepted(to.give(member(i), c.CastBallot, poll=poll, choice=choice))
    return to


def close_poll(to: T, poll: str = "p1") -> T:
    """Closed by the chair."""
    accepted(to.give(CHAIR, c.ClosePoll, poll=poll))
    return to


def confirm_poll(to: T, poll: str = "p1") -> T:
    """Closed, and confirmed by clerk and chair."""
    close_poll(to, poll)
    accepted(to.give(CLERK, c.ConfirmPoll, poll=poll))
    accepted(to.give(CHAIR, c.ConfirmPoll, poll=poll))
    return to


def announce_poll(to: T, poll: str = "p1") -> T:
    """Closed, confirmed and announced."""
    confirm_poll(to, poll)
    accepted(to.give(CHAIR, c.AnnouncePoll, poll=poll))
    return to


def entries_after(head: Head, count: int, ledger: str | None = None, filler: str = "") -> list[Sealed]:
    """So many sealed entries that follow `head`, for tests of stores and writers; a new ledger if named."""
    sealed: list[Sealed] = []
    for _ in range(count):
        fresh = ledger is not None and ledger != head.ledger
        entry = LedgerEntry(
            ledger=ledger or head.ledger,
            seq=1 if fresh else head.seq + 1,
            time=START,
            uptime_ms=1_000,
            prev=head.hash,
            actor=CLERK,
            events=(e.PollVoided(poll="p1", reason=f"thử {filler}"),),
            v=VERSION,
        )
        sealed.append(seal(entry))
        head = sealed[-1].head
    return sealed
