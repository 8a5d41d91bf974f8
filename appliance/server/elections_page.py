"""Secret votes on paper: the tellers' readings, ballots to print, the count's minutes to print.

`GET /api/count?election=…`             a teller's own readings; no other role, and no other person, gets any.
`GET /print/ballots?election=…&per=4`   ballots for everybody present, 1, 2 or 4 on a sheet, without numbers.
`GET /print/count-minutes?election=…`   biên bản kiểm phiếu, from the ledger (`ledger=` for an earlier meeting).
"""

from typing import Final

import msgspec
from flask import Flask, Response, abort, g, request

from appliance.core.ballot_marks import ElectionKind, Purpose, choices
from appliance.core.election_result import differences
from appliance.core.election_texts import BALLOT, title
from appliance.core.ledger import read
from appliance.core.minutes import Minutes
from appliance.core.minutes_draft import draft
from appliance.core.minutes_elections import ElectionMinutes
from appliance.core.people import Actor, Role
from appliance.core.refusals import Code, Refusal
from appliance.core.state import Election, ElectionState, KeyedPaper, Meeting
from appliance.server import printing
from appliance.server.access import allow, dated
from appliance.server.api import json_response
from appliance.server.elections_wire import CountPage, DifferenceView, ReadingView
from appliance.server.errors import STATUS
from appliance.server.minutes_text import MinutesText
from appliance.server.parts import Parts

_PER_SHEET: Final = (1, 2, 4)
_LISTED: Final = frozenset(ElectionState) - {ElectionState.DRAFTED, ElectionState.NOMINATING, ElectionState.VOID}


def add(app: Flask, parts: Parts) -> None:
    """Add the three routes."""

    @allow(Role.DELEGATE, Role.CHAIR, Role.CLERK, Role.TECHNICIAN, Role.AUDITOR)
    def count() -> Response:
        found = count_page(parts.chamber.durable, request.args.get("election", ""), g.session.actor)
        if isinstance(found, Refusal):
            return json_response(parts.answers.json(found, g.language), STATUS[found.code])
        return json_response(msgspec.json.encode(found))

    @allow(Role.CLERK, Role.CHAIR)
    def ballots() -> Response:
        state = parts.chamber.durable
        election = state.elections.get(request.args.get("election", ""))
        if election is None:
            abort(404)
        per, paper = request.args.get("per", 4, int), _paper(parts, state.council)
        html = parts.hub.offload(lambda: ballot_sheets(parts, state, election, per, paper))
        return Response(html, mimetype="text/html")

    @allow(Role.CLERK, Role.CHAIR, Role.AUDITOR)
    @dated
    def count_minutes() -> Response:
        ledger = request.args.get("ledger") or parts.store.head().ledger
        name, paper = request.args.get("election", ""), _paper(parts, "")
        early = may_see_early(parts.chamber.durable, g.session.actor)

        def lay_out() -> str | None:
            minutes = draft(read(body for _, _, body in parts.store.rows(ledger)))
            found = next((x for x in minutes.elections if x.election == name), None) if minutes else None
            if minutes is None or found is None or (found.announced is None and not early):
                return None
            return count_sheet(parts, minutes, found, paper)

        html = parts.hub.offload(lay_out)
        if html is None:
            abort(404)
        return Response(html, mimetype="text/html")

    app.add_url_rule("/api/count", endpoint="count_readings", view_func=count)
    app.add_url_rule("/print/ballots", endpoint="print_ballots", view_func=ballots)
    app.add_url_rule("/print/count-minutes", endpoint="print_count_minutes", view_func=count_minutes)


def may_see_early(state: Meeting, actor: Actor) -> bool:
    """Before the announcement the numbers are for the two who confirm them."""
    return actor.role is Role.CLERK or actor.person == state.gavel


def count_page(state: Meeting, name: str, actor: Actor) -> CountPage | Refusal:
    """Own readings, and where both are done and differ, both readings of those papers."""
    election = state.elections.get(name)
    if election is None:
        return Refusal(Code.ELECTION_UNKNOWN)
    teller = election.teller(actor.member, actor.person)
    if teller is None:
        return Refusal(Code.NOT_A_TELLER)
    mine = election.keyed.get(teller.who)
    return CountPage(
        election=name,
        teller=teller.who,
        may_key=mine is not None or len(election.keyed) < 2,
        papers=tuple(_reading(paper, what) for paper, what in sorted((mine or {}).items())),
        differences=_differences(election),
    )


def _differences(election: Election) -> tuple[DifferenceView, ...] | None:
    if not election.whole:
        return None
    return tuple(
        DifferenceView(
            paper=paper,
            readings=tuple(_reading(paper, papers[paper]) for papers in election.keyed.values()),
            tellers=tuple(election.keyed),
        )
        for paper in differences(election)
    )


def _reading(paper: int, what: KeyedPaper) -> ReadingView:
    return ReadingView(paper, what.marks, what.invalid)


def _paper(parts: Parts, council: str) -> printing.Paper:
    return printing.Paper(
        council=council,
        language=g.language,
        date=parts.clock.now().utc,
        demo=parts.demo,
        rehearsal=parts.rehearsal,
        home=printing.HOME.get(g.session.actor.role),
    )


def ballot_sheets(parts: Parts, state: Meeting, election: Election, per: int, paper: printing.Paper) -> str:
    """As many ballots as members are present, and a tenth more for those that are exchanged."""
    per = per if per in _PER_SHEET else 4
    sitting = state.sitting
    present = len(election.present) or (len(sitting.present()) if sitting is not None else 0)
    wanted = present + max(2, present // 10)
    return printing.sheet(
        parts.words,
        "ballots.html",
        paper,
        election=election,
        meeting=state.title,
        heading=BALLOT[election.kind],
        title=title(election),
        choices=[f"ballot_{election.kind}_{mark}" for mark in choices(election.kind)],
        most=election.seats if election.kind is ElectionKind.ELECT else 0,
        per=per,
        sheets=-(-wanted // per),
        final=election.state in _LISTED,
    )


def count_sheet(parts: Parts, minutes: Minutes, election: ElectionMinutes, paper: printing.Paper) -> str:
    """Every field of domain 6.5 that the ledger knows; dotted lines for the rest."""
    text = MinutesText(parts.words, "vi")
    when = election.counted or election.started
    council = msgspec.structs.replace(paper, council=minutes.council, date=when.time if when else paper.date)
    votes = {poll.poll: poll for poll in minutes.polls if poll.tally is not None}
    found = election.found
    return printing.sheet(
        parts.words,
        "count_minutes.html",
        council,
        minutes=minutes,
        election=election,
        text=text,
        list_vote=votes.get(election.polls.get(Purpose.LIST, "")),
        tellers_vote=votes.get(election.polls.get(Purpose.TELLERS, "")),
        rows=[
            ("count_n", election.n),
            ("count_present", election.present),
            ("count_absent", election.n - election.present),
            ("count_issued", election.issued),
            ("count_exchanged", election.exchanged),
            ("count_collected", election.collected),
            ("count_not_collected", not_collected(election)),
            ("count_valid", found.valid if found else None),
            ("count_invalid", found.invalid if found else None),
        ],
    )


def not_collected(election: ElectionMinutes) -> int | None:
    """Handed out, not exchanged and never put into the box."""
    if election.issued is None or election.collected is None:
        return None
    return election.issued - election.exchanged - election.collected
