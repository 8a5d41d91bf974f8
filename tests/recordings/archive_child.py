"""The archive as its own process on its own take, and a camera that sends it footage."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from recordings.adapters import bus
from recordings.adapters.durable import replace_file
from recordings.adapters.keys import own_key
from recordings.adapters.take_check import TakeReport, check_take, read_manifest
from recordings.archive.main import HANDED_ON
from recordings.layout import Layout, TakeFolder
from recordings.manifest import Manifest
from recordings.mpegts import PACKET, TICKS, Reader
from recordings.reports import Report, Word
from recordings.segments import TakeNote
from tests.recordings.footage import FRAMES_PER_SECOND, datagrams

TAKE: Final = "20261218T013000Z-s1-0001"
LEDGER: Final = "ledger-1"
PATIENCE_SECONDS: Final = 20.0
PACE_SECONDS: Final = 0.0004
"""Between datagrams: quicker than any camera, slower than the loopback can lose."""


@dataclass(slots=True)
class Archive:
    """`start`, `kill`, `stop`; `said` is what it reports."""

    data: Path
    settings: dict[str, float] = field(default_factory=dict)
    bus: socket.socket = field(default_factory=lambda: bus.bind(0))
    process: "subprocess.Popen[bytes] | None" = None
    said: list[Report] = field(default_factory=list)
    _reader: threading.Thread | None = None
    _news: threading.Condition = field(default_factory=threading.Condition)

    @property
    def layout(self) -> Layout:
        return Layout(self.data, self.data / "public")

    @property
    def folder(self) -> TakeFolder:
        return self.layout.take(TAKE)

    @property
    def manifest(self) -> Manifest:
        return read_manifest(self.folder)

    @property
    def port(self) -> int:
        return int(self.bus.getsockname()[1])

    @property
    def files(self) -> list[Path]:
        """The segments that the manifest names, in order."""
        return [self.folder.path / segment.file for segment in self.manifest.segments]

    def make_take(self) -> None:
        """As the main process does before it starts an archive."""
        note = TakeNote(
            take=TAKE, ledger=LEDGER, sitting="s1", title="", started=datetime.now(UTC), width=320, height=180,
            frames_per_second=FRAMES_PER_SECOND,
        )  # fmt: skip
        replace_file(self.folder.note, msgspec.json.encode(note))

    def command(self, *arguments: str) -> list[str]:
        settings = {"data": str(self.data), "public": str(self.data / "public"), "segment_seconds": 2,
                    "reserve_megabytes": 16, "bus_port": self.port, **self.settings}  # fmt: skip
        config = self.data / "recorder.toml"
        config.write_text("".join(f"{name} = {json.dumps(value)}\n" for name, value in settings.items()))
        return [sys.executable, "-m", "recordings", "archive", "--config", str(config), "--take", TAKE, *arguments]

    def start(self, *arguments: str) -> "Archive":
        """Start it with the socket in its hands, and wait until it has taken the take."""
        if not self.folder.note.exists():
            self.make_take()
        self.said = []
        descriptor = self.bus.fileno()
        with (self.data / "archive.log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command(*arguments),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env={**os.environ, HANDED_ON: str(descriptor)},
                pass_fds=(descriptor,),
            )
        self._reader = threading.Thread(target=self._read, args=(self.process,))
        self._reader.start()
        return self

    def _read(self, process: "subprocess.Popen[bytes]") -> None:
        assert process.stdout is not None
        for line in process.stdout:
            with self._news:
                self.said.append(msgspec.json.decode(line, type=Report))
                self._news.notify_all()
        with self._news:
            self._news.notify_all()

    def until(self, seen: Callable[[], Any]) -> None:
        """Wait until what it says or has written makes this true."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        with self._news:
            while not seen():
                assert self.running, f"the archive ended:\n{self.log}"
                assert time.monotonic() < deadline, f"never came; it said {self.said[-5:]}\n{self.log}"
                self._news.wait(timeout=0.05)

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def log(self) -> str:
        return (self.data / "archive.log").read_text()

    def opened(self, number: int) -> bool:
        """Segment `number` has its first picture."""
        return any(report.opened == number for report in self.said)

    def full(self) -> bool | None:
        """What it last said of the disk."""
        return next((r.disk_full for r in reversed(self.said) if r.disk_full is not None), None)

    def say(self, word: Word) -> None:
        assert self.process is not None
        assert self.process.stdin is not None
        self.process.stdin.write(msgspec.json.encode(word) + b"\n")
        self.process.stdin.flush()

    def kill(self) -> None:
        """`kill -9`: no last word."""
        assert self.process is not None
        self.process.kill()
        self.ended()

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        assert self.process is not None
        if self.running:
            self.process.terminate()
        return self.ended()

    def ended(self) -> int:
        """Wait for its end; the exit code."""
        assert self.process is not None
        assert self._reader is not None
        try:
            code = self.process.wait(timeout=PATIENCE_SECONDS)
        finally:
            self.process.kill()
            self._reader.join()
            for pipe in (self.process.stdin, self.process.stdout):
                assert pipe is not None
                pipe.close()
        return code

    def check(self) -> TakeReport:
        """Verified, with the key of the data folder."""
        return check_take(self.folder, own_key(self.layout.key))

    def close(self) -> None:
        if self.process is not None and self.process.stdin is not None and not self.process.stdin.closed:
            self.stop()
        self.bus.close()


@dataclass(slots=True)
class Camera:
    """Sends from a port of its own, as each start of a source does."""

    port: int
    sender: socket.socket = field(default_factory=lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM))

    def send(self, data: bytes, pace: float = PACE_SECONDS) -> None:
        """All of it, in datagrams."""
        for datagram in datagrams(data):
            self.sender.sendto(datagram, ("127.0.0.1", self.port))
            time.sleep(pace)

    def send_live(self, data: bytes) -> None:
        """All of it, each picture when its time has come."""
        reader, first, began = Reader(), None, time.monotonic()
        for datagram in datagrams(data):
            for at in range(0, len(datagram), PACKET):
                begin = reader.feed(datagram[at : at + PACKET])
                if begin is not None and begin.kind == "video":
                    first = begin.ticks if first is None else first
                    time.sleep(max(0.0, began + (begin.ticks - first) / TICKS - time.monotonic()))
            self.sender.sendto(datagram, ("127.0.0.1", self.port))


@contextmanager
def archive(data: Path, **settings: float) -> Iterator[Archive]:
    """An archive that is gone when the block ends."""
    data.mkdir(exist_ok=True)
    one = Archive(data, settings)
    try:
        yield one
    finally:
        one.close()


@contextmanager
def camera(one: Archive) -> Iterator[Camera]:
    """A source; a new one is a source that was started anew."""
    source = Camera(one.port)
    try:
        yield source
    finally:
        source.sender.close()
