"""What the panels process knows of one panel on a bus."""

from msgspec import Struct

from appliance.panels.bus.news import PanelSaid
from appliance.panels.bus.session import Told
from appliance.panels.fixtures import Shown
from appliance.panels.lights import OFFLINE


class Waits(Struct, frozen=True):
    """A press that its panel tells until it hears what became of it."""

    name: str
    """Empty: it was made while testing."""
    number: int


class Box:
    """One panel as the process knows it."""

    def __init__(self) -> None:
        self.said = PanelSaid("", online=False)
        self.seen: str | None = None
        self.waits: Waits | None = None
        self.shown = Shown(OFFLINE)
        self.told: Told | None = None
        self.seen_lit = 0
        self.located = False
        self.set = 0
        """While testing: the number of the pattern that was ordered."""
