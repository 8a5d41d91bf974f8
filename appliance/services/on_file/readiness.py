"""Readiness reports: sealed once, never changed."""

from datetime import datetime
from typing import Literal

from msgspec import Struct


class Readiness(Struct, frozen=True):
    """A report as it was sealed (`services/readiness_report.py`). What a list shows of it stands beside its text."""

    id: str
    at: datetime
    by: str
    by_name: str
    meeting: str
    """The title of the meeting that it was made for; empty: none."""
    ledger: str
    """That meeting's ledger; empty before it is convened."""
    plan: str
    verdict: Literal["green", "amber", "red"]
    green: int
    amber: int
    red: int
    """How many of its items."""
    text: str
    """The report: canonical JSON."""
    sha256: str
    key: str
    signature: str
