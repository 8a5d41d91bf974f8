"""The life of a secret vote on persons: drafted → … → announced; void until announced.

`NEXT` is the whole of it: nothing else may assign an election's state. The drawing in ARCHITECTURE.md is compared
with this table by a test. Here are the steps of the gavel: handing out, closing the box, confirming, announcing.
"""

from datetime import datetime
from enum import StrEnum
from typing import Final

from msgspec.structs import replace

from appliance.core import commands as c
from appliance.core import events as e
from appliance.core.ballot_marks import ElectionKind
from appliance.core.people import Role
from appliance.core.profile import Fraction, RuleProfile
from appliance.core.refusals import Code, Refusal
from appliance.core.rule import CHAIR, DESK, Decision, Rule, Rules, Tellings
from appliance.core.state import Confirmation, Election, ElectionState, Meeting, Order


class ElectionAction(StrEnum):
    """What can be done to an election as a whole."""

    NOMINATIONS = "OpenNominations"
    CLOSE_LIST = "CloseList"
    TELLERS = "ElectTellers"
    ISSUE = "IssueBallots"
    CLOSE_BOX = "CloseBox"
    OPEN_BOX = "OpenBox"
    FINISH = "FinishCount"
    REOPEN = "ReopenCount"
    CONFIRM = "ConfirmElection"
    ANNOUNCE = "AnnounceElection"
    VOID = "VoidElection"


_A, _S = ElectionAction, ElectionState
NEXT: Final[dict[tuple[ElectionState, ElectionAction], ElectionState]] = {
    (_S.DRAFTED, _A.NOMINATIONS): _S.NOMINATING,
    (_S.NOMINATING, _A.CLOSE_LIST): _S.LISTED,
    (_S.LISTED, _A.TELLERS): _S.READY,
    (_S.READY, _A.ISSUE): _S.ISSUING,
    (_S.ISSUING, _A.CLOSE_BOX): _S.BOX_CLOSED,
    (_S.BOX_CLOSED, _A.OPEN_BOX): _S.COUNTING,
    (_S.COUNTING, _A.FINISH): _S.COUNTED,
    (_S.COUNTED, _A.REOPEN): _S.COUNTING,
    (_S.CONFIRMED, _A.REOPEN): _S.COUNTING,
    (_S.COUNTED, _A.CONFIRM): _S.CONFIRMED,
    (_S.CONFIRMED, _A.ANNOUNCE): _S.ANNOUNCED,
    **{(state, _A.VOID): _S.VOID for state in _S if state not in {_S.ANNOUNCED, _S.VOID}},
}

_REFUSED: Final[dict[ElectionAction, Code]] = {
    _A.NOMINATIONS: Code.ELECTION_NOT_DRAFTED,
    _A.CLOSE_LIST: Code.ELECTION_NOT_NOMINATING,
    _A.TELLERS: Code.ELECTION_NOT_LISTED,
    _A.ISSUE: Code.ELECTION_NOT_READY,
    _A.CLOSE_BOX: Code.ELECTION_NOT_ISSUING,
    _A.OPEN_BOX: Code.ELECTION_BOX_NOT_CLOSED,
    _A.FINISH: Code.ELECTION_NOT_COUNTING,
    _A.REOPEN: Code.ELECTION_NOT_COUNTED,
    _A.CONFIRM: Code.ELECTION_NOT_COUNTED,
    _A.ANNOUNCE: Code.ELECTION_NOT_CONFIRMED,
    _A.VOID: Code.ELECTION_ENDED,
}


def known(state: Meeting, name: str) -> Election | Refusal:
    """The election of that name."""
    return state.elections.get(name) or Refusal(Code.ELECTION_UNKNOWN)


def find(state: Meeting, name: str, action: ElectionAction) -> Election | Refusal:
    """The election if `NEXT` has a way for this action, otherwise the refusal that names the rule."""
    found = known(state, name)
    if isinstance(found, Election) and (found.state, action) not in NEXT:
        return Refusal(_REFUSED[action], found.state)
    return found


def rule_of(profile: RuleProfile, kind: ElectionKind, *, of_delegate: bool) -> Fraction:
    """The share of N that takes hold: of yes for most kinds, of no for a confidence vote, of low for a rating."""
    if kind is ElectionKind.REMOVE and of_delegate:
        return profile.two_thirds
    return profile.elections.rating_resign if kind is ElectionKind.CONFIDENCE_RATING else profile.ordinary


def in_hand(state: Meeting) -> Election | None:
    """The election whose ballots are being handed out: the hall does nothing else meanwhile."""
    return next((x for x in state.elections.values() if x.state is ElectionState.ISSUING), None)


def unfinished(state: Meeting) -> Election | None:
    """An election whose ballots were handed out and whose result is not told."""
    return next((x for x in state.elections.values() if x.unfinished), None)


# --- decide


