"""The script of a secret vote on persons: list, tellers, ballots, count, result, and what follows from it."""

from msgspec.structs import replace

from appliance.core import commands as c
from appliance.core.ballot_marks import ElectionKind, Purpose
from appliance.core.election_texts import title
from appliance.core.election_votes import newest
from appliance.core.plan import ItemKind
from appliance.core.script_step import ID, LATER, Candidate, Say, Turn
from appliance.core.state import Election, ElectionState, Item, ItemState, Meeting, PollState

_S = ElectionState


def steps(state: Meeting) -> list[Candidate]:
    """Whatever has begun to its end; then what is prepared for the current item."""
    if state.sitting is None:
        return []
    found: list[Candidate] = []
    for election in state.elections.values():
        here = state.items[election.item].state is ItemState.CURRENT
        if not election.ended and (here or election.unfinished):
            found += _of(election, state)
        elif election.state is _S.ANNOUNCED:
            found += _afterwards(election, state, here=here)
    return found


def _of(election: Election, state: Meeting) -> list[Candidate]:
    name, words = election.election, _words(election)
    build = {
        _S.DRAFTED: _nominations,
        _S.NOMINATING: _list,
        _S.LISTED: _tellers,
        _S.READY: _issue,
        _S.ISSUING: _box,
        _S.BOX_CLOSED: _waits,
        _S.COUNTING: _waits,
        _S.COUNTED: _confirm,
        _S.CONFIRMED: _announce,
    }[election.state]
    found = build(election, state)
    if election.state in {_S.COUNTED, _S.CONFIRMED}:
        found.append(
            Candidate(c.ReopenCount(id=ID, election=name, reason=LATER), Turn.ASIDE, values=words, asks=("reason",))
        )
    found.append(
        Candidate(c.VoidElection(id=ID, election=name, reason=LATER), Turn.ASIDE, values=words, asks=("reason",))
    )
    return found


def _words(election: Election) -> dict[str, str | int]:
    return {"election": title(election)}


def _nominations(election: Election, state: Meeting) -> list[Candidate]:
    words = _words(election)
    command = c.OpenNominations(id=ID, election=election.election)
    return [Candidate(command, Turn.ON_ITEM, True, (Say("OpenNominations", words),), values=words)]


def _list(election: Election, state: Meeting) -> list[Candidate]:
    words: dict[str, str | int] = {
        "election": title(election),
        "names": "; ".join(person.name for person in election.candidates),
    }
    close = c.CloseList(id=ID, election=election.election)
    return [
        *_vote(election, state, Purpose.LIST),
        Candidate(close, Turn.ON_ITEM, True, (Say("CloseList", words),), values=words),
    ]


def _tellers(election: Election, state: Meeting) -> list[Candidate]:
    words: dict[str, str | int] = {
        "election": title(election),
        "tellers": "; ".join(teller.name for teller in election.tellers),
    }
    elect = c.ElectTellers(id=ID, election=election.election)
    inherited = election.follows is not None and Purpose.TELLERS not in election.polls
    return [
        *(() if inherited else _vote(election, state, Purpose.TELLERS)),
        Candidate(elect, Turn.ON_ITEM, True, (Say("ElectTellers", words),), values=words, hint="ElectTellers"),
    ]


def _vote(election: Election, state: Meeting, purpose: Purpose) -> list[Candidate]:
    """The open vote, while there is none that is drafted, running or adopted."""
    poll = newest(state, election.polls.get(purpose))
    if poll is not None and state.polls[poll].state is not PollState.VOID and state.polls[poll].adopted is not False:
        return []
    values = _words(election)
    command = c.DraftElectionPoll(id=ID, election=election.election, purpose=purpose)
    return [Candidate(command, Turn.ON_ITEM, True, label=f"DraftElectionPoll_{purpose}", values=values)]


