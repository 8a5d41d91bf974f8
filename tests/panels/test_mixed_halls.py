"""Pins and a bus in one hall: each seat is served by one panel, whichever kind it is."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from appliance.config import BusPort, SeatPins
from appliance.core.ballot_paper import Choice
from appliance.demo.panel_bus import SimulatedBus
from appliance.panels.bus.pairing_file import PairingFile
from appliance.panels.factory import mock_boards
from appliance.panels.inbox import Inbox, Stop
from appliance.panels.main import Hall, serve_hall
from appliance.panels.wiring import standard, wiring
from firmware.panel import shows
from tests.house import House
from tests.panels.bus_hall import Desk, bus_of, paired, serial_of, wait_until
from tests.panels.hall import SECONDS, ServedHouse

Serve = Callable[[House], ServedHouse]
SEATED = [paired(1, "A1"), paired(2, "A2")]
"""A1 was wired to pins after panel 1 had been put there."""


@pytest.fixture
def bus(path: Path) -> Iterator[SimulatedBus]:
    """The line."""
    with bus_of(path.with_name("dongle"), SEATED) as bus:
        yield bus


@pytest.fixture
def process(path: Path, bus: SimulatedBus) -> Iterator[Inbox]:
    """The panels process with A1 and A3 on pins."""
    PairingFile(path.with_name("panels.json")).change(*SEATED)
    wired = wiring(msgspec.convert(standard(["A1", "A3"]), dict[str, SeatPins]), simulated=True)
    buses = {"a": BusPort(port=str(bus.port), answer_ms=100)}
    hall = Hall(wired, mock_boards([0]), buses=buses, pairing=path.with_name("panels.json"))
    inbox = Inbox()
    thread = threading.Thread(target=lambda: serve_hall(hall, path, inbox, simulated=True))
    thread.start()
    yield inbox
    inbox.put(Stop())
    thread.join(SECONDS)
    assert not thread.is_alive()


def test_each_seat_votes_by_its_own_panel_and_a_wired_seat_by_its_pins_alone(
    polling: House, serve: Serve, bus: SimulatedBus, process: Inbox
) -> None:
    served = serve(polling)
    desk = Desk(served)
    served.wait_for_state(lambda state: state.seats == {"A1", "A2", "A3"}, "all three seats")
    desk.wait_for(lambda house: sum(panel.online for panel in house.panels) == 4, "both kinds")
    wait_until(lambda: bus.panels[serial_of(2)].shows() == shows.WAITING, "A2 waits")
    wait_until(lambda: bus.panels[serial_of(1)].shows() == shows.DARK, "panel 1 is a spare")
    served.wait_for_light("A3", "waiting")
    for down in (True, False):
        served.do(lambda down=down: served.panels.press("A3", "against", down))  # type: ignore[misc]
    bus.press(serial_of(1), 0)
    bus.press(serial_of(2), 2)
    served.wait_for_light("A3", "recorded")
    wait_until(lambda: bus.panels[serial_of(2)].shows() == shows.RECORDED + 2, "A2 is recorded")
    assert {(ballot.member, ballot.choice) for ballot in served.ballots()} == {
        ("m03", Choice.AGAINST),
        ("m02", Choice.ABSTAIN),
    }
    assert desk.order(do="seat", serial=serial_of(2), seat="A1") == "seat-has-panel"
    assert desk.order(do="seat", serial="gpio:A1", seat=None) == "panel-fixed"
