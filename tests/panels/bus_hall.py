"""Panels on buses for tests: simulated panels with the firmware's own files, and the panels process as a thread."""

import threading
from collections.abc import Callable
from pathlib import Path

from appliance.config import BusPort
from appliance.core.ballot_paper import Choice
from appliance.demo.panel_bus import SimulatedBus, SimulatedPanel
from appliance.panels.bus.pairing_file import Paired, PairingFile
from appliance.panels.lights import ORDER
from appliance.panels.main import Hall, serve_hall
from appliance.panels.process import Inbox, Stop
from appliance.panels.wire import Lit
from firmware.panel.hall import Hall as FlashedHall
from tests.panels.hall import SECONDS, Watched


def serial_of(number: int) -> str:
    """A chip's serial number."""
    return f"e66038b713a5{number:04x}"


def key_of(number: int) -> str:
    """The key that a panel got when it was paired."""
    return f"{number:032x}"


def paired(number: int, seat: str | None, bus: str = "a") -> Paired:
    """A panel as the pairing file has it."""
    return Paired(serial_of(number), number, bus, key_of(number), seat)


def simulated(panel: Paired) -> SimulatedPanel:
    """The panel itself."""
    return SimulatedPanel(panel.serial, FlashedHall(panel.address, panel.secret, True))


def bus_of(port: Path, panels: list[Paired], *fresh: int) -> SimulatedBus:
    """A wire with these panels, and `fresh` ones that belong to no hall."""
    return SimulatedBus(port, [*map(simulated, panels), *(SimulatedPanel(serial_of(number)) for number in fresh)])


class BusPanels:
    """The panels process on simulated buses, as a thread of the test."""

    def __init__(self, socket: Path, buses: dict[str, str], panels: list[Paired], answer_ms: float = 100.0) -> None:
        self.pairing = socket.with_name("panels.json")
        if not self.pairing.exists():
            PairingFile(self.pairing).change(*panels)
        settings = {name: BusPort(port=port, answer_ms=answer_ms) for name, port in buses.items()}
        self.hall = Hall({}, {}, buses=settings, pairing=self.pairing)
        self.shown: dict[str, Lit] = {}
        self.watched = Watched()
        self.inbox: Inbox = Inbox()
        self.code: int | None = None
        self._thread = threading.Thread(target=self._run, args=(socket,), name="panels")
        self._thread.start()

    def wait_for(self, seat: str, show: str, choice: Choice | None = None) -> None:
        """Until the process has told the panel at a seat to show this (with this choice's light steady)."""
        words = None if choice is None else tuple("on" if choice is each else "off" for each in Choice)

        def there() -> bool:
            last = self.shown.get(seat)
            return last is not None and last.show == show and words in {None, last.lights}

        self.watched.wait_for(there, f"{seat} {show}")

    @property
    def running(self) -> bool:
        """Not stopped yet."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """As SIGTERM does."""
        self.inbox.put(Stop())
        self._thread.join(SECONDS)
        assert not self._thread.is_alive()

    def _run(self, socket: Path) -> None:
        self.code = serve_hall(self.hall, socket, self.inbox, simulated=True, on_shown=self._note)

    def _note(self, shown: dict[str, Lit]) -> None:
        self.watched.change(lambda: self.shown.update(shown))


def wait_until(there: Callable[[], bool], what: str) -> None:
    """Until it is so; for what nobody tells of: the lights of a simulated panel."""
    waits = threading.Event()
    for _ in range(SECONDS * 50):
        if there():
            return
        waits.wait(0.02)
    raise AssertionError(f"never came: {what}")


def button(choice: Choice) -> int:
    """Which button that is."""
    return ORDER.index(choice)


def file_of(path: Path) -> dict[str, Paired]:
    """The pairing file, read anew."""
    return dict(PairingFile(path).panels)
