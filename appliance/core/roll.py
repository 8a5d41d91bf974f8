"""The roll of a sitting: who is in the room, with every in and out."""

from datetime import datetime, timedelta, timezone
from typing import Final

from msgspec.structs import replace

from appliance.core import commands as c
from appliance.core import events as e
from appliance.core.people import Role
from appliance.core.refusals import Code, Refusal
from appliance.core.rule import CLERK, MEMBERS, Decision, Rule, Rules, Tellings
from appliance.core.state import Facts, Meeting, Order, Presence, Sitting, Standing, Stay

HALL_TIME: Final = timezone(timedelta(hours=7))
NOON: Final = 12


def late(sitting: Sitting, presence: Presence, grace_minutes: int) -> bool:
    """True when the member first came in after the time of grace."""
    return bool(presence.stays) and presence.stays[0].since > sitting.opened + timedelta(minutes=grace_minutes)


def left_early(presence: Presence) -> bool:
    """True when the member has gone before the sitting closed."""
    return presence.standing is Standing.LEFT


def excused_ahead(facts: Facts, now: datetime) -> tuple[e.MarkedAbsent, ...]:
    """Members in office whose excuse for this half of the day the clerk has accepted: they open the sitting excused.

    Whoever comes all the same checks in like anybody else.
    """
    local = now.astimezone(HALL_TIME)
    half = "morning" if local.hour < NOON else "afternoon"
    return tuple(
        e.MarkedAbsent(member=m.member, excused=True, ahead=True)
        for m in facts.roster
        if any(leave.day == local.date() and leave.part in {"whole", half} for leave in facts.excused.get(m.member, ()))
    )


# --- decide


def check_in(state: Meeting, order: Order, command: c.CheckIn) -> Decision:
    """Presence is earned in the room: by the hall screen's code, by a panel the clerk confirms, or by the clerk."""
    sitting = state.sitting
    if sitting is None:
        return Refusal(Code.SITTING_NOT_OPEN)
    clerk = order.actor.role is Role.CLERK and command.member is not None
    member = command.member if clerk else order.actor.member
    if member is None:
        return Refusal(Code.NOT_A_MEMBER)
    if not clerk and command.member not in {None, member}:
        return Refusal(Code.NOT_ALLOWED)
    presence = sitting.roll.get(member)
    if presence is None:
        return Refusal(Code.NOT_IN_OFFICE)
    if presence.standing is Standing.PRESENT:
        return Refusal(Code.ALREADY_PRESENT)
    if clerk:
        return (e.CheckedIn(member=member, by="clerk"),)
    if order.actor.role is Role.PANELS:
        if presence.standing is Standing.ASKED:
            return Refusal(Code.CHECK_IN_WAITING)
        return (e.CheckInAsked(member=member),)
    if not order.facts.in_room:
        return Refusal(Code.ROOM_CODE_WRONG)
    return (e.CheckedIn(member=member, by="qr" if command.scanned else "tablet"),)


def confirm_check_in(state: Meeting, order: Order, command: c.ConfirmCheckIn) -> Decision:
    """The clerk has seen the person at the panel."""
    presence = _presence(state, command.member)
    if isinstance(presence, Refusal):
        return presence
    if presence.standing is Standing.PRESENT:
        return Refusal(Code.ALREADY_PRESENT)
    if presence.standing is not Standing.ASKED:
        return Refusal(Code.CHECK_IN_NOT_ASKED)
    return (e.CheckedIn(member=command.member, by="panel"),)


def check_out(state: Meeting, order: Order, command: c.CheckOut) -> Decision:
    """A ballot already recorded stands; the member takes part in no later one."""
    clerk = order.actor.role is Role.CLERK and command.member is not None
    member = command.member if clerk else order.actor.member
    if member is None:
        return Refusal(Code.NOT_A_MEMBER)
    if not clerk and command.member not in {None, member}:
        return Refusal(Code.NOT_ALLOWED)
    presence = _presence(state, member)
    if isinstance(presence, Refusal):
        return presence
    if presence.standing is not Standing.PRESENT:
        return Refusal(Code.NOT_PRESENT)
    speaks = state.floor is not None and state.floor.member == member
    return (e.FloorEnded(), e.CheckedOut(member=member)) if speaks else (e.CheckedOut(member=member),)


def mark_absent(state: Meeting, order: Order, command: c.MarkAbsent) -> Decision:
    """Excused or unexcused; someone who is in the room is checked out first."""
    presence = _presence(state, command.member)
    if isinstance(presence, Refusal):
        return presence
    if presence.standing is Standing.PRESENT:
        return Refusal(Code.ALREADY_PRESENT)
    return (e.MarkedAbsent(member=command.member, excused=command.excused),)


def _presence(state: Meeting, member: str) -> Presence | Refusal:
    if state.sitting is None:
        return Refusal(Code.SITTING_NOT_OPEN)
    return state.sitting.roll.get(member) or Refusal(Code.MEMBER_UNKNOWN)


# --- evolve


def _with(state: Meeting, member: str, presence: Presence) -> Meeting:
    last = state.sittings[-1]
    sitting = replace(last, roll={**last.roll, member: presence})
    return replace(state, sittings=(*state.sittings[:-1], sitting))


def check_in_asked(state: Meeting, event: e.CheckInAsked, at: datetime) -> Meeting:
    """Waits for the clerk."""
    presence = state.sittings[-1].roll[event.member]
    return _with(state, event.member, replace(presence, standing=Standing.ASKED))


def checked_in(state: Meeting, event: e.CheckedIn, at: datetime) -> Meeting:
    """In, from now."""
    presence = state.sittings[-1].roll[event.member]
    stay = Stay(since=at, by=event.by)
    return _with(state, event.member, replace(presence, standing=Standing.PRESENT, stays=(*presence.stays, stay)))


def checked_out(state: Meeting, event: e.CheckedOut, at: datetime) -> Meeting:
    """Out, from now."""
    presence = state.sittings[-1].roll[event.member]
    stays = (*presence.stays[:-1], replace(presence.stays[-1], until=at))
    return _with(state, event.member, replace(presence, standing=Standing.LEFT, stays=stays))


def marked_absent(state: Meeting, event: e.MarkedAbsent, at: datetime) -> Meeting:
    """Absent; the ins and outs before stay in the record."""
    standing = Standing.EXCUSED if event.excused else Standing.UNEXCUSED
    presence = state.sittings[-1].roll[event.member]
    return _with(state, event.member, replace(presence, standing=standing))


RULES: Final[Rules] = {
    c.CheckIn: Rule(check_in, MEMBERS),
    c.ConfirmCheckIn: Rule(confirm_check_in, CLERK),
    c.CheckOut: Rule(check_out, MEMBERS - {Role.PANELS}),
    c.MarkAbsent: Rule(mark_absent, CLERK),
}

TELLINGS: Final[Tellings] = {
    e.CheckInAsked: check_in_asked,
    e.CheckedIn: checked_in,
    e.CheckedOut: checked_out,
    e.MarkedAbsent: marked_absent,
}
