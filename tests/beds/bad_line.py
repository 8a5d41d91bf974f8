"""A line between two network namespaces that is as bad as asked: loss, delay, jitter, one shared rate, or cut off.

    with BadLine(("box", "port1"), ("tablet", "eth0")) as line:
        line.be(BAD)

A process of its own joins two TAP devices and passes their frames on. The rate is one for both directions, as the air
of a Wi-Fi is; frames wait for it in a queue that holds so much and no more. Then each is lost or delayed by chance of
its own, so that frames overtake one another, as with netem. What the process itself adds is counted: `stats()`.
"""

import ctypes
import errno
import fcntl
import heapq
import json
import os
import random
import select
import struct
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

ROOT: Final = Path(__file__).resolve().parents[2]
_TUNSETIFF: Final = 0x400454CA
_TAP_WITHOUT_HEADER: Final = 0x1002
_CLONE_NEWNET: Final = 0x40000000
_FRAMES_AT_ONCE: Final = 64
_LARGEST_FRAME: Final = 65536


@dataclass(frozen=True)
class Quality:
    """What a line is like. A delay is drawn evenly between `delay_ms` less and plus `jitter_ms`, never below 0."""

    loss_percent: float = 0.0
    delay_ms: float = 0.0
    jitter_ms: float = 0.0
    mbit: float = 0.0
    """Of both directions together; 0: as fast as this machine."""
    queue_ms: float = 400.0
    """How long a frame may wait for its turn before it is dropped."""
    overtaking: bool = True
    """Whether a later frame may arrive before an earlier one of its direction."""
    cut: bool = False
    """Nothing passes, and nobody is told."""


GOOD: Final = Quality()
BAD: Final = Quality(loss_percent=5.0, delay_ms=100.0, jitter_ms=100.0, mbit=10.0)
"""5 % lost each way, up to 200 ms late each way, 10 Mbit/s for all."""
CUT: Final = Quality(cut=True)


@dataclass
class Stats:
    """What went over the line since it was asked last."""

    frames: int = 0
    octets: int = 0
    lost: int = 0
    crowded_out: int = 0
    """Dropped because the queue was full."""
    latest_ms: float = 0.0
    """The most that a frame was passed on after its time: the forwarder's own lag."""
    cpu_seconds: float = 0.0


class BadLine:
    """Takes the place of a cable between two namespaces; the devices are made anew and end with it."""

    def __init__(self, one: tuple[str, str], other: tuple[str, str], seed: int = 1) -> None:
        self._ends, self._seed = (*one, *other), seed
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "tests.beds.bad_line", *self._ends, str(self._seed)]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        self._said()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process is not None
        self._process.terminate()
        self._process.communicate(timeout=30)

    def be(self, quality: Quality) -> None:
        """From now on; frames under way arrive as it was before. Returns when it is so."""
        self._ask(asdict(quality))

    def stats(self) -> Stats:
        """Since it was asked last."""
        return Stats(**self._ask({}))

    def _ask(self, words: dict[str, Any]) -> dict[str, Any]:
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(words) + "\n")
        return self._said()

    def _said(self) -> dict[str, Any]:
        assert self._process is not None
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the line's process has ended")
        found: dict[str, Any] = json.loads(line)
        return found


