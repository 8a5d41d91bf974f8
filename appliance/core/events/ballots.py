"""Choices, entries for a member, raised hands."""

from typing import Literal

from msgspec import field

from appliance.core.ballot_paper import Choice
from appliance.core.events.base import Event


class BallotCast(Event, tag=True, frozen=True, kw_only=True):
    """A member's choice in an open poll; a later one of the same member replaces it."""

    poll: str
    member: str
    choice: Choice
    by: Literal["tablet", "panel", "entered", "spoken"]


class EntryAsked(Event, tag=True, frozen=True, kw_only=True):
    """The clerk entered a member's spoken choice; it waits for the gavel holder."""

    poll: str
    member: str
    choice: Choice
    reason: str
    entered_by: str = ""
    entered_by_member: str | None = None


class EntryRejected(Event, tag=True, frozen=True, kw_only=True):
    """The gavel holder did not confirm the entry."""

    poll: str
    member: str


class CountsEntered(Event, tag=True, frozen=True, kw_only=True):
    """The clerk's count of hands; it replaces an earlier one and undoes its confirmations."""

    poll: str
    for_: int = field(name="for")
    against: int
    abstain: int


class NameCalled(Event, tag=True, frozen=True, kw_only=True):
    """In a roll-call poll, this member was called."""

    poll: str
    member: str


BallotEvent = BallotCast | EntryAsked | EntryRejected | CountsEntered | NameCalled
