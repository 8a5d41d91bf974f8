"""The program behind `bus.py`: panels under MicroPython, one line, and a port for the appliance (a pty).

`python -m tests.firmware.hub` is started by `bus.Bus`, which says on standard input (a socket, lines of JSON) what
to do, and gets one line for each. One thread, so that it may fork.
"""

import json
import os
import random
import select
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any

from tests.firmware.hub_port import Port
from tests.firmware.soldered import Soldered
from tests.firmware.wire import Faults, Wire

MASTER, STRANGER = "master", "stranger"
WATCH_SECONDS = 4.0
"""`board.WATCHDOG_MS`."""


class Hub:
    """Everything on one bus."""

    def __init__(self, setup: dict[str, Any]) -> None:
        self.wire = Wire(random.Random(setup["seed"]), setup["baud"])
        self.everyone_hears = bool(setup["everyone_hears"])
        self.settle = 0.0
        self.babble = 0.0
        self.port = Port(Path(setup["folder"]))
        self.panels = [
            Soldered(Path(setup["folder"]) / f"panel-{number}", bytes.fromhex(serial), usb)
            for number, (serial, usb) in enumerate(setup["panels"])
        ]
        self.tape: list[tuple[float, str, str]] | None = None
        self.waiting: list[tuple[dict[str, Any], float]] = []
        self._babble_at = 0.0

    # --- what the test says

    def do(self, order: dict[str, Any]) -> dict[str, Any] | None:
        """One order; None: the answer comes later."""
        result = getattr(self, "do_" + order.pop("do"))(**order)
        return result if result is None or isinstance(result, dict) else {"result": result}

    def do_press(self, moves: list[tuple[int, int]]) -> float:
        """The buttons that are down from now on, by panel. The moment."""
        at = time.monotonic()
        for number, down in moves:
            self.panels[number].hold(down)
        return at

    def do_power(self, panel: int, on: bool) -> int:
        if on:
            self.panels[panel].on()
        else:
            self.panels[panel].off()
        return self.panels[panel].starts

    def do_service(self, panel: int, bridged: bool) -> int:
        self.panels[panel].in_service = bridged
        return 0

    def do_hang(self, panel: int) -> int:
        self.panels[panel].hang()
        return 0

    def do_wiring(self, panel: int, cut: bool, wrong_baud: bool) -> int:
        self.panels[panel].cut, self.panels[panel].wrong_baud = cut, wrong_baud
        return 0

    def do_faults(self, settle: float, babble: float, **shares: float) -> int:
        self.wire.faults = Faults(**shares)
        self.settle, self.babble = settle, babble
        self._babble_at = time.monotonic()
        return 0

    def do_port(self, plugged: bool, name: str) -> str:
        return str(self.port.plug(name)) if plugged else str(self.port.unplug())

    def do_tape(self, on: bool) -> list[tuple[float, str, str]]:
        tape, self.tape = self.tape, [] if on else None
        return tape or []

    def do_say(self, data: str) -> int:
        """A box that is not of this hall speaks."""
        self.wire.say(STRANGER, bytes.fromhex(data), time.monotonic())
        return 0

    def do_state(self) -> dict[str, Any]:
        now = time.monotonic()
        return {
            "collisions": self.wire.collisions,
            "spoiled": self.wire.spoiled,
            "panels": [
                {
                    "lit": one.lit,
                    "steady": now - one.lit_at,
                    "starts": one.starts,
                    "buzzer": one.buzzes,
                    "history": list(one.history),
                }
                for one in self.panels
            ],
        }

    def do_wait(self, lit: dict[str, list[int]], steady: float, within: float) -> None:
        wanted = {"lit": {int(number): set(bits) for number, bits in lit.items()}, "steady": steady}
        self.waiting.append((wanted, time.monotonic() + within))

    # --- the loop

    def run(self, control: socket.socket) -> None:
        """Until the test hangs up."""
        for panel in self.panels:
            panel.on()
        self.port.plug("")
        orders = b""
        while True:
            sources: dict[int, Any] = {control.fileno(): control}
            if self.port.fd is not None:
                sources[self.port.fd] = self.port
            sources |= {panel.fileno(): panel for panel in self.panels if panel.powered}
            ready, _, _ = select.select(list(sources), [], [], self._patience())
            for fd in ready:
                source = sources[fd]
                if source is control:
                    more = control.recv(65536)
                    if not more:
                        return
                    *lines, orders = (orders + more).split(b"\n")
                    for line in lines:
                        self._answer(control, self.do(json.loads(line)))
                elif source is self.port:
                    self._heard(MASTER, self.port.read())
                elif source.powered:
                    self._panel_says(source)
            self._pass(control)

    def _patience(self) -> float:
        now = time.monotonic()
        arrival = self.wire.next_arrival()
        return max(0.0, min(0.02 if self.waiting or self.babble else 0.2, (arrival or now + 1) - now))

    def _pass(self, control: socket.socket) -> None:
        now = time.monotonic()
        if self.babble and now >= self._babble_at:
            self._babble_at = now + self.babble
            self.wire.say("babbler", self.wire.dice.randbytes(self.wire.dice.randint(1, 40)), now)
        for sender, data in self.wire.arrived(now):
            self._deliver(sender, data)
        for panel in self.panels:
            if panel.powered and not panel.in_service and now - panel.fed_at > WATCH_SECONDS:
                panel.off()
                panel.on(bitten=True)
        for one in list(self.waiting):
            wanted, until = one
            missing = [n for n, bits in wanted["lit"].items() if not self.panels[n].steady(bits, wanted["steady"], now)]
            if not missing or now > until:
                self.waiting.remove(one)
                self._answer(control, {"result": missing})

    def _panel_says(self, panel: Soldered) -> None:
        for data in panel.take():
            if not panel.cut:
                self._heard(panel, self.wire.dice.randbytes(len(data)) if panel.wrong_baud else data)

    def _heard(self, sender: Any, data: bytes) -> None:
        if data:
            self.wire.say(sender, data, time.monotonic(), 0.0 if sender is MASTER else self.settle)

    def _deliver(self, sender: Any, data: bytes) -> None:
        if self.tape is not None:
            name = sender if isinstance(sender, str) else str(self.panels.index(sender))
            self.tape.append((time.monotonic(), name, data.hex()))
        if sender is not MASTER:
            self.port.write(data)
        for panel in self.panels:
            if panel is not sender and panel.listens(data, self.everyone_hears):
                panel.hear(self.wire.dice.randbytes(len(data)) if panel.wrong_baud else data)

    @staticmethod
    def _answer(control: socket.socket, answer: dict[str, Any] | None) -> None:
        if answer is not None:
            control.sendall(json.dumps(answer).encode() + b"\n")


if __name__ == "__main__":
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries them
    with socket.socket(fileno=os.dup(0)) as line:
        line.setblocking(True)
        hub = Hub(json.loads(sys.argv[1]))
        try:
            hub.run(line)
        finally:
            for one in hub.panels:
                one.off()
