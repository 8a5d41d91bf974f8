"""The tellers' committee and the open votes that belong to an election (domain 6.3).

What the council votes on is what is in the ledger at that moment: a list or a committee that changes afterwards
loses its vote, and needs another.
"""

from datetime import datetime
from typing import Final

from msgspec.structs import replace

from appliance.core import commands as c
from appliance.core import events as e
from appliance.core.ballot_marks import Candidate, Purpose, Teller, TellerPart
from appliance.core.ballot_paper import Matter, Subject
from appliance.core.election_life import ElectionAction, find, known, put, step
from appliance.core.election_texts import question
from appliance.core.profile import Majority
from appliance.core.refusals import Code, Refusal
from appliance.core.rule import CHAIR, DESK, Decision, Rule, Rules, Tellings
from appliance.core.state import Election, ElectionState, ItemState, Meeting, Order, PollState

_BEFORE_BALLOTS: Final = frozenset({ElectionState.DRAFTED, ElectionState.NOMINATING, ElectionState.LISTED})

# --- decide


def propose_tellers(state: Meeting, order: Order, command: c.ProposeTellers) -> Decision:
    """Three or five (the profile says), one head, one secretary, nobody twice, nobody who is on the ballot."""
    election = known(state, command.election)
    if isinstance(election, Refusal):
        return election
    if election.state not in _BEFORE_BALLOTS:
        return Refusal(Code.TELLERS_ELECTED)
    if being_voted_on(state, election, Purpose.TELLERS):
        return Refusal(Code.POLL_UNFINISHED)
    profile, tellers = state.profile, command.tellers
    if profile is None:
        return Refusal(Code.INTERNAL_ERROR, "no rule profile")
    least, most = profile.elections.tellers_least.value, profile.elections.tellers_most.value
    if not least <= len(tellers) <= most or len(tellers) % 2 == 0:
        return Refusal(Code.TELLERS_NUMBER, f"{least}-{most}")
    parts = [teller.part for teller in tellers]
    one_each = parts.count(TellerPart.HEAD) == parts.count(TellerPart.SECRETARY) == 1
    if not one_each or len({teller.who for teller in tellers}) < len(tellers):
        return Refusal(Code.TELLERS_PARTS)
    on_it = _on_ballot(tellers, election.candidates)
    if on_it is not None:
        return on_it
    return (e.TellersProposed(election=election.election, tellers=_named(state, tellers)),)


def elect_tellers(state: Meeting, order: Order, command: c.ElectTellers) -> Decision:
    """By an adopted open vote on the committee as it was proposed."""
    election = find(state, command.election, ElectionAction.TELLERS)
    if isinstance(election, Refusal):
        return election
    if not election.tellers:
        return Refusal(Code.NO_TELLERS)
    on_it = _on_ballot(election.tellers, election.candidates)
    if on_it is not None:
        return on_it
    if election.follows is not None and Purpose.TELLERS not in election.polls:
        return (e.TellersElected(election=election.election),)  # the committee of the round before goes on
    poll = adopted(state, election, Purpose.TELLERS)
    return poll if isinstance(poll, Refusal) else (e.TellersElected(election=election.election, poll=poll),)


def draft_poll(state: Meeting, order: Order, command: c.DraftElectionPoll) -> Decision:
    """Worded from what is in the record; the result's is a resolution (Nghị quyết xác nhận kết quả)."""
    election = known(state, command.election)
    if isinstance(election, Refusal):
        return election
    refusal = _not_yet(election, command.purpose)
    if refusal is not None:
        return refusal
    poll = command.poll or f"{election.election}-{command.purpose}-{len(state.polls) + 1}"
    if poll in state.polls or len(poll) > 64:
        return Refusal(Code.POLL_TAKEN)
    if state.items[election.item].state is ItemState.DONE and command.purpose is not Purpose.RESULT:
        return Refusal(Code.ITEM_DONE)
    here = state.current_item if command.purpose is Purpose.RESULT else None
    drafted = e.PollDrafted(
        poll=poll,
        subjects=(Subject(item=here or election.item, question=question(election, command.purpose)),),
        matter=Matter.RESOLUTION if command.purpose is Purpose.RESULT else Matter.OTHER,
        majority=Majority.ORDINARY,
        method=command.method,
        seconds=None,
        show_names=False,
    )
    return (drafted, e.ElectionPollLinked(election=election.election, poll=poll, purpose=command.purpose))


