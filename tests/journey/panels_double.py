"""A panels process without boxes: it speaks the page of `server/panel_socket.py`; a test plays fingers and faults."""

import contextlib
import socket
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from appliance.services.panel_words import Bus, House, Pairing, Panel, PanelDone, PanelOrder

PROTOCOL: Final = 2
BEAT_SECONDS: Final = 1.0
PATIENCE_SECONDS: Final = 60.0
BUTTONS: Final = ("for", "against", "abstain")
HALL: Final = Bus(
    bus="hall", port="/dev/serial/by-id/usb-RS485-hall", online=True, baud=250_000, cycle_ms=62, bad_frames=3
)
STAGE: Final = Bus(bus="stage", port="/dev/serial/by-id/usb-RS485-stage", online=False, baud=250_000, why="absent")


def serial(number: int) -> str:
    """A chip's serial number, as boards have them: 16 hexadecimal digits."""
    return f"e6614c311b{number * 7919:06x}"


def box(number: int, seat: str | None, **changes: Any) -> Panel:
    """A panel on the hall's line."""
    known = Panel(serial=serial(number), seat=seat, bus="hall", address=number, online=True, version="1.0.0")
    return replace(known, **changes)


class PanelsDouble:
    """Connects to the server's socket until `close`; `house` is what it says of itself."""

    def __init__(self, path: Path, seats: tuple[str, ...], spares: int = 2) -> None:
        self._path = path
        boxes = [box(number, seat) for number, seat in enumerate(seats, 1)]
        boxes += [box(len(seats) + number, None) for number in range(1, spares + 1)]
        self.first = House(buses=(HALL, STAGE), panels=tuple(boxes))
        self.house = self.first
        self.orders: list[PanelOrder] = []
        self.lights: dict[str, tuple[bool, bool, bool]] = {}
        self.located: set[str] = set()
        self.answers: dict[str, dict[str, Any]] = {}
        self.refuses: str | None = None
        """The code with which the next order is refused."""
        self._changed = threading.Condition()
        self._line: socket.socket | None = None
        self._over = threading.Event()
        self._threads: list[threading.Thread] = []

    def open(self) -> None:
        """Say hello: a process that has (again) been started."""
        self._over.clear()
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.connect(str(self._path))
        self._line = line
        self._say({"hello": {"protocol": PROTOCOL, "seats": self._seats(), "simulated": False}})
        self._threads = [threading.Thread(target=one) for one in (self._listen, self._beat)]
        for thread in self._threads:
            thread.start()
        self.tell(self.house)

    def lose(self) -> None:
        """As if it were killed."""
        self._over.set()
        line, self._line = self._line, None
        if line is not None:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        if line is not None:
            line.close()

    close = lose

    # --- what happens to the boxes

    def tell(self, house: House) -> None:
        """The boxes are thus now."""
        self.house = house
        self._say({"seats": self._seats()})
        self._say({"jammed": [panel.seat for panel in house.panels if panel.jammed and panel.seat is not None]})
        self._say({"house": house})

    def change(self, number: int, **changes: Any) -> None:
        """Something befalls one panel: `online=False`, `jammed=True`, …"""
        of = serial(number)
        self._panels(lambda panel: replace(panel, **changes) if panel.serial == of else panel)

    def found(self, number: int) -> None:
        """Somebody presses a button on a new panel while the house looks for one."""
        assert self.house.pairing is not None
        self.tell(replace(self.house, pairing=replace(self.house.pairing, found=serial(number))))

    def press(self, number: int, *buttons: str) -> None:
        """A finger, while testing: down and up."""
        panel = self.house.of(serial(number))
        assert panel is not None
        for button in buttons or BUTTONS:
            for down in (True, False):
                said = {"serial": panel.serial, "seat": panel.seat, "button": button, "down": down}
                self._say({"pressed": said})

    def vote(self, seat: str, poll: str, choice: str) -> dict[str, Any]:
        """A ballot from a panel at this seat; the server's answer."""
        name = str(uuid.uuid4())
        command = {"type": "CastBallot", "id": name, "seat": seat, "poll": poll, "choice": choice}
        self._say({"command": command})
        self.until(lambda: name in self.answers)
        return self.answers[name]

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait until what the server has said makes it hold."""
        ends = time.monotonic() + PATIENCE_SECONDS
        with self._changed:
            while not holds():
                assert self._changed.wait(ends - time.monotonic()), "it never came to hold"

    # --- orders

    def _obey(self, order: PanelOrder) -> None:
        self.orders.append(order)
        refusal, self.refuses = self.refuses, None
        if refusal is None:
            self._do(order)
        self._say({"done": PanelDone(id=order.id, accepted=refusal is None, refusal=refusal)})

    def _do(self, order: PanelOrder) -> None:
        name = order.serial or ""
        if order.do == "pair-start":
            self.tell(replace(self.house, pairing=Pairing(bus=order.bus or "")))
        elif order.do == "pair-stop":
            self.tell(replace(self.house, pairing=None))
        elif order.do == "take":
            new = Panel(serial=name, seat=order.seat, bus="hall", address=99, online=True, version="1.0.0")
            self.tell(replace(self.house, pairing=None, panels=(*self.house.panels, new)))
        elif order.do == "forget":
            self.tell(replace(self.house, panels=tuple(p for p in self.house.panels if p.serial != name)))
        elif order.do == "seat":
            self._panels(lambda panel: self._moved(panel, name, order.seat))
        elif order.do == "test":
            self.tell(replace(self.house, testing=bool(order.on)))
        elif order.do == "locate":
            (self.located.add if order.on else self.located.discard)(name)
        elif order.lights is not None:
            self.lights[name] = order.lights

    def _moved(self, panel: Panel, name: str, seat: str | None) -> Panel:
        if panel.serial == name:
            return replace(panel, seat=seat)
        return replace(panel, seat=None) if seat is not None and panel.seat == seat else panel

    def _panels(self, of: Callable[[Panel], Panel]) -> None:
        self.tell(replace(self.house, panels=tuple(of(panel) for panel in self.house.panels)))

    def _seats(self) -> list[str]:
        return [panel.seat for panel in self.house.panels if panel.seat is not None]

    # --- the line

    def _listen(self) -> None:
        line = self._line
        if line is None:
            return
        with contextlib.suppress(OSError), line.makefile("rb") as lines:
            for raw in lines:
                said = msgspec.json.decode(raw)
                if "order" in said:
                    self._obey(msgspec.convert(said["order"], PanelOrder))
                with self._changed:
                    if "answer" in said and said["answer"]["id"] is not None:
                        self.answers[said["answer"]["id"]] = said["answer"]
                    self._changed.notify_all()

    def _beat(self) -> None:
        while not self._over.wait(BEAT_SECONDS):
            self._say({"beat": 1})

    def _say(self, said: object) -> None:
        line = self._line
        with contextlib.suppress(OSError):
            if line is not None:
                line.sendall(msgspec.json.encode(said) + b"\n")
