"""A recorder that a test plays: it speaks the page of `recordings.control` at a socket and does what it is told.

It films nothing. `say` changes what it tells of itself; `orders` and `standing` are what it has been told.
"""

import contextlib
import socket
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import msgspec

from recordings.control import (
    BEAT_SECONDS,
    PROTOCOL,
    Answer,
    FromAppliance,
    FromRecorder,
    Hello,
    Order,
    Published,
    PushState,
    RecorderState,
    SourceState,
    Standing,
)
from recordings.recorder import RecorderStage

RUNNING: Final = SourceState(kind="test", running=True)
RESTING: Final = SourceState(kind="test", running=False)
AT_REST: Final = RecorderState(
    stage=RecorderStage.IDLE,
    private=False,
    known=True,
    take=None,
    ledger="",
    since=None,
    seconds=0.0,
    gaps=0,
    gap_seconds=0.0,
    source=RESTING,
    live=False,
    push=PushState(configured=False, connected=False),
    free_bytes=112_300_000_000,
    seconds_left=11_400,
)
PICTURE: Final = bytes.fromhex(
    "ffd8ffe000104a46494600010100000100010000ffdb004300a06e788c7864a08c828cb4aaa0bef0fffff0dcdcf0ffffffffffffffffff"
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc0000b080010001001011100ffc4001400010000"
    "0000000000000000000000000000ffc40014100100000000000000000000000000000000ffda0008010100003f0000ffd9"
)
"""A JPEG: a grey square."""


class RecorderDouble:
    """Listens at `<folder>/recorder.sock` until `close`; a new connection takes the place of the old."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "preview.jpg").write_bytes(PICTURE)
        self.state = AT_REST
        self.orders: list[Order] = []
        self.standing: Standing | None = None
        self._path = folder / "recorder.sock"
        self._line: socket.socket | None = None
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._beat)]
        self.open()
        self._threads[0].start()

    def open(self) -> None:
        """Listen: a recorder that has (again) been started."""
        self._path.unlink(missing_ok=True)
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(str(self._path))
        self._listener.listen()
        listening = threading.Thread(target=self._listen, args=(self._listener,))
        self._threads.append(listening)
        listening.start()

    def lose(self) -> None:
        """As if it were killed: nobody listens, the line breaks."""
        self._path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            line, self._line = self._line, None
        if line is not None:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """End it, with its threads."""
        self._over.set()
        self.lose()
        for thread in self._threads:
            thread.join()

    def say(self, **changes: Any) -> None:
        """Tell of itself what is other than at rest."""
        self.state = msgspec.structs.replace(AT_REST, **changes)
        self._send(FromRecorder(state=self.state))

    def publish(self, ledger: str) -> None:
        """Tell that a meeting's video has been written."""
        self._send(FromRecorder(published=Published(ledger=ledger)))

    def film(self, **changes: Any) -> None:
        """Tell that it records, for 42 minutes and 10 seconds so far."""
        filming: dict[str, Any] = {
            "stage": RecorderStage.RECORDING,
            "take": "20261218T013000Z-s1-9f3a",
            "since": datetime.now(UTC),
            "seconds": 2530.0,
            "source": RUNNING,
            "live": True,
        }
        self.say(**{**filming, **changes})

    def _listen(self, listener: socket.socket) -> None:
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            with self._lock:
                self._line = line
            self._send(FromRecorder(hello=Hello(protocol=PROTOCOL, key="0" * 64)))
            self._send(FromRecorder(state=self.state))
            with line, contextlib.suppress(OSError), line.makefile("rb") as lines:
                for raw in lines:
                    self._hear(msgspec.json.decode(raw, type=FromAppliance))

    def _hear(self, told: FromAppliance) -> None:
        if told.standing is not None:
            self.standing = told.standing
        if told.order is None:
            return
        self.orders.append(told.order)
        self._send(FromRecorder(answer=Answer(id=told.order.id, accepted=True)))
        if told.order.do == "start":
            self.film(seconds=0.0)
        elif told.order.do == "look":
            self.say(source=RUNNING, looking_until=datetime.now(UTC) + timedelta(seconds=120))
        elif told.order.do == "stop":
            self.say()

    def _beat(self) -> None:
        while not self._over.wait(BEAT_SECONDS):
            self._send(FromRecorder(beat=1))

    def _send(self, said: FromRecorder) -> None:
        with self._lock, contextlib.suppress(OSError):
            if self._line is not None:
                self._line.sendall(msgspec.json.encode(said) + b"\n")
