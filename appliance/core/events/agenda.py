"""The way through the agenda."""

from appliance.core.events.base import Event


class ItemAdded(Event, tag=True, frozen=True, kw_only=True):
    """An agenda item, at the end of the agenda."""

    item: str
    number: str
    title: str
    presenter: str = ""


class ItemStarted(Event, tag=True, frozen=True, kw_only=True):
    """The meeting is at this item; the one before is done."""

    item: str


AgendaEvent = ItemAdded | ItemStarted
