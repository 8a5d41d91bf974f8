"""The sections of a view that tell of the floor and of the recorder. Pure."""

from datetime import datetime
from typing import Literal

from appliance.core.state import Meeting
from appliance.server.live.audiences import Around, Audience
from appliance.server.live.sections import iso
from appliance.server.view import CameraView, FloorView, PushedView, RecordingView, SourceView


def floor(state: Meeting, around: Around, audience: Audience) -> FloorView | None:
    """Who speaks: those in the hall see it in private too."""
    speaks = state.floor
    if speaks is None:
        return None
    sitting, profile = state.sitting, state.profile
    facts = sitting.members.get(speaks.member or "") if sitting is not None else None
    return FloorView(
        member=speaks.member,
        name=speaks.name,
        office=speaks.office,
        since=iso(speaks.since),
        seconds=around.speaking_ms() // 1000,
        kind=speaks.kind,
        group=facts.group if facts is not None else "",
        request=speaks.request,
        seconds_allowed=speaks.seconds,
        warning_seconds=profile.speaking.warning.value if profile is not None else 0,
        overran=speaks.overran,
    )


def recording(state: Meeting, around: Around, audience: Audience) -> RecordingView | None:
    """All that the desks and the technician need to know."""
    recorder = around.recorder
    if recorder is None:
        return None
    said, known = recorder.state, (recorder.watch or None, recorder.published)
    if said is None:
        return RecordingView(online=recorder.online, watch=known[0], published=known[1])
    return RecordingView(
        online=recorder.online,
        stage=said.stage,
        private=said.private,
        known=said.known,
        take=said.take,
        since=_iso(said.since),
        seconds=int(said.seconds),
        gaps=said.gaps,
        gap_seconds=int(said.gap_seconds),
        source=SourceView(said.source.kind, said.source.running, _iso(said.source.since)),
        live=said.live,
        push=PushedView(said.push.configured, said.push.connected, _iso(said.push.since)),
        free_bytes=said.free_bytes,
        seconds_left=said.seconds_left,
        problems=said.problems,
        working_on=said.working_on,
        progress=round(said.progress, 2),
        looking_until=_iso(said.looking_until),
        watch=known[0],
        published=known[1],
    )


def camera(state: Meeting, around: Around, audience: Audience) -> CameraView | None:
    """What the recorder does, not what it has been told to do: until it has stopped, people are filmed."""
    recorder = around.recorder
    return None if recorder is None else CameraView(_filmed(around))


def _filmed(around: Around) -> Literal["live", "recording", "private", "off", "unknown"]:
    recorder = around.recorder
    if recorder is None or not recorder.online or recorder.state is None:
        return "unknown"
    said = recorder.state
    if said.live:
        return "live"
    if said.stage in {"recording", "stopping"}:
        return "recording"
    if said.private:
        return "private" if said.known else "unknown"
    return "recording" if said.stage == "starting" else "off"


def _iso(at: datetime | None) -> str | None:
    return iso(at) if at is not None else None
