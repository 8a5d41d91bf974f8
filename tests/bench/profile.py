"""Where the CPU time of one vote goes, stage by stage, in the real server under the storm of the bench."""

import json
import os
import signal
import statistics
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.bench import machine
from tests.bench.council import seed
from tests.bench.hall import Hall, appliance, connect_members, convene
from tests.bench.limits import arrivals
from tests.bench.staged import GARBAGE, LOOP, STAGES, TASKS, WRITER
from tests.bench.tablets import BenchError

SIZE = 500
ROUNDS = 5
_ORDER = (*(stage for stage, *_ in STAGES), TASKS, LOOP, GARBAGE, WRITER)


def profile(folder: Path) -> str:
    """The table: µs a vote in each stage, their sum, and what the untouched server needs."""
    council, totals = seed(folder / "council", SIZE), folder / "stages.json"
    with appliance(council) as hall:
        convene(hall)
        untouched = _votes(hall, lambda keep: None)
    calls, ns = Counter[str](), Counter[str]()
    ticks: list[float] = []
    with appliance(council, program=("-m", "tests.bench.staged", str(totals))) as hall:

        def stamp(keep: bool) -> None:
            found = _totals(hall.pid, totals)
            if keep:
                ns.update(found["ns"])
                calls.update(found["calls"])
                ticks.append(found["tick"])

        watched = _votes(hall, stamp)
    votes = SIZE * ROUNDS
    watch = sum(calls.values()) * 2 * statistics.median(ticks) / votes / 1e3
    lines = [
        f"{machine.line()}",
        f"one vote of {SIZE} within 200 ms, CPU µs a vote, mean of {votes} votes\n",
        f"{'stage':<56}{'calls':>8}{'µs':>9}",
        *(f"{stage:<56}{calls[stage] / votes or 0:>8.2f}{ns[stage] / votes / 1e3:>9.2f}" for stage in _ORDER),
        f"{'sum':<64}{sum(ns.values()) / votes / 1e3:>9.2f}",
        f"{'the process by its own CPU clock, watch on':<64}{watched:>9.2f}",
        f"{'  of it the watch itself, about':<64}{watch:>9.2f}",
        f"{'the process, untouched':<64}{untouched:>9.2f}",
    ]
    return "\n".join(lines)


def _votes(hall: Hall, stamp: Callable[[bool], None]) -> float:
    """Storms, each between two stamps. Gives µs of CPU a vote."""
    connect_members(hall)
    used = 0
    for turn in range(ROUNDS + 1):
        hall.open_poll()
        stamp(False)
        took = hall.vote(arrivals(SIZE, turn))[1]
        stamp(turn > 0)
        used += took if turn else 0
        hall.finish_poll()
    return used / SIZE / ROUNDS / 1e3


def _totals(pid: int, file: Path) -> dict[str, Any]:
    """Ask the watched server for its totals since the last time."""
    file.unlink(missing_ok=True)
    os.kill(pid, signal.SIGUSR1)
    deadline = time.monotonic() + 10
    while not file.exists():
        if time.monotonic() > deadline:
            raise BenchError("the watched server did not answer")
        time.sleep(0.01)
    found: dict[str, Any] = json.loads(file.read_text())
    return found
