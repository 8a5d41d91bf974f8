"""Agenda items as the meeting stands."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from appliance.core.plan import ItemKind


class ItemState(StrEnum):
    """An agenda item waits, is the current one, or is done; or it was taken off this meeting's agenda."""

    WAITING = "waiting"
    CURRENT = "current"
    DONE = "done"
    WITHDRAWN = "withdrawn"
    POSTPONED = "postponed"


class Item(Struct, frozen=True):
    """An agenda item with the times at which the meeting came to it."""

    item: str
    number: str
    title: str
    presenter: str
    state: ItemState = ItemState.WAITING
    started: tuple[datetime, ...] = ()
    ended: datetime | None = None
    kind: ItemKind = ItemKind.OTHER
    parent: str | None = None
    starts: int | None = None
    minutes: int | None = None
    sitting: int = 1
    private: bool = False
    reason: str = ""
    """Why it was withdrawn or postponed."""
    revision: int = 1

    @property
    def off(self) -> bool:
        """Not on this meeting's agenda any more."""
        return self.state in {ItemState.WITHDRAWN, ItemState.POSTPONED}

    @property
    def settled(self) -> bool:
        """Nothing is voted on under it any more."""
        return self.off or self.state is ItemState.DONE
