"""The floor: who speaks. One person at a time has it, from the chair; and the seal of what was recorded of them."""

from datetime import datetime
from typing import Final

from msgspec.structs import replace

from appliance.core import commands as c
from appliance.core import events as e
from appliance.core.refusals import Code, Refusal
from appliance.core.rule import CHAIR, SYSTEM, Decision, Rule, Rules, Tellings, unchanged
from appliance.core.state import Floor, Meeting, Order, Standing


def ended(state: Meeting) -> tuple[e.Event, ...]:
    """What another event brings with it: an item, a sitting or a stay does not end while somebody goes on speaking."""
    return (e.FloorEnded(),) if state.floor is not None else ()


# --- decide


def give(state: Meeting, order: Order, command: c.GiveFloor) -> Decision:
    """To a member who is in the room, or to a guest (who stands on no roll) by name."""
    sitting = state.sitting
    if sitting is None:
        return Refusal(Code.SITTING_NOT_OPEN)
    if (command.member is None) == (command.guest is None):
        return Refusal(Code.MALFORMED, "member or guest")
    if state.floor is not None and command.member is not None and state.floor.member == command.member:
        return Refusal(Code.FLOOR_ALREADY_THEIRS)
    if command.guest is not None:
        if state.floor is not None and (state.floor.member, state.floor.name) == (None, command.guest):
            return Refusal(Code.FLOOR_ALREADY_THEIRS)
        return (*ended(state), e.FloorGiven(name=command.guest))
    member = command.member or ""
    if member not in sitting.members:
        return Refusal(Code.MEMBER_UNKNOWN)
    if sitting.roll[member].standing is not Standing.PRESENT:
        return Refusal(Code.NOT_PRESENT)
    facts = sitting.members[member]
    return (*ended(state), e.FloorGiven(member=member, name=facts.name, office=facts.office))


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
    return replace(state, floor=Floor(event.member, event.name, event.office, at))


def floor_ended(state: Meeting, event: e.FloorEnded, at: datetime) -> Meeting:
    """Nobody speaks."""
    return replace(state, floor=None)


RULES: Final[Rules] = {
    c.GiveFloor: Rule(give, CHAIR, gavel=True),
    c.EndFloor: Rule(end, CHAIR, gavel=True),
    c.SealRecording: Rule(seal_recording, SYSTEM),
}

TELLINGS: Final[Tellings] = {
    e.FloorGiven: floor_given,
    e.FloorEnded: floor_ended,
    e.RecordingSealed: unchanged,
}
