"""A stranger who wants to see the private part: asks the public site for everything, all the time, and keeps it all.

`Hunter` asks the web server for every address that it has ever seen and for the parts that would come next, and holds
a WebRTC connection open. `pictures_in` and `sound_in` say, of any file, when its pictures were taken (by the clock
burned into them) and until when its sound goes, as uptime: the clock of the ledger.
"""

import asyncio
import io
import re
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

import av
import requests
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError

from tests.recordings.clock_blocks import read_clock

PLAYLISTS: Final = ("live/ll.m3u8", "live/index.m3u8")
WORDS: Final = ("data/live.json", "live/state.json", "data/meetings.json", "watch.html", "index.html", "archive/")
_NAME: Final = re.compile(r'(?:URI="([^"]+)"|^([^#\s].*)$)', re.MULTILINE)
_PART: Final = re.compile(r"^(live/parts/.*?)(\d+)\.(\d+)\.m4s$")


class Got(NamedTuple):
    """An answer of 200."""

    name: str
    at_ms: int
    body: bytes


class Seen(NamedTuple):
    """A picture: when it was taken, and when we had it."""

    where: str
    taken_ms: float
    at_ms: int


def uptime_ms() -> int:
    """The ledger's clock."""
    return time.monotonic_ns() // 1_000_000


def as_uptime(wall: float) -> float:
    """A wall clock's moment as uptime. The tests' wall clock is not stepped."""
    return (wall - time.time()) * 1000 + time.monotonic() * 1000


def pictures_in(media: bytes | Path) -> list[float]:
    """The uptimes of all its pictures that carry a clock."""
    return [moment for _, moment in _read(media)[0]]


def sound_in(media: Path) -> tuple[float, float] | None:
    """From when to when there is sound in it, as uptime by the clock of its pictures."""
    pictures, sound = _read(media)
    if not sound or not pictures:
        return None
    offset = min(uptime - seconds * 1000 for seconds, uptime in pictures)
    return sound[0][0] * 1000 + offset, max(end for _, end in sound) * 1000 + offset


def _read(media: bytes | Path) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
    """Of each picture the media's time and its uptime, of each bit of sound where it begins and ends."""
    pictures, sound = list[tuple[float, float]](), list[tuple[float, float]]()
    source: Any = io.BytesIO(media) if isinstance(media, bytes) else str(media)
    with suppress(av.FFmpegError, EOFError, IndexError), av.open(source, "r") as file:
        opened: Any = file  # its types know of more kinds of stream than there are here
        for packet in opened.demux():
            if packet.stream.type == "audio" and packet.pts is not None:
                begins = float(packet.pts * packet.time_base)
                sound.append((begins, begins + float((packet.duration or 0) * packet.time_base)))
            elif packet.stream.type == "video":
                for frame in packet.decode():
                    wall = read_clock(frame.to_ndarray(format="gray"))
                    if wall is not None:
                        pictures.append((float((frame.pts or 0) * frame.time_base), as_uptime(wall)))
    return pictures, sound


