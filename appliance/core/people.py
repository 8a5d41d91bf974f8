"""Who acts: roles, the actor of a command, and what is frozen of each member."""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

# Python's `$` also stands before a last line break; with `(?!\n)` it is the end, as in JavaScript.
Id = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[\w.:-]+$(?!\n)")]
ShortText = Annotated[str, Meta(min_length=1, max_length=200)]
LongText = Annotated[str, Meta(min_length=1, max_length=2000)]


class Role(StrEnum):
    """What a signed-in client may be. `SYSTEM` is the appliance itself (a timer that runs out)."""

    DELEGATE = "delegate"
    CHAIR = "chair"
    CLERK = "clerk"
    TECHNICIAN = "technician"
    AUDITOR = "auditor"
    HALL = "hall"
    PANELS = "panels"
    SYSTEM = "system"


class Actor(Struct, frozen=True, omit_defaults=True):
    """The one who gives a command.

    `person` names the account, the member (for a card) or the process; `member` is set when that
    person is also a delegate: a secretary who is a delegate votes under the same sign-in.
    """

    role: Role
    person: str
    member: str | None = None


class MemberFacts(Struct, frozen=True, omit_defaults=True):
    """A member's public facts as frozen when a sitting opens; later registry edits never change them."""

    member: str
    name: str
    group: str = ""
    seat: str = ""
    office: str = ""
