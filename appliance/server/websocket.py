"""The WebSocket under Socket.IO: gevent-websocket's, with its slow places taken out.

gevent-websocket checks and unmasks every byte in a Python loop, twice, and takes frames of any length;
here both are one operation on the whole message, and a message that is too long ends the connection.
A command goes from here straight to whoever `taker` is: Engine.IO's and Socket.IO's own packets, queues
and greenlets on the way cost more than the ballot does. All else takes the library's way.
All writing goes through the client's `Link` (live/frames.py), so nobody ever waits for a socket.
"""

import base64
import hashlib
import logging
import struct
from collections.abc import Callable
from typing import Any, Final

import gevent
from geventwebsocket.exceptions import ProtocolError, WebSocketError
from geventwebsocket.handler import WebSocketHandler
from geventwebsocket.websocket import Stream, WebSocket

from appliance.server.access import same_origin
from appliance.server.live.frames import Link, frame

MAX_MESSAGE: Final = 2 * 1024 * 1024
"""Longer than any command may be, so that one that is too long still gets its refusal; longer than this, none."""
_TOO_BIG: Final = 1009
_GOODBYE_SECONDS: Final = 1.0
_CHUNK: Final = 8192
_FRAMES_A_TURN: Final = 16
_VERSION: Final = "13"
_KEY_LENGTH: Final = 24
_GUID: Final = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_EVENT: Final = b"42"
_COMMAND: Final = b'["command",'
"""A Socket.IO event with an ack is `42<number>["command",…]`."""


Taker = Callable[[bytes, bytes], None]
"""Takes a command: the number that its ack must carry, and its JSON."""


class _NoApp:
    """What gevent-websocket would define anew, as a class, for each connection."""

    def on_close(self, *_: object) -> None:
        """Nobody listens here."""


