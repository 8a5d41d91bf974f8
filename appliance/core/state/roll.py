"""A sitting and its roll."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from appliance.core.people import MemberFacts


class Standing(StrEnum):
    """Where a member stands in the roll of a sitting."""

    EXPECTED = "expected"
    ASKED = "asked"
    PRESENT = "present"
    LEFT = "left"
    EXCUSED = "excused"
    UNEXCUSED = "unexcused"


class Stay(Struct, frozen=True):
    """One in and out; `until` is None while the member is here."""

    since: datetime
    by: str
    until: datetime | None = None


class Presence(Struct, frozen=True):
    """A member's line in the roll: standing now, and every in and out of this sitting."""

    standing: Standing = Standing.EXPECTED
    stays: tuple[Stay, ...] = ()


class Sitting(Struct, frozen=True):
    """A sitting; `roll` is kept with it, so the attendance of a past sitting stays readable."""

    sitting: str
    name: str
    opened: datetime
    members: dict[str, MemberFacts]
    roll: dict[str, Presence]
    closed: datetime | None = None

    @property
    def n(self) -> int:
        """N: all members in office, the denominator of every majority."""
        return len(self.members)

    def present(self) -> tuple[str, ...]:
        """The members who are in the room now, in the council's order."""
        return tuple(m for m, p in self.roll.items() if p.standing is Standing.PRESENT)
