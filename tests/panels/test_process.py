"""The panels process as a process: killed in mid-poll, started again, replaced, and what it exits with."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from appliance.config import Config, SeatPins
from appliance.core import commands as c
from appliance.panels import main
from appliance.panels.inbox import REPLACED
from appliance.panels.wiring import standard
from tests.house import House, accepted, member
from tests.panels.hall import SECONDS, ServedHouse, plain

Serve = Callable[[House], ServedHouse]
Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def start(path: Path) -> Iterator[Start]:
    """Starts panels processes; whatever still runs is ended."""
    started: list[subprocess.Popen[bytes]] = []

    def begin(*seats: str) -> subprocess.Popen[bytes]:
        started.append(subprocess.Popen([sys.executable, "-m", "tests.panels.alone", str(path), *seats]))
        return started[-1]

    yield begin
    for process in started:
        process.kill()
        process.wait(SECONDS)


def press(served: ServedHouse, seat: str, button: str) -> None:
    """A short press by the simulator's finger."""
    assert served.do(lambda: served.panels.press(seat, button, True))
    assert served.do(lambda: served.panels.press(seat, button, False))


def test_killed_in_mid_poll_tablets_go_on_and_it_returns_with_the_right_lights(
    polling: House, serve: Serve, start: Start
) -> None:
    served, first = serve(polling), start("A1", "A2", "A3", "A5")
    served.wait_for_light("A1", "waiting")
    press(served, "A1", "against")
    served.wait_for_light("A1", "recorded")
    first.kill()
    served.wait_for_state(lambda state: not state.online, "the panels are gone")
    assert served.do(served.panels.lights) == {}
    assert not served.do(lambda: served.panels.press("A1", "for", True))
    accepted(served.give(member(2), c.CastBallot, poll="p1", choice="for"))
    served.lights.clear()
    start("A1", "A2", "A3", "A5")
    for seat, show in {"A1": "recorded", "A2": "recorded", "A3": "waiting", "A5": "check-in"}.items():
        served.wait_for_light(seat, show)
    assert served.lights["A1"].lights == ("off", "on", "off")
    assert served.lights["A1"].lit == (False, True, False)
    assert served.lights["A2"].lights == ("on", "off", "off")
    assert [(b.member, b.choice) for b in served.ballots()] == [("m01", "against"), ("m02", "for")]


def test_a_second_process_takes_the_place_of_the_first_which_ends(polling: House, serve: Serve, start: Start) -> None:
    served, first = serve(polling), start("A1")
    served.wait_for_light("A1", "waiting")
    start("A2")
    served.wait_for_light("A2", "waiting")
    assert first.wait(SECONDS) == REPLACED
    assert served.states[-1].seats == {"A2"}


def test_it_ends_in_good_order_when_it_is_told_to(polling: House, serve: Serve, start: Start) -> None:
    served, process = serve(polling), start("A1")
    served.wait_for_light("A1", "waiting")
    process.terminate()
    assert process.wait(SECONDS) == 0


def test_wrong_wiring_ends_it_with_a_code_of_its_own(path: Path) -> None:
    twice = {**standard(["01"])["01"], "light_for": 4}
    config = Config(socket=path, simulated=True, seats=msgspec.convert({"01": twice}, dict[str, SeatPins]))
    assert main.run(config) == main.WRONG_WIRING


def test_a_machine_without_pins_says_so_instead_of_pretending(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = Config(socket=path, seats=msgspec.convert(standard(["01"]), dict[str, SeatPins]))
    monkeypatch.setattr("appliance.panels.factory.DEVICES", path.parent)
    assert main.run(config) == main.NO_PINS


def test_real_pins_take_no_press_from_the_simulator(polling: House, serve: Serve, path: Path) -> None:
    served = serve(polling)
    with plain(path) as client:
        client.hello("A1", simulated=False)
        served.wait_for_state(lambda state: state.online, "the client is there")
        assert not served.do(lambda: served.panels.press("A1", "for", True))
