"""What the hall's big screens show, and what waits to be shown."""

from datetime import datetime

from msgspec import Struct

from appliance.core.scene import AUTO, Scene


class Queued(Struct, frozen=True):
    """A scene that waits its turn."""

    entry: str
    scene: Scene


class HallScreen(Struct, frozen=True):
    """What is shown, since when, and what waits."""

    shown: Scene = AUTO
    since: datetime | None = None
    queue: tuple[Queued, ...] = ()
