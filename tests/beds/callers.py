"""The people of a council on file, calling a box over TLS from where its tablets stand: sessions that are on file, no
sign-in, no page. What was promised to them is kept (`Book`), to be held against the ledger after a cut.
"""

import http.client
import json
import random
import socket
import ssl
import threading
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tests.beds.hall import BOX_NAME, HALL_ADDRESS
from tests.beds.inside import in_namespace
from tests.faults.books import Book
from tests.faults.council import CHAIR, CLERK, cookie_of
from tests.house import name_of

PATIENCE_SECONDS: Final = 60.0
HANDS: Final = 6
"""So many ballots are on their way at once."""
NOBODY_BEHIND: Final = (502, 503, 504)
"""What the web server answers while the appliance does not."""
Json = dict[str, Any]


@dataclass
class Callers:
    """Everybody of the council. Each thread has a connection of its own, as each tablet has."""

    namespace: str
    authority: Path
    cookies: dict[str, str] = field(default_factory=dict)
    """Of those who have signed in, beside those whose session is on file."""
    _given: list[str] = field(default_factory=list)
    _own: threading.local = field(default_factory=threading.local)

    def give(self, person: str, kind: str, **fields: Any) -> Json:
        """A command that is accepted; its answer. Raises AssertionError, OSError."""
        answer = self.asks(person, kind, **fields)
        assert answer.get("accepted"), f"{person}: {kind}: {answer}"
        return answer

    def asks(self, person: str, kind: str, **fields: Any) -> Json:
        """A new command, accepted or not; its answer. Raises OSError when there is none."""
        return self.command(person, {"type": kind, "id": str(uuid.uuid4()), **fields})

    def command(self, person: str, command: Json) -> Json:
        """Any command; whatever the answer is. Raises OSError when there is none."""
        return self.post("/api/commands", command, person)[1]

    def view(self, person: str = CLERK) -> Json:
        """What a person's screen shows. Raises OSError."""
        found: Json = self._ask("GET", "/api/snapshot", person)[1]["view"]
        return found

    def get(self, path: str, person: str = CLERK) -> tuple[int, Json]:
        """Status and body. Raises OSError."""
        return self._ask("GET", path, person)

    def post(self, path: str, body: Json, person: str = CLERK) -> tuple[int, Json]:
        """Status and body. Raises OSError."""
        return self._ask("POST", path, person, json.dumps(body).encode())

    def sign_in(self, account: str, password: str) -> None:
        """By password; from now on they are known by their account's name. Raises AssertionError, OSError."""
        status, body = self.post("/api/sign-in", {"account": account, "password": password}, "")
        assert status == http.HTTPStatus.OK, body
        self.cookies[account] = "; ".join(self._given)

    def is_well(self) -> bool:
        """Whether the box answers that it is, to a tablet, by its name and with its certificate."""
        try:
            return self._ask("GET", "/healthz", "")[0] == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False

    def _ask(self, method: str, path: str, person: str, body: bytes | None = None) -> tuple[int, Json]:
        """A line that was closed while nobody spoke is opened anew, once: every command has an id."""
        try:
            return self._once(method, path, person, body)
        except ConnectionResetError:
            return self._once(method, path, person, body)

    def _once(self, method: str, path: str, person: str, body: bytes | None) -> tuple[int, Json]:
        connection = getattr(self._own, "connection", None) or self._connect()
        headers = {"Host": BOX_NAME, "Content-Type": "application/json", "Origin": f"https://{BOX_NAME}"}
        if person:
            headers["Cookie"] = self.cookies.get(person) or cookie_of(person)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read()
            self._given = [value.split(";")[0] for value in answer.headers.get_all("Set-Cookie", [])]
        except (OSError, http.client.HTTPException) as error:
            self.hang_up()
            closed = isinstance(
                error, ConnectionResetError | BrokenPipeError | http.client.RemoteDisconnected | ssl.SSLEOFError
            )
            raise (ConnectionResetError if closed else ConnectionError)(f"{method} {path}: {error!r}") from error
        if answer.status in NOBODY_BEHIND:
            raise ConnectionError(f"{method} {path}: {answer.status}")
        try:
            return answer.status, json.loads(text)
        except ValueError:
            return answer.status, {"text": text.decode(errors="replace")}

    def _connect(self) -> http.client.HTTPConnection:
        connection = http.client.HTTPConnection(BOX_NAME, 443, timeout=PATIENCE_SECONDS)
        trusted = ssl.create_default_context(cafile=str(self.authority))
        with in_namespace(self.namespace):
            line = socket.create_connection((HALL_ADDRESS, 443), PATIENCE_SECONDS)
        connection.sock = trusted.wrap_socket(line, server_hostname=BOX_NAME)
        self._own.connection = connection
        return connection

    def hang_up(self) -> None:
        """This thread's connection; the next call makes a new one."""
        connection = getattr(self._own, "connection", None)
        if connection is not None:
            connection.close()
        self._own.connection = None

    # -- a meeting

    def sit(self, members: int) -> None:
        """A sitting is open with so many members present, and an item is called."""
        self.give(CLERK, "ConveneMeeting", title="Kỳ họp thứ 3")
        self.give(CLERK, "AddItem", item="i1", number="1", title="Nội dung 1")
        self.give(CHAIR, "OpenSitting")
        for i in range(1, members + 1):
            self.give(CLERK, "CheckIn", member=name_of(i))
        self.give(CHAIR, "StartItem", item="i1")

    def open_poll(self, poll: str) -> None:
        """A vote is on."""
        self.give(CLERK, "DraftPoll", item="i1", poll=poll, question="Thông qua dự thảo Nghị quyết?")
        self.give(CHAIR, "OpenPoll", poll=poll, override_quorum=True)

    def end_poll(self, poll: str) -> Json:
        """It is closed, confirmed and announced; what the clerk's screen shows of it."""
        self.give(CHAIR, "ClosePoll", poll=poll)
        self.give(CLERK, "ConfirmPoll", poll=poll)
        self.give(CHAIR, "ConfirmPoll", poll=poll)
        self.give(CHAIR, "AnnouncePoll", poll=poll)
        found: Json = self.view()["poll"]
        return found

    def rise(self) -> None:
        """The sitting is closed, and the meeting."""
        self.give(CHAIR, "CloseSitting")
        self.give(CHAIR, "CloseMeeting")


