"""`python -m recordings push`: the stream to an outside server (RTMP, RTMPS, SRT), as long as it takes it.

It may stall, reset or refuse for hours: it has its own process and its own port of the bus, so nothing else notices,
and what it does not take is thrown away here. Each attempt is one ffmpeg that copies; when it fails the next begins
after a growing while, and after a source that was started again at once.

The address carries the stream key. It is read from a file that nobody else may read, and never written into a log or
a report; ffmpeg's own messages are kept back, since they name the address. But ffmpeg takes it as an argument, and
whoever runs processes as the same user can read those: give the recorder a user of its own.
"""

import argparse
import asyncio
import logging
import stat
import time
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from recordings.adapters.child import die_with_parent, kill
from recordings.config import Config
from recordings.ffmpeg import PIPE, PUSH_SCHEMES
from recordings.ffmpeg import push as command
from recordings.reports import Report, Show
from recordings.stream.bus import open_bus
from recordings.stream.told import Told, until_ended
from recordings.stream.transport import Joiner

CANNOT: Final = 69
WRONG_CONFIG: Final = 78
MOST_HELD: Final = 4 * 1024 * 1024
"""Bytes that a stalled server may hold up: ten seconds. Then the attempt is given up."""
STALLED_SECONDS: Final = 8.0
FIRST_WAIT: Final = 1.0
LONGEST_WAIT: Final = 10.0
GOOD_SECONDS: Final = 10.0
"""An attempt that pushed for so long was a good one: the next does not wait long."""
_log = logging.getLogger(__name__)


class WrongAddress(ValueError):
    """Error raised when the push address cannot be used; the message never holds the address."""


def read_address(path: Path) -> str:
    """The one line of the file. Raises WrongAddress."""
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise WrongAddress(f"{path}: others may read it; its mode must be 0600")
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise WrongAddress(f"{path}: it cannot be read") from error
    address = lines[0].strip()
    try:
        parts = urlsplit(address)
    except ValueError:
        raise WrongAddress(f"{path}: not an address") from None
    if parts.scheme not in PUSH_SCHEMES or not parts.hostname:
        raise WrongAddress(f"{path}: not an address of {', '.join(PUSH_SCHEMES)}")
    return address


class Push:
    """One attempt after another, while it may be shown."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._joiner = Joiner()
        self._may = asyncio.Event()
        self._begun = asyncio.Event()
        self._opening = bytearray()
        self._child: asyncio.subprocess.Process | None = None
        self._again_at_once = False
        self.connected = False

    def show(self, state: Show) -> None:
        """Live, or nothing at once: what ffmpeg still holds is not sent either."""
        if state == "live":
            self._may.set()
            return
        self._may.clear()
        self._drop()

    def take(self, datagram: bytes, _: int) -> None:
        """A datagram from the bus."""
        if not self._may.is_set():
            return
        for chunk in self._joiner.feed(datagram):
            if chunk.begins:
                self._begin_run()
            self._feed(chunk.data)

    async def work(self, told: Told) -> None:
        """For ever: wait for a run, push it, wait a while."""
        wait = FIRST_WAIT
        while True:
            await self._may.wait()
            await self._begun.wait()
            began = time.monotonic()
            self._again_at_once = False
            await self._attempt(told)
            wait = FIRST_WAIT if time.monotonic() - began > GOOD_SECONDS else min(2 * wait, LONGEST_WAIT)
            if not self._again_at_once:
                await asyncio.sleep(wait)

    def _begin_run(self) -> None:
        if self._child is not None:  # the source was started again: this ffmpeg has the old one's header
            self._again_at_once = True
            self._end_child()
        self._opening.clear()
        self._begun.set()

    def _feed(self, data: bytes) -> None:
        child = self._child
        if child is None or child.stdin is None or child.returncode is not None:
            self._opening += data
            if len(self._opening) > MOST_HELD or not self._begun.is_set():
                self._drop()
        else:
            child.stdin.write(data)
            if child.stdin.transport.get_write_buffer_size() > MOST_HELD:
                _log.warning("the push is held up; it begins anew")
                self._drop()

    def _drop(self) -> None:
        self._joiner.drop()
        self._begun.clear()
        self._opening.clear()
        self._end_child()

    def _end_child(self) -> None:
        if self._child is not None:
            kill(self._child)
        self._child = None

    async def _attempt(self, told: Told) -> None:
        argv = command(PIPE, self._address)
        child = await asyncio.create_subprocess_exec(
            argv[0],
            *("-progress", "pipe:1", "-stats_period", "0.5"),
            *argv[1:],
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            preexec_fn=die_with_parent,
        )
        if child.stdin is None or child.stdout is None:
            raise RuntimeError("a child without pipes")
        self._child = child
        child.stdin.write(bytes(self._opening))
        self._opening.clear()
        try:
            if self._begun.is_set():  # it may have become private while ffmpeg was being started
                await self._watch(child.stdout, told)
        finally:
            if self._child is child:
                self._drop()
            kill(child)
            await child.wait()
            self._say(told, connected=False)

    async def _watch(self, progress: asyncio.StreamReader, told: Told) -> None:
        """Until ffmpeg ends, or sends nothing for a while."""
        sent, moved = -1, time.monotonic()
        while True:
            try:
                line = await asyncio.wait_for(progress.readline(), STALLED_SECONDS)
            except TimeoutError:
                return
            if not line:
                return
            name, _, value = line.decode("ascii", "replace").strip().partition("=")
            if name != "total_size" or not value.isdigit():
                continue
            if int(value) > sent:
                if sent >= 0:
                    self._say(told, connected=True)
                sent, moved = int(value), time.monotonic()
            elif time.monotonic() - moved > STALLED_SECONDS:
                return

    def _say(self, told: Told, *, connected: bool) -> None:
        if connected != self.connected:
            self.connected = connected
            told.tell(Report(connected=connected))


async def serve(config: Config, address: str) -> int:
    """Until told to end."""
    push = Push(address)
    told = Told(push.show, config.standing)
    told.tell(Report(connected=False))
    bus = await open_bus(config.ports.push, push.take)
    try:
        await until_ended(told, push.work(told))
    finally:
        bus.close()
        push.show("off")
    return 0


def run(config: Config, _: argparse.Namespace) -> int:
    """The command."""
    if config.push_address_file is None:
        _log.error("no push_address_file is configured")
        return WRONG_CONFIG
    try:
        return asyncio.run(serve(config, read_address(config.push_address_file)))
    except WrongAddress as error:
        _log.error("%s", error)
        return WRONG_CONFIG
    except OSError as error:
        _log.error("the push cannot go on: %s", error.strerror)
        return CANNOT
