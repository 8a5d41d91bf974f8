"""The table of sections: how each is built, what it is built from, and how urgent it is.

`parts` names the pieces of state that a section rests on; as long as each *is* the same object as
before, the section has not changed and nothing is built. `variant` tells which audiences share one
value. Sections that are `soon` change with every ballot or check-in: they are coalesced.
"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from appliance.core.state import Meeting
from appliance.server.live import elections, polls, recording, sections, speaking, stage, votes
from appliance.server.live.audiences import DESK, INSIDERS, Around, Audience


def _alike(audience: Audience) -> str:
    return ""


def _desk(audience: Audience) -> str:
    return "desk" if audience in DESK else ""


def _hall(audience: Audience) -> str:
    return "hall" if audience is Audience.HALL else ""


def _insider(audience: Audience) -> str:
    return "insider" if audience in INSIDERS else ""


def _ranked(audience: Audience) -> str:
    return _insider(audience) or _desk(audience)


def _result(audience: Audience) -> str:
    if audience in INSIDERS:
        return "insider"
    return audience.value if audience in {Audience.PANELS, Audience.HALL} else ""


class Section(NamedTuple):
    """One line of the table."""

    build: Callable[[Meeting, Around, Audience], Any]
    parts: Callable[[Meeting, Around], tuple[object, ...]]
    variant: Callable[[Audience], str] = _alike
    soon: bool = False


Script = Callable[[Meeting, Audience], Any]


def sections_table(views: polls.Polls, script: Script) -> Final[dict[str, Section]]:  # type: ignore[valid-type]
    """All sections by name."""
    return {
        "health": Section(sections.health, lambda s, a: (a.fault, a.time_doubtful)),
        "meeting": Section(sections.meeting, lambda s, a: (s.ledger, s.stage, s.sittings, s.private, s.gavel)),
        "agenda": Section(sections.agenda, lambda s, a: (s.items,), _hall),
        "poll": Section(views.on_the_table, lambda s, a: (s.polls, s.current_item, s.hall.shown.kind), _result),
        "polls": Section(views.all, lambda s, a: (s.polls,), _insider),
        "entries": Section(sections.entries, lambda s, a: (s.entries,), _insider),
        "papers": Section(lambda s, a, _: a.papers, lambda s, a: (a.papers,), soon=True),
        "panels": Section(sections.house, lambda s, a: (a.house, a.connected), soon=True),
        "readiness": Section(lambda s, a, _: a.readiness, lambda s, a: (a.readiness,), soon=True),
        "alerts": Section(sections.alerts, lambda s, a: (a.alerts,), soon=True),
        "requests": Section(lambda s, a, _: a.requests, lambda s, a: (a.requests,)),
        "room": Section(sections.room, lambda s, a: (s.sittings, a.room)),
        "elections": Section(elections.elections, lambda s, a: (s.elections,), _ranked, soon=True),
        "progress": Section(polls.progress, lambda s, a: (s.polls, s.ballots), _desk, soon=True),
        "roll_call": Section(votes.roll_call, lambda s, a: (s.polls, s.ballots, s.sittings), _insider, soon=True),
        "presence": Section(votes.presence, lambda s, a: (s.sittings,), soon=True),
        "straw": Section(votes.straw, lambda s, a: (s.straw, s.sittings), soon=True),
        "seats": Section(
            sections.seats,
            lambda s, a: (s.polls, s.ballots, s.sittings, s.current_item, s.speakers, s.floor, a.retired),
            soon=True,
        ),
        "attendance": Section(sections.attendance, lambda s, a: (s.sittings, s.profile), soon=True),
        "roll": Section(sections.roll, lambda s, a: (s.sittings,), soon=True),
        "devices": Section(
            sections.devices, lambda s, a: (s.sittings, a.connected, a.panels, a.working, a.retired), _desk, soon=True
        ),
        "floor": Section(recording.floor, lambda s, a: (s.floor,)),
        "speakers": Section(
            speaking.speakers, lambda s, a: (s.speakers, s.sittings, s.current_item, s.profile), _desk, soon=True
        ),
        "questioning": Section(
            speaking.questioning, lambda s, a: (s.ledger, s.questioning, s.current_item, s.sittings)
        ),
        "camera": Section(recording.camera, lambda s, a: (a.recorder,)),
        "recording": Section(recording.recording, lambda s, a: (a.recorder,), soon=True),
        "stage": Section(stage.stage, lambda s, a: (s.ledger, s.hall), _desk),
        "filing": Section(sections.filing, lambda s, a: (a.filing,), soon=True),
        "script": Section(
            lambda s, _, audience: script(s, audience), lambda s, a: (s, a.filing), lambda a: a.value, soon=True
        ),
    }
