"""The agenda as screens show it."""

from msgspec import Struct

from appliance.core.plan import ItemKind
from appliance.core.state import ItemState


class ItemView(Struct, frozen=True):
    """One line of section `agenda`."""

    item: str
    number: str
    title: str
    presenter: str
    state: ItemState
    started: str | None = None
    """When the meeting last came to it."""
    kind: ItemKind = ItemKind.OTHER
    parent: str | None = None
    starts: int | None = None
    """Planned: minute of the day, length in minutes, number of the sitting."""
    minutes: int | None = None
    sitting: int = 1
    ended: str | None = None
    private: bool = False
    """The hall's screen is not told what a private item is about."""
    reason: str = ""
    """Why it was withdrawn or postponed."""
    revision: int = 1
    """What EditItem names as `seen`."""
