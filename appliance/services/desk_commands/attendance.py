"""Why somebody is, or will be, away."""

from datetime import date
from typing import Annotated

from msgspec import Meta

from appliance.core.commands import Command
from appliance.core.people import Id, ShortText
from appliance.services.on_file.attendance import DayPart, FileKind


class NoteAbsence(Command, tag=True, frozen=True, kw_only=True):
    """The reason for a member's absence from the sitting: printed in its minutes, never in the ledger."""

    member: Id
    reason: Annotated[str, Meta(max_length=500)]


class SendExcuse(Command, tag=True, frozen=True, kw_only=True):
    """A member cannot come that day, and says why ahead. The clerk sends one for the `member` who rang or wrote."""

    day: date
    reason: Annotated[str, Meta(min_length=1, max_length=500)]
    part: DayPart = "whole"
    member: Id | None = None


class WithdrawExcuse(Command, tag=True, frozen=True, kw_only=True):
    """The member can come after all; possible whatever the clerk has answered."""

    excuse: Id


class AcceptExcuse(Command, tag=True, frozen=True, kw_only=True):
    """The sittings of that day, or half of it, open with the member marked excused."""

    excuse: Id
    answer: Annotated[str, Meta(max_length=500)] = ""


class DeclineExcuse(Command, tag=True, frozen=True, kw_only=True):
    """The member is expected; the answer says why."""

    excuse: Id
    answer: ShortText


class AttachToExcuse(Command, tag=True, frozen=True, kw_only=True):
    """What was handed in with an excuse, by its SHA-256. The route of the upload gives it."""

    excuse: Id
    file: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$(?!\n)")]
    name: Annotated[str, Meta(max_length=200)]
    media_type: FileKind


AttendanceDeskCommand = NoteAbsence | SendExcuse | WithdrawExcuse | AcceptExcuse | DeclineExcuse | AttachToExcuse
