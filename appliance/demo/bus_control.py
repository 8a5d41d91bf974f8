"""The demo's panels on a bus, as a process: some seats' panels, a spare, and new ones that belong to no hall yet.

    python -m appliance demo --bus          the demo, with its last seats on a bus
    python -m appliance demo --boxes …      this process (started by the demo itself)

Fingers come by a Unix socket, `boxes.sock` in the demo's folder: a line of JSON, answered by one.

    {"do": "look"}                                                   → {"boxes": [{"serial", "lights", "shows", "on"}]}
    {"do": "finger", "serial": …, "button": 0, "down": true}         → {"done": true}
    {"do": "power", "serial": …, "on": false}                        → {"done": true}

A panel's flash is `boxes/<serial>` there: it keeps its hall when the demo is stopped and started with --keep.
"""

import contextlib
import socket
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec
from gevent import socket as hub_socket
from msgspec import Struct
from msgspec.structs import replace

from appliance.config import BusPort, Config
from appliance.demo.panel_bus import SimulatedBus, SimulatedPanel
from appliance.panels.bus.pairing_file import Paired, PairingFile
from firmware.panel.hall import Hall, unpack

SEATS: Final = 5
"""The last seats of the hall are on the bus."""
NEW: Final = 2
BUS: Final = "hàng sau"
ANSWER_MS: Final = 60.0
_KEY: Final = "6d6f636b2d6b65792d6f662d{:08x}"


def serial_of(number: int) -> str:
    """The serial number of the demo's n-th box."""
    return f"e66038b713a5{number:04x}"


def with_bus(config: Config) -> Config:
    """The configuration with the last seats on a bus instead of on mock pins."""
    seats = list(config.seats.items())
    bus = BusPort(port=str(config.data / "dongle"), answer_ms=ANSWER_MS)
    return replace(config, seats=dict(seats[:-SEATS]), buses={BUS: bus})


def fit_boxes(config: Config, seats: list[str]) -> None:
    """Pair the boxes of these seats, and a spare, as if a technician had; nothing when they are on file already."""
    file, flashes = PairingFile(config.pairing_file), config.data / "boxes"
    if file.panels or flashes.exists():
        return
    flashes.mkdir()
    for number, seat in enumerate([*seats, None], 1):
        panel = Paired(serial_of(number), number, BUS, _KEY.format(number), seat)
        file.change(panel)
        (flashes / panel.serial).write_bytes(Hall(panel.address, panel.secret, proven=True).pack())
    for number in range(len(seats) + 2, len(seats) + 2 + NEW):
        (flashes / serial_of(number)).write_bytes(b"")


class _Asked(Struct, frozen=True):
    do: str
    serial: str = ""
    button: int = 0
    down: bool = False
    on: bool = True


class Boxes:
    """The process: the bus, and the fingers on its panels."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._flashes = folder / "boxes"
        panels = [SimulatedPanel(path.name, unpack(path.read_bytes())) for path in sorted(self._flashes.iterdir())]
        self._bus = SimulatedBus(folder / "dongle", panels)
        self._kept = {panel.serial: panel.hall for panel in panels}

    def serve(self, ending: threading.Event) -> None:
        """Until it is told to end."""
        path = self._folder / "boxes.sock"
        path.unlink(missing_ok=True)
        with self._bus, socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(path))
            listener.listen()
            listener.settimeout(0.2)
            while not ending.is_set():
                with contextlib.suppress(TimeoutError):
                    self._hear(listener.accept()[0])
                self._keep()

    def _hear(self, client: socket.socket) -> None:
        with client, contextlib.suppress(OSError, msgspec.MsgspecError, KeyError):
            client.settimeout(1.0)
            asked = msgspec.json.decode(client.makefile("rb").readline(4096), type=_Asked)
            client.sendall(msgspec.json.encode(self._do(asked)) + b"\n")

    def _do(self, asked: _Asked) -> Mapping[str, Any]:
        match asked.do:
            case "finger":
                self._bus.finger(asked.serial, asked.button, asked.down)
            case "power":
                self._bus.power(asked.serial, asked.on)
            case _:
                boxes = self._bus.panels.values()
                return {"boxes": [{"serial": b.serial, "lights": b.lights(), "shows": b.shows()} for b in boxes]}
        return {"done": True}

    def _keep(self) -> None:
        for serial, panel in self._bus.panels.items():
            hall = panel.hall
            if hall is not self._kept[serial]:
                (self._flashes / serial).write_bytes(hall.pack() if hall is not None else b"")
                self._kept[serial] = hall


def ask(folder: Path, **words: object) -> dict[str, Any]:
    """One question to the boxes' process, from a greenlet; empty when it is not there."""
    with hub_socket.socket(socket.AF_UNIX) as line:
        line.settimeout(1.0)
        try:
            line.connect(str(folder / "boxes.sock"))
            line.sendall(msgspec.json.encode(words) + b"\n")
            answer = b""
            while not answer.endswith(b"\n") and (more := line.recv(65536)):
                answer += more
            found: dict[str, Any] = msgspec.json.decode(answer)
        except (OSError, msgspec.MsgspecError):
            return {}
        return found
