"""A moment in the minutes, by which every line can be looked up in the ledger."""

from datetime import datetime

from msgspec import Struct


class When(Struct, frozen=True):
    """The time of an entry, with its number; `doubtful` when the clock had been stepped."""

    time: datetime
    seq: int
    doubtful: bool = False
