"""A connection of JSON lines over a Unix socket, on the hub: lines in, and a queue of lines out with its own beat."""

import logging
import socket as names
from collections.abc import Iterator
from typing import Final

import gevent
import msgspec
from gevent import queue, socket

BEAT_SECONDS: Final = 2.0
SILENCE_SECONDS: Final = 6.0
MAX_LINE: Final = 64 * 1024
MAX_WAITING: Final = 1000
"""Lines that may wait for somebody who does not read; then they are as good as dead."""

log = logging.getLogger(__name__)


class LineClient:
    """One connection to `who`: nobody waits for a slow reader."""

    def __init__(self, sock: socket.socket, who: str, max_line: int = MAX_LINE) -> None:
        self._socket = sock
        self._who = who
        self._max_line = max_line
        self._socket.settimeout(SILENCE_SECONDS)
        self._out: queue.Queue[bytes | None] = queue.Queue()
        self._writer = gevent.spawn(self._write)

    def say(self, line: bytes) -> None:
        """Queue one line; never waits."""
        if self._out.qsize() >= MAX_WAITING:
            log.error("%s does not read what it is sent", self._who)
            self.abort()
            return
        self._out.put_nowait(line + b"\n")

    def bye(self, why: str) -> None:
        """Say the last line, and close once it is out."""
        self.say(msgspec.json.encode({"bye": why}))
        self._out.put_nowait(None)

    def lines(self) -> Iterator[bytes | None]:
        """Each line that comes, or None for one that is too long. Ends with the connection; raises OSError."""
        with self._socket.makefile("rb") as lines:
            while line := lines.readline(self._max_line):
                if line.endswith(b"\n"):
                    yield line
                    continue
                while line and not line.endswith(b"\n"):
                    line = lines.readline(self._max_line)
                yield None

    def abort(self) -> None:
        """Close at once, whatever is still queued; the reading greenlet ends by it. Never waits."""
        try:
            self._socket.shutdown(names.SHUT_RDWR)
        except OSError:
            return  # it is closed already

    def finish(self) -> None:
        """Let what is queued go out, a second long at most, and close."""
        self._out.put_nowait(None)
        self._writer.join(timeout=1)
        self._writer.kill()

    def _write(self) -> None:
        try:
            while True:
                try:
                    line = self._out.get(timeout=BEAT_SECONDS)
                except queue.Empty:
                    line = b'{"beat":1}\n'
                if line is None:
                    break
                self._socket.sendall(line)
        except OSError:
            return  # the reading greenlet finds out too
        self.abort()
