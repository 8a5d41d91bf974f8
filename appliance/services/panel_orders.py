"""What a desk may ask of the panels, and the rule that turns it into an order to them, or refuses it. Pure.

The panels process is asked last and may still refuse: what it has on file of its boxes is true, what is seen here
may be a moment old.
"""

from collections.abc import Callable
from typing import Annotated, Any, Final

from msgspec import Meta, Struct

from appliance.core.people import Id, Role
from appliance.core.refusals import Code, Refusal
from appliance.services.panel_words import TABLET, WIRED, House, Panel, PanelOrder

Serial = Annotated[str, Meta(min_length=1, max_length=64)]
Seat = Annotated[str, Meta(min_length=1, max_length=40)]


class Ask(Struct, frozen=True, kw_only=True, tag_field="do", forbid_unknown_fields=True):
    """What all have. The same `id` again gets the first answer and does nothing; without one, one is drawn."""

    id: Id | None = None


class StartPairing(Ask, tag="pair-start", frozen=True, kw_only=True):
    """Look for a new panel on this bus: whoever presses a button on it is found."""

    bus: str


class StopPairing(Ask, tag="pair-stop", frozen=True, kw_only=True):
    """Look no more."""


class TakePanel(Ask, tag="take", frozen=True, kw_only=True):
    """The panel that was found belongs to this hall from now on, at that seat or as a spare."""

    serial: Serial
    seat: Seat | None = None


class ForgetPanel(Ask, tag="forget", frozen=True, kw_only=True):
    """It belongs to this hall no more; its key is thrown away."""

    serial: Serial


class SeatPanel(Ask, tag="seat", frozen=True, kw_only=True):
    """Move it to that seat, or make it a spare. Whichever panel was at the seat is a spare then."""

    serial: Serial
    seat: Seat | None = None


class SwapPanel(Ask, tag="swap", frozen=True, kw_only=True):
    """In mid-poll too: a spare (its serial number) or a `tablet` takes the place of the panel at this seat."""

    seat: Seat
    to: Serial


class LocatePanel(Ask, tag="locate", frozen=True, kw_only=True):
    """It shows where it is, until told otherwise."""

    serial: Serial
    on: bool


class TryPanels(Ask, tag="test", frozen=True, kw_only=True):
    """Presses are reported and count nothing; lights are set from here."""

    on: bool


class LightPanel(Ask, tag="light", frozen=True, kw_only=True):
    """While testing: these lights, in the order for, against, abstain."""

    serial: Serial
    lights: tuple[bool, bool, bool]


Asked = (
    StartPairing | StopPairing | TakePanel | ForgetPanel | SeatPanel | SwapPanel | LocatePanel | TryPanels | LightPanel
)

_TECHNICIAN: Final = frozenset({Role.TECHNICIAN})
_BOTH: Final = frozenset({Role.TECHNICIAN, Role.CLERK})
NOT_LOGGED: Final = (LightPanel, LocatePanel)
"""They change nothing that stays; all others go into the audit."""


class Around(Struct, frozen=True):
    """What the rule looks at: the house (None: the panels process is away), the hall's seats, and the meeting."""

    house: House | None
    seats: frozenset[str]
    polling: bool
    """A poll runs."""


def decide(asked: Asked, role: Role, around: Around, order: str) -> PanelOrder | Refusal:
    """The order with this id, or why not. A refusal has changed nothing."""
    may, rule = _RULES[type(asked)]
    if role not in may:
        return Refusal(Code.NOT_ALLOWED)
    if around.house is None:
        return Refusal(Code.PANELS_OFFLINE)
    decided: PanelOrder | Refusal = rule(asked, around, around.house, order)
    return decided


def _pair(asked: StartPairing, around: Around, house: House, order: str) -> PanelOrder | Refusal:
    bus = next((bus for bus in house.buses if bus.bus == asked.bus), None)
    if bus is None:
        return Refusal(Code.BUS_UNKNOWN)
    if not bus.online:
        return Refusal(Code.BUS_OFFLINE)
    if house.pairing is not None:
        return Refusal(Code.PAIRING_UNDERWAY)
    return PanelOrder(id=order, do="pair-start", bus=asked.bus)


def _stop(asked: StopPairing, around: Around, house: House, order: str) -> PanelOrder | Refusal:
    return Refusal(Code.PAIRING_NOT_UNDERWAY) if house.pairing is None else PanelOrder(id=order, do="pair-stop")


