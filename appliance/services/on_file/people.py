"""The council, its term and members, their groups and committees, guests, and where everybody sits."""

from enum import StrEnum
from typing import Final

from msgspec import Struct


class MemberStatus(StrEnum):
    """Only members in office count in N, sit on the roll and may sign in. The others stay on file."""

    IN_OFFICE = "in_office"
    SUSPENDED = "suspended"
    LEAVING = "leaving"
    """Has asked to be released; in office until the council has agreed."""
    LEFT = "left"
    RELIEVED = "relieved"
    REMOVED = "removed"
    DIED = "died"
    MOVED = "moved"


_IN_OFFICE: Final = frozenset({MemberStatus.IN_OFFICE, MemberStatus.LEAVING})


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
    """The name of a Group on file."""
    seat: str | None = None
    office: str = ""
    status: MemberStatus = MemberStatus.IN_OFFICE
    position: int = 0
    committee: str = ""
    """The name of a Committee on file."""
    unit: str = ""
    """Village or constituency: what tells namesakes apart."""
    photo: str = ""
    """The picture's SHA-256; empty: none."""

    @property
    def in_office(self) -> bool:
        """Whether the member counts in N."""
        return self.status in _IN_OFFICE


class Group(Struct, frozen=True):
    """A group of delegates (tổ đại biểu). Members name it; whoever renames it renames it for them."""

    id: str
    name: str
    area: str = ""
    position: int = 0


class Committee(Struct, frozen=True):
    """A committee of the council (ban). Its name is the commune's choice."""

    id: str
    name: str
    position: int = 0


class Guest(Struct, frozen=True):
    """Somebody who is invited and may be given the floor, and never votes."""

    id: str
    name: str
    title: str = ""
    body: str = ""
    """The body that the guest comes from."""


class SeatMap(Struct, frozen=True):
    """The hall's rows from the front, each from left to right; an empty text is a gap or an aisle."""

    rows: tuple[tuple[str, ...], ...] = ()
    id: str = "seats"
