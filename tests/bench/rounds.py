"""One size of council on one kind of disk: rounds that take turns between the appliance and the limits."""

import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from appliance.adapters.sql.verify import verify_ledger
from tests.bench import machine
from tests.bench.audit import audit
from tests.bench.council import Seeded
from tests.bench.hall import Hall, appliance, connect_members, convene
from tests.bench.limits import BareServer, Disk, arrivals, bare_disk, bare_server, percentile

MS = 1e6
US = 1e3


@dataclass(slots=True)
class Series:
    """One figure: its value in each round."""

    values: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """What is printed."""
        return statistics.median(self.values)


@dataclass(slots=True)
class Figures:
    """Everything found out for one N and one disk, by name; times in ms, CPU in µs, memory in KiB."""

    n: int
    slow: bool
    series: dict[str, Series] = field(default_factory=dict)
    acknowledged: int = 0
    in_ledger: int = 0
    faults: list[str] = field(default_factory=list)

    def add(self, name: str, value: float) -> None:
        """One round's value."""
        self.series.setdefault(name, Series()).values.append(value)

    def latencies(self, name: str, took_ns: list[int]) -> None:
        """A storm's p50, p99 and maximum."""
        for label, share in (("p50", 0.5), ("p99", 0.99), ("max", 1.0)):
            self.add(f"{name} {label}", percentile(took_ns, share) / MS)

    def get(self, name: str) -> float | None:
        """The median, if it was measured."""
        series = self.series.get(name)
        return series.median if series else None


@dataclass(slots=True)
class Beside:
    """The limits that run beside the appliance."""

    bare: BareServer
    websockets: BareServer
    disk: Disk


def measure(council: Seeded, folder: Path, n: int, rounds: int, *, slow: bool, convened: bool) -> Figures:
    """All figures of one council on one disk. `convened`: the council's meeting already exists."""
    found = Figures(n, slow)
    with appliance(council, slow=slow) as hall, limits(folder, n, slow=slow) as beside:
        if not convened:
            convene(hall)
        memory = connect_members(hall)
        if memory is not None:
            found.add("memory", memory)
        _warm_up(hall, beside)
        for turn in range(rounds):
            _round(found, hall, beside, arrivals(n, turn))
        for took in (beside.disk.fsyncs(100 if not slow else 10),):
            found.latencies("fsync", took)
        found.add("client µs a message", beside.bare.own_time() / US)
        found.add("client late ms", max(hall.tablets.late_ns, beside.bare.tablets.late_ns) / MS)
        found.acknowledged, acknowledged = len(hall.acknowledged), hall.acknowledged
    found.in_ledger, found.faults = audit(council.ledger, acknowledged)
    report = verify_ledger(council.ledger)
    if not report.ok:
        found.faults += report.lines()
    return found


@contextmanager
def limits(folder: Path, n: int, *, slow: bool) -> Iterator[Beside]:
    """The bare servers and the bare disk, on the appliance's core and disk."""
    with ExitStack() as stack:
        disk = stack.enter_context(bare_disk(folder / f"disk-{n}-{slow}", slow=slow))
        bare = stack.enter_context(bare_server(n, folder / f"disk-{n}-{slow}", slow=slow))
        library = stack.enter_context(bare_server(n, folder, "tests.bench.bare_websockets"))
        yield Beside(bare, library, disk)


def _warm_up(hall: Hall, beside: Beside) -> None:
    """One poll that is not counted; then the limits know how long the appliance's messages are."""
    hall.open_poll()
    hall.vote(arrivals(len(hall.members), 99))
    hall.finish_poll()
    hall.reconnect()
    snapshot = len(hall.members[0].snapshot)
    for server in (beside.bare, beside.websockets):
        server.sizes(hall.push_bytes, snapshot, hall.row_bytes())
        server.reconnect()
    beside.bare.broadcast(durable=True)


def _round(found: Figures, hall: Hall, beside: Beside, offsets: list[int]) -> None:
    n = len(offsets)
    took, used = hall.open_poll()
    found.add("open", took / MS)
    found.add("open cpu", used / n / US)
    for name, durable in (("bare push", False), ("bare durable push", True)):
        took, used = beside.bare.broadcast(durable=durable)
        found.add(name, took / MS)
        found.add(f"{name} cpu", used / n / US)
    times, used = hall.vote(offsets)
    found.latencies("vote", times)
    found.add("vote cpu", used / n / US)
    found.latencies("bare sqlite", beside.disk.storm(offsets, hall.row_bytes()))
    before = machine.cpu_ns(beside.bare.pid)
    found.latencies("bare server", beside.bare.votes(offsets))
    found.add("bare vote cpu", (machine.cpu_ns(beside.bare.pid) - before) / n / US)
    hall.finish_poll()
    found.add("reconnect", hall.reconnect() / MS)
    found.add("bare reconnect", beside.bare.reconnect() / MS)
    found.add("websockets reconnect", beside.websockets.reconnect() / MS)


def progress(text: str) -> None:
    """What is being done, on stderr: the table alone goes to stdout."""
    print(f"{time.strftime('%H:%M:%S')}  {text}", file=sys.stderr, flush=True)


__all__ = ["Figures", "Series", "machine", "measure", "progress"]
