"""The sections that tell of the speakers' list and of chất vấn. Pure."""

from collections.abc import Iterable
from datetime import date

from appliance.core.questioning import round_now
from appliance.core.speakers import queue
from appliance.core.speech import SpeechKind
from appliance.core.state import Meeting, Question, Sitting, SpeechRequest, Spoken, Standing
from appliance.server.live.audiences import DESK, Around, Audience
from appliance.server.live.sections import iso
from appliance.server.view import (
    GroupLine,
    PledgeLine,
    QuestioningView,
    QuestionLine,
    RoundView,
    SpeakerLine,
    SpeakersView,
    SpokenLine,
)

_NOTHING = Spoken()


def speakers(state: Meeting, around: Around, audience: Audience) -> SpeakersView | None:
    """Who waits is for everybody; notes, totals and hints are for the desks."""
    sitting, profile = state.sitting, state.profile
    if sitting is None or profile is None:
        return None
    desk = audience in DESK
    waiting = queue(state)
    groups = _groups(state, sitting, waiting)
    return SpeakersView(
        queue=tuple(_line(state, sitting, request, desk=desk) for request in waiting),
        limits={kind: profile.speaking.of(kind) or 0 for kind in SpeechKind},
        warning_seconds=profile.speaking.warning.value,
        texts=len(state.speakers.texts),
        suggested=_suggested(sitting, waiting, groups) if desk else None,
        spoken=_spoken(state, sitting) if desk else None,
        groups=groups if desk else None,
    )


def _line(state: Meeting, sitting: Sitting, request: SpeechRequest, *, desk: bool) -> SpeakerLine:
    facts = sitting.members[request.member]
    spoken = state.speakers.spoken.get(request.member, _NOTHING)
    return SpeakerLine(
        request=request.request,
        member=request.member,
        name=facts.name,
        group=facts.group,
        office=facts.office,
        kind=request.kind,
        asked=iso(request.asked),
        times=spoken.times,
        seconds=int(spoken.seconds),
        note=request.note if desk else None,
        panel=request.by == "panel",
    )


def _spoken(state: Meeting, sitting: Sitting) -> tuple[SpokenLine, ...]:
    """Every member of the sitting, in the council's order: who has not spoken is seen by the 0."""
    return tuple(
        SpokenLine(member, facts.name, facts.group, spoken.times, int(spoken.seconds))
        for member, facts in sitting.members.items()
        for spoken in (state.speakers.spoken.get(member, _NOTHING),)
    )


def _groups(state: Meeting, sitting: Sitting, waiting: Iterable[SpeechRequest]) -> tuple[GroupLine, ...]:
    asked = [sitting.members[r.member].group for r in waiting]
    found: list[GroupLine] = []
    for group in dict.fromkeys(f.group for f in sitting.members.values() if f.group):
        members = [m for m, f in sitting.members.items() if f.group == group]
        spoken = [state.speakers.spoken.get(m, _NOTHING) for m in members]
        found.append(
            GroupLine(
                group=group,
                present=sum(sitting.roll[m].standing is Standing.PRESENT for m in members),
                waiting=asked.count(group),
                times=sum(s.times for s in spoken),
                seconds=int(sum(s.seconds for s in spoken)),
            )
        )
    return tuple(found)


def _suggested(sitting: Sitting, waiting: tuple[SpeechRequest, ...], groups: tuple[GroupLine, ...]) -> str | None:
    """A hint, no more: the order is the chair's. Points of order are never put behind."""
    if not waiting or waiting[0].kind is SpeechKind.POINT_OF_ORDER:
        return None
    times = {line.group: line.times for line in groups}
    least = min(waiting, key=lambda r: times.get(sitting.members[r.member].group, 0))
    ahead = times.get(sitting.members[waiting[0].member].group, 0)
    return least.request if times.get(sitting.members[least.member].group, 0) < ahead else None


def questioning(state: Meeting, around: Around, audience: Audience) -> QuestioningView | None:
    """Those in the hall hear it all, so all are shown it."""
    if not state.ledger:
        return None
    here = round_now(state)
    told = None
    if here is not None:
        told = RoundView(here.round, here.title, tuple(_question(q) for q in here.questions.values()))
    settled = (slip for r in state.questioning.rounds for slip, q in r.questions.items() if q.settled)
    return QuestioningView(
        round=told,
        pledges=tuple(
            PledgeLine(p.pledge, p.kind, p.who, p.what, _day(p.deadline), p.slip, p.item, p.withdrawn)
            for p in state.questioning.pledges.values()
        ),
        settled=tuple(dict.fromkeys(settled)),
    )


def _question(question: Question) -> QuestionLine:
    slip = question.slip
    state = "answered" if question.answered is not None else "written" if question.pledge is not None else "waiting"
    return QuestionLine(slip.slip, slip.member, slip.name, slip.addressee, slip.title, slip.text, state)  # type: ignore[arg-type]


def _day(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None
