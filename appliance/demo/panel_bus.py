"""Simulated panels on a bus: the firmware's own `panel.py`, in this process, at the far end of a pseudo terminal.

The master opens that terminal as it would a dongle. What is simulated is the board around the firmware: the wire's
bytes, three fingers, three lights, the flash and the power switch. `tests/panels` drives the same;
the demo does so from the simulator's page (`appliance/demo/bus_control.py`).
"""

import contextlib
import os
import select
import threading
import time
import tty
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType

from firmware.panel.hall import Hall
from firmware.panel.line import Line
from firmware.panel.panel import Panel

TICK_SECONDS = 0.02
Faults = Callable[[bytes, bool], Iterable[bytes]]
"""What becomes of bytes on the wire; the flag: they come from the master."""


def sound(data: bytes, from_master: bool) -> Iterable[bytes]:
    """A wire without faults."""
    return (data,)


class SimulatedPanel:
    """A board with its firmware. `hall` is its flash: it outlives the power."""

    def __init__(self, serial: str, hall: Hall | None = None) -> None:
        self.serial = serial
        self.hall = hall
        self.down = 0
        self.panel: Panel | None = None
        self._line = Line()
        self.power(True)

    def power(self, on: bool) -> None:
        """Switch it off, or on again: a new start."""
        self._line = Line()
        now = _now()
        serial = bytes.fromhex(self.serial)
        self.panel = Panel(serial, self.hall, os.urandom, self.down, now, False) if on else None

    def hears(self, data: bytes) -> list[bytes]:
        """Its answers to these bytes."""
        if self.panel is None:
            return []
        now = _now()
        answers = [self.panel.frame(frame, now) for frame in self._line.heard(data, self.panel.address, now)]
        self.hall = self.panel.hall
        return [answer for answer in answers if answer is not None]

    def finger(self, button: int, down: bool) -> None:
        """A finger on button 0, 1 or 2."""
        self.down = self.down | 1 << button if down else self.down & ~(1 << button)

    def turn(self) -> None:
        """One turn of the board's loop."""
        if self.panel is not None:
            self.panel.buttons(self.down, _now())
            self.panel.later(_now())
            self.hall = self.panel.hall

    def lights(self) -> tuple[bool, bool, bool]:
        """What is lit."""
        bits = self.panel.lights(_now()) if self.panel is not None else 0
        return bool(bits & 1), bool(bits & 2), bool(bits & 4)

    def shows(self) -> int | None:
        """The number of the pattern that its lights follow; None: it has no power."""
        return self.panel.shows(_now()) if self.panel is not None else None


class SimulatedBus:
    """Panels on one wire, served by a thread. `port` is what the master opens.

    `faults` may be changed at any time. `answer_seconds` is waited before each answer: the wire's time and the panel's.
    """

    def __init__(self, port: Path, panels: Iterable[SimulatedPanel], *, answer_seconds: float = 0.0) -> None:
        self.port = port
        self.panels = {panel.serial: panel for panel in panels}
        self.faults: Faults = sound
        self.answer_seconds = answer_seconds
        self._lock = threading.Lock()
        self._ending = threading.Event()
        self._ours = self._theirs = -1
        self.plug()
        self._thread = threading.Thread(target=self._run, name=f"simulated {port.name}", daemon=True)
        self._thread.start()

    def __enter__(self) -> "SimulatedBus":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def plug(self, port: Path | None = None) -> None:
        """Put the dongle in, into the same socket or another."""
        with self._lock:
            self.port = port or self.port
            self._ours, self._theirs = os.openpty()
            tty.setraw(self._theirs)
            os.set_blocking(self._ours, False)
            beside = self.port.with_name(self.port.name + ".new")
            beside.unlink(missing_ok=True)
            beside.symlink_to(os.ttyname(self._theirs))
            beside.replace(self.port)

    def unplug(self) -> None:
        """Pull the dongle out."""
        with self._lock:
            self.port.unlink(missing_ok=True)
            for descriptor in (self._ours, self._theirs):
                if descriptor >= 0:
                    os.close(descriptor)
            self._ours = self._theirs = -1

    def press(self, serial: str, button: int) -> None:
        """A short press: down and up again, with a turn of the board's loop after each."""
        self.finger(serial, button, True)
        time.sleep(0.08)  # a finger's time; the firmware wants its button alone for a while
        self.finger(serial, button, False)

    def finger(self, serial: str, button: int, down: bool) -> None:
        """A finger on a button, or off it."""
        with self._lock:
            self.panels[serial].finger(button, down)
            self.panels[serial].turn()

    def say(self, data: bytes) -> None:
        """Bytes on the wire that nobody asked for, towards the master."""
        with self._lock:
            self._write(data)

    def overheard(self, data: bytes) -> None:
        """Bytes on the wire as if the master had said them."""
        with self._lock:
            for panel in self.panels.values():
                panel.hears(data)

    def power(self, serial: str, on: bool) -> None:
        """Switch one panel off, or on."""
        with self._lock:
            self.panels[serial].power(on)

    def close(self) -> None:
        """End."""
        self._ending.set()
        self._thread.join()
        self.unplug()

    def _run(self) -> None:
        while not self._ending.is_set():
            with self._lock:
                ours = self._ours
                for panel in self.panels.values():
                    panel.turn()
            if ours < 0:
                self._ending.wait(TICK_SECONDS)
                continue
            until = time.monotonic() + TICK_SECONDS
            while (left := until - time.monotonic()) > 0 and not self._ending.is_set():
                try:
                    if select.select([ours], [], [], left)[0]:
                        with self._lock:
                            self._serve(ours)
                except (OSError, ValueError):  # it was pulled out
                    self._ending.wait(left)

    def _serve(self, ours: int) -> None:
        if ours != self._ours:
            raise OSError("another terminal by now")
        data = os.read(ours, 4096)
        heard = [piece for piece in self.faults(data, True) if piece]
        answers = [answer for piece in heard for panel in self.panels.values() for answer in panel.hears(piece)]
        if answers and self.answer_seconds:
            time.sleep(self.answer_seconds)
        for answer in answers:
            for piece in self.faults(answer, False):
                self._write(piece)

    def _write(self, data: bytes) -> None:
        with contextlib.suppress(OSError):
            os.write(self._ours, data)


def _now() -> int:
    return time.monotonic_ns() // 1_000_000
