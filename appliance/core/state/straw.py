"""The straw poll that the hall sees."""

from datetime import datetime
from typing import Literal

from msgspec import Struct


class StrawVoice(Struct, frozen=True):
    """A member's opinion, and how often it was changed."""

    answer: Literal["yes", "no", "unsure"]
    changes: int = 0


class Straw(Struct, frozen=True):
    """A show of opinion, running or just ended."""

    straw: str
    question: str
    started: datetime
    answers: dict[str, StrawVoice] = {}
    open: bool = True
