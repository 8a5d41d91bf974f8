"""Panels on buses for tests: simulated panels with the firmware's own files, and the panels process as a thread."""

import threading
from collections.abc import Callable
from pathlib import Path

import msgspec

from appliance.config import BusPort
from appliance.core.ballot_paper import Choice
from appliance.demo.panel_bus import SimulatedBus, SimulatedPanel
from appliance.panels.bus.pairing_file import Paired, PairingFile
from appliance.panels.inbox import Inbox, Stop
from appliance.panels.lights import ORDER
from appliance.panels.main import Hall, serve_hall
from appliance.panels.wire import Lit
from appliance.services.panel_words import House, PanelDone, PanelOrder, Pressed
from firmware.panel.hall import Hall as FlashedHall
from tests.panels.hall import SECONDS, ServedHouse, Watched


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


def file_of(path: Path) -> dict[str, Paired]:
    """The pairing file, read anew."""
    return dict(PairingFile(path).panels)


class Rig:
    """A bus, the panels process on it, and how to look at both."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "s"
        self.port = folder / "dongle"
        self.panels: BusPanels
        self.buses: list[SimulatedBus] = []

    def start(self, seated: list[Paired], *fresh: int, pattern: str | None = None) -> BusPanels:
        """The bus, and the process."""
        self.buses.append(bus_of(self.port, seated, *fresh))
        self.panels = BusPanels(self.socket, {"a": pattern or str(self.port)}, seated)
        return self.panels

    def begin(self, seated: dict[str, list[Paired]], pattern: str | None = None) -> BusPanels:
        """Many buses, each with its panels, and the process."""
        ports = {name: self.port.with_name(f"dongle-{name}") for name in seated}
        self.buses = [bus_of(ports[name], panels) for name, panels in seated.items()]
        panels = [panel for row in seated.values() for panel in row]
        named = {name: pattern or str(port) for name, port in ports.items()}
        self.panels = BusPanels(self.socket, named, panels)
        return self.panels

    def again(self) -> BusPanels:
        """The process once more, after it was stopped."""
        self.panels.stop()
        self.panels = BusPanels(self.socket, {"a": str(self.port)}, [])
        return self.panels

    @property
    def bus(self) -> SimulatedBus:
        """The last one."""
        return self.buses[-1]

    def press(self, number: int, choice: Choice) -> None:
        """A short press on that panel."""
        self.bus.press(serial_of(number), ORDER.index(choice))

    def wait_for(self, number: int, pattern: int) -> None:
        """Until a panel's lights follow this pattern."""
        panel = self.bus.panels[serial_of(number)]
        wait_until(lambda: panel.shows() == pattern, f"panel {number} shows {pattern}, but {panel.shows()}")

    def lights_of(self, seat: str) -> str:
        """The name of what the process has told the panel at a seat to show."""
        return self.panels.shown[seat].show if seat in self.panels.shown else ""

    def never(self, number: int, pattern: int, until: Callable[[], bool]) -> None:
        """A panel's lights do not follow this pattern at any time until it is so."""
        panel = self.bus.panels[serial_of(number)]

        def there() -> bool:
            assert panel.shows() != pattern, f"panel {number} shows {pattern}"
            return until()

        wait_until(there, "what was waited for")

    def close(self) -> None:
        """Process and buses."""
        if hasattr(self, "panels") and self.panels.running:
            self.panels.stop()
        for bus in self.buses:
            bus.close()


class Desk:
    """Whoever gives orders to panels: what is answered, and the house as it is told."""

    def __init__(self, served: ServedHouse) -> None:
        self.served = served
        self.watched = Watched()
        self.answers: dict[str, PanelDone] = {}
        self.pressed: list[Pressed] = []
        self.house = House()
        panels = served.panels

        def listen() -> None:
            panels.on_done.append(lambda done: self.watched.change(lambda: self.answers.update({done.id: done})))
            panels.on_house.append(lambda house: self.watched.change(lambda: setattr(self, "house", house)))
            panels.on_pressed.append(lambda pressed: self.watched.change(lambda: self.pressed.append(pressed)))

        served.do(listen)

    def order(self, **fields: object) -> str:
        """Give an order and wait for its answer: empty, or the refusal."""
        order = msgspec.convert({"id": f"o{len(self.answers)}", **fields}, PanelOrder)
        assert self.served.do(lambda: self.served.panels.order(order))
        self.watched.wait_for(lambda: order.id in self.answers, f"an answer to {fields}")
        return self.answers[order.id].refusal or ""

    def wait_for(self, there: Callable[[House], bool], what: str) -> None:
        """Until the house is told to be so."""
        self.watched.wait_for(lambda: there(self.house), what)

    def online(self, *numbers: int) -> None:
        """Until these panels answer, and no others."""
        serials = {serial_of(number) for number in numbers}
        self.wait_for(lambda house: {p.serial for p in house.panels if p.online} == serials, f"online: {numbers}")
