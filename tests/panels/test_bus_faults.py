"""What goes wrong on a bus: what it does to a poll, what the house says of it, and that all is well when it is over.

Servers that are killed are in `test_a_whole_poll_on_the_bus.py`, buttons that are stuck in `tests/firmware`.
"""

import os
import random
from collections.abc import Callable, Iterable

import pytest

from appliance.config import BusPort, Config
from appliance.core.ballot_paper import Choice
from appliance.demo.panel_bus import SimulatedPanel, sound
from appliance.panels.main import WRONG_WIRING, run
from firmware.panel import shows
from firmware.panel.frame import SIZE
from firmware.panel.hall import Hall as FlashedHall
from tests.house import House, convene, open_poll, sit
from tests.panels.bus_hall import Desk, Rig, key_of, paired, serial_of, wait_until
from tests.panels.hall import ServedHouse

Serve = Callable[[House], ServedHouse]
FOR, AGAINST, ABSTAIN = Choice.FOR, Choice.AGAINST, Choice.ABSTAIN
SEATED = [paired(1, "A1"), paired(2, "A2")]


def choices(served: ServedHouse) -> list[tuple[str, str]]:
    """Who has cast what, in order."""
    return [(ballot.member, ballot.choice.value) for ballot in served.ballots()]


def noise(chance: random.Random, share: float) -> Callable[[bytes, bool], Iterable[bytes]]:
    """Bursts before, behind and within so many of the frames."""

    def faults(data: bytes, from_master: bool) -> Iterable[bytes]:
        if chance.random() > share:
            return (data,)
        at = chance.randrange(len(data))
        return (data[:at], chance.randbytes(chance.randint(1, 60)), data[at:])

    return faults


def test_bursts_of_noise_cost_time_and_nothing_else(polling: House, serve: Serve, rig: Rig) -> None:
    served = serve(polling)
    rig.start(SEATED)
    rig.wait_for(1, shows.WAITING)
    rig.bus.faults = noise(random.Random(5), 0.3)
    for number, choice in enumerate((FOR, AGAINST, ABSTAIN, FOR)):
        rig.press(1, choice)
        rig.wait_for(1, shows.RECORDED + (0, 1, 2, 0)[number])
    assert choices(served) == [("m01", choice) for choice in ("for", "against", "abstain", "for")]


def test_a_line_of_the_wrong_baud_rate_is_silent_and_comes_back(polling: House, serve: Serve, rig: Rig) -> None:
    served = serve(polling)
    desk = Desk(served)
    rig.start(SEATED)
    desk.online(1, 2)
    rig.bus.faults = lambda data, from_master: (os.urandom(SIZE),)  # a wrong baud rate
    desk.online()
    desk.wait_for(lambda house: house.buses[0].why == "silent", "the bus says why")
    served.wait_for_state(lambda state: not state.working, "no seat has a panel that can be used")
    rig.wait_for(1, shows.OFFLINE)
    rig.bus.faults = sound
    desk.online(1, 2)
    rig.press(1, FOR)
    rig.wait_for(1, shows.RECORDED)


def test_a_babbling_panel_stops_its_line_and_no_other_part(polling: House, serve: Serve, rig: Rig) -> None:
    served = serve(polling)
    desk = Desk(served)
    rig.start(SEATED)
    desk.online(1, 2)
    babble = [True]

    def faults(data: bytes, from_master: bool) -> Iterable[bytes]:
        return (bytes(b ^ 0x55 for b in data), os.urandom(200)) if babble else (data,)

    rig.bus.faults = faults
    desk.online()
    for _ in range(200):
        rig.bus.say(os.urandom(64))
    desk.wait_for(lambda house: house.buses[0].why == "noise", "the bus says why")
    babble.clear()
    desk.online(1, 2)
    rig.press(2, AGAINST)
    rig.wait_for(2, shows.RECORDED + 1)
    assert choices(served) == [("m02", "against")]


def test_a_cut_cable_is_noticed_and_mended_and_the_press_that_waited_is_told(
    polling: House, serve: Serve, rig: Rig
) -> None:
    served = serve(polling)
    desk = Desk(served)
    rig.start(SEATED)
    desk.online(1, 2)
    rig.wait_for(1, shows.WAITING)
    rig.bus.faults = lambda data, from_master: ()
    rig.press(1, AGAINST)
    desk.online()
    desk.wait_for(lambda house: house.buses[0].why == "silent", "the bus says why")
    rig.bus.faults = sound
    rig.wait_for(1, shows.RECORDED + 1)
    assert choices(served) == [("m01", "against")]


@pytest.mark.parametrize("key", [key_of(99), key_of(1)])
def test_of_two_panels_with_one_address_one_votes(polling: House, serve: Serve, rig: Rig, key: str) -> None:
    """One of another hall, or one whose flash was copied: it takes part in no session but its own."""
    served = serve(polling)
    rig.start(SEATED)
    rig.wait_for(1, shows.WAITING)
    other = SimulatedPanel(serial_of(99), FlashedHall(1, bytes.fromhex(key), proven=True))
    rig.bus.panels[other.serial] = other
    rig.press(99, FOR)
    rig.press(1, AGAINST)
    rig.wait_for(1, shows.RECORDED + 1)
    rig.press(99, FOR)
    rig.press(2, FOR)
    rig.wait_for(2, shows.RECORDED)
    assert choices(served) == [("m01", "against"), ("m02", "for")]
    assert other.shows() != shows.RECORDED