@dataclass
class _Forwarder:
    """Frames from either device to the other. One thread: what it holds is in one heap, by when it is due."""

    ends: tuple[int, int]
    chance: random.Random
    quality: Quality = GOOD
    stats: Stats = field(default_factory=Stats)
    held: list[tuple[float, int, int, bytes]] = field(default_factory=list)
    count: int = 0
    free_at: float = 0.0
    last_due: list[float] = field(default_factory=lambda: [0.0, 0.0])

    def run(self) -> None:
        """Until the other end of stdin is gone."""
        poll = select.poll()
        for fd in (*self.ends, sys.stdin.fileno()):
            poll.register(fd, select.POLLIN)
        while True:
            wait = max(0.0, self.held[0][0] - time.monotonic()) * 1000 if self.held else 1000.0
            # poll() counts whole milliseconds and waits for one more than asked for, sooner than for one less.
            for fd, _ in poll.poll(int(wait)):
                if fd in self.ends:
                    self._take(self.ends.index(fd))
                elif not self._heed(sys.stdin.readline()):
                    return
            self._pass_on()

    def _take(self, end: int) -> None:
        for _ in range(_FRAMES_AT_ONCE):
            try:
                frame = os.read(self.ends[end], _LARGEST_FRAME)
            except BlockingIOError:
                return
            self.stats.frames += 1
            self.stats.octets += len(frame)
            due = self._due(end, len(frame))
            if due is not None:
                self.count += 1
                heapq.heappush(self.held, (due, self.count, self.ends[1 - end], frame))

    def _due(self, end: int, octets: int) -> float | None:
        """When a frame of this length is to arrive; None: never."""
        now, how = time.monotonic(), self.quality
        if how.cut:
            self.stats.lost += 1
            return None
        due = now
        if how.mbit:
            if self.free_at - now > how.queue_ms / 1000:
                self.stats.crowded_out += 1
                return None
            self.free_at = due = max(now, self.free_at) + octets * 8 / (how.mbit * 1e6)
        # What is lost has been sent all the same.
        if self.chance.random() * 100 < how.loss_percent:
            self.stats.lost += 1
            return None
        if how.delay_ms or how.jitter_ms:
            due += max(0.0, how.delay_ms + self.chance.uniform(-how.jitter_ms, how.jitter_ms)) / 1000
        if not how.overtaking:
            due = self.last_due[end] = max(due, self.last_due[end])
        return due

    def _pass_on(self) -> None:
        now = time.monotonic()
        while self.held and self.held[0][0] <= now:
            due, _, to, frame = heapq.heappop(self.held)
            self.stats.latest_ms = max(self.stats.latest_ms, (now - due) * 1000)
            try:
                os.write(to, frame)
            except OSError as error:
                # A device whose other end is not up yet takes nothing; neither does a full one.
                if error.errno not in {errno.EIO, errno.EAGAIN, errno.ENOBUFS}:
                    raise

    def _heed(self, line: str) -> bool:
        if not line:
            return False
        words = json.loads(line)
        if words:
            self.quality = Quality(**words)
            print("{}", flush=True)
        else:
            self.stats.cpu_seconds = round(time.process_time(), 2)
            print(json.dumps(asdict(self.stats)), flush=True)
            self.stats = Stats()
        return True


def _tap(namespace: str, name: str) -> int:
    """A TAP device of this name in that namespace, up; its descriptor is open here."""
    libc = ctypes.CDLL(None, use_errno=True)
    home, there = (os.open(path, os.O_RDONLY) for path in ("/proc/self/ns/net", f"/run/netns/{namespace}"))
    try:
        _enter(libc, there)
        device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        fcntl.ioctl(device, _TUNSETIFF, struct.pack("16sH22x", name.encode(), _TAP_WITHOUT_HEADER))
        _enter(libc, home)
    finally:
        os.close(home)
        os.close(there)
    return device


def _enter(libc: ctypes.CDLL, namespace: int) -> None:
    if libc.setns(namespace, _CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")


def main() -> None:
    """`box port1 tablet eth0 seed`; then a line of JSON on stdin for each `be` and, empty, for `stats`."""
    _, one, first, other, second, seed = sys.argv
    ends = (_tap(one, first), _tap(other, second))
    for namespace, name in ((one, first), (other, second)):
        subprocess.run(["ip", "-n", namespace, "link", "set", name, "up"], check=True)
    print("{}", flush=True)
    _Forwarder(ends, random.Random(int(seed))).run()


if __name__ == "__main__":
    main()
