"""Microphone relays: a seat's microphone is on while its member has the floor, and off in every other case.

    [microphones."07"]
    pin = 2
    active_high = true

Off when the process starts, when it stops, and whenever the server is out of reach: a microphone that nobody switches
is one that listens. A speaker whose time is up is not cut off; only the chair takes the floor back.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from gpiozero import OutputDevice
from msgspec import Struct

from appliance.panels.factory import Boards
from appliance.panels.wiring import ExpanderTable, Taken, Wiring, WiringError, expanders


class RelayPin(Protocol):
    """A seat's table, as the configuration reads it."""

    @property
    def pin(self) -> int: ...
    @property
    def active_high(self) -> bool: ...
    @property
    def board(self) -> int: ...


class Relay(Struct, frozen=True):
    """One output."""

    pin: int
    active_high: bool = True
    board: int = 0


Relays = dict[str, Relay]


def relays(
    tables: Mapping[str, RelayPin],
    seats: Wiring,
    fitted: Mapping[str, ExpanderTable] | None = None,
    *,
    simulated: bool = False,
) -> Relays:
    """The seats' relays, checked against the pins of buttons, lights and expanders. Raises WiringError."""
    taken = Taken(expanders(fitted or {}), simulated=simulated)
    for seat, wired in seats.items():
        for pin in wired.pins():
            taken.take(f"seat {seat}", wired.board, pin)
    found: Relays = {}
    for seat, table in tables.items():
        if not 1 <= len(seat) <= 16:
            raise WiringError(f"microphone {seat!r}: a seat's name has 1 to 16 characters")
        taken.take(f"microphone {seat}", table.board, table.pin)
        found[seat] = Relay(table.pin, table.active_high, table.board)
    return found


class Microphones:
    """All wired relays whose board is there. `show` says which are on; all others are off."""

    def __init__(self, wired: Relays, boards: Boards) -> None:
        self._on: frozenset[str] = frozenset()
        self._outputs: dict[str, Any] = {
            seat: OutputDevice(
                relay.pin, active_high=relay.active_high, initial_value=False, pin_factory=boards[relay.board]
            )
            for seat, relay in wired.items()
            if relay.board in boards
        }

    def show(self, seats: Iterable[str]) -> None:
        """On at these seats, off first at all others: two are never on at a time."""
        wanted = frozenset(seats) & self._outputs.keys()
        for seat in self._on - wanted:
            self._outputs[seat].off()
        for seat in wanted - self._on:
            self._outputs[seat].on()
        self._on = wanted

    def on(self) -> frozenset[str]:
        """The seats whose relay is on: read back, not remembered."""
        return frozenset(seat for seat, output in self._outputs.items() if output.value)

    def close(self) -> None:
        """Off, and every pin given back."""
        self.show(())
        for output in self._outputs.values():
            output.close()
