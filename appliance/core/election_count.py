"""The count: two tellers key every paper, each blind to the other; where they differ they look again.

All of 6.5's arithmetic stands here or follows by construction: every paper has one number, a valid one has a mark
for every person, so valid + invalid = collected and the marks of each line sum to valid.
"""

from datetime import datetime
from typing import Final

from msgspec.structs import replace

from appliance.core import commands as c
from appliance.core import events as e
from appliance.core.ballot_marks import ElectionKind, Mark, Teller, TellerPart, choices
from appliance.core.election_life import ElectionAction, find, known, put, step
from appliance.core.election_result import count, differences
from appliance.core.people import Role
from appliance.core.refusals import Code, Refusal
from appliance.core.rule import CHAIR, Decision, Rule, Rules, Tellings
from appliance.core.state import Election, ElectionState, KeyedPaper, Meeting, Order

TELLERS: Final = frozenset({Role.DELEGATE, Role.CHAIR, Role.CLERK, Role.TECHNICIAN, Role.AUDITOR})
"""Whoever can sign in may be of the committee; the rules refuse those who are not."""


def teller_of(election: Election, order: Order) -> Teller | None:
    """The teller who gives this command, by member or by account."""
    return election.teller(order.actor.member, order.actor.person)


# --- decide


def record_issued(state: Meeting, order: Order, command: c.RecordIssued) -> Decision:
    """Handed out in all ≤ those present + those exchanged: whoever spoils a paper gives it back and gets another."""
    election = known(state, command.election)
    if isinstance(election, Refusal):
        return election
    if not _keeps_the_papers(election, order):
        return Refusal(Code.NOT_A_TELLER)
    if election.state is not ElectionState.ISSUING:
        return Refusal(Code.ELECTION_NOT_ISSUING, election.state)
    if command.issued > len(election.present) + command.exchanged or command.exchanged > command.issued:
        return Refusal(Code.BALLOTS_ISSUED_TOO_MANY, f"{len(election.present)} + {command.exchanged}")
    return (e.IssuedRecorded(election=election.election, issued=command.issued, exchanged=command.exchanged),)


def open_box(state: Meeting, order: Order, command: c.OpenBox) -> Decision:
    """No more can come back than were handed out and not exchanged."""
    election = known(state, command.election)
    if isinstance(election, Refusal):
        return election
    if not _keeps_the_papers(election, order):
        return Refusal(Code.NOT_A_TELLER)
    again = election.state is ElectionState.COUNTING and not election.keyed  # a slip, mended before the first paper
    found = election if again else find(state, command.election, ElectionAction.OPEN_BOX)
    if isinstance(found, Refusal):
        return found
    most = (election.issued or 0) - election.exchanged
    if command.collected > most:
        return Refusal(Code.BALLOTS_COLLECTED_TOO_MANY, str(most))
    return (e.BoxOpened(election=election.election, collected=command.collected),)


def key(state: Meeting, order: Order, command: c.KeyPaper) -> Decision:
    """The first two tellers who key are the two; a paper is keyed once by each."""
    return _key(state, order, command, again=False)


def replace_keyed(state: Meeting, order: Order, command: c.ReplaceKeyed) -> Decision:
    """One's own reading only; what stood there before stays in the ledger."""
    return _key(state, order, command, again=True)


def _key(state: Meeting, order: Order, command: c.KeyPaper | c.ReplaceKeyed, *, again: bool) -> Decision:
    election = known(state, command.election)
    if isinstance(election, Refusal):
        return election
    teller = teller_of(election, order)
    if teller is None:
        return Refusal(Code.NOT_A_TELLER)
    if election.state is not ElectionState.COUNTING:
        return Refusal(Code.ELECTION_NOT_COUNTING, election.state)
    mine = election.keyed.get(teller.who)
    if mine is None and len(election.keyed) == 2:
        return Refusal(Code.TWO_KEY_ALREADY)
    if command.paper > (election.collected or 0):
        return Refusal(Code.PAPER_UNKNOWN, str(election.collected))
    before = (mine or {}).get(command.paper)
    if again and before is None:
        return Refusal(Code.PAPER_NOT_KEYED, str(command.paper))
    if not again and before is not None:
        return Refusal(Code.PAPER_KEYED, str(command.paper))
    wrong = _wrong(election, command)
    if wrong is not None:
        return wrong
    return (
        e.PaperKeyed(
            election=election.election,
            paper=command.paper,
            teller=teller.who,
            marks=dict(command.marks),
            invalid=command.invalid,
            again=again,
        ),
    )


def _wrong(election: Election, command: c.KeyPaper | c.ReplaceKeyed) -> Refusal | None:
    """A valid paper has one mark for each person, not more names than seats, and at least one line that counts."""
    if command.invalid is not None:
        return Refusal(Code.PAPER_MARKS_WRONG, "invalid and marks") if command.marks else None
    boxes = {*choices(election.kind), Mark.SPOILED}
    names = {person.candidate for person in election.candidates}
    if set(command.marks) != names or not boxes.issuperset(command.marks.values()):
        return Refusal(Code.PAPER_MARKS_WRONG)
    marks = list(command.marks.values())
    if all(mark is Mark.SPOILED for mark in marks):
        return Refusal(Code.PAPER_NO_LINE)
    if election.kind is ElectionKind.ELECT and marks.count(Mark.YES) > election.seats:
        return Refusal(Code.PAPER_TOO_MANY_NAMES, str(election.seats))
    return None


