"""Ins and outs."""

from typing import Literal

from appliance.core.events.base import Event


class CheckInAsked(Event, tag=True, frozen=True, kw_only=True):
    """A panel was pressed for check-in; it counts once the clerk confirms."""

    member: str


class CheckedIn(Event, tag=True, frozen=True, kw_only=True):
    """Present from the entry's time on."""

    member: str
    by: Literal["tablet", "panel", "clerk", "qr"]


class CheckedOut(Event, tag=True, frozen=True, kw_only=True):
    """Gone from the entry's time on."""

    member: str


class MarkedAbsent(Event, tag=True, frozen=True, kw_only=True):
    """Not here; excused or not. The reason is on file, never in the ledger."""

    member: str
    excused: bool
    ahead: bool = False
    """The clerk had accepted the member's excuse before the sitting opened."""


RollEvent = CheckInAsked | CheckedIn | CheckedOut | MarkedAbsent
