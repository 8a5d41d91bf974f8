"""The recorder as its own process on its own folder, and the appliance's end of its socket."""

import fcntl
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import gettempdir
from typing import Any, Final
from uuid import uuid4

import msgspec

from recordings import manifest
from recordings.adapters.durable import replace_file
from recordings.control import Standing
from recordings.layout import Layout
from recordings.segments import Gap, Line, Segment

PATIENCE_SECONDS: Final = 30.0
LEDGER: Final = "hdnd-ky-1"
SHOWERS: Final = ("live", "house", "push", "preview", "finish", "clip")
Json = dict[str, Any]


def until(found: Callable[[], Any], what: str = "it", seconds: float = PATIENCE_SECONDS) -> Any:
    """Wait for a condition; what it found."""
    deadline = time.monotonic() + seconds
    while not (value := found()):
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.02)
    return value


def uptime_ms() -> int:
    """The clock that the ledger's entries carry."""
    return time.monotonic_ns() // 1_000_000


def standing(*, private: bool = False, sitting: str | None = "s1", since: int | None = None) -> Standing:
    """How things stand, since now."""
    moment = uptime_ms() if since is None else since
    return Standing(
        ledger=LEDGER, seq=1, sitting=sitting, private=private, since=datetime.now(UTC), since_uptime_ms=moment
    )


@contextmanager
def free_ports(count: int) -> Iterator[int]:
    """The first of so many free UDP ports in a row, ours until the end: other tests run at the same time."""
    folder = Path(gettempdir()) / "nghi-truong-ports"
    folder.mkdir(exist_ok=True)
    blocks = list(range(12000, 32000, count))
    random.shuffle(blocks)
    for first in blocks:
        with (folder / str(first)).open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            if all(_free(port) for port in range(first, first + count)):
                yield first
                return
    raise AssertionError("no ports")


def _free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one, suppress(OSError):
        one.bind(("127.0.0.1", port))
        return True
    return False


@dataclass(slots=True)
class Link:
    """The appliance, as far as the recorder sees it."""

    socket: socket.socket
    _rest: bytes = b""
    lines: list[Json] = field(default_factory=list)

    @classmethod
    def to(cls, path: Path) -> "Link":
        """Connected, with hello said."""
        end = socket.socket(socket.AF_UNIX)
        try:
            end.connect(str(path))
        except OSError:
            end.close()
            raise
        end.settimeout(0.02)
        link = cls(end)
        link.say({"hello": {"protocol": 1}})
        return link

    def say(self, line: Json) -> None:
        """One line."""
        self.socket.sendall(json.dumps(line).encode() + b"\n")

    def tell(self, now: Standing) -> None:
        """How things stand."""
        self.say({"standing": msgspec.to_builtins(now)})

    def order(self, do: str, order: str | None = None, **more: str) -> Json:
        """The answer to an order."""
        name = order or str(uuid4())
        before = len(self.lines)
        self.say({"order": {"id": name, "do": do, "by": "chair", **more}})

        def answer() -> Json | None:
            self.read()
            return next((x["answer"] for x in self.lines[before:] if x.get("answer", {}).get("id") == name), None)

        return dict(until(answer, f"an answer to {do}"))

    def read(self) -> bool:
        """Take in what has come; whether the connection is still there."""
        try:
            found = self.socket.recv(65536)
        except TimeoutError:
            self.say({"beat": 1})
            return True
        except OSError:
            return False
        *lines, self._rest = (self._rest + found).split(b"\n")
        self.lines += [json.loads(line) for line in lines]
        return bool(found)

    def until(self, found: Callable[[Json], Any], what: str = "a state") -> Json:
        """Wait for a state of the recorder."""

        def look() -> Json | None:
            self.read()
            state = next((line["state"] for line in reversed(self.lines) if "state" in line), None)
            return state if state is not None and found(state) else None

        try:
            return dict(until(look, what))
        except AssertionError as error:
            states = [line["state"] for line in self.lines if "state" in line]
            raise AssertionError(f"{error}; last: {states[-1:]}") from None

    def of(self, kind: str) -> list[Any]:
        """All lines of a kind."""
        self.read()
        return [line[kind] for line in self.lines if kind in line]

    def close(self) -> None:
        """The appliance is gone."""
        self.socket.close()


