"""Polls and their ballots."""

from datetime import datetime
from enum import StrEnum
from typing import Literal

from msgspec import Struct

from appliance.core.ballot_paper import Choice, Matter, Method, Subject
from appliance.core.events import Tally
from appliance.core.profile import Fraction, Majority


class Ballot(Struct, frozen=True):
    """A member's counted choice, and by which way it came."""

    choice: Choice
    by: str
    changes: int = 0
    """How often the member has changed it."""


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
    part_of: str | None = None
    revision: int = 1
    """Counts the changes of the draft."""
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
    called: tuple[str, ...] = ()
    """In a roll call: whose names have been called, in that order."""
    taken: datetime | None = None
    """When the hall voted, for a vote entered afterwards."""
    past_reason: str = ""
    present_count: int | None = None

    @property
    def present_number(self) -> int:
        """How many were present."""
        return len(self.present) if self.present_count is None else self.present_count

    @property
    def running(self) -> bool:
        """Between opening and closing: open or held."""
        return self.state in {PollState.OPEN, PollState.HELD}

    @property
    def unfinished(self) -> bool:
        """Opened, and neither announced nor void yet."""
        return self.running or self.state in {PollState.CLOSED, PollState.CONFIRMED}
