"""The connection to the server: a Unix socket that is always being kept, or found again.

A thread of its own connects, reads lines and tells of them; whoever listens gets `Connected`, then lines as
bytes, then `Lost`, and so on. A server that says nothing for `SILENCE_SECONDS` is as good as gone.
"""

import random
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SILENCE_SECONDS: Final = 6.0
"""Three beats of the server's two seconds."""
MAX_LINE: Final = 8 * 1024 * 1024
"""A snapshot of a very large council is a few hundred kilobytes."""


@dataclass(frozen=True, slots=True)
class Connected:
    """The socket is open; nothing has been said yet."""


@dataclass(frozen=True, slots=True)
class Lost:
    """The connection is gone, or there was none; `why` is for the log."""

    why: str


Told = Connected | Lost | bytes | Exception
"""An exception means that the thread has ended by a mistake of ours, and the process must not go on."""


def backoff() -> Iterator[float]:
    """Seconds to wait before each new try: a tenth, twice that, …, two; a little at random."""
    seconds = 0.1
    while True:
        yield seconds * random.uniform(0.8, 1.2)  # noqa: S311 - spreads tries, protects nothing
        seconds = min(2.0, seconds * 2)


class Link:
    """Keeps the connection. `tell` is called on this thread, for everything in order."""

    def __init__(
        self,
        path: Path,
        tell: Callable[[Told], None],
        *,
        waits: Callable[[], Iterator[float]] = backoff,
        silence_seconds: float = SILENCE_SECONDS,
    ) -> None:
        self._path = path
        self._tell = tell
        self._waits = waits
        self._silence = silence_seconds
        self._socket: socket.socket | None = None
        self._good = False
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="link", daemon=True)

    def start(self) -> None:
        """Begin to connect."""
        self._thread.start()

    def send(self, line: bytes) -> bool:
        """Send one line; False when there is no connection to send it on."""
        sock = self._socket
        if sock is None:
            return False
        try:
            sock.sendall(line)
        except OSError:
            self.drop()
            return False
        return True

    def drop(self) -> None:
        """Give the connection up; the thread finds that out, tells of it and connects anew."""
        sock = self._socket
        if sock is not None:
            _shut(sock)

    def good(self) -> None:
        """The server has let us in: when this connection is lost, the next try comes soon."""
        self._good = True

    def close(self) -> None:
        """End for good."""
        self._ending.set()
        self.drop()
        self._thread.join()

    def _run(self) -> None:
        try:
            self._keep()
        except Exception as error:  # noqa: BLE001 - handed to the thread that can end the process
            self._tell(error)

    def _keep(self) -> None:
        waits = self._waits()
        while not self._ending.is_set():
            try:
                with self._connect() as sock:
                    self._socket = sock
                    if self._ending.is_set():
                        break
                    self._tell(Connected())
                    self._read(sock)
                    why = "the server closed the connection"
            except TimeoutError:
                why = f"the server has said nothing for {self._silence} s"
            except OSError as error:
                why = str(error)
            finally:
                self._socket = None
            self._tell(Lost(why))
            if self._good:
                self._good, waits = False, self._waits()
            self._ending.wait(next(waits))

    def _connect(self) -> socket.socket:
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            sock.settimeout(self._silence)
            sock.connect(str(self._path))
        except OSError:
            sock.close()
            raise
        return sock

    def _read(self, sock: socket.socket) -> None:
        with sock.makefile("rb") as lines:
            while line := lines.readline(MAX_LINE):
                self._tell(line)


def _shut(sock: socket.socket) -> None:
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # the other side was faster