@dataclass(slots=True)
class Hunter:
    """`got` is everything that was ever answered; `screens` what came over WebRTC."""

    address: str
    ledger: str = ""
    copy: Path | None = None
    """Where a copy of the site is kept: whoever reads there reads files."""
    got: list[Got] = field(default_factory=list)
    screens: list[Seen] = field(default_factory=list)
    known: dict[str, None] = field(default_factory=dict)
    _bodies: dict[str, bytes] = field(default_factory=dict)
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        """Begin."""
        for work in (self._newest, self._old, self._words, self._next, self._screen, self._copied):
            thread = threading.Thread(target=work, name=work.__name__)
            thread.start()
            self._threads.append(thread)

    def end(self) -> None:
        """Stop asking."""
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def pictures(self) -> Iterator[Seen]:
        """Every picture of every media file, by file once: with the moment of each time it was got."""
        starts = {
            got.name.rpartition("/")[2].partition("-")[0]: got.body for got in self.got if "-init.mp4" in got.name
        }
        taken: dict[str, list[float]] = {}
        for got in self.got:
            if not got.name.endswith(".m4s"):
                continue
            if got.name not in taken:
                start = starts.get(got.name.rpartition("/")[2].partition("-")[0], b"")
                taken[got.name] = pictures_in(start + got.body)
            yield from (Seen(got.name, moment, got.at_ms) for moment in taken[got.name])

    def _ask(self, web: requests.Session, name: str, **query: Any) -> bytes | None:
        try:
            answer = web.get(f"{self.address}/{name}", params=query, timeout=10)
        except requests.RequestException:
            time.sleep(0.05)
            return None
        if answer.status_code != 200:
            return None
        body = self._bodies.setdefault(name, answer.content)  # one copy of what is the same
        if body != answer.content:
            body = self._bodies[name] = answer.content
        self.got.append(Got(name, uptime_ms(), body))
        return answer.content

    def _read(self, playlist: bytes) -> list[str]:
        names = [f"live/{one or other}" for one, other in _NAME.findall(playlist.decode(errors="replace"))]
        new = [name for name in names if name not in self.known]
        self.known.update(dict.fromkeys(new))
        return new

    def _newest(self) -> None:
        with requests.Session() as web:
            while not self._stop.is_set():
                for playlist in PLAYLISTS:
                    for name in self._read(self._ask(web, playlist) or b""):
                        self._ask(web, name)
                time.sleep(0.03)

    def _old(self) -> None:
        with requests.Session() as web:
            while not self._stop.wait(0.05):
                for name in list(self.known)[-40:]:
                    if self._stop.is_set():
                        return
                    self._ask(web, name)

    def _next(self) -> None:
        """What comes after the newest part, asked for before it is there."""
        with requests.Session() as web:
            while not self._stop.wait(0.02):
                newest = next((m for name in reversed(list(self.known)) if (m := _PART.match(name))), None)
                if newest is None:
                    continue
                run, number, part = newest[1], int(newest[2]), int(newest[3])
                for name in (f"{run}{number}.{part + 1}.m4s", f"{run}{number + 1}.0.m4s"):
                    self._ask(web, name)

    def _words(self) -> None:
        with requests.Session() as web:
            while not self._stop.wait(0.1):
                meeting = (
                    f"data/meetings/{self.ledger}.json",
                    f"meetings/{self.ledger}/",
                    f"video/{self.ledger}/video.json",
                )
                for name in (*WORDS, *(meeting if self.ledger else ())):
                    self._ask(web, name)

    def _copied(self) -> None:
        had: dict[str, int] = {}
        while self.copy is not None and not self._stop.wait(0.1):
            for path in [*self.copy.glob("live/*"), *self.copy.glob("data/**/*.json")]:
                with suppress(OSError):
                    changed = path.stat().st_mtime_ns
                    if had.get(str(path)) != changed:
                        had[str(path)] = changed
                        self.got.append(Got(f"copy/{path.relative_to(self.copy)}", uptime_ms(), path.read_bytes()))

    def _screen(self) -> None:
        asyncio.run(self._watch())

    async def _watch(self) -> None:
        while not self._stop.is_set():
            link = RTCPeerConnection(RTCConfiguration(iceServers=[]))
            ended = asyncio.Event()
            link.addTransceiver("video", direction="recvonly")
            link.on(
                "track",
                lambda track, ended=ended: setattr(self, "_look", asyncio.ensure_future(self._see(track, ended))),
            )
            await link.setLocalDescription(await link.createOffer())
            with suppress(requests.RequestException):
                answer = await asyncio.to_thread(
                    requests.post, f"{self.address}/house/whep", data=link.localDescription.sdp,
                    headers={"Content-Type": "application/sdp"}, timeout=10,
                )  # fmt: skip
                if answer.status_code == 201:
                    await link.setRemoteDescription(RTCSessionDescription(answer.text, "answer"))
                    while not ended.is_set() and not self._stop.is_set():
                        await asyncio.sleep(0.05)
            await link.close()
            await asyncio.sleep(0.1)

    _look: "asyncio.Future[None] | None" = None

    async def _see(self, track: Any, ended: asyncio.Event) -> None:
        with suppress(MediaStreamError, TimeoutError):
            while True:
                frame = await asyncio.wait_for(track.recv(), 5)
                wall = read_clock(frame.to_ndarray(format="gray"))
                if wall is not None:
                    self.screens.append(Seen("whep", as_uptime(wall), uptime_ms()))
        ended.set()
