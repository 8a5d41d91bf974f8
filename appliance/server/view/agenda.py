"""The agenda as screens show it."""

from msgspec import Struct

from appliance.core.state import ItemState


class ItemView(Struct, frozen=True):
    """One line of section `agenda`."""

    item: str
    number: str
    title: str
    presenter: str
    state: ItemState
    started: str | None = None
