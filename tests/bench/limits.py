"""What this machine can do at most, measured in the same run as the appliance: each a process on the same core."""

import json
import random
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench import machine
from tests.bench.frames import client_frame
from tests.bench.tablets import BenchError, Due, Tablet, Tablets

STORM_NS = 200_000_000
"""All voters press within this time."""


def arrivals(n: int, seed: int) -> list[int]:
    """When each of `n` voters presses, in ns from the start: the same for the appliance and for bare SQLite."""
    chance = random.Random(seed)
    return sorted(chance.randrange(STORM_NS) for _ in range(n))


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of all stays under."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def wait_for_port(port: int, process: subprocess.Popen[bytes], seconds: float = 30) -> None:
    """Until somebody listens there."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise BenchError(f"the server ended with {process.returncode} before it listened")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise BenchError("the server did not begin to listen")


@dataclass(slots=True)
class BareServer:
    """A bare server and its clients."""

    pid: int
    tablets: Tablets
    members: list[Tablet]
    times: list[int] = field(default_factory=list)
    answers: dict[bytes, int] = field(default_factory=dict)

    def heard(self, tablet: Tablet, at: int, text: bytes) -> None:
        """A push or an answer."""
        if text.startswith(b"43"):
            self.answers[text[2 : text.index(b"[")]] = at
        else:
            self.times.append(at)

    def sizes(self, push: int, snapshot: int, row: int) -> None:
        """Messages and rows as long as the appliance's."""
        self.tablets.send(self.members[0], f'42["sizes",{push},{snapshot},{row}]'.encode())
        self.tablets.quiet(0.05)

    def broadcast(self, *, durable: bool) -> tuple[int, int]:
        """One command and its push to all: ns until the last has it, ns of CPU for all of it."""
        self.times.clear()
        before = machine.cpu_ns(self.pid)
        word = "command" if durable else "say"
        sent = self.tablets.send(self.members[0], f'421["{word}",{{"type":"OpenPoll"}}]'.encode())
        want = len(self.members)
        self.tablets.listen(lambda: len(self.times) >= want, 20, "the bare broadcast")
        return max(self.times) - sent, machine.cpu_ns(self.pid) - before

    def votes(self, offsets: list[int]) -> list[int]:
        """A ballot from each tablet at its time: ns until each has its durable answer."""
        self.answers.clear()
        due = [
            Due(at, tablet, client_frame(b'42%d["vote",{"type":"CastBallot","filler":"%s"}]' % (i, b"x" * 120)))
            for i, (at, tablet) in enumerate(zip(offsets, self.members, strict=True))
        ]
        sent = [0] * len(due)
        self.tablets.storm(due, sent, lambda: len(self.answers) == len(due), 60)
        return [self.answers[b"%d" % i] - at for i, at in enumerate(sent)]

    def reconnect(self) -> int:
        """All gone, all back: ns until the last has its snapshot."""
        self.tablets.drop(self.members)
        machine.settled(self.pid)
        return max(self.tablets.connect(self.members))

    def own_time(self, turns: int = 10) -> float:
        """What the client alone needs for a message: each tablet's next one is there before it looks. ns."""
        found, want = [], len(self.members)
        for _ in range(turns):
            self.times.clear()
            self.tablets.send(self.members[0], b'42["burst",1]')
            time.sleep(0.05)
            start = time.perf_counter_ns()
            self.tablets.listen(lambda: len(self.times) >= want, 20, "the burst")
            found.append((time.perf_counter_ns() - start) / want)
        return statistics.median(found)


@contextmanager
def bare_server(n: int, folder: Path, module: str = "tests.bench.bare", *, slow: bool = False) -> Iterator[BareServer]:
    """The bare server with `n` connected clients."""
    port = machine.free_port()
    command = [sys.executable, "-m", module, str(port), str(folder / "bare.db")]
    with machine.running(command, core=machine.SERVER_CORE, slow=slow) as (process, pid):
        wait_for_port(port, process)
        tablets = Tablets(port)
        bare = BareServer(pid, tablets, [Tablet(f"bare client {i}") for i in range(n)])
        tablets.heard = bare.heard
        try:
            tablets.connect(bare.members)
            yield bare
        finally:
            tablets.close()


@dataclass(slots=True)
class Disk:
    """Bare SQLite and the bare disk, asked line by line."""

    process: subprocess.Popen[bytes]

    def storm(self, offsets: list[int], size: int) -> list[int]:
        """Group commit of rows that come at these times: ns until each is durable."""
        return self._ask({"votes": offsets, "bytes": size})

    def fsyncs(self, count: int) -> list[int]:
        """ns of each fdatasync."""
        return self._ask({"fsyncs": count})

    def _ask(self, task: dict[str, object]) -> list[int]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(task).encode() + b"\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise BenchError("the bare SQLite process has ended")
        answer: list[int] = json.loads(line)
        return answer


@contextmanager
def bare_disk(folder: Path, *, slow: bool = False) -> Iterator[Disk]:
    """SQLite with nothing around it, on the same disk and the same core as the appliance's."""
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "tests.bench.commits", str(folder)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with machine.running(command, core=machine.SERVER_CORE, slow=slow, **pipes) as (process, _):
        yield Disk(process)
