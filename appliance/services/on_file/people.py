"""The council and its members."""

from enum import StrEnum

from msgspec import Struct


class MemberStatus(StrEnum):
    """Only members in office count in N, sit on the roll and may sign in."""

    IN_OFFICE = "in_office"
    SUSPENDED = "suspended"
    LEFT = "left"


class Council(Struct, frozen=True):
    """The body; there is one."""

    name: str = ""
    term: str = ""
    place: str = ""
    id: str = "council"


class Member(Struct, frozen=True):
    """A delegate. `position` is the council's own order; two members never share a seat."""

    id: str
    name: str
    group: str = ""
    seat: str | None = None
    office: str = ""
    status: MemberStatus = MemberStatus.IN_OFFICE
    position: int = 0
