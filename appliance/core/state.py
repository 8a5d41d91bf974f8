"""The meeting as one immutable value: what `evolve` makes and `decide` reads.

Dictionaries in here are never changed in place; a new state shares all that did not change with the
old one, so `is` tells cheaply whether a part has changed (the live views rely on it).
"""

from datetime import datetime
from enum import StrEnum
from typing import Literal

from msgspec import Struct

from appliance.core.ballot_paper import Choice, Matter, Method, Subject
from appliance.core.commands import Command
from appliance.core.events import Tally
from appliance.core.people import Actor, MemberFacts
from appliance.core.profile import Fraction, Majority, RuleProfile


class Facts(Struct, frozen=True):
    """What the registry knows that a command's decision needs; filled in by the Chamber."""

    council: str = ""
    term: str = ""
    previous: str | None = None
    profile: RuleProfile | None = None
    roster: tuple[MemberFacts, ...] = ()
    """All members in office, in the council's order."""
    chairs: dict[str, str] = {}
    """Chair accounts: person -> name."""
    in_room: bool = False
    """The room code that came with the command is the one on the hall screen."""


class Order(Struct, frozen=True):
    """One command with all that deciding on it needs: who gave it, when, and the facts on file."""

    command: Command
    actor: Actor
    now: datetime
    facts: Facts = Facts()


class MeetingStage(StrEnum):
    """A meeting's life: nothing yet, convened, closed."""

    NONE = "none"
    CONVENED = "convened"
    CLOSED = "closed"


class ItemState(StrEnum):
    """An agenda item waits, is the current one, or is done."""

    WAITING = "waiting"
    CURRENT = "current"
    DONE = "done"


class Item(Struct, frozen=True):
    """An agenda item with the times at which the meeting came to it."""

    item: str
    number: str
    title: str
    presenter: str
    state: ItemState = ItemState.WAITING
    started: tuple[datetime, ...] = ()
    ended: datetime | None = None


class Standing(StrEnum):
    """Where a member stands in the roll of a sitting."""

    EXPECTED = "expected"
    ASKED = "asked"
    PRESENT = "present"
    LEFT = "left"
    EXCUSED = "excused"
    UNEXCUSED = "unexcused"


class Stay(Struct, frozen=True):
    """One in and out; `until` is None while the member is here."""

    since: datetime
    by: str
    until: datetime | None = None


class Presence(Struct, frozen=True):
    """A member's line in the roll: standing now, and every in and out of this sitting."""

    standing: Standing = Standing.EXPECTED
    stays: tuple[Stay, ...] = ()


class Floor(Struct, frozen=True):
    """Who speaks, and since when; `member` is None for a guest."""

    member: str | None
    name: str
    office: str
    since: datetime


class Sitting(Struct, frozen=True):
    """A sitting; `roll` is kept with it, so the attendance of a past sitting stays readable."""

    sitting: str
    name: str
    opened: datetime
    members: dict[str, MemberFacts]
    roll: dict[str, Presence]
    closed: datetime | None = None

    @property
    def n(self) -> int:
        """N: all members in office, the denominator of every majority."""
        return len(self.members)

    def present(self) -> tuple[str, ...]:
        """The members who are in the room now, in the council's order."""
        return tuple(m for m, p in self.roll.items() if p.standing is Standing.PRESENT)


class Ballot(Struct, frozen=True):
    """A member's counted choice, and by which way it came."""

    choice: Choice
    by: str


class Entry(Struct, frozen=True):
    """A spoken choice that the clerk entered; it counts only once the gavel holder confirms it."""

    choice: Choice
    reason: str
    entered_by: str = ""
    entered_by_member: str | None = None


class Counts(Struct, frozen=True):
    """Raised hands as the clerk counted them."""

    for_: int
    against: int
    abstain: int


class Confirmation(Struct, frozen=True):
    """One person's word that the result is right."""

    part: Literal["clerk", "gavel"]
    person: str
    member: str | None = None


class PollState(StrEnum):
    """Where a poll is in its life; `poll.NEXT` has the ways between."""

    DRAFT = "draft"
    OPEN = "open"
    HELD = "held"
    CLOSED = "closed"
    CONFIRMED = "confirmed"
    ANNOUNCED = "announced"
    VOID = "void"


class Poll(Struct, frozen=True):
    """One question put to the vote. What follows `state` is frozen when the poll opens."""

    poll: str
    subjects: tuple[Subject, ...]
    matter: Matter
    majority: Majority
    method: Method
    seconds: int | None
    show_names: bool
    repeats: str | None = None
    repeat_reason: str = ""
    state: PollState = PollState.DRAFT
    sitting: str | None = None
    rule: Fraction | None = None
    needed: int = 0
    n: int = 0
    present: frozenset[str] = frozenset()
    change_allowed: bool = True
    quorum_overridden: bool = False
    opened: datetime | None = None
    closed: datetime | None = None
    closed_how: str = ""
    announced: datetime | None = None
    counts: Counts | None = None
    confirmations: tuple[Confirmation, ...] = ()
    tally: Tally | None = None
    adopted: bool | None = None
    void_reason: str = ""
    lapsed: dict[str, Entry] = {}
    """Entries that the gavel holder had not confirmed when the poll closed: they count for nothing."""

    @property
    def running(self) -> bool:
        """Between opening and closing: open or held."""
        return self.state in {PollState.OPEN, PollState.HELD}

    @property
    def unfinished(self) -> bool:
        """Opened, and neither announced nor void yet."""
        return self.running or self.state in {PollState.CLOSED, PollState.CONFIRMED}


class Meeting(Struct, frozen=True):
    """The whole meeting. `ballots` and `entries` stand beside the polls: a ballot changes them alone."""

    ledger: str = ""
    stage: MeetingStage = MeetingStage.NONE
    council: str = ""
    term: str = ""
    title: str = ""
    place: str = ""
    convened: datetime | None = None
    closed: datetime | None = None
    profile: RuleProfile | None = None
    items: dict[str, Item] = {}
    current_item: str | None = None
    sittings: tuple[Sitting, ...] = ()
    gavel: str | None = None
    gavel_name: str = ""
    private: Literal["sitting", "item"] | None = None
    polls: dict[str, Poll] = {}
    ballots: dict[str, dict[str, Ballot]] = {}
    entries: dict[str, dict[str, Entry]] = {}
    floor: Floor | None = None

    @property
    def sitting(self) -> Sitting | None:
        """The sitting that is open now."""
        last = self.sittings[-1] if self.sittings else None
        return last if last is not None and last.closed is None else None

    @property
    def running_poll(self) -> Poll | None:
        """The one poll that is open or held."""
        return next((p for p in self.polls.values() if p.running), None)
