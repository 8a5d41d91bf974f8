"""Which pins a seat's buttons and lights are on: the tables `[seats."07"]` of the configuration, checked.

    [seats."07"]
    button_for = 4
    button_against = 5
    button_abstain = 6
    light_for = 16
    light_against = 17
    light_abstain = 18

    [seats."08"]
    button_for = 7
    button_against = 8
    button_abstain = 9
    light = 22

A seat has three lights, or one (`light`). Pins are GPIO (BCM) numbers; buttons close to ground, lights go to ground
through a resistor. A Pi has 28 pins, of which 26 may be used: four seats of three lights, or six of one.

More seats need expanders, MCP23017 on the Pi's I2C pins. Each is a board with a number of its own:

    [expanders.1]
    address = 0x20
    interrupt = 27

    [seats."09"]
    board = 1
    …

GPA0 to GPA7 are its pins 0 to 7, GPB0 to GPB7 its pins 8 to 15. `interrupt` is the GPIO of the Pi that its INTA is
wired to. The kernel drives it (`dtoverlay=mcp23017,addr=0x20,gpiopin=27`): `firmware/pi/config.txt` has the lines.
Board 0, which is meant when a table names none, is the Pi itself. Where pins are simulated, a board that no table fits
is one more Pi.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Protocol

from msgspec import Struct

from appliance.core.ballot_paper import Choice

SEATS_A_BOARD: Final = 4
SEATS_OF_ONE_LIGHT: Final = 6
PI: Final = 0
"""The board that is the Pi itself."""
USABLE: Final = range(2, 28)
"""GPIO 0 and 1 belong to the identification EEPROM of an add-on board."""
I2C: Final = (2, 3)
"""The Pi's SDA and SCL, which expanders need."""
EXPANDERS: Final = range(1, 9)
ADDRESSES: Final = range(0x20, 0x28)
EXPANDER_PINS: Final = range(16)
NO_INPUTS: Final = (7, 15)
"""GPA7 and GPB7 may disturb the bus as inputs (Microchip DS20001952, revision D): for a light, not for a button."""
STANDARD_INTERRUPTS: Final = (27, 26, 25, 15, 14, 13, 24, 23)
"""By expander: the fourth place of the standard wiring gives way first, then lights of the third."""


class WiringError(ValueError):
    """Raised when the tables cannot be right; the text names the seat and the pin."""


class SeatTable(Protocol):
    """A seat's table, as the configuration reads it."""

    @property
    def button_for(self) -> int: ...
    @property
    def button_against(self) -> int: ...
    @property
    def button_abstain(self) -> int: ...
    @property
    def light_for(self) -> int | None: ...
    @property
    def light_against(self) -> int | None: ...
    @property
    def light_abstain(self) -> int | None: ...
    @property
    def light(self) -> int | None: ...
    @property
    def board(self) -> int: ...


class ExpanderTable(Protocol):
    """An expander's table, as the configuration reads it."""

    @property
    def address(self) -> int: ...
    @property
    def interrupt(self) -> int: ...


class SeatWiring(Struct, frozen=True):
    """A seat's pins, all of one board: three buttons, and three lights or `light`."""

    buttons: dict[Choice, int]
    lights: dict[Choice, int] = {}
    board: int = PI
    light: int | None = None

    def pins(self) -> tuple[int, ...]:
        """All of them."""
        return (*self.buttons.values(), *self.light_pins())

    def light_pins(self) -> tuple[int, ...]:
        """Of its three lights, in the order of `Choice`, or of its one."""
        return tuple(self.lights.values()) if self.light is None else (self.light,)


Wiring = dict[str, SeatWiring]
Expanders = dict[int, ExpanderTable]
"""Board number -> its table."""


def expanders(tables: Mapping[str, ExpanderTable]) -> Expanders:
    """The expanders by board, checked among themselves. Raises WiringError."""
    found: Expanders = {}
    for name, table in tables.items():
        if name not in {str(board) for board in EXPANDERS}:
            raise WiringError(f"expander {name}: expanders are numbered {EXPANDERS[0]} to {EXPANDERS[-1]}")
        for other, earlier in found.items():
            if earlier.address == table.address:
                raise WiringError(f"expander {name}: address {table.address:#x} is expander {other}'s already")
        if table.address not in ADDRESSES:
            raise WiringError(f"expander {name}: address {table.address:#x} is none of an MCP23017 (0x20 to 0x27)")
        found[int(name)] = table
    return found


