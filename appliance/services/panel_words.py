"""What the server and the panels process say to each other about the house itself: boxes, buses, and orders to them.

The page is at the top of `server/panel_socket.py`. Both sides use these types. Nothing here ever holds a key.
"""

from collections.abc import Collection
from typing import Final, Literal, Protocol

from msgspec import Struct
from msgspec.structs import replace

TABLET: Final = "tablet"
"""Who votes without a panel: what a swap may put in a panel's place."""


WIRED: Final = "gpio:"
"""How the serial number of a panel on the Pi's own pins begins; its seat follows."""


class Bus(Struct, frozen=True, kw_only=True):
    """One line of panels, as its master sees it."""

    bus: str
    port: str
    online: bool
    baud: int = 0
    cycle_ms: int = 0
    """Milliseconds in which every panel that answers has been asked once; 0: not measured yet."""
    bad_frames: int = 0
    """Frames that came garbled since the process began."""
    why: str = ""
    """While it is not on line: a word that says why (`panels.why.<word>`)."""


class Panel(Struct, frozen=True, kw_only=True):
    """One box with buttons, known by the serial number of its chip, or by `gpio:<seat>` where the Pi's pins are it."""

    serial: str
    seat: str | None
    """None: a spare."""
    bus: str = ""
    address: int = 0
    kind: Literal["bus", "usb", "gpio"] = "bus"
    online: bool = False
    jammed: bool = False
    """A button is stuck: the seat counts as having no panel."""
    down: tuple[bool, ...] = ()
    """In a test: which buttons are held, in the order for, against, abstain. Otherwise empty: it would tell a vote."""
    version: str = ""
    """Of its firmware; empty where it has none."""
    errors: int = 0
    """Frames from it that came garbled or not at all, since the process began."""
    seen: str | None = None
    """When it answered last: ISO 8601 in UTC; None: never since the process began."""


class Pairing(Struct, frozen=True, kw_only=True):
    """A new panel is being looked for on this bus; `found` once somebody has pressed a button on it."""

    bus: str
    found: str | None = None


class House(Struct, frozen=True, kw_only=True):
    """All that the panels process knows of its boxes."""

    buses: tuple[Bus, ...] = ()
    panels: tuple[Panel, ...] = ()
    pairing: Pairing | None = None
    testing: bool = False
    """Presses are reported and never given as commands."""

    def of(self, serial: str) -> Panel | None:
        """The panel with this serial number."""
        return next((panel for panel in self.panels if panel.serial == serial), None)

    def at(self, seat: str) -> Panel | None:
        """The panel at this seat."""
        return next((panel for panel in self.panels if panel.seat == seat), None)


Do = Literal["pair-start", "pair-stop", "take", "forget", "seat", "locate", "test", "light"]


class PanelOrder(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Server → panels: what is to be done. Which fields come with which `do` is on the page."""

    id: str
    do: Do
    bus: str | None = None
    serial: str | None = None
    seat: str | None = None
    on: bool | None = None
    lights: tuple[bool, bool, bool] | None = None


class PanelDone(Struct, frozen=True, kw_only=True):
    """Panels → server: the one answer to an order. Accepted means durable; refused means that nothing changed."""

    id: str
    accepted: bool
    refusal: str | None = None
    detail: str = ""


class Pressed(Struct, frozen=True, kw_only=True):
    """Panels → server, while testing: a button went down or up."""

    serial: str
    seat: str | None
    button: Literal["for", "against", "abstain"]
    down: bool


def after(house: House, order: PanelOrder) -> House:
    """The house once this order has been done, as far as it can be known before the panels process tells it. Pure."""
    if order.do == "test":
        return replace(house, testing=bool(order.on))
    if order.do == "forget":
        return replace(house, panels=tuple(panel for panel in house.panels if panel.serial != order.serial))
    if order.do == "take" and house.pairing is not None and order.serial is not None:
        new = Panel(serial=order.serial, seat=order.seat, bus=house.pairing.bus, online=True)
        others = tuple(panel for panel in house.panels if panel.serial != order.serial)
        return replace(house, panels=(*others, new), pairing=None)
    if order.do == "seat":
        there = order.seat if order.seat is not None else ""
        freed = (replace(panel, seat=None) if panel.seat == there else panel for panel in house.panels)
        moved = (replace(panel, seat=order.seat) if panel.serial == order.serial else panel for panel in freed)
        return replace(house, panels=tuple(moved))
    return house


def steady(house: House) -> House:
    """Without what counts on all the time. Pure."""
    return replace(
        house,
        buses=tuple(replace(bus, cycle_ms=0, bad_frames=0) for bus in house.buses),
        panels=tuple(replace(panel, errors=0, seen=None) for panel in house.panels),
    )


def in_use(house: House, retired: Collection[str]) -> House:
    """With wired panels that are out of use taken from their seats. Pure."""
    if not retired:
        return house
    return replace(house, panels=tuple(replace(p, seat=None) if p.serial in retired else p for p in house.panels))


def closed(house: House) -> House:
    """Without which buttons are held. Pure."""
    return replace(house, panels=tuple(replace(panel, down=()) for panel in house.panels))


class PanelLine(Protocol):
    """The way to the panels process. Nothing here ever waits for it."""

    def order(self, order: PanelOrder) -> bool:
        """Send one order; False when the panels process is not there."""
