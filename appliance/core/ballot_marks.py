"""What stands on a paper of a secret vote: the kinds of vote, persons, marks, why a paper is invalid."""

from enum import StrEnum
from typing import Annotated, Final

from msgspec import Meta, Struct

from appliance.core.people import Id, ShortText


class ElectionKind(StrEnum):
    """What a secret vote on persons decides (domain 6)."""

    ELECT = "elect"
    """Bầu."""
    RELIEVE = "relieve"
    """Miễn nhiệm."""
    REMOVE = "remove"
    """Bãi nhiệm: of a delegate two thirds of N, of an officer more than half."""
    RESIGN = "resign"
    """Từ chức: the council decides on the resignation."""
    CEASE = "cease"
    """Thôi làm nhiệm vụ đại biểu."""
    CONFIDENCE_VOTE = "confidence_vote"
    """Bỏ phiếu tín nhiệm."""
    CONFIDENCE_RATING = "confidence_rating"
    """Lấy phiếu tín nhiệm, in three levels."""


class Mark(StrEnum):
    """What a paper says of one person. `spoiled`: that line has both boxes marked or none."""

    YES = "yes"
    NO = "no"
    HIGH = "high"
    MIDDLE = "middle"
    LOW = "low"
    SPOILED = "spoiled"


class Invalid(StrEnum):
    """Why a whole paper does not count (domain 6.4)."""

    NOT_ISSUED = "not_issued"
    NO_SEAL = "no_seal"
    TOO_MANY = "too_many"
    NAME_ADDED = "name_added"
    NO_LINE = "no_line"
    """Both boxes or none, for every name."""
    SIGNED = "signed"


class TellerPart(StrEnum):
    """Trưởng ban, Thư ký, Ủy viên of the tellers' committee."""

    HEAD = "head"
    SECRETARY = "secretary"
    MEMBER = "member"


class Purpose(StrEnum):
    """The three open votes that belong to an election."""

    LIST = "list"
    TELLERS = "tellers"
    RESULT = "result"


class Candidate(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A person on the ballot. `about` is public: office, unit, what tells namesakes apart."""

    candidate: Id
    name: ShortText
    about: Annotated[str, Meta(max_length=200)] = ""
    member: Id | None = None
    """When the person is a delegate."""
    nominated_by: Annotated[str, Meta(max_length=200)] = ""


class Teller(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One of the tellers' committee; `who` is a member, or the account they sign in with."""

    who: Id
    name: ShortText
    part: TellerPart = TellerPart.MEMBER


_TWO: Final = (Mark.YES, Mark.NO)
_THREE: Final = (Mark.HIGH, Mark.MIDDLE, Mark.LOW)


def choices(kind: ElectionKind) -> tuple[Mark, ...]:
    """The boxes on each line, in the order of print."""
    return _THREE if kind is ElectionKind.CONFIDENCE_RATING else _TWO
