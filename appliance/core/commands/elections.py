"""Secret votes on persons, taken on paper: from the list to the count and its announcement (domain 6)."""

from typing import Annotated

from msgspec import Meta, field

from appliance.core.ballot_marks import Candidate, ElectionKind, Invalid, Mark, Purpose, Teller
from appliance.core.ballot_paper import Method
from appliance.core.commands.base import Command, Count
from appliance.core.people import Id, LongText, ShortText

Paper = Annotated[int, Meta(ge=1, le=1000)]
"""The number that the tellers write on a paper after the box was opened and the papers were mixed."""


class DraftElection(Command, tag=True, frozen=True, kw_only=True):
    """Prepare an election, or another secret vote on persons, on an item. `election` is the client's name for it.

    `office` is what it is about (`Ủy viên Ủy ban nhân dân xã`); `seats` how many are to be elected. `rules` is the
    *thể lệ* read out before the vote; empty: the house's own text. `of_delegate`: a bãi nhiệm of a delegate.
    """

    election: Id
    item: Id
    kind: ElectionKind
    office: ShortText
    seats: Annotated[int, Meta(ge=1, le=30)] = 1
    candidates: Annotated[tuple[Candidate, ...], Meta(max_length=60)] = ()
    rules: Annotated[str, Meta(max_length=4000)] = ""
    of_delegate: bool = False


class OpenNominations(Command, tag=True, frozen=True, kw_only=True):
    """Ask the council who else stands or is nominated."""

    election: Id


class NominateCandidate(Command, tag=True, frozen=True, kw_only=True):
    """Put a person on the list, while it is not closed."""

    election: Id
    candidate: Candidate


class WithdrawCandidate(Command, tag=True, frozen=True, kw_only=True):
    """Take a person off the list, while it is not closed."""

    election: Id
    candidate: Id
    reason: ShortText


class ProposeTellers(Command, tag=True, frozen=True, kw_only=True):
    """Propose the tellers' committee: an odd number, one head, one secretary, nobody who is on the ballot."""

    election: Id
    tellers: Annotated[tuple[Teller, ...], Meta(max_length=9)]


class DraftElectionPoll(Command, tag=True, frozen=True, kw_only=True):
    """Draft one of the open votes that belong to an election: on the list, on the tellers, on the result.

    The question is worded from the election itself. `poll` is the client's name for the poll.
    """

    election: Id
    purpose: Purpose
    poll: Id | None = None
    method: Method = Method.ELECTRONIC


class CloseList(Command, tag=True, frozen=True, kw_only=True):
    """The list is closed: its open vote has been adopted and announced."""

    election: Id


class ElectTellers(Command, tag=True, frozen=True, kw_only=True):
    """The tellers begin: their open vote has been adopted and announced."""

    election: Id


class IssueBallots(Command, tag=True, frozen=True, kw_only=True):
    """Hand out the ballots: names, rules, N, the present list and the threshold are frozen."""

    election: Id
    override_quorum: bool = False


class RecordIssued(Command, tag=True, frozen=True, kw_only=True):
    """How many ballots were handed out in all, and how many of them in exchange for a spoiled one."""

    election: Id
    issued: Count
    exchanged: Count = 0


class CloseBox(Command, tag=True, frozen=True, kw_only=True):
    """End of voting."""

    election: Id


class OpenBox(Command, tag=True, frozen=True, kw_only=True):
    """The box was opened before witnesses, the papers mixed and numbered: so many came back."""

    election: Id
    collected: Count


class KeyPaper(Command, tag=True, frozen=True, kw_only=True):
    """A teller keys one paper: a mark for every person, or the reason why the whole paper is invalid."""

    election: Id
    paper: Paper
    marks: Annotated[dict[str, Mark], Meta(max_length=60)] = field(default_factory=dict)
    invalid: Invalid | None = None


class ReplaceKeyed(Command, tag=True, frozen=True, kw_only=True):
    """The teller looked at the paper again: what they keyed for it before was wrong."""

    election: Id
    paper: Paper
    marks: Annotated[dict[str, Mark], Meta(max_length=60)] = field(default_factory=dict)
    invalid: Invalid | None = None


class DropKeying(Command, tag=True, frozen=True, kw_only=True):
    """A teller cannot go on: all that they keyed is dropped, and another teller keys in their place."""

    election: Id
    teller: Id
    reason: ShortText


class FinishCount(Command, tag=True, frozen=True, kw_only=True):
    """A teller: both keyings are whole and the same, and the sums are right."""

    election: Id


class ReopenCount(Command, tag=True, frozen=True, kw_only=True):
    """Count again, before the result is told; the papers keyed so far stay and may be replaced."""

    election: Id
    reason: ShortText


class ConfirmElection(Command, tag=True, frozen=True, kw_only=True):
    """The result is right, says the clerk; the result is right, says the gavel holder.

    `count` names the count that was seen (1, 2, …), so that nobody confirms another one.
    """

    election: Id
    count: Count


class AnnounceElection(Command, tag=True, frozen=True, kw_only=True):
    """Tell the hall. From here the result is part of the record for good."""

    election: Id


class VoidElection(Command, tag=True, frozen=True, kw_only=True):
    """Declare it void, with a reason; possible until it is announced. All rounds stay in the record."""

    election: Id
    reason: LongText


class NextRound(Command, tag=True, frozen=True, kw_only=True):
    """A further round linked to an announced election whose seats are not filled, or to a void one.

    After a tie at the last seat it is between the tied, and nobody else; otherwise `candidates` says who goes on
    (empty: all who were not elected), and the council votes on that list again.
    """

    election: Id
    new_election: Id
    candidates: Annotated[tuple[Id, ...], Meta(max_length=60)] = ()


ElectionCommand = (
    DraftElection
    | OpenNominations
    | NominateCandidate
    | WithdrawCandidate
    | ProposeTellers
    | DraftElectionPoll
    | CloseList
    | ElectTellers
    | IssueBallots
    | RecordIssued
    | CloseBox
    | OpenBox
    | KeyPaper
    | ReplaceKeyed
    | DropKeying
    | FinishCount
    | ReopenCount
    | ConfirmElection
    | AnnounceElection
    | VoidElection
    | NextRound
)