class Wire(WebSocket):  # type: ignore[misc]  # gevent-websocket ships no types
    """One client's WebSocket."""

    link: Link
    current_app = _NoApp()

    def __init__(self, environ: dict[str, Any], stream: Stream, handler: WebSocketHandler) -> None:
        super().__init__(environ, stream, handler)
        self.link = Link(handler.socket)
        self.raw_write = self.link.write  # pongs and closing frames too
        self.taker: Taker | None = None
        self._socket = handler.socket
        self._data, self._at = b"", 0
        self._turn = 0

    def send(self, message: str | bytes, binary: bool | None = None) -> None:
        """One message. Raises WebSocketError when the connection is gone."""
        if not isinstance(message, str):
            super().send(message, binary)
            return
        if self.closed:
            raise WebSocketError("the connection is closed")
        try:
            self.link.write(frame(message.encode()))
        except OSError as error:
            raise WebSocketError("the connection is gone") from error

    def close(self, code: int = 1000, message: bytes = b"") -> None:
        """Say goodbye; a client that does not hang up by itself is hung up on."""
        if not self.closed:
            super().close(code, message)
            gevent.spawn_later(_GOODBYE_SECONDS, self.link.drop)

    def read_message(self) -> str | bytes | None:
        """The next whole message; None when the client has closed."""
        parts: list[bytes] = []
        text, size = True, 0
        while True:
            self._turn += 1
            if self._turn % _FRAMES_A_TURN == 0:
                gevent.sleep(0)  # tiny frames come by the thousand in one read: others must have their turn
            final, opcode, payload = self._read_frame(MAX_MESSAGE - size)
            if payload is None:
                self.close(_TOO_BIG)
                return None
            if opcode >= self.OPCODE_CLOSE:
                if self._control(opcode, payload):
                    return None
                continue
            if (opcode == self.OPCODE_CONTINUATION) != bool(parts):
                raise ProtocolError("a continuation where none belongs, or none where one does")
            if opcode:
                text = opcode == self.OPCODE_TEXT
            parts.append(payload)
            size += len(payload)
            if final and len(parts) == 1 and self._taken(payload):
                parts, size = [], 0
            elif final:
                whole = parts[0] if len(parts) == 1 else b"".join(parts)
                return whole.decode() if text else whole

    def _read_frame(self, room: int) -> tuple[bool, int, bytes | None]:
        """(final, opcode, payload); the payload is None when there is no room for it."""
        first, second = self._exactly(2)
        if first & 0x70 or not second & 0x80:
            raise ProtocolError("extension bits, or a frame without a mask")
        size = second & 0x7F
        if size == 126:
            (size,) = struct.unpack("!H", self._exactly(2))
        elif size == 127:
            (size,) = struct.unpack("!Q", self._exactly(8))
        if size > room:
            return True, first & 0x0F, None
        mask = self._exactly(4)
        masked = self._exactly(size)
        key = int.from_bytes((mask * (size // 4 + 1))[:size], "little")
        return bool(first & 0x80), first & 0x0F, (int.from_bytes(masked, "little") ^ key).to_bytes(size, "little")

    def _taken(self, payload: bytes) -> bool:
        """Give a command to the taker; False when it is none, or nobody takes it."""
        if self.taker is None or not payload.startswith(_EVENT):
            return False
        at = payload.find(_COMMAND, 2, 32)
        number = payload[2:at]
        if at < 0 or not number.isdigit() or not payload.endswith(b"]"):
            return False
        self.taker(number, payload[at + len(_COMMAND) : -1])
        return True

    def _exactly(self, size: int) -> bytes:
        """So many bytes. A message mostly comes whole, so there is one wait and one `recv` for it."""
        end = self._at + size
        if end > len(self._data):
            self._fill(size)
            end = size
        data = self._data[self._at : end]
        self._at = end
        return data

    def _fill(self, size: int) -> None:
        """At least `size` bytes at the start of `_data`."""
        parts = [self._data[self._at :]]
        have = len(parts[0])
        while have < size:
            # Wait first: when all that had come has been used, a `recv` would only raise.
            self._socket._wait(self._socket._read_event)
            try:
                data = self._socket._sock.recv(_CHUNK)  # gevent's own object underneath: non-blocking
            except BlockingIOError:
                continue
            if not data:
                raise WebSocketError("the client has gone")
            parts.append(data)
            have += len(data)
        self._data, self._at = b"".join(parts), 0

    def _control(self, opcode: int, payload: bytes) -> bool:
        """Answer a ping; True when the client closes."""
        if opcode == self.OPCODE_PING:
            self.send_frame(payload, self.OPCODE_PONG)
        elif opcode == self.OPCODE_CLOSE:
            self.close(1000)
            return True
        return False


class Handler(WebSocketHandler):  # type: ignore[misc]  # gevent-websocket ships no types
    """One HTTP connection; a WebSocket handshake from another site's page is refused before it is one."""

    logger = logging.getLogger("appliance.server.connection")

    def log_request(self) -> None:
        """The web server in front keeps the access log; here it would only repeat addresses of cards."""

    def run_websocket(self) -> None:
        """The connection's whole life; what its link still held goes with it."""
        link = self.websocket.link
        try:
            super().run_websocket()
        finally:
            link.forget()

    def upgrade_websocket(self) -> Any:
        """Upgrade, unless another site asks."""
        origin, host = self.environ.get("HTTP_ORIGIN"), self.environ.get("HTTP_HOST")
        if self.environ.get("HTTP_UPGRADE") and not same_origin(origin, host):
            self.start_response("403 Forbidden", [("Content-Type", "text/plain"), ("Connection", "close")])
            return [b"cross-origin"]
        return super().upgrade_websocket()

    def upgrade_connection(self) -> Any:
        """Answer the handshake (RFC 6455, 4.2); from here on the connection is a Wire."""
        key = self.environ.get("HTTP_SEC_WEBSOCKET_KEY", "").strip()
        if self.environ.get("HTTP_SEC_WEBSOCKET_VERSION") != _VERSION:
            self.start_response("426 Upgrade Required", [("Sec-WebSocket-Version", _VERSION)])
            return [b"WebSocket version 13"]
        if len(key) != _KEY_LENGTH:
            self.start_response("400 Bad Request", [])
            return [b"Sec-WebSocket-Key"]
        self._let_go_of_input()
        self.websocket = Wire(self.environ, Stream(self), self)
        self.environ["wsgi.websocket"] = self.websocket
        self.environ["wsgi.websocket_version"] = _VERSION
        accept = base64.b64encode(hashlib.sha1(key.encode("latin-1") + _GUID).digest())  # noqa: S324 - as specified
        self.start_response(
            "101 Switching Protocols",
            [("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Accept", accept.decode())],
        )
        return None

    def _let_go_of_input(self) -> None:
        """The buffer for reading requests (8 KiB) would stay with the connection, and a Wire reads by itself."""
        bare: Any = self.rfile.detach()  # type: ignore[has-type]
        self.rfile = self.wsgi_input.rfile = bare
        self.headers: dict[str, str] = {}  # all that was in it is in the environment too