class Voting(threading.Thread):
    """A few hands that press for all members, again and again, each choice a ballot of its own, until stopped."""

    def __init__(
        self, callers: Callers, poll: str, books: Sequence[Book], chance: random.Random, position: Callable[[], int]
    ) -> None:
        """They press for these members, and note in their books; `position` is asked when an answer has come."""
        super().__init__(daemon=True)
        self._callers, self._poll, self._books = callers, poll, books
        self._chance = random.Random(chance.getrandbits(64))
        self._position, self._marks = position, dict[str, int]()
        self._over = threading.Event()
        self.wrong = ""

    def run(self) -> None:
        """Until the line is dead or somebody stops it. An answer that is no answer is kept in `wrong`."""
        while not self._over.is_set():
            for book in self._books:
                if self._over.is_set():
                    return
                ballot = book.next(self._poll, self._chance)
                try:
                    answer = self._callers.command(book.member, ballot)
                    self._marks[ballot["id"]] = self._position()
                    book.was_told(ballot["id"], answer)
                except OSError:
                    return
                except AssertionError as error:
                    self.wrong = str(error)
                    return

    def forget(self, position: int) -> None:
        """The answers that came after the disk's log had so many entries have not come."""
        for book in self._books:
            for ballot in [ballot for ballot in book.told if self._marks[ballot] > position]:
                del book.told[ballot]

    def stop(self) -> None:
        """No further ballot; the one that is on its way is waited for by `join`."""
        self._over.set()


def voting(
    callers: Callers, poll: str, members: int, chance: random.Random, position: Callable[[], int] = lambda: 0
) -> tuple[list[Voting], list[Book]]:
    """Everybody begins to press."""
    books = [Book(name_of(i)) for i in range(1, members + 1)]
    hands = [Voting(callers, poll, books[number::HANDS], chance, position) for number in range(HANDS)]
    for hand in hands:
        hand.start()
    return hands, books
