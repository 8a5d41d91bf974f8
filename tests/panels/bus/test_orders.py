"""Orders at the edges: full lines, double serial numbers, disks that refuse. The plain way: `test_on_the_bus.py`."""

from pathlib import Path

import pytest

from appliance.config import BusPort
from appliance.panels.bus.fixtures import BusFixtures
from appliance.panels.bus.news import BusSaid, Found, Joined, PanelSaid
from appliance.panels.bus.orders import Orders
from appliance.panels.bus.pairing_file import PairingFile
from appliance.panels.bus.schedule import MOST_PANELS
from appliance.panels.bus.session import Told
from appliance.panels.bus.work import Join, Leave, Work
from appliance.services.panel_words import PanelDone, PanelOrder
from tests.panels.bus_hall import paired, serial_of

NEW = serial_of(99)


class Idle:
    """A master that notes its work and does none."""

    settings = BusPort(port="/dev/none")
    tells_lights = False

    def __init__(self) -> None:
        self.work: list[Work] = []

    def start(self) -> None:
        """Nothing."""

    def do(self, work: Work) -> None:
        self.work.append(work)

    def tell_panel(self, serial: str, told: Told, *, soon: bool) -> None:
        """Nobody is there to be told."""

    def close(self) -> None:
        """Nothing."""


class Table:
    """A bus with so many panels, and a new one looked for."""

    def __init__(self, folder: Path, panels: int) -> None:
        self.folder = folder
        self.file = PairingFile(folder / "panels.json")
        self.file.change(*(paired(number, f"A{number}") for number in range(1, panels + 1)))
        self.master = Idle()
        self.fixtures = BusFixtures(self.file, {"a": self.master}, lambda fixtures: Orders(fixtures, ["P1"]))
        self.fixtures.begin(0)
        self.fixtures.hear(BusSaid("a", "/dev/none", True), 0)
        assert self.order("pair-start", bus="a") == ""

    def order(self, do: str, **fields: object) -> str | bool:
        """The refusal, empty for none; True when its answer comes later."""
        done = self.fixtures.order(PanelOrder(id="o", do=do, **fields))  # type: ignore[arg-type]
        return (done.refusal or "") if isinstance(done, PanelDone) else done

    def found(self) -> str | None:
        """Which panel is found."""
        pairing = self.fixtures.house().pairing
        return pairing.found if pairing else None


def test_a_line_of_32_takes_no_more(tmp_path: Path) -> None:
    table = Table(tmp_path, MOST_PANELS)
    table.fixtures.hear(Found("a", NEW), 0)
    assert table.order("take", serial=NEW) == "bus-full"
    assert table.order("forget", serial=serial_of(1)) == ""
    assert [type(work) for work in table.master.work][-1] is Leave
    assert table.order("take", serial=NEW, seat="A1") is True
    assert table.file.panels[NEW].address == 1


def test_what_bears_the_serial_number_of_a_panel_that_answers_is_not_found(tmp_path: Path) -> None:
    table = Table(tmp_path, 1)
    table.fixtures.hear(PanelSaid(serial_of(1)), 0)
    table.fixtures.hear(Found("a", serial_of(1)), 0)
    assert table.found() is None
    table.fixtures.hear(PanelSaid(serial_of(1), online=False), 0)
    table.fixtures.hear(Found("a", serial_of(1)), 0)
    assert table.found() == serial_of(1)


def test_a_panel_that_lost_its_memory_joins_again_with_a_new_key(tmp_path: Path) -> None:
    table = Table(tmp_path, 2)
    table.fixtures.hear(Found("a", serial_of(1)), 0)
    before = table.file.panels[serial_of(1)]
    assert table.order("take", serial=serial_of(1), seat=None) is True
    after = table.file.panels[serial_of(1)]
    assert (after.address, after.seat) == (before.address, None)
    assert after.key != before.key
    assert table.master.work[-1] == Join(after)
    assert table.fixtures.hear(Joined(serial_of(1), True), 0) == (PanelDone(id="o", accepted=True),)
    assert table.fixtures.house().pairing is None


def test_a_disk_that_refuses_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = Table(tmp_path, 2)
    monkeypatch.setattr("os.fsync", lambda number: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    assert table.order("seat", serial=serial_of(1), seat="A2") == "storage-fault"
    assert table.order("forget", serial=serial_of(1)) == "storage-fault"
    assert [panel.seat for panel in PairingFile(tmp_path / "panels.json").panels.values()] == ["A1", "A2"]
    assert table.fixtures.seats() == ("A1", "A2")


def test_a_seat_on_pins_takes_no_other_panel(tmp_path: Path) -> None:
    table = Table(tmp_path, 1)
    table.fixtures.hear(Found("a", NEW), 0)
    assert table.order("take", serial=NEW, seat="P1") == "seat-has-panel"
    assert table.order("seat", serial=serial_of(1), seat="P1") == "seat-has-panel"
