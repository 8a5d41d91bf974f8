"""The least that a server can do: accept, shake hands, send a ready-made frame to all. No rules, no roles.

It speaks the same opening as the appliance (the same messages, of the same sizes), so the same client drives
both and the ratio means something. Texts that it understands after the opening:
  `42["sizes",push,snapshot]`   how long its push and snapshot are from now on
  `42["burst",k]`               k pushes to everybody
  `42<id>["say",…]`             a push to all, then the answer
  `42<id>["command",…]`         the same once a row is durable
  `42<id>["vote",…]`            the answer once a row is durable
"""

import base64
import contextlib
import gc
import hashlib
import json
import os
import select
import socket
import sys
from collections import deque
from pathlib import Path

from tests.bench.commits import GroupCommit
from tests.bench.frames import CLOSE, server_text, unmasked

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_OPENING = server_text(b'0{"sid":"aaaaaaaaaaaaaaaaaaaa","upgrades":[],"pingTimeout":20000,"pingInterval":25000}')
_CONNECTED = server_text(b'40{"sid":"bbbbbbbbbbbbbbbbbbbb"}')


class Bare:
    """An epoll loop and a dict of sockets."""

    def __init__(self, port: int, ledger: Path) -> None:
        self.listener = socket.create_server(("127.0.0.1", port), backlog=4096)
        self.listener.setblocking(False)
        self.epoll = select.epoll()
        self.epoll.register(self.listener.fileno(), select.EPOLLIN)
        self.clients: dict[int, socket.socket] = {}
        self.greeted: set[int] = set()
        self.push = server_text(b"x" * 100)
        self.snapshot = server_text(b"x" * 100)
        self.row = b"x" * 500
        self.waiting: dict[int, tuple[int, bytes, bool]] = {}
        self.tokens = 0
        self.durable: deque[list[int]] = deque()
        self.wake = os.eventfd(0, os.EFD_NONBLOCK)
        self.epoll.register(self.wake, select.EPOLLIN)
        self.commit = GroupCommit(ledger, self._durable)

    def serve(self) -> None:
        """Until killed."""
        while True:
            for fd, _ in self.epoll.poll():
                if fd == self.listener.fileno():
                    self._accept()
                elif fd == self.wake:
                    self._settle()
                else:
                    self._read(fd)

    def _accept(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while True:
                client, _ = self.listener.accept()
                client.setblocking(False)
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self.clients[client.fileno()] = client
                self.epoll.register(client.fileno(), select.EPOLLIN)

    def _read(self, fd: int) -> None:
        client = self.clients[fd]
        try:
            data = client.recv(65536)
        except ConnectionResetError:
            data = b""
        if not data or data[0] & 0x0F == CLOSE:
            self.epoll.unregister(fd)
            self.greeted.discard(fd)
            del self.clients[fd]
            client.close()
        elif data.startswith(b"GET "):
            key = data.split(b"Sec-WebSocket-Key: ", 1)[1].split(b"\r\n", 1)[0]
            accept = base64.b64encode(hashlib.sha1(key + _GUID).digest())
            client.send(
                b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n" + _OPENING
            )
        else:
            for text in unmasked(data):
                self._text(fd, client, text)

    def _text(self, fd: int, client: socket.socket, text: bytes) -> None:
        if text.startswith(b"40"):
            self.greeted.add(fd)
            client.send(_CONNECTED + self.snapshot)
        elif text.startswith(b'42["sizes"'):
            _, push, snapshot, row = json.loads(text[2:])
            self.push, self.snapshot, self.row = server_text(b"x" * push), server_text(b"x" * snapshot), b"x" * row
        elif text.startswith(b'42["burst"'):
            for _ in range(json.loads(text[2:])[1]):
                self._broadcast()
        elif text.startswith(b"42"):
            number, _, rest = text[2:].partition(b"[")
            if rest.startswith(b'"say"'):
                self._answer(fd, number, push=True)
            else:
                self.tokens += 1
                self.waiting[self.tokens] = (fd, number, rest.startswith(b'"command"'))
                self.commit.queue.put((self.tokens, self.row))

    def _durable(self, tokens: list[int]) -> None:
        """On the writer's thread."""
        self.durable.append(tokens)
        os.eventfd_write(self.wake, 1)

    def _settle(self) -> None:
        os.eventfd_read(self.wake)
        while self.durable:
            for token in self.durable.popleft():
                fd, number, push = self.waiting.pop(token)
                self._answer(fd, number, push=push)

    def _answer(self, fd: int, number: bytes, *, push: bool) -> None:
        if push:
            self._broadcast()
        with contextlib.suppress(KeyError, OSError):
            self.clients[fd].send(server_text(b"43" + number + b'[{"accepted":true,"seq":1}]'))

    def _broadcast(self) -> None:
        frame, clients = self.push, self.clients
        for fd in self.greeted:
            clients[fd].send(frame)


if __name__ == "__main__":
    gc.disable()
    Bare(int(sys.argv[1]), Path(sys.argv[2])).serve()
