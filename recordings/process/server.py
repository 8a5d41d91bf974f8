"""The control socket, recorder's side: the page is in `recordings/control.py`."""

import asyncio
import logging
import os
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

from recordings.control import BEAT_SECONDS, MAX_LINE, PROTOCOL, SILENCE_SECONDS, FromAppliance, FromRecorder, Hello

CREDENTIALS: Final = struct.Struct("3i")
UNSENT_BYTES: Final = 4 * 1024 * 1024
"""An appliance that takes nothing in is gone."""
log = logging.getLogger("recorder")
_decode: Final = msgspec.json.Decoder(FromAppliance).decode
_encode: Final = msgspec.json.Encoder().encode


class ControlServer:
    """Takes one appliance at a time; everything that it says goes to `heard`, on the loop."""

    def __init__(
        self,
        path: Path,
        allowed: frozenset[int],
        *,
        greeting: Callable[[], Hello],
        heard: Callable[[FromAppliance], None],
        lost: Callable[[], None],
    ) -> None:
        self._path, self._allowed = path, allowed
        self._greeting, self._heard, self._lost = greeting, heard, lost
        self._writer: asyncio.StreamWriter | None = None
        self._server: asyncio.Server | None = None
        self._clients: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Listen. The folder's lock says that no other recorder does."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.unlink(missing_ok=True)
        before = os.umask(0o117)  # made with mode 0660, never wider for an instant
        try:
            self._server = await asyncio.start_unix_server(self._welcome, self._path, limit=MAX_LINE)
        finally:
            os.umask(before)

    async def close(self) -> None:
        """Listen no more, and end every conversation."""
        if self._server is not None:
            self._server.close()
        for client in self._clients:
            client.cancel()
        await asyncio.gather(*self._clients, return_exceptions=True)
        self._path.unlink(missing_ok=True)

    @property
    def connected(self) -> bool:
        """An appliance that has said hello is there."""
        return self._writer is not None

    def say(self, line: FromRecorder) -> bool:
        """Send it; whether there was anybody to send it to."""
        if self._writer is None or self._writer.is_closing():
            return False
        if self._writer.transport.get_write_buffer_size() > UNSENT_BYTES:
            self._writer.transport.abort()
            return False
        _send(self._writer, line)
        return True

    def _welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # Our own task, not the server's: that one's callback stumbles over a cancelled conversation.
        client = asyncio.get_running_loop().create_task(self._client(reader, writer))
        self._clients.add(client)
        client.add_done_callback(self._clients.discard)

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        uid = _uid(writer.get_extra_info("socket"))
        if uid not in self._allowed:
            log.warning("user %d may not control the recorder", uid)
            _send(writer, FromRecorder(bye="not-allowed"))
            # A socket that is closed with something unread in it takes our last word back.
            with suppress(OSError, TimeoutError):
                writer.write_eof()
                await asyncio.wait_for(reader.read(MAX_LINE), 1.0)
            await _end(writer)
            return
        beats = asyncio.create_task(_beat(writer))
        try:
            await self._talk(reader, writer)
        except (TimeoutError, ValueError, RecursionError, msgspec.MsgspecError, OSError) as error:
            log.warning("the appliance's connection ends: %s", type(error).__name__)
        finally:
            beats.cancel()
            if self._writer is writer:
                self._writer = None
                self._lost()
            await _end(writer)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # readline says ValueError of a line that is too long: a flood is not worth more words.
        while line := await asyncio.wait_for(reader.readline(), SILENCE_SECONDS):
            said = _decode(line)
            if said.hello is not None:
                if said.hello.protocol != PROTOCOL:
                    _send(writer, FromRecorder(bye="protocol"))
                    return
                self._take_place(writer)
            elif self._writer is not writer:
                _send(writer, FromRecorder(bye="hello-first"))
                return
            self._heard(said)

    def _take_place(self, writer: asyncio.StreamWriter) -> None:
        if self._writer is not None and self._writer is not writer:
            _send(self._writer, FromRecorder(bye="replaced"))
            self._writer.close()
            self._lost()
        self._writer = writer
        _send(writer, FromRecorder(hello=self._greeting()))


async def _beat(writer: asyncio.StreamWriter) -> None:
    while not writer.is_closing():
        await asyncio.sleep(BEAT_SECONDS)
        _send(writer, FromRecorder(beat=1))


async def _end(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(OSError, TimeoutError):
        await asyncio.wait_for(writer.wait_closed(), 1.0)


def _send(writer: asyncio.StreamWriter, line: FromRecorder) -> None:
    with suppress(OSError, RuntimeError):
        writer.write(_encode(line) + b"\n")


def _uid(connection: socket.socket) -> int:
    _, uid, _ = CREDENTIALS.unpack(connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, CREDENTIALS.size))
    return int(uid)
