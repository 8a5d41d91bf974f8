"""The floor: who speaks. One person at a time has it, from the chair; and the seal of what was recorded of them."""

from datetime import datetime
from typing import Final

from msgspec.structs import replace

from appliance.core import commands as c
from appliance.core import events as e
from appliance.core.names import tidy
from appliance.core.refusals import Code, Refusal
from appliance.core.rule import CHAIR, SYSTEM, Decision, Rule, Rules, Tellings, unchanged
from appliance.core.speakers import moved, queue
from appliance.core.speech import RequestAction, RequestState, SpeechKind
from appliance.core.state import Floor, Meeting, Order, Sitting, SpeechRequest, Spoken, Standing


def ended(state: Meeting) -> tuple[e.Event, ...]:
    """What another event brings with it: an item, a sitting or a stay does not end while somebody goes on speaking."""
    return (e.FloorEnded(),) if state.floor is not None else ()


# --- decide


def give(state: Meeting, order: Order, command: c.GiveFloor) -> Decision:
    """To a member who is in the room, or to a guest (who stands on no roll) by name. A member who waits in the queue
    is taken out of it, whether or not the request is named."""
    sitting = state.sitting
    if sitting is None:
        return Refusal(Code.SITTING_NOT_OPEN)
    if sum(x is not None for x in (command.member, command.guest, command.request)) != 1:
        return Refusal(Code.MALFORMED, "member, guest or request")
    if command.guest is not None:
        name = tidy(command.guest)
        if not name:
            return Refusal(Code.MALFORMED, "guest")
        if state.floor is not None and (state.floor.member, state.floor.name) == (None, name):
            return Refusal(Code.FLOOR_ALREADY_THEIRS)
        seconds = _seconds(state, command, command.kind)
        return (*ended(state), e.FloorGiven(name=name, kind=command.kind, seconds=seconds))
    return _to_member(state, sitting, command)


def _to_member(state: Meeting, sitting: Sitting, command: c.GiveFloor) -> Decision:
    request = _request(state, command)
    if isinstance(request, Refusal):
        return request
    member = request.member if request is not None else command.member or ""
    if state.floor is not None and state.floor.member == member:
        return Refusal(Code.FLOOR_ALREADY_THEIRS)
    if member not in sitting.members:
        return Refusal(Code.MEMBER_UNKNOWN)
    if sitting.roll[member].standing is not Standing.PRESENT:
        return Refusal(Code.NOT_PRESENT)
    facts = sitting.members[member]
    kind = command.kind or (request.kind if request is not None else None)
    given = e.FloorGiven(
        member=member,
        name=facts.name,
        office=facts.office,
        kind=kind,
        seconds=_seconds(state, command, kind),
        request=request.request if request is not None else None,
    )
    return (*ended(state), given)


def _request(state: Meeting, command: c.GiveFloor) -> SpeechRequest | Refusal | None:
    """The request that is met by this: the one named, or the member's first in the queue."""
    if command.request is None:
        own = (r for r in queue(state) if r.member == command.member)
        return next((r for r in own if command.kind in {None, r.kind}), None)
    found = state.speakers.requests.get(command.request)
    if found is None:
        return Refusal(Code.SPEECH_REQUEST_UNKNOWN)
    return found if found.state is RequestState.WAITING else Refusal(Code.SPEECH_REQUEST_SETTLED)


def _seconds(state: Meeting, command: c.GiveFloor, kind: SpeechKind | None) -> int | None:
    if command.seconds is not None:
        return command.seconds or None
    return state.profile.speaking.of(kind) if state.profile is not None else None


def add_time(state: Meeting, order: Order, command: c.AddTime) -> Decision:
    """Only to a speech that has a limit."""
    if state.floor is None:
        return Refusal(Code.NOBODY_SPEAKS)
    return (e.TimeAdded(seconds=command.seconds),) if state.floor.seconds is not None else Refusal(Code.NO_TIME_LIMIT)


def note_overtime(state: Meeting, order: Order, command: c.NoteOvertime) -> Decision:
    """Once for each time that was given: after time was added it may run out again."""
    if state.floor is None:
        return Refusal(Code.NOBODY_SPEAKS)
    if state.floor.seconds is None or state.floor.overran:
        return Refusal(Code.NO_TIME_LIMIT)
    return (e.FloorOverran(),)


def end(state: Meeting, order: Order, command: c.EndFloor) -> Decision:
    """Refused when nobody speaks: the chair's screen was behind."""
    return ended(state) or Refusal(Code.NOBODY_SPEAKS)


def seal_recording(state: Meeting, order: Order, command: c.SealRecording) -> Decision:
    """Whatever the recorder has signed is kept; its signature is checked with the recordings."""
    return (
        e.RecordingSealed(
            ledger=command.ledger,
            take=command.take,
            lines=command.lines,
            segments=command.segments,
            milliseconds=command.milliseconds,
            head=command.head,
            key=command.key,
            signature=command.signature,
        ),
    )


# --- evolve


def floor_given(state: Meeting, event: e.FloorGiven, at: datetime) -> Meeting:
    """They speak."""
    if event.request is not None:
        state = moved(state, event.request, RequestAction.FLOOR_GIVEN)
    given = Floor(event.member, event.name, event.office, at, event.kind, event.seconds, event.request)
    return replace(state, floor=given)


def time_added(state: Meeting, event: e.TimeAdded, at: datetime) -> Meeting:
    """The limit is later."""
    floor = state.floor
    if floor is None:
        return state
    return replace(state, floor=replace(floor, seconds=(floor.seconds or 0) + event.seconds, overran=False))


def floor_overran(state: Meeting, event: e.FloorOverran, at: datetime) -> Meeting:
    """Noted; they speak on."""
    return state if state.floor is None else replace(state, floor=replace(state.floor, overran=True))


def floor_ended(state: Meeting, event: e.FloorEnded, at: datetime) -> Meeting:
    """Nobody speaks; what they spoke is added to their total. A clock that was put back takes nothing away."""
    floor = state.floor
    if floor is None:
        return state
    if floor.request is not None:
        state = moved(state, floor.request, RequestAction.FLOOR_ENDED)
    speakers = state.speakers
    if floor.member is not None:
        before = speakers.spoken.get(floor.member, Spoken())
        seconds = max(0.0, (at - floor.since).total_seconds())
        spoken = Spoken(before.times + 1, before.seconds + seconds)
        speakers = replace(speakers, spoken={**speakers.spoken, floor.member: spoken})
    return replace(state, floor=None, speakers=speakers)


RULES: Final[Rules] = {
    c.GiveFloor: Rule(give, CHAIR, gavel=True),
    c.AddTime: Rule(add_time, CHAIR, gavel=True),
    c.NoteOvertime: Rule(note_overtime, SYSTEM),
    c.EndFloor: Rule(end, CHAIR, gavel=True),
    c.SealRecording: Rule(seal_recording, SYSTEM),
}

TELLINGS: Final[Tellings] = {
    e.FloorGiven: floor_given,
    e.TimeAdded: time_added,
    e.FloorOverran: floor_overran,
    e.FloorEnded: floor_ended,
    e.RecordingSealed: unchanged,
}
