"""Question slips (phiếu chất vấn), the groups they are sorted into, and what became of pledges after their meeting."""

from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct


class SlipState(StrEnum):
    """What the Standing Body has decided on a slip. That it was put and answered in a meeting stands in its ledger."""

    SENT = "sent"
    SELECTED = "selected"
    IN_WRITING = "in_writing"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


class IssueGroup(Struct, frozen=True):
    """A group of issues (nhóm vấn đề chất vấn)."""

    id: str
    title: str
    position: int = 0


class QuestionSlip(Struct, frozen=True):
    """A delegate's question to a named person or office. A draft stays on the tablet; it is on file once it is sent."""

    id: str
    member: str
    addressee: str
    title: str
    text: str
    sent: datetime
    state: SlipState = SlipState.SENT
    group: str | None = None
    due: date | None = None
    """When an answer in writing must be there."""
    answer: str = ""
    answered: datetime | None = None


class PledgeFollowUp(Struct, frozen=True):
    """What was heard of a pledge later; `settled` with the last one: it is kept, and no longer carried on."""

    id: str
    ledger: str
    pledge: str
    note: str
    at: datetime
    settled: bool = False
