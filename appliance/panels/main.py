"""The panels process: checks the wiring, opens the pins, keeps the connection, serves until it is told to stop.

    python -m appliance panels --config FILE

Exit codes: 0 stopped by a signal; 4 another panels process has taken over; 69 this machine has no pins;
78 the wiring in the configuration is wrong. Anything else is a bug, and systemd starts the process again.
"""

import logging
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Protocol

from appliance.panels.buttons import Reading, Timing
from appliance.panels.factory import Boards, NoPinsError, mock_boards, real_boards
from appliance.panels.link import Link
from appliance.panels.microphones import Microphones, RelayPin, Relays, relays
from appliance.panels.pins import Pins
from appliance.panels.process import Inbox, OnShown, Panels, SeatReading, Stop
from appliance.panels.seats import Seat
from appliance.panels.wiring import ExpanderTable, SeatTable, Wiring, WiringError, expanders, wiring

NO_PINS: Final = 69
WRONG_WIRING: Final = 78
log = logging.getLogger(__name__)


class Settings(Protocol):
    """What the process needs of the configuration."""

    @property
    def panel_socket(self) -> Path: ...
    @property
    def seats(self) -> Mapping[str, SeatTable]: ...
    @property
    def expanders(self) -> Mapping[str, ExpanderTable]: ...
    @property
    def microphones(self) -> Mapping[str, RelayPin]: ...
    @property
    def simulated(self) -> bool: ...


def run(config: Settings) -> int:
    """Serve until SIGTERM or SIGINT; returns the exit code."""
    # lgpio moves the working directory: a relative path means the one the process was started in.
    socket = config.panel_socket.resolve()
    try:
        wired = wiring(config.seats, config.expanders, simulated=config.simulated)
        switched = relays(config.microphones, wired, config.expanders, simulated=config.simulated)
        numbers = [*(seat.board for seat in wired.values()), *(relay.board for relay in switched.values())]
        boards = mock_boards(numbers) if config.simulated else real_boards(expanders(config.expanders))
    except WiringError as error:
        log.critical("the wiring is wrong: %s", error)
        return WRONG_WIRING
    except NoPinsError as error:
        log.critical("no pins: %s", error)
        return NO_PINS
    if config.simulated:
        log.warning("simulated: mock pins stand in for a Pi's own")
    inbox: Inbox = Inbox()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: inbox.put(Stop()))
    return serve(wired, boards, socket, inbox, simulated=config.simulated, switched=switched)


def serve(
    wired: Wiring,
    boards: Boards,
    socket: Path,
    inbox: Inbox,
    *,
    simulated: bool,
    timing: Timing | None = None,
    on_shown: OnShown | None = None,
    switched: Relays | None = None,
) -> int:
    """Serve the wired seats until a Stop comes into the inbox; returns its code.

    Leaves the lights dark and the microphones off.
    """
    timing = timing or Timing()

    def on_reading(seat: str, reading: Reading) -> None:
        inbox.put(SeatReading(seat, reading))

    pins = Pins(wired, boards, timing.bounce_seconds, on_reading)
    microphones = Microphones(switched or {}, boards)
    link = Link(socket, inbox.put)
    seats = {name: Seat(name) for name in pins.seats}
    panels = Panels(
        seats, inbox, pins, link, simulated=simulated, timing=timing, on_shown=on_shown, microphones=microphones
    )
    link.start()
    try:
        return panels.run()
    finally:
        microphones.close()
        link.close()
        pins.close()
