"""Before the ballots: who is on the list (domain 6.2), and the further round when seats stay open.

Names are compared in NFC and without regard to case, so that one name written in two ways is one name.
"""

from datetime import datetime
from typing import Final

from msgspec.structs import replace

from appliance.core import commands as c
from appliance.core import events as e
from appliance.core.ballot_marks import Candidate, ElectionKind, Purpose
from appliance.core.election_life import ElectionAction, find, known, put, step
from appliance.core.election_texts import house_rules
from appliance.core.election_votes import adopted, being_voted_on, without
from appliance.core.names import by_given_name, same
from appliance.core.refusals import Code, Refusal
from appliance.core.rule import CHAIR, DESK, Decision, Rule, Rules, Tellings
from appliance.core.state import Election, ElectionState, Meeting, Order

_LIST_OPEN: Final = frozenset({ElectionState.DRAFTED, ElectionState.NOMINATING})

# --- decide: the list


def draft(state: Meeting, order: Order, command: c.DraftElection) -> Decision:
    """Named by the client; a rating is off unless the council's rule profile has switched it on."""
    if command.item not in state.items:
        return Refusal(Code.ITEM_UNKNOWN, command.item)
    if command.election in state.elections:
        return Refusal(Code.ELECTION_TAKEN)
    rating_on = state.profile is not None and bool(state.profile.elections.confidence_rating.value)
    if command.kind is ElectionKind.CONFIDENCE_RATING and not rating_on:
        return Refusal(Code.CONFIDENCE_RATING_OFF)
    refusal = next((r for i, p in enumerate(command.candidates) if (r := _clash(command.candidates[:i], p))), None)
    if refusal is not None:
        return refusal
    return (
        e.ElectionDrafted(
            election=command.election,
            item=command.item,
            kind=command.kind,
            office=command.office,
            seats=command.seats if command.kind is ElectionKind.ELECT else 1,
            rules=command.rules.strip() or house_rules(command.kind, command.seats),
            candidates=_in_order(command.candidates),
            of_delegate=command.of_delegate and command.kind is ElectionKind.REMOVE,
        ),
    )


def open_nominations(state: Meeting, order: Order, command: c.OpenNominations) -> Decision:
    """From here the hall sees the list."""
    election = find(state, command.election, ElectionAction.NOMINATIONS)
    if isinstance(election, Refusal):
        return election
    if state.sitting is None:
        return Refusal(Code.SITTING_NOT_OPEN)
    return (e.NominationsOpened(election=election.election),)


def nominate(state: Meeting, order: Order, command: c.NominateCandidate) -> Decision:
    """One line a person: namesakes differ in what is said about them."""
    election = known(state, command.election)
    if isinstance(election, Refusal):
        return election
    refusal = _fixed(election, state) or _clash(election.candidates, command.candidate)
    if refusal is not None:
        return refusal
    if election.teller(command.candidate.member, command.candidate.candidate) is not None:
        return Refusal(Code.TELLER_ON_BALLOT, command.candidate.name)
    return (e.CandidateNominated(election=election.election, candidate=command.candidate),)


def withdraw(state: Meeting, order: Order, command: c.WithdrawCandidate) -> Decision:
    """With the reason that is read out."""
    election = known(state, command.election)
    if isinstance(election, Refusal):
        return election
    if all(person.candidate != command.candidate for person in election.candidates):
        return Refusal(Code.CANDIDATE_UNKNOWN)
    refusal = _fixed(election, state)
    if refusal is not None:
        return refusal
    return (e.CandidateWithdrawn(election=election.election, candidate=command.candidate, reason=command.reason),)


def close_list(state: Meeting, order: Order, command: c.CloseList) -> Decision:
    """By an adopted open vote on the list as it stands."""
    election = find(state, command.election, ElectionAction.CLOSE_LIST)
    if isinstance(election, Refusal):
        return election
    if not election.candidates:
        return Refusal(Code.NO_CANDIDATES)
    poll = adopted(state, election, Purpose.LIST)
    return poll if isinstance(poll, Refusal) else (e.ListClosed(election=election.election, poll=poll),)


