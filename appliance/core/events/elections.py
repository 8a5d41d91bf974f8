"""What happened in a secret vote on persons, taken on paper.

`PaperKeyed` holds a paper's marks and a number that was given to it after the box was opened and the papers mixed.
Nothing in here says whose paper it was: see SECURITY.md, *Papers keyed one by one*.
"""

from typing import Literal

from msgspec import Struct, field

from appliance.core.ballot_marks import Candidate, ElectionKind, Invalid, Mark, Purpose, Teller
from appliance.core.events.base import Event
from appliance.core.profile import Fraction


class PersonResult(Struct, frozen=True, omit_defaults=True):
    """One person's line of the count: how many papers had which mark."""

    candidate: str
    marks: dict[Mark, int]
    reached: bool = False
    """By the rule of this kind of vote: elected papers enough, relieved, no confidence …"""


class ElectionResult(Struct, frozen=True, omit_defaults=True):
    """The numbers of the count (domain 6.5). valid + invalid = collected; each line's marks sum to valid."""

    n: int
    present: int
    issued: int
    exchanged: int
    collected: int
    valid: int
    invalid: int
    needed: int
    lines: tuple[PersonResult, ...]
    reasons: dict[Invalid, int] = {}
    chosen: tuple[str, ...] = ()
    """Whom the vote takes hold of: elected, relieved, without the council's confidence."""
    tied: tuple[str, ...] = ()
    """Equal at the last seat: none of them is elected, and a further round is between them."""
    open_seats: int = 0
    relieve: tuple[str, ...] = ()
    """Of a rating: two thirds of N low, so that the nominator submits their relief."""


class ElectionDrafted(Event, tag=True, frozen=True, kw_only=True):
    """Prepared. `follows` links a further round to the one before."""

    election: str
    item: str
    kind: ElectionKind
    office: str
    seats: int
    rules: str
    candidates: tuple[Candidate, ...] = ()
    of_delegate: bool = False
    tellers: tuple[Teller, ...] = ()
    round: int = 1
    follows: str | None = None
    why: Literal["", "open_seats", "tie", "void"] = ""


class NominationsOpened(Event, tag=True, frozen=True, kw_only=True):
    """The council was asked for further names."""

    election: str


class CandidateNominated(Event, tag=True, frozen=True, kw_only=True):
    """On the list."""

    election: str
    candidate: Candidate


class CandidateWithdrawn(Event, tag=True, frozen=True, kw_only=True):
    """Off the list."""

    election: str
    candidate: str
    reason: str


class TellersProposed(Event, tag=True, frozen=True, kw_only=True):
    """The committee as it is put to the vote."""

    election: str
    tellers: tuple[Teller, ...]


class ElectionPollLinked(Event, tag=True, frozen=True, kw_only=True):
    """This open vote decides on the list, the tellers or the result of that election."""

    election: str
    poll: str
    purpose: Purpose


class ListClosed(Event, tag=True, frozen=True, kw_only=True):
    """By this adopted vote. `poll` is empty for a further round between those who were tied."""

    election: str
    poll: str = ""


class TellersElected(Event, tag=True, frozen=True, kw_only=True):
    """By this adopted vote; in a further round the committee of the one before goes on."""

    election: str
    poll: str = ""


class BallotsIssued(Event, tag=True, frozen=True, kw_only=True):
    """All that the result rests on, frozen. `candidates` are in the order of the ballot."""

    election: str
    candidates: tuple[Candidate, ...]
    rules: str
    rule: Fraction
    needed: int
    n: int
    present: tuple[str, ...]
    quorum_overridden: bool = False


class IssuedRecorded(Event, tag=True, frozen=True, kw_only=True):
    """Ballots handed out in all, and of them in exchange."""

    election: str
    issued: int
    exchanged: int = 0


class BoxClosed(Event, tag=True, frozen=True, kw_only=True):
    """No paper goes into the box from here on."""

    election: str


class BoxOpened(Event, tag=True, frozen=True, kw_only=True):
    """The papers that came back."""

    election: str
    collected: int


class PaperKeyed(Event, tag=True, frozen=True, kw_only=True):
    """One teller's reading of one paper; `again` when it takes the place of an earlier reading."""

    election: str
    paper: int
    teller: str
    marks: dict[str, Mark] = field(default_factory=dict)
    invalid: Invalid | None = None
    again: bool = False


class KeyingDropped(Event, tag=True, frozen=True, kw_only=True):
    """All that one teller keyed counts no more."""

    election: str
    teller: str
    reason: str


class ElectionCounted(Event, tag=True, frozen=True, kw_only=True):
    """Both keyings agree; the numbers that follow from them."""

    election: str
    count: int
    teller: str
    result: ElectionResult


class CountReopened(Event, tag=True, frozen=True, kw_only=True):
    """Counted again; earlier confirmations fall away."""

    election: str
    reason: str


class ElectionConfirmed(Event, tag=True, frozen=True, kw_only=True):
    """One of the two people who must both say that the result is right."""

    election: str
    part: Literal["clerk", "gavel"]
    person: str
    member: str | None = None


class ElectionAnnounced(Event, tag=True, frozen=True, kw_only=True):
    """The result as told to the hall, with its numbers, so that the entry stands by itself."""

    election: str
    result: ElectionResult


class ElectionVoided(Event, tag=True, frozen=True, kw_only=True):
    """Void, with the reason; it stays in the record."""

    election: str
    reason: str


ElectionEvent = (
    ElectionDrafted
    | NominationsOpened
    | CandidateNominated
    | CandidateWithdrawn
    | TellersProposed
    | ElectionPollLinked
    | ListClosed
    | TellersElected
    | BallotsIssued
    | IssuedRecorded
    | BoxClosed
    | BoxOpened
    | PaperKeyed
    | KeyingDropped
    | ElectionCounted
    | CountReopened
    | ElectionConfirmed
    | ElectionAnnounced
    | ElectionVoided
)
