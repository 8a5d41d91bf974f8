"""What a master tells the panels process, by its inbox."""

from msgspec import Struct

from appliance.panels.bus.session import PressHeard


class PanelSaid(Struct, frozen=True):
    """A panel has answered, and something in it is new."""

    serial: str
    online: bool = True
    jammed: bool = False
    down: int = 0
    """Bits: which buttons are held."""
    lit: int = 0
    """Bits: which lights are on."""
    two_at_once: bool = False
    """Since it was asked before."""
    brownout: bool = False
    """It was last started by low voltage or by its watchdog."""
    version: str = ""
    """Of its firmware; empty: it has not said."""
    errors: int = 0
    press: PressHeard | None = None


class BusSaid(Struct, frozen=True):
    """How a bus is."""

    bus: str
    port: str
    online: bool
    cycle_ms: int = 0
    bad_frames: int = 0
    why: str = ""


class Found(Struct, frozen=True):
    """A button was pressed on a panel without a hall."""

    bus: str
    serial: str


class Joined(Struct, frozen=True):
    """What became of a panel that was to join."""

    serial: str
    joined: bool


News = PanelSaid | BusSaid | Found | Joined
