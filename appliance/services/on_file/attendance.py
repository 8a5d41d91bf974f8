"""Reasons for absences."""

from datetime import datetime

from msgspec import Struct


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
