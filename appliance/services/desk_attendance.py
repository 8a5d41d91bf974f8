"""The clerk's desk: why somebody is away. The ledger says only whether a member was excused."""

from typing import Final

from appliance.core.refusals import Code, Refusal
from appliance.core.state import Meeting
from appliance.services import desk_commands as d
from appliance.services.desk_rule import CLERK, DeskRule, DeskRules, Effect, Given
from appliance.services.on_file import Absence, Put


def note_absence(command: d.NoteAbsence, given: Given) -> Effect | Refusal:
    """Noted for the meeting's last sitting, open or not."""
    if command.member not in given.on_file.members:
        return Refusal(Code.MEMBER_UNKNOWN)
    absence = Absence(command.id, command.member, command.reason, given.now, *sitting_of(given.meeting))
    return Effect((Put(absence),))


def sitting_of(meeting: Meeting) -> tuple[str, str]:
    """Where an absence is noted now: the ledger and its last sitting, in a break the one before it."""
    return meeting.ledger, meeting.sittings[-1].sitting if meeting.sittings else ""


RULES: Final[DeskRules] = {d.NoteAbsence: DeskRule(note_absence, CLERK)}
