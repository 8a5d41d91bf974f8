"""`python -m tests.bench.panel_bus`: from a press on a panel to its *recorded* light, over buses as slow as a wire.

The real server and the real panels process; the panels are the firmware's own files under CPython at the far ends of
pseudo terminals, which hold each answer back for as long as question and answer take on a wire of that baud rate. What
ptys hide is named by `appliance.panels.bus.arithmetic` and added to by nobody here: the dongle's USB, the transceiver's
turnaround, the speed of an RP2040. The limit printed is that of the wire alone. 50 ms of every press are the
firmware's: so long a button must be down by itself.

The server's share is seen from outside, between a command and its answer on the panels' socket.
"""

import argparse
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import msgspec

from appliance.config import BusPort, Config, as_toml
from appliance.demo.panel_bus import SimulatedBus, SimulatedPanel
from appliance.panels.bus.arithmetic import Assumed, press_ms, round_ms, storm_ms, wire_ms
from appliance.panels.bus.pairing_file import Paired, PairingFile
from firmware.panel import shows
from firmware.panel.buttons import TOGETHER_MS
from firmware.panel.hall import Hall
from tests.bench import machine
from tests.faults.appliance_process import Appliance, appliance
from tests.faults.council import seat_of

A_BUS = 30
ALONE = Assumed(usb_out=0, turnaround=0, latency_timer=0, usb_in=0)
"""A pty has none of these."""
PATIENCE_SECONDS = 60.0
IDLE_SECONDS = 5.0
WAYS = ("one by one", "all at once")


class Timed(SimulatedPanel):
    """A panel that notes when it was pressed and when its light said *recorded*."""

    wanted = -1
    pressed_at = 0.0
    took: float | None = None

    def tap(self, button: int) -> None:
        """A finger goes down; the clock runs."""
        self.wanted, self.took, self.pressed_at = shows.RECORDED + button, None, time.monotonic()
        self.finger(button, True)
        self.turn()

    def hears(self, data: bytes) -> list[bytes]:
        """As any panel; and it looks at its light."""
        answers = super().hears(data)
        if answers and self.took is None and self.shows() == self.wanted:
            self.took = time.monotonic() - self.pressed_at
            self.down = 0
        return answers


class Relay:
    """Stands between the panels process and the server, and times each command's answer."""

    def __init__(self, path: Path, server: Path) -> None:
        self.took: list[float] = []
        self._given: dict[str, float] = {}
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen()
        self._server = server
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        client, _ = self._listener.accept()
        server = socket.socket(socket.AF_UNIX)
        server.connect(str(self._server))
        threading.Thread(target=self._pass, args=(server, client, True), daemon=True).start()
        self._pass(client, server, False)

    def _pass(self, source: socket.socket, target: socket.socket, answers: bool) -> None:
        for line in source.makefile("rb"):
            if answers and line.startswith(b'{"answer"'):
                answer = msgspec.json.decode(line)["answer"]
                if answer["id"] in self._given:
                    self.took.append(time.monotonic() - self._given.pop(answer["id"]))
            elif not answers and line.startswith(b'{"command"'):
                self._given[msgspec.json.decode(line)["command"]["id"]] = time.monotonic()
            target.sendall(line)


class Found(NamedTuple):
    """Seconds, for one number of panels and one way to press."""

    panels: int
    way: str
    took: list[float]
    server: list[float]
    idle_cpu: float
    """Of one core: what the panels process uses while it asks all panels and nobody presses."""


