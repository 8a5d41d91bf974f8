"""A storm of ballots by every way in (Socket.IO, HTTP, the panels' socket), cut short by `kill -9`.

Every device works as a good client does: it notes an id before it sends, keeps two ballots under way, and
after a restart gives again, in order, whatever it has no answer for.
"""

import json
import random
import select
import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Final, Protocol

from tests.faults.appliance_process import POLL, Appliance
from tests.faults.books import Book, Json
from tests.faults.council import cookie_of, seat_of
from tests.faults.tablet import PATIENCE_SECONDS, GoneError, Tablet

UNDER_WAY: Final = 2
BEAT_SECONDS: Final = 2
"""The appliance takes a longer silence of the panels for their death."""


class Device(Protocol):
    """Something ballots come from; `fileno` for select."""

    def fileno(self) -> int:
        """Readable when an answer is there."""

    def send(self, who: int, ballot: Json) -> None:
        """Give a ballot of the i-th member. Raises GoneError."""

    def take(self) -> Sequence[tuple[str, Json]]:
        """Wait for something to come; the ballots' ids with their answers. Raises GoneError."""


@dataclass(slots=True)
class OnTablet:
    """A delegate's tablet."""

    tablet: Tablet
    numbers: dict[int, str] = field(default_factory=dict)

    def fileno(self) -> int:
        """See Device."""
        return self.tablet.fileno()

    def send(self, who: int, ballot: Json) -> None:
        """See Device."""
        self.numbers[self.tablet.give(ballot)] = ballot["id"]

    def take(self) -> Sequence[tuple[str, Json]]:
        """See Device."""
        self.tablet.read()
        return [(self.numbers.pop(n), answer) for n, answer in self.tablet.answers.items() if n in self.numbers]


class OnPanels:
    """The panels process: one Unix socket for many seats."""

    def __init__(self, house: Appliance, seats: Sequence[str]) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._speaking, self._ended = threading.Lock(), threading.Event()
        self._heart = threading.Thread(target=self._beat)
        house.closing.append(self.close)
        self._socket.settimeout(PATIENCE_SECONDS)
        self._socket.connect(str(house.panel_socket))
        self._rest = b""
        self._say({"hello": {"protocol": 1, "seats": list(seats)}})
        self._heart.start()

    def fileno(self) -> int:
        """See Device."""
        return self._socket.fileno()

    def send(self, who: int, ballot: Json) -> None:
        """See Device."""
        self._say({"command": {**ballot, "seat": seat_of(who)}})

    def take(self) -> Sequence[tuple[str, Json]]:
        """See Device."""
        answers = [line["answer"] for line in self.lines() if "answer" in line]
        return [(answer.pop("id"), answer) for answer in answers]

    def lines(self) -> list[Json]:
        """Wait for the next bytes; the whole lines among them."""
        try:
            data = self._socket.recv(65536)
        except ConnectionError as error:
            raise GoneError("panels") from error
        if not data:
            raise GoneError("panels")
        *whole, self._rest = (self._rest + data).split(b"\n")
        return [json.loads(line) for line in whole]

    def close(self) -> None:
        """Gone without a word."""
        self._ended.set()
        if self._heart.ident is not None:
            self._heart.join()
        self._socket.close()

    def _beat(self) -> None:
        with suppress(GoneError):
            while not self._ended.wait(BEAT_SECONDS):
                self._say({"beat": 1})

    def ask_raw(self, line: str) -> Json:
        """Send one line as it is, and wait for the next answer."""
        self._send(line.encode())
        while True:
            for heard in self.lines():
                if "answer" in heard:
                    answer: Json = heard["answer"]
                    return answer

    def _say(self, line: Json) -> None:
        self._send(json.dumps(line).encode())

    def _send(self, line: bytes) -> None:
        try:
            with self._speaking:
                self._socket.sendall(line + b"\n")
        except OSError as error:
            raise GoneError("panels") from error


@dataclass(slots=True)
class Voter:
    """One member's ballots by one device. `left` counts those not yet given."""

    number: int
    book: Book
    device: Device
    left: int
    under_way: int = 0

    def press(self, chance: random.Random) -> None:
        """Give the next ballot, if there is one and room for it."""
        while self.left and self.under_way < UNDER_WAY:
            self.left -= 1
            self.under_way += 1
            self.device.send(self.number, self.book.next(POLL, chance))


def over_sockets(voters: Sequence[Voter], chance: random.Random, enough: Callable[[], bool]) -> None:
    """Press and take answers until `enough`, or until all are answered."""
    by_ballot: dict[str, Voter] = {}

    def press(voter: Voter) -> None:
        voter.press(chance)
        by_ballot.update((ballot["id"], voter) for ballot in voter.book.given[-UNDER_WAY:])

    for voter in voters:
        press(voter)
    devices = {voter.device.fileno(): voter.device for voter in voters}
    while not enough() and any(voter.under_way for voter in voters):
        readable, _, _ = select.select(devices, [], [], PATIENCE_SECONDS)
        assert readable, "the appliance answers nobody any more"
        for fd in readable:
            for ballot, answer in devices[fd].take():
                voter = by_ballot[ballot]
                voter.book.was_told(ballot, answer)
                voter.under_way -= 1
                press(voter)


def last_words(voters: Sequence[Voter]) -> None:
    """After the server's death: what it had still sent counts as said."""
    by_ballot = {ballot["id"]: voter for voter in voters for ballot in voter.book.given}
    for device in {id(voter.device): voter.device for voter in voters}.values():
        with suppress(GoneError):
            while True:
                for ballot, answer in device.take():
                    by_ballot[ballot].book.was_told(ballot, answer)


def over_http(house: Appliance, book: Book, ballots: int, chance: random.Random) -> threading.Thread:
    """A thread that gives one ballot after the other by HTTP, until it is done or the server has gone."""

    def post() -> None:
        connection = HTTPConnection("127.0.0.1", house.port, timeout=PATIENCE_SECONDS)
        with closing(connection) as http, suppress(OSError, HTTPException):
            for _ in range(ballots):
                ballot = book.next(POLL, chance)
                book.was_told(ballot["id"], by_http(http, book.member, ballot))

    thread = threading.Thread(target=post)
    thread.start()
    return thread


def by_http(http: HTTPConnection, member: str, ballot: Json) -> Json:
    """Give one ballot on an open connection."""
    headers = {"Content-Type": "application/json", "Cookie": cookie_of(member)}
    http.request("POST", "/api/commands", json.dumps(ballot), headers)
    answer: Json = json.loads(http.getresponse().read())
    return answer


def to_give_again(book: Book) -> list[Json]:
    """What a device gives again after a restart, in order: the last ballot that was answered, and all that were not."""
    answered = [ballot for ballot in book.given if ballot["id"] in book.told]
    return [*answered[-1:], *book.unanswered]


def again_by_http(house: Appliance, books: Sequence[Book]) -> None:
    """Tablets give again, with the same ids."""
    with closing(HTTPConnection("127.0.0.1", house.port, timeout=PATIENCE_SECONDS)) as http:
        for book in books:
            for ballot in to_give_again(book):
                book.was_told(ballot["id"], by_http(http, book.member, ballot))


def again_by_panels(panels: OnPanels, books: Mapping[int, Book]) -> None:
    """The panels process gives again, with the same ids, for all seats at once."""
    waiting: dict[str, Book] = {}
    for who, book in books.items():
        for ballot in to_give_again(book):
            waiting[ballot["id"]] = book
            panels.send(who, ballot)
    while waiting:
        for name, answer in panels.take():
            waiting.pop(name).was_told(name, answer)
