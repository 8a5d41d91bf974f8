"""Polls, their progress and their results."""

from typing import Literal

from msgspec import Struct, field

from appliance.core.ballot_paper import Choice, Matter, Method, Subject
from appliance.core.events import Tally
from appliance.core.profile import Majority
from appliance.core.state import PollState
from appliance.server.view.base import Sentence


class NamedChoice(Struct, frozen=True):
    """Who voted how; only where the view may show it. `choice` null: present, did not press."""

    member: str
    name: str
    seat: str
    choice: Choice | None


class GroupResult(Struct, frozen=True):
    """How one group of delegates voted (named votes only). `absent`: in office, not present when the vote opened."""

    group: str
    for_: int = field(name="for")
    against: int
    abstain: int
    not_pressed: int
    absent: int


class ResultView(Struct, frozen=True):
    """A poll's result: only in the views that may see it (clerk and gavel holder from closed, all from announced)."""

    tally: Tally
    adopted: bool
    percent_for: str
    """Of N, two decimals, e.g. `88,89`."""
    percent_against: str
    percent_not_voting: str
    """Chose not to vote, or pressed nothing: the law counts them together (`không biểu quyết`)."""
    sentence: Sentence
    """The legal sentence that the chair speaks."""
    names: tuple[NamedChoice, ...] | None = None
    groups: tuple[GroupResult, ...] | None = None
    """By group, wherever the names may be seen: a group of one would tell the name."""


class EntryView(Struct, frozen=True):
    """A choice the clerk entered for a member, waiting for the gavel holder (chair, clerk)."""

    poll: str
    member: str
    name: str
    choice: Choice
    reason: str


class PollView(Struct, frozen=True):
    """A poll as a role may see it."""

    poll: str
    state: PollState
    subjects: tuple[Subject, ...]
    matter: Matter
    majority: Majority
    method: Method
    seconds: int | None = None
    needed: int = 0
    n: int = 0
    present: int = 0
    remaining_ms: int | None = None
    """Time left when this was sent; count down from the moment of arrival. Null: closed by hand."""
    show_names: bool = False
    change_allowed: bool = True
    quorum_overridden: bool = False
    repeats: str | None = None
    repeat_reason: str = ""
    void_reason: str = ""
    opened: str | None = None
    closed: str | None = None
    closed_how: str = ""
    announced: str | None = None
    confirmed_by: tuple[Literal["clerk", "gavel"], ...] = ()
    counts_entered: bool = False
    part_of: str | None = None
    """The poll on the whole of which this is a part."""
    parts: tuple[str, ...] = ()
    """The polls on its parts."""
    revision: int = 1
    """Of the draft; EditPoll names it."""
    taken: str | None = None
    """A vote entered afterwards: when the hall voted."""
    past_reason: str = ""
    lapsed: tuple[EntryView, ...] | None = None
    """Entries that were not confirmed in time and count for nothing; clerk and gavel holder only."""
    result: ResultView | None = None


class ProgressView(Struct, frozen=True):
    """Section `progress`: n of N pressed, never a partial result. `waiting` is for chair and clerk only."""

    poll: str
    pressed: int
    present: int
    waiting: tuple[str, ...] | None = None


class CalledView(Struct, frozen=True):
    """One name of a roll call. `choice` is for clerk and gavel holder alone while the vote runs."""

    member: str
    name: str
    seat: str
    called: bool
    answered: bool
    choice: Choice | None = None


class RollCallView(Struct, frozen=True):
    """Section `roll_call`: a vote by roll call while it runs; `now` is the member whose answer is awaited."""

    poll: str
    now: str | None
    next: str | None
    names: tuple[CalledView, ...]
    """In the council's order."""


class StrawResult(Struct, frozen=True):
    """A straw poll's numbers."""

    yes: int
    no: int
    unsure: int


class StrawView(Struct, frozen=True):
    """Section `straw`: a show of opinion, no vote. The numbers are there once it has ended, for everybody at once."""

    straw: str
    question: str
    open: bool
    answered: int
    present: int
    result: StrawResult | None = None


class BallotView(Struct, frozen=True):
    """One's own recorded choice."""

    poll: str
    choice: Choice
