"""Opinions asked for between meetings (xin ý kiến): advisory, on file alone, never a vote."""

from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct


class OpinionChoice(StrEnum):
    """Deliberately other words than a vote's."""

    AGREE = "agree"
    DISAGREE = "disagree"
    OTHER = "other"


class Opinion(Struct, frozen=True):
    """A question put to all delegates until the end of a day."""

    id: str
    title: str
    text: str
    closes: date
    asked: datetime
    closed: datetime | None = None


class OpinionAnswer(Struct, frozen=True):
    """One delegate's opinion; the last one counts. The clerk sees whose it is, and the delegate is told so."""

    id: str
    opinion: str
    member: str
    choice: OpinionChoice
    text: str
    at: datetime
