"""A client as it stands in a delegate's hand: Socket.IO over a WebSocket, read when the test says so.

Nothing here runs by itself: a test that does not read is a tablet that has hung.
"""

import json
import select
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, NoReturn

import websocket

PATIENCE_SECONDS: Final = 30
"""How long a test waits before it says that something has not come. Never a measure of anything."""

Json = dict[str, Any]


class GoneError(Exception):
    """Error raised when the server has hung up."""


class Tablet:
    """One signed-in screen: `give` commands, `read` what comes; `view` is what it would show."""

    def __init__(self, port: int, cookie: str, name: str = "", receive_buffer: int | None = None) -> None:
        self.name = name
        self.answers: dict[int, Json] = {}
        self.heard: list[tuple[str, Any]] = []
        self.view: Json = {}
        self.ledger, self.seq = "", 0
        self._given = 0
        options = [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]
        if receive_buffer is not None:
            options.append((socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer))
        self._socket = websocket.create_connection(
            f"ws://127.0.0.1:{port}/socket.io/?EIO=4&transport=websocket",
            timeout=PATIENCE_SECONDS,
            cookie=cookie,
            origin=f"http://127.0.0.1:{port}",
            sockopt=options,
        )
        self._socket.send("40")

    def fileno(self) -> int:
        """For `select`: readable when a message is there."""
        assert self._socket.sock is not None
        return self._socket.sock.fileno()

    @property
    def poll(self) -> Json:
        """The poll on the table."""
        found: Json = self.view.get("poll") or {}
        return found

    @property
    def fault(self) -> str | None:
        """The fault that the banner would name."""
        found: str | None = (self.view.get("health") or {}).get("fault")
        return found

    @property
    def ballot(self) -> str | None:
        """The choice that this tablet shows as recorded in the poll on the table."""
        mine = self.view.get("mine") or {}
        ballot = mine.get("ballot") or {}
        return ballot.get("choice") if ballot.get("poll") == self.poll.get("poll") else None

    def give(self, command: Json) -> int:
        """Send a command without waiting; gives the number under which `answers` will have the answer."""
        return self.send_raw(json.dumps(["command", command]))

    def send_raw(self, event: str) -> int:
        """Send any event that wants an acknowledgement, as the text it is."""
        self._given += 1
        self.send_text(f"42{self._given}{event}")
        return self._given

    def send_text(self, text: str) -> None:
        """Send one message of whatever kind."""
        try:
            self._socket.send(text)
        except (OSError, websocket.WebSocketException) as error:
            raise GoneError(self.name) from error

    def ask(self, command: Json) -> Json:
        """Give a command and wait for its answer."""
        return self.answer(self.give(command))

    def answer(self, number: int) -> Json:
        """Wait for one answer."""
        self.until(lambda: number in self.answers)
        return self.answers[number]

    def until(self, there: Callable[[], object]) -> None:
        """Read until something is there."""
        while not there():
            self.read()

    def take_in(self) -> None:
        """Read what has come already; a screen does so all the time, and would be thought dead otherwise."""
        assert self._socket.sock is not None
        while select.select([self._socket.sock], [], [], 0)[0]:
            self.read()

    def read(self) -> None:
        """Take in one message. Raises GoneError when there will be none any more."""
        try:
            text = self._socket.recv()
        except websocket.WebSocketTimeoutException:
            raise TimeoutError(f"{self.name} waited {PATIENCE_SECONDS} s in vain; it shows {self.view}") from None
        except (OSError, websocket.WebSocketException) as error:
            raise GoneError(self.name) from error
        if not isinstance(text, str) or not text:
            raise GoneError(self.name)
        self._take(text)

    def _take(self, text: str) -> None:
        if text == "2":
            self._socket.send("3")
        elif text.startswith("42"):
            self._event(*json.loads(text[2:]))
        elif text.startswith("43"):
            number, _, rest = text[2:].partition("[")
            self.answers[int(number)] = json.loads(f"[{rest}")[0]
        elif text.startswith(("41", "44", "1")):
            raise GoneError(f"{self.name}: {text}")

    def _event(self, name: str, told: Json) -> None:
        self.heard.append((name, told))
        if name == "snapshot":
            self.ledger, self.seq, self.view = told["ledger"], told["seq"], dict(told["view"])
        elif name == "push":
            assert (told["ledger"], told["prev"]) == (self.ledger, self.seq), f"{self.name} missed a push"
            self.seq = told["seq"]
            self.view.update(told["changed"])
        elif name == "mine":
            self.view["mine"] = told["mine"]

    def until_gone(self) -> None:
        """Read whatever still comes, until the server has hung up."""
        with suppress(GoneError):
            self.read_until_gone()

    def read_until_gone(self) -> NoReturn:
        """The same; the GoneError says what the server's last word was."""
        while True:
            self.read()

    def reset(self) -> None:
        """Die: the other end gets a reset instead of a goodbye."""
        if self._socket.sock is not None:
            self._socket.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close()

    def close(self) -> None:
        """Go away without a word, as when the Wi-Fi fails."""
        if self._socket.sock is not None:
            self._socket.sock.close()
