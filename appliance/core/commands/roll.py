"""Who is in the room."""

from typing import Annotated

from msgspec import Meta

from appliance.core.commands.base import Command
from appliance.core.people import Id


class CheckIn(Command, tag=True, frozen=True, kw_only=True):
    """Be present. A tablet gives the room code that the hall screen shows; a panel's press waits for
    the clerk; the clerk names the `member`."""

    member: Id | None = None
    code: Annotated[str, Meta(max_length=16)] | None = None
    scanned: bool = False
    """The code came with the QR picture on the hall screen, and was not typed."""


class ConfirmCheckIn(Command, tag=True, frozen=True, kw_only=True):
    """The clerk has seen the member whose panel asked for check-in."""

    member: Id


class CheckOut(Command, tag=True, frozen=True, kw_only=True):
    """Leave. A delegate for themselves, or the clerk for a `member`."""

    member: Id | None = None


class MarkAbsent(Command, tag=True, frozen=True, kw_only=True):
    """The clerk marks a member absent, excused or not. The reason never enters the ledger."""

    member: Id
    excused: bool


RollCommand = CheckIn | ConfirmCheckIn | CheckOut | MarkAbsent
