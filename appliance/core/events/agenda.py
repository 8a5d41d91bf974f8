"""The way through the agenda."""

from appliance.core.events.base import Event
from appliance.core.plan import ItemKind


class ItemAdded(Event, tag=True, frozen=True, kw_only=True):
    """An agenda item: behind `after`, otherwise at the end of the agenda."""

    item: str
    number: str
    title: str
    presenter: str = ""
    kind: ItemKind = ItemKind.OTHER
    parent: str | None = None
    after: str | None = None
    starts: int | None = None
    """Planned: minute of the day, length in minutes, number of the sitting."""
    minutes: int | None = None
    sitting: int = 1
    private: bool = False


class ItemEdited(Event, tag=True, frozen=True, kw_only=True):
    """The item says this from now on."""

    item: str
    number: str
    title: str
    presenter: str = ""
    kind: ItemKind = ItemKind.OTHER
    starts: int | None = None
    minutes: int | None = None
    sitting: int = 1
    private: bool = False


class ItemMoved(Event, tag=True, frozen=True, kw_only=True):
    """The item and its parts stand behind `after`; None: first of their level."""

    item: str
    parent: str | None = None
    after: str | None = None


class ItemStarted(Event, tag=True, frozen=True, kw_only=True):
    """The meeting is at this item; the one before is done."""

    item: str


class ItemWithdrawn(Event, tag=True, frozen=True, kw_only=True):
    """The item is off the agenda."""

    item: str
    reason: str


class ItemPostponed(Event, tag=True, frozen=True, kw_only=True):
    """The item is left for a later meeting."""

    item: str
    reason: str


class ItemRestored(Event, tag=True, frozen=True, kw_only=True):
    """The item is on the agenda again."""

    item: str


AgendaEvent = ItemAdded | ItemEdited | ItemMoved | ItemStarted | ItemWithdrawn | ItemPostponed | ItemRestored
