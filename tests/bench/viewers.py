"""Viewers of the public site: nginx with the portal's own configuration, and a process that asks as players ask."""

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

import aiohttp

from appliance.portal.web_server import WebServer, prepare
from tests.bench import machine
from tests.bench.limits import wait_for_port
from tests.recordings.recorder_process import Recorder, until

STATIC: Final = "video/still"
SEGMENTS: Final = 8


@dataclass(frozen=True, slots=True)
class Load:
    """What one way of watching has cost."""

    server_ns: int
    origin_ns: int
    """Of the origin: all it did, though it also makes the stream for nobody."""
    bytes: int
    seconds: float
    late: int
    viewers: int = 50

    @property
    def cpu_a_viewer(self) -> float:
        """Share of a core that one viewer costs the web server."""
        return self.server_ns / 1e9 / self.seconds / self.viewers

    @property
    def viewers_a_core(self) -> float:
        """So many would fill one core."""
        return 1 / self.cpu_a_viewer

    @property
    def megabits(self) -> float:
        """A second, all together."""
        return self.bytes * 8 / 1e6 / self.seconds

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "viewers_a_core": round(self.viewers_a_core), "megabits": round(self.megabits, 1), "late": self.late,
            "origin_cores": round(self.origin_ns / 1e9 / self.seconds, 4),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Site:
    """A running nginx."""

    base: str
    process: "subprocess.Popen[bytes]"

    def cpu(self) -> int:
        """CPU of the web server so far, ns."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return sum(machine.cpu_ns(pid) for pid in (self.process.pid, *map(int, children)))


@contextmanager
def anywhere() -> Iterator[None]:
    """What is started here may run on every core: the bench's own is one."""
    pinned = os.sched_getaffinity(0)
    os.sched_setaffinity(0, range(os.cpu_count() or 1))
    try:
        yield
    finally:
        os.sched_setaffinity(0, pinned)


@contextmanager
def site(recorder: Recorder, folder: Path) -> Iterator[Site]:
    """nginx on the recorder's public folder, with a still copy of a piece of the stream in it."""
    settings = dict(line.split(" = ", 1) for line in recorder.config.read_text().splitlines())
    port = machine.free_port()
    public = recorder.layout.public
    server = WebServer(
        public=public.resolve(),
        prefix=(folder / "nginx").resolve(),
        listen=f"127.0.0.1:{port}",
        live_port=int(settings["live_port"]),
        house_port=int(settings["house_port"]),
        user="root" if os.getuid() == 0 else "",
        workers="1",
    )
    _still_copy(public)
    command = ["nginx", "-p", str(server.prefix), "-c", str(prepare(server))]
    with anywhere(), (folder / "nginx.log").open("ab") as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=log, start_new_session=True)
    try:
        wait_for_port(port, process)
        yield Site(f"http://127.0.0.1:{port}", process)
    finally:
        machine.end(process)


def _still_copy(public: Path) -> None:
    def segments() -> list[Path]:
        found = sorted((public / "live").glob("*.m4s"), key=lambda file: file.stat().st_mtime)
        return found if len(found) > SEGMENTS else []

    still = public / STATIC
    still.mkdir(parents=True, exist_ok=True)
    for n, file in enumerate(until(segments, "segments")[:SEGMENTS]):
        shutil.copyfile(file, still / f"{n}.m4s")
    shutil.copyfile(public / "live" / "index.m3u8", still / "index.m3u8")


@dataclass(slots=True)
class Counted:
    """What the viewers have got so far."""

    bytes: int = 0
    late: int = 0


@contextmanager
def played(there: Site, way: str, count: int) -> Iterator[Counted]:
    """`count` viewers; `way`: plain, low or static."""
    counted = Counted()
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.viewers", there.base, way, str(count)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        start_new_session=True,
        # Real viewers have machines of their own: ours must not keep the voters' client waiting on its core.
        preexec_fn=lambda: os.nice(19),  # noqa: PLW1509 - nothing between fork and exec takes a lock
    )
    assert process.stdout is not None
    threading.Thread(target=_count, args=(process.stdout, counted), daemon=True).start()
    try:
        until(lambda: counted.bytes, "the first bytes")
        yield counted
    finally:
        machine.end(process)


def _count(lines: IO[bytes], counted: Counted) -> None:
    for line in lines:
        told = json.loads(line)
        counted.bytes, counted.late = told["bytes"], told["late"]


class _Viewer:
    """One player's requests."""

    def __init__(self, session: aiohttp.ClientSession, base: str, counted: Counted) -> None:
        self._session, self._base, self._counted = session, base, counted

    async def get(self, path: str) -> bytes:
        async with self._session.get(self._base + path) as answer:
            body = await answer.read()
            self._counted.bytes += len(body)
            if answer.status != 200:
                self._counted.late += 1
                return b""
            return body

    async def plain(self, start: float) -> None:
        """A playlist each second, and whatever is new in it."""
        await asyncio.sleep(start)
        seen: set[str] = set()
        while True:
            due = time.monotonic() + 1
            names = re.findall(r"^[^#\s].*$", (await self.get("/live/index.m3u8")).decode(), re.MULTILINE)[-3:]
            for name in names:
                if name not in seen:
                    seen.add(name)
                    await self.get(f"/live/{name}")
            await asyncio.sleep(max(0.0, due - time.monotonic()))

    async def static(self, start: float) -> None:
        """The same bytes from files that nobody touches."""
        await asyncio.sleep(start)
        n = 0
        while True:
            due = time.monotonic() + 1
            await self.get(f"/{STATIC}/index.m3u8")
            await self.get(f"/{STATIC}/{n % SEGMENTS}.m4s")
            n += 1
            await asyncio.sleep(max(0.0, due - time.monotonic()))

    async def low(self, start: float) -> None:
        """Blocking reloads, and each part as soon as the playlist has it."""
        await asyncio.sleep(start)
        query, seen = "", ""
        while True:
            text = (await self.get(f"/live/ll.m3u8{query}")).decode()
            parts = re.findall(r'#EXT-X-PART:.*?URI="([^"]+)"', text)
            if not parts:
                await asyncio.sleep(0.5)
                query = ""
                continue
            self._counted.late += bool(seen) and seen not in parts  # it has missed some
            for part in parts[parts.index(seen) + 1 :] if seen in parts else parts[-1:]:
                await self.get(f"/live/{part}")
            seen = parts[-1]
            query = _next(text)


def _next(text: str) -> str:
    """What a player asks for after this playlist."""
    number = int(re.findall(r"#EXT-X-MEDIA-SEQUENCE:(\d+)", text)[0])
    segments = text.split("#EXTINF:")
    return f"?_HLS_msn={number + len(segments) - 1}&_HLS_part={segments[-1].count('#EXT-X-PART:')}"


async def _play(base: str, way: str, count: int) -> None:
    counted = Counted()
    connector = aiohttp.TCPConnector(limit=0)
    timeout = aiohttp.ClientTimeout(total=20)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
        viewers = [_Viewer(session, base, counted) for _ in range(count)]
        tasks = [asyncio.create_task(getattr(v, way)(i / count)) for i, v in enumerate(viewers)]
        while not any(task.done() for task in tasks):
            print(json.dumps({"bytes": counted.bytes, "late": counted.late}), flush=True)
            await asyncio.sleep(0.2)
        for task in tasks:
            if task.done():
                task.result()


if __name__ == "__main__":
    asyncio.run(_play(sys.argv[1], sys.argv[2], int(sys.argv[3])))