def next_round(state: Meeting, order: Order, command: c.NextRound) -> Decision:
    """Linked to the one before, which stays as it is; after a tie it is between the tied, and needs no list vote."""
    old = known(state, command.election)
    if isinstance(old, Refusal):
        return old
    if command.new_election in state.elections:
        return Refusal(Code.ELECTION_TAKEN)
    if any(x.follows == old.election for x in state.elections.values()):
        return Refusal(Code.ROUND_TAKEN)
    result, void = old.result, old.state is ElectionState.VOID
    if not old.ended:
        return Refusal(Code.ELECTION_NOT_ANNOUNCED)
    if not void and (result is None or result.open_seats < 1):
        return Refusal(Code.SEATS_FILLED)
    chosen = () if void or result is None else result.chosen
    tied = () if void or result is None else result.tied
    left = {person.candidate: person for person in old.candidates if person.candidate not in chosen}
    wanted = command.candidates or tied or tuple(left)
    if tied and set(wanted) != set(tied):
        return Refusal(Code.ROUND_AMONG_TIED)
    if not set(wanted) <= set(left):
        return Refusal(Code.CANDIDATE_UNKNOWN)
    seats = old.seats if void or result is None else result.open_seats
    new = e.ElectionDrafted(
        election=command.new_election,
        item=old.item,
        kind=old.kind,
        office=old.office,
        seats=seats,
        rules=old.rules if seats == old.seats else house_rules(old.kind, seats),
        candidates=tuple(person for person in old.candidates if person.candidate in wanted),
        of_delegate=old.of_delegate,
        tellers=old.tellers,
        round=old.round if void else old.round + 1,
        follows=old.election,
        why="void" if void else "tie" if tied else "open_seats",
    )
    if not tied:
        return (new,)
    opened = e.NominationsOpened(election=command.new_election)
    return (new, opened, e.ListClosed(election=command.new_election), e.TellersElected(election=command.new_election))


# --- what they share


def _clash(others: tuple[Candidate, ...], person: Candidate) -> Refusal | None:
    for other in others:
        if other.candidate == person.candidate or (person.member is not None and person.member == other.member):
            return Refusal(Code.CANDIDATE_TAKEN, person.name)
        if same(other.name) == same(person.name) and same(other.about) == same(person.about):
            return Refusal(Code.CANDIDATE_TAKEN, person.name)
    return None


def _in_order(candidates: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    """Of the ballot: the Vietnamese alphabet by given name; namesakes by what is said about them."""
    return tuple(sorted(candidates, key=lambda person: (by_given_name(person.name), same(person.about))))


def _fixed(election: Election, state: Meeting) -> Refusal | None:
    """The list is closed, or the hall is just voting on it."""
    if election.state not in _LIST_OPEN or election.why == "tie":
        return Refusal(Code.LIST_CLOSED)
    return Refusal(Code.POLL_UNFINISHED) if being_voted_on(state, election, Purpose.LIST) else None


# --- evolve


def drafted(state: Meeting, event: e.ElectionDrafted, at: datetime) -> Meeting:
    """A draft, of which the hall is told nothing yet."""
    fields = {name: getattr(event, name) for name in event.__struct_fields__}
    return put(state, Election(**fields))


def nominations_opened(state: Meeting, event: e.NominationsOpened, at: datetime) -> Meeting:
    """Names are called."""
    return put(state, step(state.elections[event.election], ElectionAction.NOMINATIONS))


def nominated(state: Meeting, event: e.CandidateNominated, at: datetime) -> Meeting:
    """In the order of the ballot; an earlier vote on the list was on another list."""
    election = state.elections[event.election]
    return _listed(state, election, (*election.candidates, event.candidate))


def withdrawn(state: Meeting, event: e.CandidateWithdrawn, at: datetime) -> Meeting:
    """An earlier vote on the list was on another list."""
    election = state.elections[event.election]
    return _listed(state, election, tuple(p for p in election.candidates if p.candidate != event.candidate))


def _listed(state: Meeting, election: Election, candidates: tuple[Candidate, ...]) -> Meeting:
    ordered = _in_order(candidates)
    return put(state, replace(election, candidates=ordered, polls=without(election, Purpose.LIST)))


def list_closed(state: Meeting, event: e.ListClosed, at: datetime) -> Meeting:
    """Nobody comes or goes."""
    return put(state, step(state.elections[event.election], ElectionAction.CLOSE_LIST))


RULES: Final[Rules] = {
    c.DraftElection: Rule(draft, DESK),
    c.OpenNominations: Rule(open_nominations, CHAIR, gavel=True),
    c.NominateCandidate: Rule(nominate, DESK),
    c.WithdrawCandidate: Rule(withdraw, DESK),
    c.CloseList: Rule(close_list, CHAIR, gavel=True),
    c.NextRound: Rule(next_round, DESK),
}

TELLINGS: Final[Tellings] = {
    e.ElectionDrafted: drafted,
    e.NominationsOpened: nominations_opened,
    e.CandidateNominated: nominated,
    e.CandidateWithdrawn: withdrawn,
    e.ListClosed: list_closed,
}
