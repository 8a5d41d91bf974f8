"""What the panels process may rely on, of panels on GPIO pins and of panels on a bus alike."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import msgspec
import pytest

from appliance.config import BusPort, SeatPins
from appliance.core.ballot_paper import Choice
from appliance.demo.panel_bus import SimulatedBus
from appliance.panels import lights
from appliance.panels.bus.fixtures import BusFixtures
from appliance.panels.bus.master import Master
from appliance.panels.bus.orders import Orders
from appliance.panels.bus.pairing_file import PairingFile
from appliance.panels.bus.port import Ports
from appliance.panels.buttons import Timing
from appliance.panels.factory import mock_boards
from appliance.panels.fixtures import Event, Fixtures, Outcome, Press, Shown, TwoAtOnce
from appliance.panels.gpio import GpioFixtures, SeatReading
from appliance.panels.inbox import Inbox
from appliance.panels.pins import Pins
from appliance.panels.wiring import standard, wiring
from appliance.services.panel_words import PanelDone, PanelOrder, Pressed
from tests.panels.bus_hall import bus_of, paired, serial_of
from tests.panels.hall import SECONDS

FOR, AGAINST, ABSTAIN = Choice.FOR, Choice.AGAINST, Choice.ABSTAIN
ORDER = (FOR, AGAINST, ABSTAIN)
SEATS = ("A1", "A2")


class Table(Protocol):
    """Fixtures at A1 and A2, and the fingers at them."""

    fixtures: Fixtures
    inbox: Inbox
    clock: Callable[[], float]

    def finger(self, seat: str, choice: Choice, down: bool) -> None: ...
    def serial(self, seat: str) -> str: ...
    def close(self) -> None: ...


class GpioTable:
    """On mock pins."""

    def __init__(self, folder: Path) -> None:
        import time

        self.clock = time.monotonic
        self.inbox = Inbox()
        wired = wiring(msgspec.convert(standard(SEATS), dict[str, SeatPins]), simulated=True)
        pins = Pins(wired, mock_boards([0]), 0.0, lambda seat, reading: self.inbox.put(SeatReading(seat, reading)))
        timing = Timing(bounce_seconds=0.0, together_seconds=0.05)
        self.fixtures: Fixtures = GpioFixtures(pins, timing, simulated=True)

    def finger(self, seat: str, choice: Choice, down: bool) -> None:
        assert self.fixtures.drive(seat, choice, down)

    def serial(self, seat: str) -> str:
        return f"gpio:{seat}"

    def close(self) -> None:
        self.fixtures.close()


class BusTable:
    """On a simulated bus, with the firmware's own files."""

    def __init__(self, folder: Path) -> None:
        import time

        self.clock = time.monotonic
        self.inbox = Inbox()
        panels = [paired(number, seat) for number, seat in enumerate(SEATS, 1)]
        self.bus: SimulatedBus = bus_of(folder / "dongle", panels)
        file = PairingFile(folder / "panels.json")
        file.change(*panels)
        settings = BusPort(port=str(folder / "dongle"), answer_ms=100)
        master = Master("a", settings, Ports(), self.inbox.put)
        self.fixtures: Fixtures = BusFixtures(file, {"a": master}, Orders, simulated=True)

    def finger(self, seat: str, choice: Choice, down: bool) -> None:
        self.bus.finger(self.serial(seat), ORDER.index(choice), down)

    def serial(self, seat: str) -> str:
        return serial_of(SEATS.index(seat) + 1)

    def close(self) -> None:
        self.fixtures.close()
        self.bus.close()