def test_a_panel_of_another_hall_cannot_vote_in_this_one(polling: House, serve: Serve, rig: Rig) -> None:
    served = serve(polling)
    rig.start(SEATED)
    rig.wait_for(2, shows.WAITING)
    stranger = SimulatedPanel(serial_of(1), FlashedHall(1, bytes.fromhex(key_of(77)), proven=True))
    rig.bus.panels[serial_of(1)] = stranger  # in the place of panel 1, with its very serial number and address
    rig.wait_for(1, shows.STRANGER)
    rig.press(1, FOR)
    rig.press(2, AGAINST)
    rig.wait_for(2, shows.RECORDED + 1)
    assert choices(served) == [("m02", "against")]


def test_a_recording_of_the_bus_that_is_played_again_changes_nothing(polling: House, serve: Serve, rig: Rig) -> None:
    served = serve(polling)
    rig.start(SEATED)
    tape: list[tuple[bytes, bool]] = []

    def recording(data: bytes, from_master: bool) -> Iterable[bytes]:
        tape.append((data, from_master))
        return (data,)

    rig.bus.faults = recording
    rig.wait_for(1, shows.WAITING)
    rig.press(1, FOR)
    rig.wait_for(1, shows.RECORDED)
    rig.press(1, AGAINST)
    rig.wait_for(1, shows.RECORDED + 1)
    rig.bus.faults = sound
    before = choices(served)
    for data, from_master in tape:
        if from_master:
            rig.bus.overheard(data)
        else:
            rig.bus.say(data)
    rig.press(2, FOR)
    rig.wait_for(2, shows.RECORDED)
    rig.wait_for(1, shows.RECORDED + 1)
    assert choices(served) == [*before, ("m02", "for")]
    rig.again()  # nor does it to a process that has just begun
    for data, from_master in tape:
        if not from_master:
            rig.bus.say(data)
    rig.press(2, ABSTAIN)
    rig.wait_for(2, shows.RECORDED + 2)
    assert choices(served) == [*before, ("m02", "for"), ("m02", "abstain")]


@pytest.mark.parametrize("other", ["dongle", "dongle-2"])
def test_a_dongle_that_is_pulled_out_and_put_back_goes_on_in_the_same_port_or_another(
    polling: House, serve: Serve, rig: Rig, other: str
) -> None:
    served = serve(polling)
    desk = Desk(served)
    rig.start(SEATED, pattern=str(rig.port) + "*")
    desk.online(1, 2)
    rig.wait_for(1, shows.WAITING)
    rig.bus.unplug()
    desk.wait_for(lambda house: not house.buses[0].online and house.buses[0].why == "absent", "the bus is away")
    rig.press(1, FOR)
    rig.wait_for(1, shows.OFFLINE)
    rig.bus.plug(rig.port.with_name(other))
    rig.wait_for(1, shows.RECORDED)
    desk.wait_for(lambda house: house.buses[0].port.endswith(other) and house.buses[0].online, "the port is told")
    assert choices(served) == [("m01", "for")]


def test_two_lines_find_their_own_panels_when_their_dongles_have_changed_places(
    polling: House, serve: Serve, rig: Rig
) -> None:
    serve(polling)
    one, other = paired(1, "A1", "a"), paired(2, "A2", "b")
    pattern = str(rig.port) + "-*"
    rig.begin({"a": [one], "b": [other]}, pattern)
    boxes = [panel for bus in rig.buses for panel in bus.panels.values()]
    wait_until(lambda: all(panel.shows() == shows.WAITING for panel in boxes), "each line is served")
    ports = [bus.port for bus in rig.buses]
    for bus in rig.buses:
        bus.unplug()
    wait_until(lambda: all(panel.shows() == shows.OFFLINE for panel in boxes), "both are alone")
    for bus, port in zip(rig.buses, reversed(ports), strict=True):
        bus.plug(port)
    wait_until(lambda: all(panel.shows() == shows.WAITING for panel in boxes), "and served again")


def test_120_presses_within_a_moment_are_120_ballots(serve: Serve, rig: Rig) -> None:
    served = serve(open_poll(sit(convene(House.of(n=120)), present=120)))
    panels = {
        f"row{row}": [paired(n, f"A{n}", f"row{row}") for n in range(row * 30 + 1, row * 30 + 31)] for row in range(4)
    }
    rig.begin(panels)
    boxes = [(bus, serial) for bus in rig.buses for serial in bus.panels]
    wait_until(lambda: all(bus.panels[serial].shows() == shows.WAITING for bus, serial in boxes), "all wait")
    for down in (True, False):
        for bus, serial in boxes:
            bus.finger(serial, 0, down)
        if down:  # a finger's time
            wait_until(lambda: all(bus.panels[serial].shows() != shows.WAITING for bus, serial in boxes), "all sent")
    wait_until(lambda: all(bus.panels[serial].shows() == shows.RECORDED for bus, serial in boxes), "all recorded")
    assert sorted(choices(served)) == sorted((f"m{n:02}", "for") for n in range(1, 121))


def test_a_pairing_file_that_cannot_be_read_stops_the_process_and_is_left_alone(rig: Rig) -> None:
    file = rig.socket.with_name("panels.json")
    file.write_text("{")
    config = Config(socket=rig.socket, data=rig.socket.parent, buses={"a": BusPort(port="/dev/none")})
    assert run(config) == WRONG_WIRING
    assert file.read_text() == "{"
