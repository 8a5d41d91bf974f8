"""Agenda items as the meeting stands."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class ItemState(StrEnum):
    """An agenda item waits, is the current one, or is done."""

    WAITING = "waiting"
    CURRENT = "current"
    DONE = "done"


class Item(Struct, frozen=True):
    """An agenda item with the times at which the meeting came to it."""

    item: str
    number: str
    title: str
    presenter: str
    state: ItemState = ItemState.WAITING
    started: tuple[datetime, ...] = ()
    ended: datetime | None = None
