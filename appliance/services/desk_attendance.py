"""The clerk's desk: why somebody is away, noted by the clerk or sent ahead by the member.

The ledger says only whether a member was excused; reasons and files are seen by the desk and the member alone.
"""

from typing import Final

from msgspec.structs import replace

from appliance.core.people import Role
from appliance.core.refusals import Code, Refusal
from appliance.core.roll import HALL_TIME
from appliance.core.rule import VOTERS
from appliance.core.state import Meeting
from appliance.services import desk_commands as d
from appliance.services.desk_rule import CLERK, DeskRule, DeskRules, Effect, Given
from appliance.services.on_file import Absence, Excuse, ExcuseState, Put


def note_absence(command: d.NoteAbsence, given: Given) -> Effect | Refusal:
    """Noted for the meeting's last sitting, open or not."""
    if command.member not in given.on_file.members:
        return Refusal(Code.MEMBER_UNKNOWN)
    absence = Absence(command.id, command.member, command.reason, given.now, *sitting_of(given.meeting))
    return Effect((Put(absence),))


def sitting_of(meeting: Meeting) -> tuple[str, str]:
    """Where an absence is noted now: the ledger and its last sitting, in a break the one before it."""
    return meeting.ledger, meeting.sittings[-1].sitting if meeting.sittings else ""


def send(command: d.SendExcuse, given: Given) -> Effect | Refusal:
    """For today or a day to come, once; one that was declined or taken back may be followed by another."""
    clerk = given.actor.role is Role.CLERK and command.member is not None
    member = command.member if clerk else given.actor.member
    if member is None:
        return Refusal(Code.NOT_A_MEMBER)
    if not clerk and command.member not in {None, member}:
        return Refusal(Code.NOT_ALLOWED)
    if member not in given.on_file.members:
        return Refusal(Code.MEMBER_UNKNOWN)
    if command.day < given.now.astimezone(HALL_TIME).date():
        return Refusal(Code.EXCUSE_DAY)
    if any(x.member == member and _overlaps(x, command) for x in given.on_file.excuses.values()):
        return Refusal(Code.EXCUSE_TWICE)
    reason = command.reason.strip()
    if not reason:
        return Refusal(Code.MALFORMED, "reason")
    excuse = Excuse(command.id, member, command.day, command.part, reason, given.now, given.actor.person)
    return Effect((Put(excuse),))


def withdraw(command: d.WithdrawExcuse, given: Given) -> Effect | Refusal:
    """By the member, or by the clerk for them."""
    excuse = _own(command.excuse, given)
    if isinstance(excuse, Refusal):
        return excuse
    if excuse.state is ExcuseState.WITHDRAWN:
        return Refusal(Code.EXCUSE_ANSWERED)
    return Effect((Put(replace(excuse, state=ExcuseState.WITHDRAWN)),))


def accept(command: d.AcceptExcuse, given: Given) -> Effect | Refusal:
    """Once."""
    return _answer(command.excuse, ExcuseState.ACCEPTED, command.answer, given)


def decline(command: d.DeclineExcuse, given: Given) -> Effect | Refusal:
    """Once, with a reason."""
    return _answer(command.excuse, ExcuseState.DECLINED, command.answer, given)


def attach(command: d.AttachToExcuse, given: Given) -> Effect | Refusal:
    """Until the clerk has answered; a newer file takes the older one's place."""
    excuse = _own(command.excuse, given)
    if isinstance(excuse, Refusal):
        return excuse
    if excuse.state is not ExcuseState.SENT:
        return Refusal(Code.EXCUSE_ANSWERED)
    filed = replace(excuse, file=command.file, file_name=command.name, file_type=command.media_type)
    return Effect((Put(filed),))


_STANDS: Final = frozenset({ExcuseState.SENT, ExcuseState.ACCEPTED})


def _overlaps(excuse: Excuse, command: d.SendExcuse) -> bool:
    if excuse.state not in _STANDS or excuse.day != command.day:
        return False
    return excuse.part == command.part or "whole" in {excuse.part, command.part}


def _own(name: str, given: Given) -> Excuse | Refusal:
    """The excuse, if it is the actor's own or the actor is the clerk."""
    excuse = given.on_file.excuses.get(name)
    if excuse is None:
        return Refusal(Code.EXCUSE_UNKNOWN)
    if given.actor.role is not Role.CLERK and excuse.member != given.actor.member:
        return Refusal(Code.EXCUSE_UNKNOWN)
    return excuse


def _answer(name: str, state: ExcuseState, answer: str, given: Given) -> Effect | Refusal:
    excuse = given.on_file.excuses.get(name)
    if excuse is None:
        return Refusal(Code.EXCUSE_UNKNOWN)
    if excuse.state is not ExcuseState.SENT:
        return Refusal(Code.EXCUSE_ANSWERED)
    return Effect((Put(replace(excuse, state=state, answer=answer.strip(), answered=given.now)),))


RULES: Final[DeskRules] = {
    d.NoteAbsence: DeskRule(note_absence, CLERK),
    d.SendExcuse: DeskRule(send, VOTERS),
    d.WithdrawExcuse: DeskRule(withdraw, VOTERS),
    d.AcceptExcuse: DeskRule(accept, CLERK),
    d.DeclineExcuse: DeskRule(decline, CLERK),
    d.AttachToExcuse: DeskRule(attach, VOTERS),
}