def issue(state: Meeting, order: Order, command: c.IssueBallots) -> Decision:
    """Freezes names, rules, N and who is present. Below the quorum the chair must say so, as for a poll."""
    election = find(state, command.election, ElectionAction.ISSUE)
    if isinstance(election, Refusal):
        return election
    sitting, profile = state.sitting, state.profile
    if sitting is None or profile is None:
        return Refusal(Code.SITTING_NOT_OPEN)
    if any(p.unfinished for p in state.polls.values()):
        return Refusal(Code.ANOTHER_POLL_RUNNING)
    other = in_hand(state)
    if other is not None:
        return Refusal(Code.ELECTION_UNFINISHED, other.election)
    present = sitting.present()
    if not present:
        return Refusal(Code.NOBODY_PRESENT)
    below = not profile.quorum.reached(len(present), sitting.n)
    if below and not command.override_quorum:
        return Refusal(Code.BELOW_QUORUM, f"{len(present)}/{sitting.n}")
    rule = rule_of(profile, election.kind, of_delegate=election.of_delegate)
    return (
        e.BallotsIssued(
            election=election.election,
            candidates=election.candidates,
            rules=election.rules,
            rule=rule,
            needed=rule.needed(sitting.n),
            n=sitting.n,
            present=present,
            quorum_overridden=below,
        ),
    )


def close_box(state: Meeting, order: Order, command: c.CloseBox) -> Decision:
    """Only once it is known how many ballots were handed out."""
    election = find(state, command.election, ElectionAction.CLOSE_BOX)
    if isinstance(election, Refusal):
        return election
    if election.issued is None:
        return Refusal(Code.BALLOTS_NOT_RECORDED)
    return (e.BoxClosed(election=election.election),)


def confirm(state: Meeting, order: Order, command: c.ConfirmElection) -> Decision:
    """Clerk and gavel holder, two people, of the count that they have seen."""
    election = find(state, command.election, ElectionAction.CONFIRM)
    if isinstance(election, Refusal):
        return election
    if command.count != election.count:
        return Refusal(Code.SEEN_OTHER, str(election.count))
    actor = order.actor
    part = "gavel" if actor.person == state.gavel else "clerk" if actor.role is Role.CLERK else None
    if part is None:
        return Refusal(Code.GAVEL_NOT_YOURS)
    for done in election.confirmations:
        if done.part == part:
            return Refusal(Code.ALREADY_CONFIRMED)
        if done.person == actor.person or (actor.member is not None and done.member == actor.member):
            return Refusal(Code.SAME_PERSON)
    return (
        e.ElectionConfirmed(
            election=election.election,
            part="gavel" if part == "gavel" else "clerk",
            person=actor.person,
            member=actor.member,
        ),
    )


def announce(state: Meeting, order: Order, command: c.AnnounceElection) -> Decision:
    """The numbers told are the ones counted, never typed."""
    election = find(state, command.election, ElectionAction.ANNOUNCE)
    if isinstance(election, Refusal):
        return election
    if election.result is None:
        return Refusal(Code.ELECTION_NOT_COUNTED)
    return (e.ElectionAnnounced(election=election.election, result=election.result),)


def void(state: Meeting, order: Order, command: c.VoidElection) -> Decision:
    """With a reason; it stays in the record."""
    election = find(state, command.election, ElectionAction.VOID)
    if isinstance(election, Refusal):
        return election
    return (e.ElectionVoided(election=election.election, reason=command.reason),)


# --- evolve


def step(election: Election, action: ElectionAction) -> Election:
    """Moved along `NEXT`. Raises KeyError on a ledger that could not have been written by `decide`."""
    return replace(election, state=NEXT[election.state, action])


def put(state: Meeting, election: Election) -> Meeting:
    """The meeting with this election in it."""
    return replace(state, elections={**state.elections, election.election: election})


def issued(state: Meeting, event: e.BallotsIssued, at: datetime) -> Meeting:
    """Frozen from here on."""
    election = replace(
        step(state.elections[event.election], ElectionAction.ISSUE),
        candidates=event.candidates,
        rules=event.rules,
        rule=event.rule,
        needed=event.needed,
        n=event.n,
        present=frozenset(event.present),
        quorum_overridden=event.quorum_overridden,
        sitting=state.sittings[-1].sitting,
        started=at,
    )
    return put(state, election)


def box_closed(state: Meeting, event: e.BoxClosed, at: datetime) -> Meeting:
    """Everybody has voted who wished to."""
    return put(state, replace(step(state.elections[event.election], ElectionAction.CLOSE_BOX), box_closed=at))


def confirmed(state: Meeting, event: e.ElectionConfirmed, at: datetime) -> Meeting:
    """Confirmed once both have said so."""
    election = state.elections[event.election]
    words = (*election.confirmations, Confirmation(part=event.part, person=event.person, member=event.member))
    if len(words) == 2:
        election = step(election, ElectionAction.CONFIRM)
    return put(state, replace(election, confirmations=words))


def announced(state: Meeting, event: e.ElectionAnnounced, at: datetime) -> Meeting:
    """Part of the record for good."""
    election = step(state.elections[event.election], ElectionAction.ANNOUNCE)
    return put(state, replace(election, result=event.result, announced=at))


def voided(state: Meeting, event: e.ElectionVoided, at: datetime) -> Meeting:
    """Void, and still in the record."""
    return put(state, replace(step(state.elections[event.election], ElectionAction.VOID), void_reason=event.reason))


RULES: Final[Rules] = {
    c.IssueBallots: Rule(issue, CHAIR, gavel=True),
    c.CloseBox: Rule(close_box, CHAIR, gavel=True),
    c.ConfirmElection: Rule(confirm, DESK),
    c.AnnounceElection: Rule(announce, CHAIR, gavel=True),
    c.VoidElection: Rule(void, CHAIR, gavel=True),
}

TELLINGS: Final[Tellings] = {
    e.BallotsIssued: issued,
    e.BoxClosed: box_closed,
    e.ElectionConfirmed: confirmed,
    e.ElectionAnnounced: announced,
    e.ElectionVoided: voided,
}
