"""The panels process: checks the wiring, opens the pins, keeps the connection, serves until it is told to stop.

    python -m appliance panels --config FILE

Exit codes: 0 stopped by a signal; 4 another panels process has taken over; 69 this machine has no pins;
78 the wiring in the configuration is wrong, or the file of paired panels cannot be used. Anything else is a bug, and
systemd starts the process again.
"""

import logging
import signal
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, Protocol

from msgspec import Struct

from appliance.panels.bus.fixtures import BusFixtures
from appliance.panels.bus.master import Master
from appliance.panels.bus.orders import Orders
from appliance.panels.bus.pairing_file import PairingFile, PairingFileError
from appliance.panels.bus.port import Ports
from appliance.panels.bus.work import BusSettings
from appliance.panels.buttons import Reading, Timing
from appliance.panels.factory import Boards, NoPinsError, mock_boards, real_boards
from appliance.panels.fixtures import Fixtures
from appliance.panels.gpio import GpioFixtures, SeatReading
from appliance.panels.inbox import Inbox, OnShown, Stop
from appliance.panels.link import Link
from appliance.panels.microphones import Microphones, RelayPin, Relays, relays
from appliance.panels.pins import Pins
from appliance.panels.process import Panels
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
    def buses(self) -> Mapping[str, BusSettings]: ...
    @property
    def pairing_file(self) -> Path: ...
    @property
    def microphones(self) -> Mapping[str, RelayPin]: ...
    @property
    def simulated(self) -> bool: ...


class Hall(Struct, frozen=True):
    """The panels and relays of one hall, checked and opened."""

    wired: Wiring
    boards: Boards
    switched: Relays = {}
    buses: Mapping[str, BusSettings] = {}
    pairing: Path | None = None
    """Where paired panels are on file; needed where there are buses."""


def run(config: Settings, alive: Callable[[], None] = lambda: None) -> int:
    """Serve until SIGTERM or SIGINT; returns the exit code. `alive` is told at every beat."""
    # lgpio moves the working directory: a relative path means the one the process was started in.
    socket, pairing = config.panel_socket.resolve(), config.pairing_file.resolve()
    try:
        hall = opened(config, pairing)
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
    try:
        return serve_hall(hall, socket, inbox, simulated=config.simulated, alive=alive)
    except PairingFileError as error:
        log.critical("the file of paired panels cannot be used: %s", error)
        return WRONG_WIRING


def opened(config: Settings, pairing: Path) -> Hall:
    """The hall of a configuration, its boards opened, which it needs none of where all panels are on buses.

    Raises WiringError, NoPinsError.
    """
    if config.buses and not config.seats and not config.microphones:
        return Hall({}, {}, buses=config.buses, pairing=pairing)
    by_bus = config.buses and not config.seats
    wired = {} if by_bus else wiring(config.seats, config.expanders, simulated=config.simulated)
    switched = relays(config.microphones, wired, config.expanders, simulated=config.simulated)
    numbers = [*(seat.board for seat in wired.values()), *(relay.board for relay in switched.values())]
    boards = mock_boards(numbers) if config.simulated else real_boards(expanders(config.expanders))
    return Hall(wired, boards, switched, config.buses, pairing)


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
    """As `serve_hall`, for a hall of wired seats alone."""
    hall = Hall(wired, boards, switched or {})
    return serve_hall(hall, socket, inbox, simulated=simulated, timing=timing, on_shown=on_shown)


def serve_hall(
    hall: Hall,
    socket: Path,
    inbox: Inbox,
    *,
    simulated: bool,
    timing: Timing | None = None,
    on_shown: OnShown | None = None,
    alive: Callable[[], None] = lambda: None,
) -> int:
    """Serve the hall until a Stop comes into the inbox; returns its code. Raises PairingFileError.

    Leaves the lights dark and the microphones off.
    """
    fixtures: list[Fixtures] = []
    if hall.wired:
        fixtures.append(_pins(hall, inbox, timing or Timing(), simulated=simulated))
    if hall.buses and hall.pairing is not None:
        fixtures.append(_buses(hall, PairingFile(hall.pairing), inbox, simulated=simulated))
    microphones = Microphones(hall.switched, hall.boards)
    link = Link(socket, inbox.put)
    panels = Panels(tuple(fixtures), inbox, link, simulated=simulated, on_shown=on_shown, microphones=microphones)
    panels.alive = alive
    link.start()
    try:
        return panels.run()
    finally:
        microphones.close()
        link.close()
        for each in fixtures:
            each.close()


def _pins(hall: Hall, inbox: Inbox, timing: Timing, *, simulated: bool) -> Fixtures:
    def on_reading(seat: str, reading: Reading) -> None:
        inbox.put(SeatReading(seat, reading))

    pins = Pins(hall.wired, hall.boards, timing.bounce_seconds, on_reading)
    return GpioFixtures(pins, timing, hall.wired.keys() - set(pins.seats), simulated=simulated)


def _buses(hall: Hall, file: PairingFile, inbox: Inbox, *, simulated: bool) -> Fixtures:
    ports = Ports()
    masters = {name: Master(name, settings, ports, inbox.put) for name, settings in hall.buses.items()}
    return BusFixtures(
        file, masters, lambda fixtures: Orders(fixtures, hall.wired), fixed=hall.wired, simulated=simulated
    )
