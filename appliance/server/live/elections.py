"""What may be told of a secret vote, and to whom. Pure.

What stands on a single paper is in no section at all: the two tellers fetch their own readings (`/api/count`). A
draft is the desk's. Until the count is finished nobody sees a number of it; then clerk and gavel holder, because they
confirm it; everybody once it is announced. A void vote shows no result to anyone.
"""

from typing import Final

from appliance.core.ballot_marks import choices
from appliance.core.election_result import deciding, differences
from appliance.core.election_texts import title
from appliance.core.sentence import percent
from appliance.core.state import Election, ElectionState, Meeting
from appliance.server.live.audiences import DESK, INSIDERS, Around, Audience
from appliance.server.live.sections import iso
from appliance.server.view import CandidateView, ElectionResultView, ElectionView, PersonResultView, TellerView

_COMMA: Final = ","
"""The record is in Vietnamese."""
_COUNTED: Final = frozenset({ElectionState.COUNTED, ElectionState.CONFIRMED})


def elections(state: Meeting, around: Around, audience: Audience) -> tuple[ElectionView, ...]:
    """Every round that this audience may know of, in the order of preparation."""
    return tuple(
        _one(election, audience)
        for election in state.elections.values()
        if election.state is not ElectionState.DRAFTED or audience in DESK
    )


def _one(election: Election, audience: Audience) -> ElectionView:
    insider = audience in INSIDERS and election.state in _COUNTED
    shown = insider or election.state is ElectionState.ANNOUNCED
    return ElectionView(
        election=election.election,
        item=election.item,
        kind=election.kind,
        title=title(election),
        office=election.office,
        seats=election.seats,
        state=election.state,
        choices=choices(election.kind),
        candidates=tuple(
            CandidateView(p.candidate, p.name, p.about, p.member, p.nominated_by) for p in election.candidates
        ),
        tellers=_tellers(election),
        rules=election.rules,
        round=election.round,
        follows=election.follows,
        why=election.why,
        of_delegate=election.of_delegate,
        polls=election.polls,
        n=election.n,
        present=len(election.present),
        needed=election.needed,
        issued=election.issued,
        exchanged=election.exchanged,
        collected=election.collected,
        differ=len(differences(election)) if election.whole else None,
        count=election.count,
        confirmed_by=tuple(word.part for word in election.confirmations),
        started=iso(election.started) if election.started else None,
        box_closed=iso(election.box_closed) if election.box_closed else None,
        announced=iso(election.announced) if election.announced else None,
        void_reason=election.void_reason,
        result=_result(election) if shown else None,
    )


def _result(election: Election) -> ElectionResultView | None:
    result, mark = election.result, deciding(election.kind)
    if result is None:
        return None
    people = {person.candidate: person for person in election.candidates}
    return ElectionResultView(
        issued=result.issued,
        exchanged=result.exchanged,
        collected=result.collected,
        valid=result.valid,
        invalid=result.invalid,
        reasons=result.reasons,
        lines=tuple(
            PersonResultView(
                candidate=line.candidate,
                name=people[line.candidate].name,
                about=people[line.candidate].about,
                marks=line.marks,
                percent=percent(line.marks.get(mark, 0), result.n, _COMMA),
                chosen=line.candidate in result.chosen,
                tied=line.candidate in result.tied,
                relieve=line.candidate in result.relieve,
            )
            for line in result.lines
        ),
        open_seats=result.open_seats,
    )


def _tellers(election: Election) -> tuple[TellerView, ...]:
    return tuple(
        TellerView(
            teller.who,
            teller.name,
            teller.part,
            len(election.keyed[teller.who]) if teller.who in election.keyed else None,
        )
        for teller in election.tellers
    )
