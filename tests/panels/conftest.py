"""What the panels' tests share."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from appliance.panels.buttons import Timing
from appliance.panels.wiring import Wiring
from appliance.server.panel_client import Peers
from tests.house import House, convene, open_poll, sit
from tests.panels.bus_hall import Rig
from tests.panels.hall import OURSELVES, RunningPanels, ServedHouse


@pytest.fixture
def path() -> Iterator[Path]:
    """A socket's name, short enough for the kernel (108 bytes)."""
    folder = Path(tempfile.mkdtemp(prefix="panels-"))
    yield folder / "s"
    shutil.rmtree(folder)


@pytest.fixture
def polling() -> House:
    """A house of 5 with a poll open: A1 to A4 are present, A5 is not."""
    return open_poll(sit(convene(House.of(n=5)), present=4))


Serve = Callable[[House], ServedHouse]
Fit = Callable[..., RunningPanels]


@pytest.fixture
def serve(path: Path) -> Iterator[Serve]:
    """Serves houses on the socket; whatever still runs is stopped at the end."""
    served: list[ServedHouse] = []

    def start(house: House, peers: Peers = OURSELVES) -> ServedHouse:
        served.append(ServedHouse(house, path, peers))
        return served[-1]

    yield start
    for each in served:
        if each.running:
            each.stop()


@pytest.fixture
def fit(path: Path) -> Iterator[Fit]:
    """Fits panels at seats; whatever still runs is stopped at the end."""
    fitted: list[RunningPanels] = []

    def start(*seats: str, timing: Timing | None = None, wired: Wiring | None = None) -> RunningPanels:
        fitted.append(RunningPanels(path, list(seats), timing, wired))
        return fitted[-1]

    yield start
    for each in fitted:
        if each.running:
            each.stop()


@pytest.fixture
def rig(path: Path) -> Iterator[Rig]:
    """A bus of simulated panels and the panels process on it; whatever still runs is stopped at the end."""
    rig = Rig(path.parent)
    yield rig
    rig.close()
