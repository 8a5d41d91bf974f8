"""A recorder as its page describes it (`recordings/control.py`), with nothing behind it: for tests of our end.

It speaks that package's own types, so that a slip on our side cannot be repeated here.
"""

import select
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import msgspec

from recordings import control
from recordings.recorder import RecorderStage

WAIT_SECONDS: Final = 20.0
IDLE: Final = control.RecorderState(
    stage=RecorderStage.IDLE, private=False, known=True, take=None, ledger="", since=None, seconds=0.0, gaps=0,
    gap_seconds=0.0, source=control.SourceState(kind="test", running=True), live=False,
    push=control.PushState(configured=False, connected=False), free_bytes=10**10, seconds_left=11_400,
)  # fmt: skip


def state(**changes: Any) -> control.FromRecorder:
    """An idle recorder's state, with changes."""
    return control.FromRecorder(state=msgspec.structs.replace(IDLE, **changes))


class ARecorder:
    """Listens on `folder/recorder.sock`. `reads` false: it is there and takes nothing in."""

    def __init__(self, folder: Path, *, reads: bool = True, greets: bool = True) -> None:
        self._path = folder / "recorder.sock"
        self._reads, self._greets = reads, greets
        self._news = threading.Condition()
        self._sock: socket.socket | None = None
        self.heard: list[control.FromAppliance] = []
        self.connections = 0
        self.answer: Callable[[control.Order], control.Answer | None] = lambda order: control.Answer(
            id=order.id, accepted=True
        )
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._path.unlink(missing_ok=True)
        self._listener.bind(str(self._path))
        self._listener.listen(4)
        self._thread = threading.Thread(target=self._serve, name="a recorder")
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Gone, socket and all."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.hang_up()
        self._thread.join(WAIT_SECONDS)
        self._path.unlink(missing_ok=True)

    def hang_up(self) -> None:
        """End the connection; the next one is taken."""
        sock = self._sock
        if sock is not None:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def say(self, line: control.FromRecorder | bytes) -> None:
        """One line to the appliance, once it is there."""
        self.wait(lambda: self._sock is not None)
        assert self._sock is not None
        body = line if isinstance(line, bytes) else msgspec.json.encode(line)
        self._sock.sendall(body + b"\n")

    def wait(self, fits: Callable[[], Any]) -> None:
        """Until something is so. Looks again whenever something is heard."""
        with self._news:
            assert self._news.wait_for(fits, WAIT_SECONDS), f"heard only {self.heard}"

    def told(self, name: str) -> list[Any]:
        """All that was said of one kind: hello, standing, marks, order, beat."""
        with self._news:
            return [part for line in self.heard if (part := getattr(line, name)) is not None]

    def _serve(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            with sock:
                self._changed(lambda sock=sock: self._arrived(sock))  # type: ignore[misc]
                with suppress(OSError):
                    self._hear(sock)
                self._changed(self._left)

    def _hear(self, sock: socket.socket) -> None:
        if self._greets:
            hello = control.FromRecorder(hello=control.Hello(protocol=control.PROTOCOL, key="cd" * 32))
            sock.sendall(msgspec.json.encode(hello) + b"\n" + msgspec.json.encode(state()) + b"\n")
        if not self._reads:
            end = select.poll()
            end.register(sock, select.POLLHUP | select.POLLRDHUP)
            end.poll(WAIT_SECONDS * 1000)  # until either side hangs up
            return
        with sock.makefile("rb") as lines:
            for raw in lines:
                assert len(raw) <= control.MAX_LINE
                line = msgspec.json.decode(raw, type=control.FromAppliance)
                self._changed(lambda line=line: self.heard.append(line))  # type: ignore[misc]
                if line.order is not None:
                    answer = self.answer(line.order)
                    if answer is not None:
                        sock.sendall(msgspec.json.encode(control.FromRecorder(answer=answer)) + b"\n")
                if line.beat is not None:
                    sock.sendall(b'{"beat":1}\n')

    def _arrived(self, sock: socket.socket) -> None:
        self._sock = sock
        self.connections += 1

    def _left(self) -> None:
        self._sock = None

    def _changed(self, change: Callable[[], Any]) -> None:
        with self._news:
            change()
            self._news.notify_all()