def _issue(election: Election, state: Meeting) -> list[Candidate]:
    words = _words(election)
    say = (Say("ballot_rules", {"rules": election.rules}), Say("IssueBallots", words))
    return [Candidate(c.IssueBallots(id=ID, election=election.election), Turn.ON_ITEM, True, say, values=words)]


def _box(election: Election, state: Meeting) -> list[Candidate]:
    words = _words(election)
    close = c.CloseBox(id=ID, election=election.election)
    return [
        Candidate(close, Turn.GOING_ON, True, (Say("CloseBox", words),), values=words, hint="CloseBox", sure="CloseBox")
    ]


def _waits(election: Election, state: Meeting) -> list[Candidate]:
    """The tellers work by themselves, and the meeting may go on with other items."""
    if election.state is not _S.COUNTING:
        return []
    return [
        Candidate(
            c.DropKeying(id=ID, election=election.election, teller=who, reason=LATER),
            Turn.ASIDE,
            values={"name": teller.name if (teller := election.teller(who)) is not None else who},
            asks=("reason",),
        )
        for who in election.keyed
    ]


def _confirm(election: Election, state: Meeting) -> list[Candidate]:
    words = _words(election)
    confirm = c.ConfirmElection(id=ID, election=election.election, count=election.count)
    return [Candidate(confirm, Turn.GOING_ON, True, values=words, hint="ConfirmElection")]


def _announce(election: Election, state: Meeting) -> list[Candidate]:
    words = _words(election)
    result = election.result
    by_id = {person.candidate: person.name for person in election.candidates}
    if result is None:
        return []
    numbers: dict[str, str | int] = {
        "election": title(election),
        "issued": result.issued,
        "collected": result.collected,
        "valid": result.valid,
        "invalid": result.invalid,
        "needed": result.needed,
        "n": result.n,
        "names": "; ".join(by_id[name] for name in result.chosen),
    }
    said = [Say("ballots", numbers)]
    said.append(Say(f"chosen_{election.kind}" if result.chosen else f"nobody_{election.kind}", numbers))
    if result.tied:
        said.append(Say("tied", {"names": "; ".join(by_id[name] for name in result.tied)}))
    announce = c.AnnounceElection(id=ID, election=election.election)
    return [Candidate(announce, Turn.GOING_ON, True, tuple(said), values=words)]


def _afterwards(election: Election, state: Meeting, *, here: bool) -> list[Candidate]:
    """A further round when seats stay open, and the resolution that confirms who was chosen."""
    found: list[Candidate] = []
    result = election.result
    if result is None:
        return found
    values: dict[str, str | int] = {"election": title(election), "seats": result.open_seats}
    followed = any(x.follows == election.election for x in state.elections.values())
    if here and result.open_seats and not followed:
        round_two = c.NextRound(
            id=ID, election=election.election, new_election=f"{election.election[:60]}-{election.round + 1}"
        )
        say = (Say("tied_round" if result.tied else "next_round", values),)
        found.append(Candidate(round_two, Turn.ON_ITEM, True, say, values=values))
    if result.chosen and election.kind is not ElectionKind.CONFIDENCE_RATING and _unconfirmed(election, state):
        current = state.items.get(state.current_item or "")
        its_place = current is not None and _for_a_resolution(current, state)
        later = any(i.state is ItemState.WAITING and _for_a_resolution(i, state) for i in state.items.values())
        if its_place or here:
            found += [replace(x, main=its_place or not later) for x in _vote(election, state, Purpose.RESULT)]
    return found


def _for_a_resolution(item: Item, state: Meeting) -> bool:
    """An item for resolutions that has none of its own yet: the agenda keeps it for one that is still to be written."""
    own = any(subject.item == item.item for poll in state.polls.values() for subject in poll.subjects)
    return item.kind is ItemKind.DRAFT_RESOLUTION and not own


def _unconfirmed(election: Election, state: Meeting) -> bool:
    return newest(state, election.polls.get(Purpose.RESULT)) is None