def drop_keying(state: Meeting, order: Order, command: c.DropKeying) -> Decision:
    """By the gavel holder, when a teller cannot go on; another one begins with the first paper."""
    election = known(state, command.election)
    if isinstance(election, Refusal):
        return election
    if election.state is not ElectionState.COUNTING:
        return Refusal(Code.ELECTION_NOT_COUNTING, election.state)
    if command.teller not in election.keyed:
        return Refusal(Code.NOT_A_TELLER)
    return (e.KeyingDropped(election=election.election, teller=command.teller, reason=command.reason),)


def finish(state: Meeting, order: Order, command: c.FinishCount) -> Decision:
    """By one of the committee, once nothing is missing and nothing differs."""
    election = find(state, command.election, ElectionAction.FINISH)
    if isinstance(election, Refusal):
        return election
    teller = teller_of(election, order)
    if teller is None:
        return Refusal(Code.NOT_A_TELLER)
    if election.collected and not election.whole:
        done = sum(len(papers) for papers in election.keyed.values())
        return Refusal(Code.PAPERS_MISSING, str(2 * election.collected - done))
    different = differences(election)
    if different:
        return Refusal(Code.PAPERS_DIFFER, ", ".join(map(str, different)))
    if state.profile is None:
        return Refusal(Code.INTERNAL_ERROR, "no rule profile")
    papers = next(iter(election.keyed.values()), {})
    result = count(election, papers, state.profile)
    return (e.ElectionCounted(election=election.election, count=election.count + 1, teller=teller.who, result=result),)


def reopen(state: Meeting, order: Order, command: c.ReopenCount) -> Decision:
    """Before the result is told; whoever had confirmed it confirms again."""
    election = find(state, command.election, ElectionAction.REOPEN)
    if isinstance(election, Refusal):
        return election
    return (e.CountReopened(election=election.election, reason=command.reason),)


def _keeps_the_papers(election: Election, order: Order) -> bool:
    """The clerk, or the committee's head or secretary."""
    teller = teller_of(election, order)
    return order.actor.role is Role.CLERK or (teller is not None and teller.part is not TellerPart.MEMBER)


# --- evolve


def issued_recorded(state: Meeting, event: e.IssuedRecorded, at: datetime) -> Meeting:
    """The last word counts until the box is closed."""
    election = state.elections[event.election]
    return put(state, replace(election, issued=event.issued, exchanged=event.exchanged))


def box_opened(state: Meeting, event: e.BoxOpened, at: datetime) -> Meeting:
    """Counting begins."""
    election = state.elections[event.election]
    if election.state is ElectionState.BOX_CLOSED:
        election = step(election, ElectionAction.OPEN_BOX)
    return put(state, replace(election, collected=event.collected))


def paper_keyed(state: Meeting, event: e.PaperKeyed, at: datetime) -> Meeting:
    """One more paper read by one teller."""
    election = state.elections[event.election]
    papers = {**election.keyed.get(event.teller, {}), event.paper: KeyedPaper(event.marks, event.invalid)}
    return put(state, replace(election, keyed={**election.keyed, event.teller: papers}))


def keying_dropped(state: Meeting, event: e.KeyingDropped, at: datetime) -> Meeting:
    """Another teller may begin."""
    election = state.elections[event.election]
    return put(state, replace(election, keyed={k: v for k, v in election.keyed.items() if k != event.teller}))


def counted(state: Meeting, event: e.ElectionCounted, at: datetime) -> Meeting:
    """Nothing is keyed any more; two people confirm."""
    election = step(state.elections[event.election], ElectionAction.FINISH)
    return put(state, replace(election, result=event.result, count=event.count, counted=at, confirmations=()))


def reopened(state: Meeting, event: e.CountReopened, at: datetime) -> Meeting:
    """The papers keyed so far stay."""
    election = step(state.elections[event.election], ElectionAction.REOPEN)
    return put(state, replace(election, result=None, confirmations=()))


RULES: Final[Rules] = {
    c.RecordIssued: Rule(record_issued, TELLERS),
    c.OpenBox: Rule(open_box, TELLERS),
    c.KeyPaper: Rule(key, TELLERS),
    c.ReplaceKeyed: Rule(replace_keyed, TELLERS),
    c.DropKeying: Rule(drop_keying, CHAIR, gavel=True),
    c.FinishCount: Rule(finish, TELLERS),
    c.ReopenCount: Rule(reopen, CHAIR, gavel=True),
}

TELLINGS: Final[Tellings] = {
    e.IssuedRecorded: issued_recorded,
    e.BoxOpened: box_opened,
    e.PaperKeyed: paper_keyed,
    e.KeyingDropped: keying_dropped,
    e.ElectionCounted: counted,
    e.CountReopened: reopened,
}
