"""The hall's big screens."""

from appliance.core.events.base import Event
from appliance.core.scene import Scene


class HallShown(Event, tag=True, frozen=True, kw_only=True):
    """The screens show this from now on. `entry`: it came out of the queue."""

    scene: Scene
    entry: str | None = None


class HallQueued(Event, tag=True, frozen=True, kw_only=True):
    """A scene waits at the end of the queue."""

    entry: str
    scene: Scene


class HallQueueMoved(Event, tag=True, frozen=True, kw_only=True):
    """It waits at another place, counted from 0."""

    entry: str
    to: int


class HallQueueDropped(Event, tag=True, frozen=True, kw_only=True):
    """It waits no longer."""

    entry: str


class PageShown(Event, tag=True, frozen=True, kw_only=True):
    """Another page of the paper that is shown."""

    page: int


HallScreenEvent = HallShown | HallQueued | HallQueueMoved | HallQueueDropped | PageShown
