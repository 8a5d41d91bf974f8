"""The WebSocket under Socket.IO: gevent-websocket's, with its slow places taken out.

gevent-websocket checks and unmasks every byte in a Python loop, twice, and takes frames of any length;
here both are one operation on the whole message, and a message that is too long ends the connection.
All writing goes through the client's `Link` (live/frames.py), so nobody ever waits for a socket.
"""

import logging
import struct
from typing import Any, Final

from geventwebsocket.exceptions import ProtocolError, WebSocketError
from geventwebsocket.handler import WebSocketHandler
from geventwebsocket.websocket import Stream, WebSocket

from appliance.server.access import same_origin
from appliance.server.live.frames import Link, frame

MAX_MESSAGE: Final = 2 * 1024 * 1024
"""Longer than any command may be, so that one that is too long still gets its refusal; longer than this, none."""
_TOO_BIG: Final = 1009


class Wire(WebSocket):  # type: ignore[misc]  # gevent-websocket ships no types
    """One client's WebSocket."""

    link: Link

    def __init__(self, environ: dict[str, Any], stream: Stream, handler: WebSocketHandler) -> None:
        super().__init__(environ, stream, handler)
        self.link = Link(handler.socket)
        self.raw_write = self.link.write  # pongs and closing frames too

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

    def read_message(self) -> str | bytes | None:
        """The next whole message; None when the client has closed."""
        parts: list[bytes] = []
        text, size = True, 0
        while True:
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
            if final:
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

    def _exactly(self, size: int) -> bytes:
        data: bytes = self.raw_read(size)
        if len(data) != size:
            raise WebSocketError("the client has gone in the middle of a frame")
        return data

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

    def upgrade_websocket(self) -> Any:
        """Upgrade, unless another site asks."""
        origin, host = self.environ.get("HTTP_ORIGIN"), self.environ.get("HTTP_HOST")
        if self.environ.get("HTTP_UPGRADE") and not same_origin(origin, host):
            self.start_response("403 Forbidden", [("Content-Type", "text/plain"), ("Connection", "close")])
            return [b"cross-origin"]
        return super().upgrade_websocket()

    def upgrade_connection(self) -> Any:
        """As the library does, with our own WebSocket in the place of its."""
        answer = super().upgrade_connection()
        stock = getattr(self, "websocket", None)
        if stock is not None:
            stock.closed = True  # otherwise it would close the connection when it is collected
            self.websocket = Wire(self.environ, Stream(self), self)
            self.environ["wsgi.websocket"] = self.websocket
        return answer
