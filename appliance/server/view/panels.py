"""Sections `panels` (technician, auditor, clerk) and `readiness`: the boxes at the seats, the check of the house."""

from typing import Literal

from msgspec import Struct

from appliance.services.readiness_report import PollTape, ReadinessItem, TriedPanel


class BusView(Struct, frozen=True):
    """One line of panels."""

    bus: str
    port: str
    online: bool
    baud: int
    cycle_ms: int | None
    """How long the master takes to ask every panel once, in milliseconds; null: not measured yet."""
    bad_frames: int
    """Frames that came garbled since the panels process began."""
    why: str
    """While it is off line: a word of namespace `panels.why`."""


class PanelView(Struct, frozen=True):
    """One box with buttons."""

    serial: str
    seat: str | None
    """Null: a spare."""
    bus: str
    address: int
    kind: Literal["bus", "usb", "gpio"]
    online: bool
    jammed: bool
    """A button is stuck: the seat counts as having no panel."""
    down: tuple[bool, ...]
    """In a test: which buttons are held, in the order for, against, abstain. Otherwise empty: it would tell a vote."""
    version: str
    errors: int
    """Frames that were lost or garbled between it and the master, since the panels process began."""
    seen: str | None
    """While it is off line: when it answered last (ISO 8601, UTC); null: not since the process began."""


class SeatOfHall(Struct, frozen=True):
    """A seat and who sits there now."""

    seat: str
    member: str | None = None
    name: str = ""
    tablet: bool = False
    """The member has a tablet on line."""


class PairingView(Struct, frozen=True):
    """A new panel is being looked for."""

    bus: str
    found: str | None
    """The serial number of the panel on which somebody has pressed a button."""


class PanelsPage(Struct, frozen=True):
    """Section `panels`, and `GET /api/panels`. While it is not `online` there are no buses and no panels."""

    online: bool
    """The panels process is connected."""
    simulated: bool
    testing: bool
    """Presses are shown and count nothing."""
    buses: tuple[BusView, ...]
    panels: tuple[PanelView, ...]
    """By seat as the hall's map has it, spares last."""
    pairing: PairingView | None
    rows: tuple[tuple[str, ...], ...]
    """The hall's map, from the front, each row from left to right; an empty text is a gap."""
    seats: tuple[SeatOfHall, ...]


class RunView(Struct, frozen=True):
    """Section `readiness`: the check that is under way; null: none is."""

    begun: str
    by: str
    stage: Literal["pressing", "polling", "polled", "stopped"]
    """`stopped`: a vote was opened, or the panels process went; the panels count again. It can be gone on with."""
    panels: tuple[TriedPanel, ...]
    choices: dict[str, Literal["for", "against", "abstain"]]
    """In the test poll: what each panel (its serial number) has pressed last."""
    zero: PollTape | None
    result: PollTape | None
    items: tuple[ReadinessItem, ...]
    measured: str
    """When `items` was measured."""