def _take(asked: TakePanel, around: Around, house: House, order: str) -> PanelOrder | Refusal:
    if house.pairing is None:
        return Refusal(Code.PAIRING_NOT_UNDERWAY)
    if house.pairing.found != asked.serial:
        return Refusal(Code.PANEL_NOT_FOUND)
    if asked.seat is not None and asked.seat not in around.seats:
        return Refusal(Code.SEAT_UNKNOWN)
    if asked.seat is not None and house.at(asked.seat) is not None:
        return Refusal(Code.SEAT_HAS_PANEL)
    return PanelOrder(id=order, do="take", serial=asked.serial, seat=asked.seat)


def _forget(asked: ForgetPanel, around: Around, house: House, order: str) -> PanelOrder | Refusal:
    panel = house.of(asked.serial)
    if panel is None:
        return Refusal(Code.PANEL_NOT_FOUND)
    return Refusal(Code.PANEL_FIXED) if panel.kind == "gpio" else PanelOrder(id=order, do="forget", serial=panel.serial)


def _seat(asked: SeatPanel, around: Around, house: House, order: str) -> PanelOrder | Refusal:
    panel = house.of(asked.serial)
    if panel is None:
        return Refusal(Code.PANEL_NOT_FOUND)
    if asked.seat is not None and asked.seat not in around.seats:
        return Refusal(Code.SEAT_UNKNOWN)
    if _elsewhere(panel, asked.seat):
        return Refusal(Code.PANEL_FIXED)
    return PanelOrder(id=order, do="seat", serial=panel.serial, seat=asked.seat)


def _swap(asked: SwapPanel, around: Around, house: House, order: str) -> PanelOrder | Refusal:
    there = house.at(asked.seat)
    if asked.to == TABLET:
        if there is None:
            return Refusal(Code.SEAT_WITHOUT_PANEL)
        return PanelOrder(id=order, do="seat", serial=there.serial)
    spare = house.of(asked.to)
    if spare is None:
        return Refusal(Code.PANEL_NOT_FOUND)
    if asked.seat not in around.seats:
        return Refusal(Code.SEAT_UNKNOWN)
    if spare.seat is not None:
        return Refusal(Code.PANEL_NOT_SPARE)
    if not spare.online or spare.jammed:
        return Refusal(Code.PANEL_OFFLINE)
    if _elsewhere(spare, asked.seat):
        return Refusal(Code.PANEL_FIXED)
    return PanelOrder(id=order, do="seat", serial=spare.serial, seat=asked.seat)


def _elsewhere(panel: Panel, seat: str | None) -> bool:
    """A wired panel is put out of use and back into it, but nowhere else."""
    return panel.kind == "gpio" and seat not in {None, panel.serial.removeprefix(WIRED)}


def _locate(asked: LocatePanel, around: Around, house: House, order: str) -> PanelOrder | Refusal:
    panel = house.of(asked.serial)
    if panel is None:
        return Refusal(Code.PANEL_NOT_FOUND)
    if asked.on and not panel.online:
        return Refusal(Code.PANEL_OFFLINE)
    return PanelOrder(id=order, do="locate", serial=panel.serial, on=asked.on)


def _test(asked: TryPanels, around: Around, house: House, order: str) -> PanelOrder | Refusal:
    if asked.on and around.polling:
        return Refusal(Code.ANOTHER_POLL_RUNNING)
    return PanelOrder(id=order, do="test", on=asked.on)


def _light(asked: LightPanel, around: Around, house: House, order: str) -> PanelOrder | Refusal:
    if not house.testing:
        return Refusal(Code.PANELS_NOT_TESTING)
    if house.of(asked.serial) is None:
        return Refusal(Code.PANEL_NOT_FOUND)
    return PanelOrder(id=order, do="light", serial=asked.serial, lights=asked.lights)


_Rule = Callable[[Any, Around, House, str], PanelOrder | Refusal]
_RULES: Final[dict[type[Asked], tuple[frozenset[Role], _Rule]]] = {
    StartPairing: (_TECHNICIAN, _pair),
    StopPairing: (_TECHNICIAN, _stop),
    TakePanel: (_TECHNICIAN, _take),
    ForgetPanel: (_TECHNICIAN, _forget),
    SeatPanel: (_TECHNICIAN, _seat),
    SwapPanel: (_BOTH, _swap),
    LocatePanel: (_BOTH, _locate),
    TryPanels: (_TECHNICIAN, _test),
    LightPanel: (_TECHNICIAN, _light),
}
