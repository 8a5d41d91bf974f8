"""From a finger on a simulated panel to the ledger and back to its light: the whole process, firmware and all."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from appliance.core.ballot_paper import Choice
from appliance.demo.panel_bus import SimulatedBus
from appliance.panels.bus.pairing_file import Paired
from firmware.panel import shows
from tests.house import House
from tests.panels.bus_hall import BusPanels, bus_of, paired, serial_of, wait_until
from tests.panels.hall import ServedHouse

Serve = Callable[[House], ServedHouse]
FOR, AGAINST, ABSTAIN = Choice.FOR, Choice.AGAINST, Choice.ABSTAIN
SEATED = [paired(1, "A1"), paired(2, "A2"), paired(3, "A5"), paired(4, None)]


class Rig:
    """A bus, the panels process on it, and how to look at both."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "s"
        self.port = folder / "dongle"
        self.panels: BusPanels | None = None
        self.buses: list[SimulatedBus] = []

    def start(self, seated: list[Paired], *fresh: int, pattern: str | None = None) -> BusPanels:
        """The bus, and the process."""
        self.buses.append(bus_of(self.port, seated, *fresh))
        self.panels = BusPanels(self.socket, {"a": pattern or str(self.port)}, seated)
        return self.panels

    @property
    def bus(self) -> SimulatedBus:
        """The last one."""
        return self.buses[-1]

    def press(self, number: int, choice: Choice) -> None:
        """A short press on that panel."""
        self.bus.press(serial_of(number), (FOR, AGAINST, ABSTAIN).index(choice))

    def wait_for(self, number: int, pattern: int) -> None:
        """Until a panel's lights follow this pattern."""
        panel = self.bus.panels[serial_of(number)]
        wait_until(lambda: panel.shows() == pattern, f"panel {number} shows {pattern}, but {panel.shows()}")


@pytest.fixture
def rig(path: Path) -> Iterator[Rig]:
    """All of it is stopped at the end."""
    rig = Rig(path.parent)
    yield rig
    if rig.panels is not None and rig.panels.running:
        rig.panels.stop()
    for bus in rig.buses:
        bus.close()


def choices(served: ServedHouse) -> list[tuple[str, str, str]]:
    """Who has cast what by which way, in order."""
    return [(ballot.member, ballot.choice.value, ballot.by) for ballot in served.ballots()]


def test_a_press_is_a_ballot_in_the_ledger_and_a_steady_light(polling: House, serve: Serve, rig: Rig) -> None:
    served = serve(polling)
    rig.start(SEATED)
    rig.wait_for(1, shows.WAITING)
    rig.wait_for(3, shows.CHECK_IN)
    rig.wait_for(4, shows.DARK)
    rig.press(1, AGAINST)
    rig.wait_for(1, shows.RECORDED + 1)
    rig.wait_for(2, shows.WAITING)
    assert choices(served) == [("m01", "against", "panel")]
    rig.press(1, FOR)
    rig.wait_for(1, shows.RECORDED)
    rig.press(4, FOR)  # a spare is nobody's
    assert choices(served) == [("m01", "against", "panel"), ("m01", "for", "panel")]
