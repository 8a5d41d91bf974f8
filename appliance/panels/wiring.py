"""Which pins a seat's buttons and lights are on: the tables `[seats."07"]` of the configuration, checked.

    [seats."07"]
    button_for = 4
    button_against = 5
    button_abstain = 6
    light_for = 16
    light_against = 17
    light_abstain = 18

Pins are GPIO (BCM) numbers; buttons close to ground, lights go to ground through a resistor. A Pi has 28
pins, of which 26 may be used: four seats of six. `board` (0 when left out) tells the simulator's boards
apart; a real machine has board 0 only.
"""

from collections.abc import Iterable, Mapping
from typing import Final, Protocol

from msgspec import Struct

from appliance.core.ballot_paper import Choice

SEATS_A_BOARD: Final = 4
USABLE: Final = range(2, 28)
"""GPIO 0 and 1 belong to the identification EEPROM of an add-on board."""


class WiringError(ValueError):
    """Raised when the tables cannot be right; the text names the seat and the pin."""


class SixPins(Protocol):
    """A seat's table, as the configuration reads it."""

    @property
    def button_for(self) -> int: ...
    @property
    def button_against(self) -> int: ...
    @property
    def button_abstain(self) -> int: ...
    @property
    def light_for(self) -> int: ...
    @property
    def light_against(self) -> int: ...
    @property
    def light_abstain(self) -> int: ...
    @property
    def board(self) -> int: ...


class SeatWiring(Struct, frozen=True):
    """Six pins of one board."""

    buttons: dict[Choice, int]
    lights: dict[Choice, int]
    board: int = 0

    def pins(self) -> tuple[int, ...]:
        """All six."""
        return (*self.buttons.values(), *self.lights.values())


Wiring = dict[str, SeatWiring]


def wiring(seats: Mapping[str, SixPins], *, simulated: bool = False) -> Wiring:
    """The seats' pins, checked. Raises WiringError with a sentence for whoever wires the hall."""
    if not seats:
        raise WiringError("no seat is wired: the configuration has no [seats.…] table")
    taken: dict[tuple[int, int], str] = {}
    wired: Wiring = {}
    for seat, table in seats.items():
        if not 1 <= len(seat) <= 16:
            raise WiringError(f"seat {seat!r}: a seat's name has 1 to 16 characters")
        if table.board and not simulated:
            raise WiringError(f"seat {seat}: board {table.board} is not fitted; a real machine has board 0 only")
        wired[seat] = _six(table)
        for pin in wired[seat].pins():
            if pin not in USABLE:
                raise WiringError(f"seat {seat}: GPIO {pin} cannot be used; {USABLE[0]} to {USABLE[-1]} can")
            other = taken.setdefault((table.board, pin), seat)
            if other != seat or wired[seat].pins().count(pin) > 1:
                raise WiringError(f"seat {seat}: GPIO {pin} is used twice; seat {other} has it already")
    return wired


def standard(seats: Iterable[str]) -> dict[str, dict[str, int]]:
    """The tables of the wiring that the handbook draws: buttons on GPIO 4 to 15, lights on 16 to 27.

    Four seats a board. Lights are on pins that a Pi pulls down while it starts: they stay dark until driven.
    """
    return {seat: _standard(*divmod(index, SEATS_A_BOARD)) for index, seat in enumerate(seats)}


def _standard(board: int, place: int) -> dict[str, int]:
    button, light = 4 + 3 * place, 16 + 3 * place
    return {
        "button_for": button,
        "button_against": button + 1,
        "button_abstain": button + 2,
        "light_for": light,
        "light_against": light + 1,
        "light_abstain": light + 2,
        "board": board,
    }


def _six(table: SixPins) -> SeatWiring:
    return SeatWiring(
        buttons={
            Choice.FOR: table.button_for,
            Choice.AGAINST: table.button_against,
            Choice.ABSTAIN: table.button_abstain,
        },
        lights={
            Choice.FOR: table.light_for,
            Choice.AGAINST: table.light_against,
            Choice.ABSTAIN: table.light_abstain,
        },
        board=table.board,
    )