class Seen:
    """A table that is looked after: what it tells is kept, what it shows is shown again and again."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.events: list[Event] = []
        self.shown = dict.fromkeys(SEATS, Shown(lights.WAITING, asked=7))
        table.fixtures.begin(table.clock())

    def until(self, there: Callable[[], bool], what: str) -> None:
        """Serve as the process does until it is so."""
        waits, until = threading.Event(), self.table.clock() + SECONDS
        while not there():
            assert self.table.clock() < until, f"never came: {what}; {self.events}"
            while not self.table.inbox.empty():
                item = self.table.inbox.get()
                if isinstance(item, Exception):
                    raise item
                self.events += self.table.fixtures.hear(item, self.table.clock()) or ()
            now = self.table.clock()
            self.events += self.table.fixtures.pass_time(now)
            for seat, shown in self.shown.items():
                self.table.fixtures.show(seat, shown, now)
            waits.wait(0.005)

    def ready(self) -> "Seen":
        """Until both panels are there and have heard what is asked."""
        self.until(lambda: all(p.online for p in self.table.fixtures.house().panels), "panels")
        self.until(lambda: all(self.table.fixtures.lit(seat) == (True,) * 3 for seat in SEATS), "waiting lights")
        return self

    def tap(self, seat: str, choice: Choice) -> Press:
        """A short press, and the event that it becomes."""
        count = len(self.presses)
        self.table.finger(seat, choice, True)
        self.until(lambda: len(self.presses) > count, f"a press at {seat}")
        self.table.finger(seat, choice, False)
        return self.presses[-1]

    @property
    def presses(self) -> list[Press]:
        """All of them."""
        return [event for event in self.events if isinstance(event, Press)]

    def order(self, **fields: object) -> PanelDone:
        """One that is answered at once."""
        done = self.table.fixtures.order(msgspec.convert({"id": "o1", **fields}, PanelOrder))
        assert isinstance(done, PanelDone)
        return done


@pytest.fixture(params=[GpioTable, BusTable])
def seen(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Seen]:
    """Each of the two."""
    table = request.param(tmp_path)
    yield Seen(table)
    table.close()


def test_a_press_has_its_seat_its_choice_a_name_of_its_own_and_the_mark_of_what_was_asked(seen: Seen) -> None:
    seen.ready()
    one, other = seen.tap("A1", AGAINST), seen.tap("A2", ABSTAIN)
    assert (one.seat, one.choice, one.asked) == ("A1", AGAINST, 7)
    assert (other.seat, other.choice, other.asked) == ("A2", ABSTAIN, 7)
    seen.shown["A1"] = Shown(lights.RECORDED[AGAINST], 8, one.name, Outcome.RECORDED)
    seen.until(lambda: seen.table.fixtures.lit("A1") == (False, True, False), "the recorded light")
    again = seen.tap("A1", FOR)
    assert again.asked == 8
    assert len({one.name, other.name, again.name}) == 3
    assert len(seen.presses) == 3


def test_lights_show_what_they_are_told_for_as_long_as_it_is_told(seen: Seen) -> None:
    seen.ready()
    seen.shown["A1"] = Shown(lights.RECORDED[ABSTAIN], 7)
    seen.shown["A2"] = Shown(lights.DARK, 7)
    seen.until(
        lambda: [seen.table.fixtures.lit(seat) for seat in SEATS] == [(False, False, True), (False, False, False)],
        "both lights",
    )


def test_two_at_once_are_told_and_are_no_press(seen: Seen) -> None:
    seen.ready()
    for choice in (FOR, AGAINST):
        seen.table.finger("A1", choice, True)
    seen.until(lambda: TwoAtOnce("A1") in seen.events, "two at once")
    for choice in (FOR, AGAINST):
        seen.table.finger("A1", choice, False)
    assert seen.tap("A2", FOR).seat == "A2"
    assert [press.seat for press in seen.presses] == ["A2"]


def test_while_testing_fingers_are_told_and_no_press_is(seen: Seen) -> None:
    seen.ready()
    assert seen.order(do="test", on=True).accepted
    serial = seen.table.serial("A1")
    assert seen.order(do="light", serial=serial, lights=[False, True, True]).accepted
    seen.until(lambda: seen.table.fixtures.lit("A1") == (False, True, True), "the lights that were ordered")
    told = [Pressed(serial=serial, seat="A1", button="against", down=down) for down in (True, False)]
    seen.table.finger("A1", AGAINST, True)
    seen.until(lambda: told[0] in seen.events, "a finger")
    seen.table.finger("A1", AGAINST, False)
    seen.until(lambda: told[1] in seen.events, "no finger")
    seen.table.fixtures.alone()  # the server is gone, and whoever was testing
    assert not seen.table.fixtures.house().testing
    seen.ready()
    assert seen.presses == []
    assert seen.tap("A1", FOR).choice is FOR


def test_a_panel_is_located_until_it_is_not(seen: Seen) -> None:
    seen.shown["A1"] = Shown(lights.DARK, 7)
    seen.until(lambda: all(p.online for p in seen.table.fixtures.house().panels), "panels")
    serial = seen.table.serial("A1")
    assert seen.order(do="locate", serial=serial, on=True).accepted
    seen.until(lambda: seen.table.fixtures.lit("A1") == (True, True, True), "all lights")
    assert seen.order(do="locate", serial=serial, on=False).accepted
    seen.until(lambda: seen.table.fixtures.lit("A1") == (False, False, False), "dark")


def test_what_cannot_be_done_is_refused_by_name_and_what_is_not_theirs_is_left(seen: Seen) -> None:
    seen.ready()
    lit = seen.order(do="light", serial=seen.table.serial("A1"), lights=[True, True, True])
    assert (lit.accepted, lit.refusal) == (False, "panels-not-testing")
    assert seen.table.fixtures.order(PanelOrder(id="o2", do="locate", serial="f" * 16, on=True)) is False


def test_a_stuck_button_is_told_of_its_seat_and_no_longer_when_it_is_free(seen: Seen) -> None:
    seen.ready()
    seen.table.finger("A1", FOR, True)
    seen.until(lambda: seen.table.fixtures.jammed() == {"A1"}, "jammed")
    seen.table.finger("A1", FOR, False)
    seen.until(lambda: seen.table.fixtures.jammed() == frozenset(), "freed")