@dataclass(slots=True)
class Recorder:
    """`start`, `kill`, `stop`; `link` is the appliance; `stand` writes the standing file as the appliance does."""

    folder: Path
    faked: tuple[str, ...] = SHOWERS
    environment: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    process: "subprocess.Popen[bytes] | None" = None
    links: list[Link] = field(default_factory=list)

    @property
    def config(self) -> Path:
        """recorder.toml."""
        return self.folder / "recorder.toml"

    @property
    def layout(self) -> Layout:
        """Its folders."""
        return Layout(self.folder / "data", self.folder / "public")

    @property
    def socket(self) -> Path:
        """The control socket."""
        return self.layout.data / "recorder.sock"

    @property
    def standing_file(self) -> Path:
        """The appliance's word."""
        return self.folder / "standing.json"

    def write_config(self, port: int | None = None) -> None:
        """Small pictures, own ports: from `port` on, or any that are free now."""
        if port is None:
            with free_ports(8) as found:
                port = found
        settings: dict[str, Any] = {
            "data": str(self.layout.data),
            "public": str(self.layout.public),
            "standing": str(self.standing_file),
            "width": 320,
            "height": 180,
            "frames_per_second": 15,
            "kilobits_per_second": 400,
            "preset": "ultrafast",
            "bus_port": port,
            "live_port": port + 5,
            "house_port": port + 6,
            "segment_seconds": 1,
            "fsync_seconds": 0.2,
            "reserve_megabytes": 16,
            "lost_after_seconds": 1.5,
            "unknown_after_seconds": 2.0,
            **self.settings,
        }
        self.layout.public.mkdir(exist_ok=True)
        self.config.write_text("".join(f"{name} = {json.dumps(value)}\n" for name, value in settings.items()))

    def start(self) -> None:
        """Start; it is not waited for."""
        with (self.folder / "recorder.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-W", "error", "-m", "tests.recordings.fake_children", "record", str(self.config)],
                stdin=subprocess.DEVNULL,
                stderr=log,
                env={**os.environ, "FAKES": str(self.folder), "FAKED": ",".join(self.faked), **self.environment},
            )

    def link(self) -> Link:
        """The appliance connects."""

        def connected() -> Link | None:
            with suppress(OSError):
                return Link.to(self.socket)
            return None

        link: Link = until(connected, f"the recorder's socket:\n{self.said()}")
        self.links.append(link)
        return link

    def stand(self, now: Standing) -> Standing:
        """The standing file, whole and on disk."""
        replace_file(self.standing_file, msgspec.json.encode(now))
        return now

    def public(self, **more: Any) -> Link:
        """A link over which the appliance has said, as in the file, that all may see."""
        now = self.stand(standing(**more))
        link = self.link()
        link.tell(now)
        return link

    def kill(self) -> None:
        """`kill -9`."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(timeout=PATIENCE_SECONDS)

    def children(self, name: str = "") -> list[int]:
        """Processes that its main process has started, of one name or all."""
        assert self.process is not None
        found = []
        for child in _children(self.process.pid):
            with suppress(OSError):
                # A source that has become ffmpeg is known by where it sends its pictures.
                words = Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")
                is_source = words[0].endswith(b"ffmpeg")
                if not name or name.encode() in words or (name == "source" and is_source):
                    found.append(child)
        return found

    def signal(self, name: str, number: int = signal.SIGKILL) -> int:
        """Signal the one child of this name; its process id."""
        (pid,) = until(lambda: self.children(name), name)
        os.kill(pid, number)
        return int(pid)

    @property
    def takes(self) -> list[str]:
        """All takes, in order."""
        return sorted(path.name for path in self.layout.takes.glob("*/"))

    def lines(self, take: str | None = None) -> list[Line]:
        """What remains in the manifest of a take (of the last one)."""
        file = self.layout.take(take or self.takes[-1]).manifest
        return list(manifest.read(file.read_bytes()).now) if file.exists() else []

    def segments(self, take: str | None = None) -> list[Segment]:
        """Closed segments."""
        return [line for line in self.lines(take) if isinstance(line, Segment)]

    def gaps(self, take: str | None = None) -> list[Gap]:
        """Gaps."""
        return [line for line in self.lines(take) if isinstance(line, Gap)]

    def said(self) -> str:
        """Its log."""
        return (self.folder / "recorder.log").read_text(errors="replace")[-4000:]


def _children(parent: int) -> list[int]:
    with suppress(OSError):
        return [int(p) for p in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]
    return []


def exists(pid: int) -> bool:
    """Whether the process is there, and no zombie."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    return False


@contextmanager
def recorder(folder: Path, *, started: bool = True, **more: Any) -> Iterator[Recorder]:
    """A recorder that is gone afterwards, with all that it started."""
    one = Recorder(folder, **more)
    with free_ports(8) as port:
        one.write_config(port)
        try:
            if started:
                one.start()
            yield one
        finally:
            for link in one.links:
                link.close()
            if one.process is not None:
                left = one.children()
                one.process.kill()
                one.process.wait()
                until(lambda: not any(exists(pid) for pid in left), "the children's end")