def wiring(
    seats: Mapping[str, SeatTable],
    fitted: Mapping[str, ExpanderTable] | None = None,
    *,
    simulated: bool = False,
    others: bool = False,
) -> Wiring:
    """The seats' pins, checked. Raises WiringError with a sentence for whoever wires the hall.

    `others`: there are seats elsewhere (on a bus), so there need be none here.
    """
    if not seats and not others:
        raise WiringError("no seat is wired: the configuration has no [seats.…] table")
    extra = expanders(fitted or {})
    taken = Taken(extra, simulated=simulated)
    wired: Wiring = {}
    for seat, table in seats.items():
        if not 1 <= len(seat) <= 16:
            raise WiringError(f"seat {seat!r}: a seat's name has 1 to 16 characters")
        wired[seat] = _pins(seat, table)
        for pin in wired[seat].pins():
            taken.take(f"seat {seat}", wired[seat].board, pin)
        for pin in wired[seat].buttons.values():
            if wired[seat].board in extra and pin in NO_INPUTS:
                raise WiringError(f"seat {seat}: pin {pin} of an expander is for lights alone, not for a button")
    return wired


class Taken:
    """Who has which pin of which board; whatever else is wired takes its pins here too."""

    def __init__(self, extra: Expanders, *, simulated: bool) -> None:
        self._extra = extra
        self._simulated = simulated
        self._by: dict[tuple[int, int], str] = {}
        for pin, who in _held_by_expanders(extra):
            self.take(who, PI, pin)

    def take(self, who: str, board: int, pin: int) -> None:
        """It is theirs. Raises WiringError when there is no such pin, or somebody has it."""
        expander = board in self._extra
        if board and not expander and not self._simulated:
            raise WiringError(f"{who}: board {board} is not fitted; there is no table [expanders.{board}]")
        usable = EXPANDER_PINS if expander else USABLE
        name = f"pin {pin} of expander {board}" if expander else f"GPIO {pin}"
        if pin not in usable:
            raise WiringError(f"{who}: {name} cannot be used; {usable[0]} to {usable[-1]} can")
        if (board, pin) in self._by:
            raise WiringError(f"{who}: {name} is used twice; {self._by[board, pin]} has it already")
        self._by[board, pin] = who


def standard(seats: Iterable[str]) -> dict[str, dict[str, int]]:
    """The tables of the wiring that the handbook draws: buttons on GPIO 4 to 15, lights on 16 to 27.

    Four seats a board. Lights are on pins that a Pi pulls down while it starts: they stay dark until driven.
    """
    return {seat: _standard(*divmod(index, SEATS_A_BOARD)) for index, seat in enumerate(seats)}


def one_light(seats: Iterable[str]) -> dict[str, dict[str, int]]:
    """The tables of six seats of one light: buttons on GPIO 4 to 21, lights on 22 to 27, which start dark too."""
    return {
        seat: {**_buttons(4 + 3 * place), "light": 22 + place, "board": board}
        for index, seat in enumerate(seats)
        for board, place in (divmod(index, SEATS_OF_ONE_LIGHT),)
    }


def on_expander(board: int, seats: Iterable[str]) -> dict[str, dict[str, int]]:
    """The tables of two seats on an expander: buttons on GPA0 to GPA5, lights on GPB0 to GPB5."""
    return {
        seat: {**_buttons(3 * place), **_lights(8 + 3 * place), "board": board}
        for place, seat in zip(range(2), seats, strict=False)
    }


def _standard(board: int, place: int) -> dict[str, int]:
    return {**_buttons(4 + 3 * place), **_lights(16 + 3 * place), "board": board}


def _buttons(first: int) -> dict[str, int]:
    return {"button_for": first, "button_against": first + 1, "button_abstain": first + 2}


def _lights(first: int) -> dict[str, int]:
    return {"light_for": first, "light_against": first + 1, "light_abstain": first + 2}


def _held_by_expanders(extra: Expanders) -> Iterator[tuple[int, str]]:
    if extra:
        yield from ((pin, "the expanders' I2C bus") for pin in I2C)
    for board, table in extra.items():
        yield table.interrupt, f"expander {board}"


def _pins(seat: str, table: SeatTable) -> SeatWiring:
    buttons = {
        Choice.FOR: table.button_for,
        Choice.AGAINST: table.button_against,
        Choice.ABSTAIN: table.button_abstain,
    }
    three = {
        choice: pin
        for choice, pin in (
            (Choice.FOR, table.light_for),
            (Choice.AGAINST, table.light_against),
            (Choice.ABSTAIN, table.light_abstain),
        )
        if pin is not None
    }
    if len(three) != (3 if table.light is None else 0):
        raise WiringError(f"seat {seat}: a seat has three lights, or one (`light`), and not both")
    return SeatWiring(buttons=buttons, lights=three, board=table.board, light=table.light)