def _not_yet(election: Election, purpose: Purpose) -> Refusal | None:
    if purpose is Purpose.LIST:
        if election.state is not ElectionState.NOMINATING:
            return Refusal(Code.ELECTION_NOT_NOMINATING, election.state)
        return None if election.candidates else Refusal(Code.NO_CANDIDATES)
    if purpose is Purpose.TELLERS:
        if election.state not in _BEFORE_BALLOTS:
            return Refusal(Code.TELLERS_ELECTED)
        return None if election.tellers else Refusal(Code.NO_TELLERS)
    return None if election.state is ElectionState.ANNOUNCED else Refusal(Code.ELECTION_NOT_ANNOUNCED)


# --- what the list needs too


def being_voted_on(state: Meeting, election: Election, purpose: Purpose) -> bool:
    """Whether the hall is just voting on it."""
    name = newest(state, election.polls.get(purpose))
    return name is not None and state.polls[name].unfinished


def _on_ballot(tellers: tuple[Teller, ...], candidates: tuple[Candidate, ...]) -> Refusal | None:
    persons = {name for person in candidates for name in (person.candidate, person.member)}
    found = next((teller for teller in tellers if teller.who in persons), None)
    return Refusal(Code.TELLER_ON_BALLOT, found.name) if found is not None else None


def _named(state: Meeting, tellers: tuple[Teller, ...]) -> tuple[Teller, ...]:
    """Members go by the name that the sitting froze; the clerk types only an account's."""
    members = state.sittings[-1].members if state.sittings else {}
    return tuple(replace(t, name=members[t.who].name) if t.who in members else t for t in tellers)


def newest(state: Meeting, poll: str | None) -> str | None:
    """The vote itself, or the last repeat of it that was not thrown away."""
    while poll is not None and poll in state.polls:
        later = next((p.poll for p in state.polls.values() if p.repeats == poll), None)
        if later is None:
            return poll
        poll = later
    return None


def adopted(state: Meeting, election: Election, purpose: Purpose) -> str | Refusal:
    """The announced vote that said yes to it, or why there is none."""
    name = newest(state, election.polls.get(purpose))
    if name is None:
        return Refusal(Code.ELECTION_POLL_MISSING, purpose)
    poll = state.polls[name]
    if poll.state is not PollState.ANNOUNCED:
        return Refusal(Code.POLL_UNFINISHED, name)
    return name if poll.adopted else Refusal(Code.ELECTION_POLL_REJECTED, name)


def without(election: Election, purpose: Purpose) -> dict[Purpose, str]:
    """Its votes but the one for this purpose."""
    return {kind: poll for kind, poll in election.polls.items() if kind is not purpose}


# --- evolve


def tellers_proposed(state: Meeting, event: e.TellersProposed, at: datetime) -> Meeting:
    """An earlier vote on the committee was on another committee."""
    election = state.elections[event.election]
    return put(state, replace(election, tellers=event.tellers, polls=without(election, Purpose.TELLERS)))


def poll_linked(state: Meeting, event: e.ElectionPollLinked, at: datetime) -> Meeting:
    """The last one drafted is the one that counts."""
    election = state.elections[event.election]
    return put(state, replace(election, polls={**election.polls, event.purpose: event.poll}))


def tellers_elected(state: Meeting, event: e.TellersElected, at: datetime) -> Meeting:
    """They begin their work."""
    return put(state, step(state.elections[event.election], ElectionAction.TELLERS))


RULES: Final[Rules] = {
    c.ProposeTellers: Rule(propose_tellers, DESK),
    c.DraftElectionPoll: Rule(draft_poll, DESK),
    c.ElectTellers: Rule(elect_tellers, CHAIR, gavel=True),
}

TELLINGS: Final[Tellings] = {
    e.TellersProposed: tellers_proposed,
    e.ElectionPollLinked: poll_linked,
    e.TellersElected: tellers_elected,
}
