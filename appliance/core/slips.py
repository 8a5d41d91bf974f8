"""What a meeting takes from a question slip (phiếu chất vấn) on file, and the kinds of what is promised in answer."""

from enum import StrEnum

from msgspec import Struct


class PledgeKind(StrEnum):
    """A deed promised (lời hứa, cam kết), or an answer in writing."""

    DEED = "deed"
    WRITTEN_ANSWER = "written_answer"


class SlipFacts(Struct, frozen=True, omit_defaults=True):
    """A slip as it was when the meeting came to it; what is on file later changes nothing in the record."""

    slip: str
    member: str
    name: str
    addressee: str
    title: str
    text: str = ""
    group: str = ""
    group_title: str = ""
    selected: bool = True
    """Chosen for the sitting; the others are answered in writing or wait."""
