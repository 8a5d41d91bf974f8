"""The frame built once: a broadcast is encoded once, made a WebSocket frame once, and given to each socket.

Every byte to a client goes through its `Link`, whoever sends it (a broadcast, the library's writer, a
pong), so frames can never interleave; nobody ever waits for a socket. What the kernel does not take
stays in the link; a client that lets more than `BACKLOG_LIMIT` pile up is disconnected and will fetch
the snapshot when it comes back. `StockOutlet` is the same by the library's own emit (config `frames`).
"""

import contextlib
import socket
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

import gevent
import msgspec

BACKLOG_LIMIT = 512 * 1024
_WRITABLE = 2


def frame(text: bytes) -> bytes:
    """One unmasked WebSocket text frame."""
    size = len(text)
    if size < 126:
        return bytes((0x81, size)) + text
    if size < 65536:
        return b"\x81\x7e" + size.to_bytes(2, "big") + text
    return b"\x81\x7f" + size.to_bytes(8, "big") + text


def event_frame(event: str, body: bytes) -> bytes:
    """A Socket.IO event as Engine.IO message as WebSocket frame."""
    return frame(b'42["%b",%b]' % (event.encode(), body))


class Link:
    """The one way to a client's socket. `write` takes everything and never blocks."""

    __slots__ = ("_backlog", "_send", "_sock", "_watcher")

    def __init__(self, sock: Any) -> None:
        self._sock = sock
        self._send = sock._sock.send  # gevent's own object underneath: non-blocking, no wait
        self._backlog = bytearray()
        self._watcher: Any = None
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def write(self, data: bytes) -> None:
        """Send, or keep what the kernel does not take. Raises OSError when the connection is gone."""
        if self._backlog:
            self._backlog += data
            if len(self._backlog) > BACKLOG_LIMIT:
                self.drop()
            return
        try:
            sent = self._send(data)
        except BlockingIOError:
            sent = 0
        if sent < len(data):
            self._backlog += memoryview(data)[sent:]
            self._watcher = gevent.get_hub().loop.io(self._sock.fileno(), _WRITABLE)
            self._watcher.start(self._drain)

    def drop(self) -> None:
        """End the connection; its reader notices and cleans up."""
        self.forget()
        with contextlib.suppress(OSError):
            self._sock._sock.shutdown(socket.SHUT_RDWR)

    def _drain(self) -> None:
        try:
            del self._backlog[: self._send(self._backlog)]
        except BlockingIOError:
            return
        except OSError:
            self.drop()
            return
        if not self._backlog:
            self.forget()

    def forget(self) -> None:
        """Nothing is waiting any more, or for nobody."""
        self._backlog.clear()
        if self._watcher is not None:
            self._watcher.stop()
            self._watcher.close()
            self._watcher = None


class Addressee(Protocol):
    """A connected client, as far as sending goes."""

    sid: str
    eio_sid: str
    link: Link


class Outlet(Protocol):
    """How events reach clients."""

    def broadcast(self, clients: Iterable[Addressee], event: str, body: bytes, own: Mapping[str, bytes] = {}) -> None:
        """One event to all, the same bytes; `own` maps a client to a `mine` body that follows it."""

    def tell(self, client: Addressee, event: str, body: bytes) -> None:
        """One event to one client."""

    def answer(self, client: Addressee, number: bytes, body: bytes) -> None:
        """The ack of the command with this number."""


class FrameOutlet:
    """Straight to the socket when nothing waits in the library's queue before it, otherwise behind that."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine
        self._held: dict[str, tuple[Addressee, bytes]] = {}

    def broadcast(self, clients: Iterable[Addressee], event: str, body: bytes, own: Mapping[str, bytes] = {}) -> None:
        """See Outlet."""
        ready, sockets, held = event_frame(event, body), self._engine.sockets, self._held
        for client in clients:  # `_straight` and `_send` written out: this loop is what opening a poll costs
            mine = own.get(client.sid) if own else None
            waits = sockets.get(client.eio_sid)
            if waits is None or not waits.queue.empty():
                self._queue(client, event, body)
                if mine is not None:
                    self._queue(client, "mine", mine)
                continue
            data = ready if mine is None else ready + event_frame("mine", mine)
            if held and client.sid in held:
                data = held.pop(client.sid)[1] + data
            try:
                client.link.write(data)
            except OSError:
                continue

    def tell(self, client: Addressee, event: str, body: bytes) -> None:
        """See Outlet."""
        if self._straight(client):
            self._send(client, event_frame(event, body))
        else:
            self._queue(client, event, body)

    def answer(self, client: Addressee, number: bytes, body: bytes) -> None:
        """See Outlet. Held until the hub's next turn: what the command changed for this client mostly follows
        at once, and then both leave in one `send`."""
        text = b"43" + number + b"[" + body + b"]"
        if not self._straight(client):
            self._engine.send(client.eio_sid, text[1:].decode())
            return
        if not self._held:
            gevent.get_hub().loop.run_callback(self._release)
        before = self._held[client.sid][1] if client.sid in self._held else b""
        self._held[client.sid] = (client, before + frame(text))

    def _release(self) -> None:
        held, self._held = self._held, {}
        for client, data in held.values():
            self._send(client, data)

    def _straight(self, client: Addressee) -> bool:
        """Nothing waits in the library's queue, so nothing can be overtaken."""
        waits = self._engine.sockets.get(client.eio_sid)
        return waits is not None and waits.queue.empty()

    def _send(self, client: Addressee, data: bytes) -> None:
        if self._held and client.sid in self._held:
            data = self._held.pop(client.sid)[1] + data
        try:  # noqa: SIM105 - `suppress` costs a tenth of the whole broadcast
            client.link.write(data)
        except OSError:
            pass  # gone; its reader notices

    def _queue(self, client: Addressee, event: str, body: bytes) -> None:
        self._engine.send(client.eio_sid, f'2["{event}",{body.decode()}]')


class StockOutlet:
    """The library's emit, to each client: slower, and the same messages."""

    def __init__(self, server: Any) -> None:
        self._server = server

    def broadcast(self, clients: Iterable[Addressee], event: str, body: bytes, own: Mapping[str, bytes] = {}) -> None:
        """See Outlet."""
        data = msgspec.json.decode(body)
        for client in clients:
            self._server.emit(event, data, to=client.sid)
            if client.sid in own:
                self._server.emit("mine", msgspec.json.decode(own[client.sid]), to=client.sid)

    def tell(self, client: Addressee, event: str, body: bytes) -> None:
        """See Outlet."""
        self.broadcast((client,), event, body)

    def answer(self, client: Addressee, number: bytes, body: bytes) -> None:
        """See Outlet."""
        self._server.eio.send(client.eio_sid, (b"3" + number + b"[" + body + b"]").decode())
