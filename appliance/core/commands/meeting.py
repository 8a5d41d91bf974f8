"""The meeting's frame: convened and closed, sittings, private and public, the gavel."""

from typing import Annotated, Literal

from msgspec import Meta

from appliance.core.commands.base import Command
from appliance.core.people import Id, ShortText


class ConveneMeeting(Command, tag=True, frozen=True, kw_only=True):
    """Open a new meeting, and with it a new ledger that starts from the head of the one before."""

    title: ShortText
    place: Annotated[str, Meta(max_length=200)] = ""
    plan: Id | None = None
    """The meeting as it was prepared: its items and questions are copied into the ledger under the same ids."""


class CloseMeeting(Command, tag=True, frozen=True, kw_only=True):
    """End the meeting. Refused while a sitting is open."""


class OpenSitting(Command, tag=True, frozen=True, kw_only=True):
    """Open a sitting: N and the members' facts are frozen from the registry. The opener takes the gavel."""

    name: Annotated[str, Meta(max_length=200)] = ""


class CloseSitting(Command, tag=True, frozen=True, kw_only=True):
    """Close the sitting. Refused while a poll is between opening and announcement."""


class GoPrivate(Command, tag=True, frozen=True, kw_only=True):
    """Họp kín: away from the public, for the whole sitting or until the current item ends."""

    scope: Literal["sitting", "item"] = "sitting"


class GoPublic(Command, tag=True, frozen=True, kw_only=True):
    """Back to a public sitting."""


class HandGavel(Command, tag=True, frozen=True, kw_only=True):
    """Hand the gavel to another chair account. A chair may also take it for themselves, because its holder may
    be gone; the record says who did."""

    to: Id


class BeginEpoch(Command, tag=True, frozen=True, kw_only=True):
    """Another box goes on with this ledger, from a copy of it. Given on the box itself while it takes over, never by
    a screen. A poll that is still running is voided, because ballots of it may be missing here."""

    reason: Annotated[str, Meta(min_length=1, max_length=500)]
    head_seen: Annotated[str, Meta(pattern=r"^[0-9a-f]{16,64}$(?!\n)")] | None = None
    """The head that a person has read off the old box, or its first 16 hex digits at least. When it is this ledger's
    head nothing is missing, and a running poll goes on."""


FrameCommand = (
    ConveneMeeting | CloseMeeting | OpenSitting | CloseSitting | GoPrivate | GoPublic | HandGavel | BeginEpoch
)
