"""One connection on the panels' socket: who it is, lines in, and a queue of lines out."""

import logging
import socket as names
import struct
from collections.abc import Iterator
from typing import Final

import gevent
import msgspec
from gevent import queue, socket
from msgspec import Struct

BEAT_SECONDS: Final = 2.0
SILENCE_SECONDS: Final = 6.0
MAX_LINE: Final = 64 * 1024
MAX_WAITING: Final = 1000
"""Lines that may wait for a panels process that does not read; then it is as good as dead."""

log = logging.getLogger(__name__)


class Peer(Struct, frozen=True):
    """Who is at the other end, as the kernel says."""

    pid: int
    uid: int
    gid: int


class Peers(Struct, frozen=True):
    """Who may connect, besides root."""

    uids: frozenset[int]

    def allow(self, peer: Peer) -> bool:
        """Whether this peer may speak for the seats."""
        return peer.uid == 0 or peer.uid in self.uids


def peer_of(sock: socket.socket) -> Peer:
    """Ask the kernel who connected (SO_PEERCRED)."""
    return Peer(*struct.unpack("3i", sock.getsockopt(names.SOL_SOCKET, names.SO_PEERCRED, 12)))


class PanelClient:
    """One connection: lines in, and a queue of lines out so that nobody waits for a slow reader."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._socket.settimeout(SILENCE_SECONDS)
        self._out: queue.Queue[bytes | None] = queue.Queue()
        self._writer = gevent.spawn(self._write)

    def say(self, line: bytes) -> None:
        """Queue one line; never waits."""
        if self._out.qsize() >= MAX_WAITING:
            log.error("the panels process does not read what it is sent")
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
            while line := lines.readline(MAX_LINE):
                if line.endswith(b"\n"):
                    yield line
                    continue
                while line and not line.endswith(b"\n"):
                    line = lines.readline(MAX_LINE)
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
