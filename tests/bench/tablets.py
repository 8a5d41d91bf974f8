"""The load client: many tablets in one epoll loop, stamped as near to `recv` as Python allows.

A message is stamped right after the `recv` that brought it, before anything is parsed. What the client itself
costs is measured in the same run (`limits.py`) and printed beside the figures.
"""

import base64
import select
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from tests.bench.frames import CLOSE, PING, TEXT, client_frame, frames

_NOW: Final = time.perf_counter_ns
_PONG: Final = client_frame(b"3")
_HELLO: Final = client_frame(b"40")
_CHUNK: Final = 65536
"""Below malloc's mmap threshold: a larger buffer would cost more than the message in it."""
_KEY: Final = base64.b64encode(b"0123456789abcdef").decode()

Heard = Callable[["Tablet", int, bytes], None]
"""(who, when in ns, Socket.IO text)"""


class BenchError(Exception):
    """The run cannot go on: what it would print would not be true."""


@dataclass(slots=True)
class Tablet:
    """One client: its sign-in, its socket, and what has arrived of a message so far."""

    name: str
    cookie: str = ""
    sock: socket.socket | None = None
    rest: bytes = b""
    upgraded: bool = False
    snapshot_at: int = 0
    snapshot: bytes = b""


@dataclass(slots=True)
class Due:
    """A frame to be sent by one tablet at a time from the start of a storm."""

    at: int
    tablet: Tablet
    frame: bytes


