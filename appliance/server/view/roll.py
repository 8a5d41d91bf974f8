"""The roll of the open sitting."""

from msgspec import Struct

from appliance.core.state import Standing


class StayView(Struct, frozen=True):
    """One in and out, ISO 8601 UTC."""

    since: str
    by: str
    until: str | None = None


class WallPlace(Struct, frozen=True):
    """One place on the presence wall. Why somebody is not here is told to nobody but the desk."""

    member: str
    name: str
    seat: str
    group: str
    here: bool


class PresenceView(Struct, frozen=True):
    """Section `presence` (hall display): who is in the room, in the council's order."""

    members: tuple[WallPlace, ...]


class RollLine(Struct, frozen=True):
    """One line of section `roll` (chair, clerk): the roll of the open sitting."""

    member: str
    name: str
    group: str
    seat: str
    office: str
    standing: Standing
    stays: tuple[StayView, ...] = ()
    late: bool = False
    left_early: bool = False