@dataclass
class Bench:
    """One hall."""

    panels: int
    baud: int
    folder: Path
    stack: ExitStack
    boxes: "list[tuple[TimedBus, Timed]]" = field(default_factory=list)

    def measure(self, rounds: int) -> list[Found]:
        """One by one at chance moments, then all at once."""
        house = self.stack.enter_context(appliance(self.folder / "house", members=self.panels))
        self._buses()
        relay = Relay(self.folder / "s", house.panel_socket)
        pid = self._process()
        house.open_poll(present=self.panels)
        self._all(shows.WAITING)
        before = machine.cpu_ns(pid)
        time.sleep(IDLE_SECONDS)
        idle = (machine.cpu_ns(pid) - before) / IDLE_SECONDS / 1e9
        found = []
        for way in WAYS:
            del relay.took[:]
            took: list[float] = []
            for turn in range(rounds):
                took += self._turn(way, turn % 2 if way == WAYS[0] else 2 - turn % 2)
            found.append(Found(self.panels, way, took, list(relay.took), idle))
        self._check(house)
        return found

    def _turn(self, way: str, button: int) -> list[float]:
        order = random.Random(button).sample(self.boxes, len(self.boxes))
        for bus, panel in order:
            bus.tap(panel, button)
            if way == WAYS[0]:
                time.sleep(random.Random(panel.serial).uniform(0.02, 0.08))
        until = time.monotonic() + PATIENCE_SECONDS
        while any(panel.took is None for _, panel in order):
            if time.monotonic() > until:
                raise TimeoutError("a press was not recorded")
            time.sleep(0.01)
        time.sleep(0.1)
        return [panel.took or 0.0 for _, panel in order]

    def _buses(self) -> None:
        numbers = list(range(1, self.panels + 1))
        paired: list[Paired] = []
        for row, at in enumerate(range(0, self.panels, A_BUS)):
            here = [Paired(f"{n:016x}", n, f"row{row}", f"{n:032x}", seat_of(n)) for n in numbers[at : at + A_BUS]]
            panels = [Timed(p.serial, Hall(p.address, p.secret, proven=True)) for p in here]
            bus = TimedBus(self.folder / f"dongle{row}", panels, answer_seconds=2 * wire_ms(self.baud) / 1000)
            self.stack.enter_context(bus)
            self.boxes += [(bus, panel) for panel in panels]
            paired += here
        PairingFile(self.folder / "panels.json").change(*paired)

    def _process(self) -> int:
        rows = range((self.panels + A_BUS - 1) // A_BUS)
        buses = {f"row{row}": BusPort(port=str(self.folder / f"dongle{row}"), baud=self.baud) for row in rows}
        config = Config(data=self.folder, socket=self.folder / "s", buses=buses, log_level="WARNING")
        file = self.folder / "panels.toml"
        file.write_text(as_toml(config), encoding="utf-8")
        process = subprocess.Popen([sys.executable, "-m", "appliance", "panels", "--config", str(file)])
        self.stack.callback(process.wait)
        self.stack.callback(process.terminate)
        return process.pid

    def _all(self, pattern: int) -> None:
        until = time.monotonic() + PATIENCE_SECONDS
        while any(panel.shows() != pattern for _, panel in self.boxes):
            if time.monotonic() > until:
                raise TimeoutError("not all panels came up")
            time.sleep(0.05)

    def _check(self, house: Appliance) -> None:
        """What all lights say is what the ledger has."""
        from tests.panels.ballots import ballots_of

        on_disk = ballots_of(house.ledger)
        if len(on_disk) != self.panels:
            raise AssertionError(f"{len(on_disk)} of {self.panels} on disk")


class TimedBus(SimulatedBus):
    """With a finger that starts the clock."""

    def tap(self, panel: Timed, button: int) -> None:
        """Press."""
        with self._lock:
            panel.tap(button)


def main() -> int:
    """0 when all was measured."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.panel_bus", description=__doc__)
    parser.add_argument("--panels", type=int, nargs="+", default=[27, 120])
    parser.add_argument("--baud", type=int, default=250_000)
    parser.add_argument("--rounds", type=int, default=4, help="presses a panel, for each way to press")
    given = parser.parse_args()
    found: list[Found] = []
    for panels in given.panels:
        folder = Path(tempfile.mkdtemp(prefix="bus-"))
        with ExitStack() as stack:
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
            found += Bench(panels, given.baud, folder, stack).measure(given.rounds)
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    print(f"{machine.line()}; {time.strftime('%Y-%m-%d')}; panels' buses at {given.baud} baud; load {load}\n")
    print(table(found, given.baud))
    return 0


def table(found: list[Found], baud: int) -> str:
    """For people."""
    head = f"{'press → recorded light, ms':<30}{'p50':>8}{'p99':>8}{'limit p50':>11}{'limit max':>11}"
    lines = [head + f"{'server p50':>12}{'p99':>7}{'share':>7}{'idle CPU':>10}"]
    for one in found:
        reckoned = press_ms if one.way == WAYS[0] else storm_ms
        middle, worst = reckoned(min(one.panels, A_BUS), baud, ALONE)
        p50, p99 = _quantiles(one.took)
        s50, s99 = _quantiles(one.server)
        lines.append(
            f"{f'{one.panels} panels, {one.way}':<30}{p50:>8.0f}{p99:>8.0f}{middle + TOGETHER_MS:>11.0f}"
            f"{worst + TOGETHER_MS:>11.0f}{s50:>12.1f}{s99:>7.1f}{s50 / p50:>7.0%}{one.idle_cpu:>10.0%}"
        )
    middle, worst = (value + TOGETHER_MS for value in press_ms(A_BUS, baud))
    lines.append(f"\nlimit: the wire at {baud} baud and the firmware's {TOGETHER_MS} ms; no server, no USB, no board.")
    lines.append(
        f"With a dongle and a board (assumed, never measured): a round of {A_BUS} {round_ms(A_BUS, baud):.0f} ms, "
        f"a press {middle:.0f} ms in the middle, {worst:.0f} ms at worst."
    )
    return "\n".join(lines)


def _quantiles(seconds: list[float]) -> tuple[float, float]:
    if len(seconds) < 2:
        return 0.0, 0.0
    cuts = statistics.quantiles(seconds, n=100, method="inclusive")
    return cuts[49] * 1000, cuts[98] * 1000


if __name__ == "__main__":
    raise SystemExit(main())
