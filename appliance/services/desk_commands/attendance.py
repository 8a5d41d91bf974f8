"""Why somebody is away."""

from typing import Annotated

from msgspec import Meta

from appliance.core.commands import Command
from appliance.core.people import Id


class NoteAbsence(Command, tag=True, frozen=True, kw_only=True):
    """The reason for a member's absence from the sitting: printed in its minutes, never in the ledger."""

    member: Id
    reason: Annotated[str, Meta(max_length=500)]


AttendanceDeskCommand = NoteAbsence
