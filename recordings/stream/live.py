"""`python -m recordings live`: the public's stream, as LL-HLS from memory and as plain HLS in files.

It shows nothing before it is told `show: live`. Told `private` or `off`, it withdraws everything before it does
anything else; told `unknown`, it shows nothing new and leaves what was shown. What comes over the bus meanwhile is
thrown away: when the word is `live` again, the stream goes on with what is seen then, as a new run.
"""

import argparse
import asyncio
import logging
import secrets
from collections import deque
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from aiohttp import web

from recordings.config import Config
from recordings.ffmpeg import PIPE, live_fragments
from recordings.fragments import Fragment, Init
from recordings.layout import Layout
from recordings.live_playlist import Piece, init_name, plain
from recordings.reports import Show
from recordings.stream.bus import open_bus, uptime_ms
from recordings.stream.origin import Origin
from recordings.stream.packager import Packager
from recordings.stream.shelf import PLAYLIST, Shelf
from recordings.stream.timing import Anchor, RunClock
from recordings.stream.told import Told, until_ended
from recordings.stream.transport import Joiner
from recordings.stream.window import Window

EPOCH: Final = datetime(2026, 1, 1, tzinfo=UTC)
CANNOT: Final = 69
QUIET_SECONDS: Final = 2.0
LEFT_STANDING: Final = 20
"""Files of so many pieces stay after they have left the playlist: a player may still be fetching by an older one."""
_log = logging.getLogger(__name__)


class Live:
    """Everything between the bus and the public."""

    def __init__(self, config: Config) -> None:
        self.shelf = Shelf(Layout(config.data, config.public).live)
        self._anchor = Anchor(datetime.now(UTC), uptime_ms())
        # Pieces last a second, so numbers that begin with the seconds since then are above any earlier process's.
        first = max(int((self._anchor.utc - EPOCH).total_seconds()), self.shelf.last_number() + 1)
        self.window = Window(first, self._keep, self._leave)
        self.shown: Show = "unknown"
        self._joiner = Joiner()
        self._packager: Packager | None = None
        self._clock = RunClock(0, 0)
        self._came = 0
        self._standing = deque[Piece]()
        self._fault: OSError | None = None

    def begin(self) -> None:
        """What another process left is not ours to show."""
        self.shelf.withdraw()
        self.shelf.clock(boot_id(), self._anchor.utc, self._anchor.uptime_ms)
        self.shelf.show(self.shown)

    def show(self, state: Show) -> None:
        """Do as told, at once."""
        if state == self.shown:
            return
        self.shown = state
        if state != "live":
            self.stop_run()
        if state in {"private", "off"}:
            self.window.withdraw()
            self.shelf.withdraw()
            self._standing.clear()
        self.shelf.show(state)

    def take(self, datagram: bytes, came: int) -> None:
        """A datagram from the bus."""
        if self.shown != "live":
            return
        self._came = came
        if self._packager is not None and not self._packager.alive:
            self.stop_run()
        for chunk in self._joiner.feed(datagram):
            if chunk.begins:
                self._begin_run(chunk.keys[0], came)
            for ticks in chunk.keys:
                self._clock.key(ticks, came)
            if self._packager is not None:
                self._packager.feed(chunk.data)

    async def watch(self) -> None:
        """A source that has gone quiet ends its run: what came of it can be seen whole, and nobody waits for more."""
        while True:
            await asyncio.sleep(QUIET_SECONDS / 4)
            if self._fault is not None:
                raise self._fault
            if self._packager is not None and uptime_ms() - self._came > QUIET_SECONDS * 1000:
                self._packager.close()
                self._packager = None
                self._joiner.drop()

    def stop_run(self) -> None:
        """Nothing more of this run is shown, not even what ffmpeg still holds."""
        if self._packager is not None:
            self._packager.kill()
            self._packager = None
        self._joiner.drop()

    def _begin_run(self, first_key: int, came: int) -> None:
        before = self._packager
        if before is not None:
            before.close()
        run = f"{self.window.next_number:x}{secrets.token_hex(2)}"
        clock = self._clock = RunClock(first_key, came)
        self._packager = Packager(live_fragments(PIPE), lambda product: self._made(run, clock, product), before)
        self._packager.running.add_done_callback(lambda _: self._ended(run))

    def _made(self, run: str, clock: RunClock, product: Init | Fragment) -> None:
        if self.shown != "live":
            return
        try:
            if isinstance(product, Init):
                self.shelf.put(init_name(run), product.data)
                return
            start = clock.seconds(product.start)
            last = clock.ends_at_key(start + product.seconds)
            starts = self._anchor.program_time(clock.uptime_ms(start))
            if self.window.add(run, product, starts, last=last):
                self._publish()
        except OSError as error:
            self._fault = error

    def _ended(self, run: str) -> None:
        if self.window.pieces and self.window.pieces[-1].run == run and self.window.end_run():
            self._publish()

    def _publish(self) -> None:
        text = plain(self.window.pieces, self.window.breaks_before)
        self.shelf.put(PLAYLIST, text.encode())

    def _keep(self, piece: Piece, data: bytes) -> None:
        self.shelf.put(piece.name, data)
        self._standing.append(piece)

    def _leave(self, _: Piece) -> None:
        # A player may still be fetching by an older playlist: the files stay a little longer than their names.
        while len(self._standing) > LEFT_STANDING + len(self.window.pieces):
            oldest = self._standing.popleft()
            self.shelf.take(oldest.name)
            if all(piece.run != oldest.run for piece in self._standing):
                self.shelf.take(init_name(oldest.run))


def boot_id() -> str:
    """The kernel's name of this boot: uptimes compare only within one."""
    return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()


async def serve(config: Config) -> int:
    """Until told to end; then everything is withdrawn."""
    live = Live(config)
    live.begin()

    told = Told(live.show, config.standing)
    runner = web.AppRunner(Origin(live.window, live.shelf.folder, lambda: live.shown).app(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", config.live_port, shutdown_timeout=0.5).start()
    bus = await open_bus(config.ports.live, live.take)
    try:
        await until_ended(told, live.watch())
    finally:
        bus.close()
        live.show("off")
        await runner.cleanup()
    return 0


def run(config: Config, _: argparse.Namespace) -> int:
    """The command."""
    try:
        return asyncio.run(serve(config))
    except OSError as error:
        _log.error("the live stream cannot go on: %s", error)
        return CANNOT
