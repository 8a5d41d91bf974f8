"""Who may see a paper. Pure: the one place that decides, for lists, pages, texts, search, notes and the public site.

A paper belongs to a meeting's plan and, as a rule, to one of its items. Guests have no sign-in and see what the hall
screen shows; the hall screen itself never shows what is one committee's or the presiding table's.
"""

from datetime import datetime
from enum import StrEnum
from typing import Final

from msgspec import Struct

from appliance.core.people import Role

COMMITTEE: Final = "committee:"
"""What stands before a committee's name in a paper's rights."""


class DocumentKind(StrEnum):
    """What a paper is."""

    REPORT = "report"
    SUBMISSION = "submission"
    DRAFT_RESOLUTION = "draft_resolution"
    VERIFICATION = "verification"
    ANNEX = "annex"
    QUESTIONS = "questions"
    OTHER = "other"


class PaperState(StrEnum):
    """How far a version's pages are prepared; `NEXT` has the ways between."""

    QUEUED = "queued"
    WORKING = "working"
    READY = "ready"
    FAILED = "failed"


NEXT: Final[dict[PaperState, tuple[PaperState, ...]]] = {
    PaperState.QUEUED: (PaperState.WORKING,),
    PaperState.WORKING: (PaperState.READY, PaperState.FAILED, PaperState.QUEUED),
    PaperState.READY: (),
    PaperState.FAILED: (),
}
"""Back to *queued* when the process that worked on it died."""


class PaperRights(StrEnum):
    """The four circles; a committee is named behind `committee:`."""

    PUBLIC = "public"
    DELEGATES = "delegates"
    PRESIDING = "presiding"
    COMMITTEE = "committee"


class Paper(Struct, frozen=True):
    """What the rules need to know of a paper."""

    rights: str
    """`public`, `delegates`, `presiding` or `committee:<name>`."""
    sent: datetime | None = None
    """When a version of it was first sent to delegates."""
    private: bool = False
    """It belongs to an item that is handled away from the public."""
    withdrawn: bool = False


class Reader(Struct, frozen=True):
    """Who wants to see it."""

    role: Role
    member: str | None = None
    committee: str = ""
    """Of the member, if any."""


DESK: Final = frozenset({Role.CLERK})
PRESIDING: Final = frozenset({Role.CLERK, Role.CHAIR})


def circle(rights: str) -> PaperRights:
    """Which of the four; whatever is none of them is the narrowest."""
    if rights.startswith(COMMITTEE) and rights != COMMITTEE:
        return PaperRights.COMMITTEE
    return PaperRights(rights) if rights in {"public", "delegates", "presiding"} else PaperRights.PRESIDING


def may_see(paper: Paper, reader: Reader) -> bool:
    """Whether this reader is shown it at all."""
    if reader.role in DESK:
        return True
    if paper.withdrawn:
        return False
    if reader.role in PRESIDING:
        return True
    if paper.sent is None:
        return False
    match circle(paper.rights):
        case PaperRights.PUBLIC | PaperRights.DELEGATES:
            return _in_the_hall(paper, reader)
        case PaperRights.COMMITTEE:
            return reader.member is not None and reader.committee == paper.rights.removeprefix(COMMITTEE)
        case PaperRights.PRESIDING:
            return False


def may_be_published(paper: Paper) -> bool:
    """Whether the public site has it: sent, public by its rights, and of no item handled in private."""
    return circle(paper.rights) is PaperRights.PUBLIC and paper.sent is not None and not _shut(paper)


def _in_the_hall(paper: Paper, reader: Reader) -> bool:
    if reader.member is not None or reader.role is Role.DELEGATE:
        return True
    if reader.role in {Role.AUDITOR, Role.HALL}:
        # The hall screen shows what the presiding table puts on it; in private no guest is there to see it.
        return True
    return reader.role is Role.TECHNICIAN and may_be_published(paper)


def _shut(paper: Paper) -> bool:
    return paper.private or paper.withdrawn