@dataclass(slots=True)
class Tablets:
    """`connect` them, `send` for one, `listen` until enough has been heard."""

    port: int
    heard: Heard = lambda tablet, at, text: None
    by_fd: dict[int, Tablet] = field(default_factory=dict)
    epoll: select.epoll = field(default_factory=select.epoll)
    waiting: int = 0
    """Tablets that have no snapshot yet."""
    late_ns: int = 0
    """The most that a storm's frame was sent after its time: the client's own lag."""

    def connect(self, tablets: Sequence[Tablet], seconds: float = 60) -> list[int]:
        """All at once; gives the time from the first connect to each one's snapshot."""
        start = _NOW()
        for tablet in tablets:
            sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.connect_ex(("127.0.0.1", self.port))
            tablet.sock, tablet.rest, tablet.upgraded, tablet.snapshot_at = sock, b"", False, 0
            self.by_fd[sock.fileno()] = tablet
            self.epoll.register(sock.fileno(), select.EPOLLOUT)
        self.waiting = len(tablets)
        self.listen(lambda: self.waiting == 0, seconds, f"snapshots of {len(tablets)} tablets")
        return [tablet.snapshot_at - start for tablet in tablets]

    def drop(self, tablets: Sequence[Tablet]) -> None:
        """Gone without a word, as when the Wi-Fi fails."""
        for tablet in tablets:
            if tablet.sock is not None:
                self.epoll.unregister(tablet.sock.fileno())
                del self.by_fd[tablet.sock.fileno()]
                tablet.sock.close()
                tablet.sock = None

    def close(self) -> None:
        """Drop all."""
        self.drop(list(self.by_fd.values()))
        self.epoll.close()

    def send(self, tablet: Tablet, text: bytes) -> int:
        """One Socket.IO text; gives the moment just before."""
        frame = client_frame(text)
        at = _NOW()
        self._put(tablet, frame)
        return at

    def listen(self, enough: Callable[[], bool], seconds: float, what: str) -> None:
        """Take in messages until `enough`; raises when that takes longer than `seconds`."""
        deadline = time.monotonic() + seconds
        while not enough():
            if time.monotonic() > deadline:
                raise BenchError(f"waited {seconds} s in vain for {what}")
            self._take(self.epoll.poll(0.2))

    def quiet(self, seconds: float, at_most: float = 30.0) -> None:
        """Take in whatever comes, until nothing has come for this long; where something always comes, for so long."""
        over = _NOW() + at_most * 1e9
        while (events := self.epoll.poll(seconds)) and _NOW() < over:
            self._take(events)

    def storm(self, due: Sequence[Due], sent: list[int], enough: Callable[[], bool], seconds: float) -> None:
        """Send each frame at its time, fill `sent`, and listen until enough.

        Between two presses this core sleeps: a busy loop would starve the kernel threads that finish the
        server's fsync on it. `select` on the epoll itself, because epoll alone waits in whole milliseconds.
        """
        start, at, count, poll = _NOW(), 0, len(due), self.epoll.poll
        while at < count:
            now = _NOW() - start
            while at < count and due[at].at <= now:
                one = due[at]
                sent[at] = _NOW()
                self._put(one.tablet, one.frame)
                self.late_ns = max(self.late_ns, sent[at] - start - one.at)
                at += 1
            wait = (due[at].at - (_NOW() - start)) / 1e9 if at < count else 0
            if wait > 0 and not select.select([self.epoll], [], [], wait)[0]:
                continue
            self._take(poll(0, 16))
        self.listen(enough, seconds, "answers to all ballots")

    def _put(self, tablet: Tablet, frame: bytes) -> None:
        assert tablet.sock is not None
        if tablet.sock.send(frame) != len(frame):
            raise BenchError("a short frame did not fit into an empty socket")

    def _take(self, events: list[tuple[int, int]]) -> None:
        """Receive and stamp first, parse after: what is parsed must not make the next one wait for its stamp."""
        arrived: list[tuple[Tablet, socket.socket, int, bytes]] = []
        for fd, mask in events:
            tablet = self.by_fd[fd]
            sock = tablet.sock
            assert sock is not None
            if mask & select.EPOLLOUT:
                self._connected(tablet, sock)
                continue
            try:
                data = sock.recv(_CHUNK)
            except ConnectionResetError:
                data = b""
            arrived.append((tablet, sock, _NOW(), data))
        for tablet, sock, at, data in arrived:
            self._parse(tablet, sock, at, data)

    def _parse(self, tablet: Tablet, sock: socket.socket, at: int, data: bytes) -> None:
        if not data:
            raise BenchError(f"the server hung up on {tablet.name}")
        if not tablet.upgraded:
            data = self._greeted(tablet, data)
        found, tablet.rest = frames(tablet.rest + data if tablet.rest else data)
        for opcode, text in found:
            if opcode == TEXT:
                self._text(tablet, sock, at, text)
            elif opcode == PING:
                sock.send(client_frame(text, 0xA))
            elif opcode == CLOSE:
                raise BenchError(f"the server closed {tablet.name}: {text!r}")

    def _text(self, tablet: Tablet, sock: socket.socket, at: int, text: bytes) -> None:
        if text.startswith((b"42", b"43")):
            if tablet.snapshot_at == 0 and text.startswith(b'42["snapshot"'):
                self._has_snapshot(tablet, at, text)
            self.heard(tablet, at, text)
        elif text == b"2":
            sock.send(_PONG)
        elif text.startswith(b"0"):
            sock.send(_HELLO)
        elif text.startswith((b"44", b"41")):
            raise BenchError(f"{tablet.name} was turned away: {text!r}")
        elif text.startswith(b"x") and tablet.snapshot_at == 0:  # the bare server's
            self._has_snapshot(tablet, at, text)
        elif text.startswith(b"x"):
            self.heard(tablet, at, text)

    def _has_snapshot(self, tablet: Tablet, at: int, text: bytes) -> None:
        tablet.snapshot_at, tablet.snapshot = at, text
        self.waiting -= 1

    def _connected(self, tablet: Tablet, sock: socket.socket) -> None:
        error = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if error:
            raise BenchError(f"{tablet.name} could not connect: {error}")
        request = (
            f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
            f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {_KEY}\r\nOrigin: http://127.0.0.1:{self.port}\r\n"
        )
        cookie = f"Cookie: {tablet.cookie}\r\n" if tablet.cookie else ""
        sock.send(f"{request}{cookie}\r\n".encode())
        self.epoll.modify(sock.fileno(), select.EPOLLIN)

    @staticmethod
    def _greeted(tablet: Tablet, data: bytes) -> bytes:
        head, end, rest = (tablet.rest + data).partition(b"\r\n\r\n")
        if not end:
            tablet.rest = head
            return b""
        if not head.startswith(b"HTTP/1.1 101"):
            raise BenchError(f"{tablet.name} was not upgraded: {head[:200]!r}")
        tablet.rest, tablet.upgraded = b"", True
        return rest
