"""Reasons for absences, and excuses that members send ahead."""

from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from msgspec import Struct

DayPart = Literal["whole", "morning", "afternoon"]
FileKind = Literal["application/pdf", "image/png", "image/jpeg"]


class Absence(Struct, frozen=True):
    """A reason for an absence from one sitting, as the clerk noted it; the last one counts.

    `ledger` and `sitting` are empty when there was none: such a note is printed in no minutes.
    """

    id: str
    member: str
    reason: str
    noted: datetime
    ledger: str = ""
    sitting: str = ""


class ExcuseState(StrEnum):
    """What became of an excuse."""

    SENT = "sent"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Excuse(Struct, frozen=True):
    """A member's excuse for a day or half of one, sent ahead. Only the desk and the member ever see the reason.

    `file` is the SHA-256 of what was handed in with it, kept outside the registry.
    """

    id: str
    member: str
    day: date
    part: DayPart
    reason: str
    sent: datetime
    sent_by: str
    state: ExcuseState = ExcuseState.SENT
    answer: str = ""
    answered: datetime | None = None
    file: str | None = None
    file_name: str = ""
    file_type: str = ""
