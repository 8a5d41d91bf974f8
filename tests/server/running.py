"""Builder: the real server on a free port, on a thread of its own, with every port in memory behind it.

with Running() as server:
    clerk = server.sign_in("clerk")           a requests session with the cookie
    tablet = server.connect(clerk)            a Socket.IO client (python-socketio)
"""

import shutil
import tempfile
import threading
import uuid
from collections.abc import Callable
from pathlib import Path
from queue import Empty, Queue
from types import TracebackType
from typing import Any, Self, TypeVar

import gevent
import requests
import socketio

from appliance.adapters.calendar_file import write_calendar
from appliance.adapters.clock import SystemClock
from appliance.adapters.excuse_files import MemoryExcuseFiles
from appliance.adapters.memory import HashSigner, InlineWriter, MemoryLedger
from appliance.adapters.memory_papers import MemoryPapers
from appliance.adapters.memory_registry import CountingChance, MemoryRegistry, NoThrottle, QuickHasher
from appliance.adapters.paper_folder import PaperFolder
from appliance.adapters.spreadsheets import MAX_BYTES, read_sheet, write_csv, write_xlsx
from appliance.bootstrap import fit_recorder
from appliance.config import Config
from appliance.core import commands as c
from appliance.core.people import Actor, Role
from appliance.server.errors import Answers
from appliance.server.hub import Hub
from appliance.server.parts import Page, Parts
from appliance.server.registry_routes import Spreadsheets
from appliance.server.rooms import Fittings, rooms
from appliance.server.serve import Server
from appliance.server.words import Words
from appliance.services.answers import Answer
from appliance.services.chamber import Chamber
from appliance.services.chronicle import Chronicle
from appliance.services.countdown import Countdown
from appliance.services.desk import Desk
from appliance.services.door import Door
from appliance.services.enrolment import Enrolment
from appliance.services.on_file import Member
from appliance.services.panels import Panels
from appliance.services.paper_shelf import PaperShelf
from appliance.services.registry import Registry
from appliance.services.room_code import RoomCode
from appliance.services.signin import SignIn
from tests.core.a_random_meeting import ROOT
from tests.house import PROFILE, command_of, name_of

PASSWORD = "bình minh trên sông"
PIN = "2846"
WAIT_SECONDS = 20.0
LARGEST_PAPER = 4 << 20
T = TypeVar("T")


class Running:
    """The server, and what a test does with it. `give` acts inside it; clients act from outside."""

    def __init__(
        self,
        members: int = 5,
        frames: str = "once",
        at_once: bool = True,
        pages: tuple[Page, ...] = (),
        recorder: Path | None = None,
    ) -> None:
        self._recorder = recorder
        self._members, self._frames, self._at_once, self._pages = members, frames, at_once, pages
        self._ready: Queue[Exception | None] = Queue()
        self._thread = threading.Thread(target=self._live, name="server")
        self._clients: list[Client] = []
        self._sessions: list[requests.Session] = []
        self.ledger = MemoryLedger()
        self.writer = InlineWriter(self.ledger, at_once=at_once)

    # --- its life

    def __enter__(self) -> Self:
        self._thread.start()
        failed = self._ready.get(timeout=WAIT_SECONDS)
        if failed is not None:
            raise failed
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        for client in self._clients:
            client.close()
        for session in self._sessions:
            session.close()
        self.parts.hub.post(self._ended.set)
        self._thread.join(WAIT_SECONDS)
        shutil.rmtree(self.papers.root.parent)

    def _live(self) -> None:
        try:
            self._ended = gevent.event.Event()
            self.server = Server(self._fit(), "127.0.0.1", 0)
            self.server.start()
            self.base = f"http://127.0.0.1:{self.server.port}"
        except Exception as error:  # noqa: BLE001 - raised again where the test waits
            self._ready.put(error)
            return
        self._ready.put(None)
        self._ended.wait()
        self.server.stop()
        self.parts.hub.close()
        gevent.get_hub().destroy(destroy_loop=True)

    def _fit(self) -> Parts:
        clock, hub, words = SystemClock(), Hub(), Words(ROOT / "web" / "src" / "words")
        registry = Registry(MemoryRegistry(), PROFILE, clock)
        hasher, chance = QuickHasher(), CountingChance()
        sign_in = SignIn(registry, hasher, chance, clock, NoThrottle())
        self.enrolment = Enrolment(registry, hasher, chance, clock)
        self._furnish()
        chamber = Chamber(self.ledger, self.writer, registry, clock, HashSigner())
        chamber.load()
        room = RoomCode(b"secret", clock)
        desk = Desk(registry, sign_in, lambda: chamber.head.seq, lambda: chamber.durable)
        self.parts = Parts(
            hub=hub,
            clock=clock,
            store=self.ledger,
            chamber=chamber,
            countdown=Countdown(chamber, clock, hub),
            room=room,
            registry=registry,
            sign_in=sign_in,
            door=Door(chamber, registry, room, desk.handle, hub.offload),
            words=words,
            answers=Answers(words),
            web=ROOT / "web",
            frames=self._frames,
            panels=Panels(chamber, registry, hub, hub.offload, hub.aside, lambda: uuid.uuid4().hex),
            pages=[
                *rooms(self._rooms(registry, desk, self._shelf(registry, chamber))),
                *self._pages,
            ],
        )
        if self._recorder is not None:
            config = Config(data=self._recorder, recorder=self._recorder, public_url="http://localhost:8081")
            fit_recorder(config, self.parts, Chronicle(chamber, self.ledger, clock))
        return self.parts

    def _rooms(self, registry: Registry, desk: Desk, shelf: PaperShelf) -> Fittings:
        return Fittings(
            registry=registry,
            desk=desk,
            spreadsheets=Spreadsheets(read_sheet, write_xlsx, write_csv, MAX_BYTES),
            write_calendar=write_calendar,
            excuses=MemoryExcuseFiles(),
            shelf=shelf,
            largest_paper=LARGEST_PAPER,
        )

    def _shelf(self, registry: Registry, chamber: Chamber) -> PaperShelf:
        self.papers = PaperFolder(Path(tempfile.mkdtemp()) / "papers")
        self.paper_store = MemoryPapers()
        state = (lambda: chamber.head.seq, lambda: chamber.durable)
        self.shelf = PaperShelf(registry, self.papers, self.paper_store, *state)
        return self.shelf

    def _furnish(self) -> None:
        names = [name_of(i) for i in range(1, self._members + 1)]
        self.enrolment.set_council("Hội đồng nhân dân xã Hồng Mẫu", "2026 - 2031")
        self.enrolment.add_members(
            [Member(name, f"Nguyễn Văn Mẫu {i}", "Tổ 1", f"A{i}", position=i) for i, name in enumerate(names, 1)]
        )
        self.enrolment.issue_cards({name: card_of(name) for name in names}, pin=PIN)
        self.enrolment.create_account("chair", "Vũ Đình Mẫu", Role.CHAIR, PASSWORD)
        self.enrolment.create_account("clerk", "Trần Thị Mẫu", Role.CLERK, PASSWORD)
        self.enrolment.create_account("technician", "Hồ Quang Mẫu", Role.TECHNICIAN, PASSWORD)
        self.enrolment.create_account("auditor", "Đỗ Văn Thử", Role.AUDITOR, PASSWORD)
        self.enrolment.open_display("404404")

    # --- from inside

    def on_hub(self, call: Callable[[], T]) -> T:
        """Do something on the server's own thread, and wait for it."""
        done: Queue[tuple[T | None, Exception | None]] = Queue()

        def run() -> None:
            try:
                done.put((call(), None))
            except Exception as error:  # noqa: BLE001 - raised again where the test waits
                done.put((None, error))

        self.parts.hub.post(run)
        result, error = done.get(timeout=WAIT_SECONDS)
        if error is not None:
            raise error
        return result  # type: ignore[return-value]  # None only if that is the result

    def give(self, actor: Actor, kind: type[c.Command], /, *, in_room: bool = False, **fields: Any) -> Answer:
        """One command to the Chamber, as tests.house has it."""
        answers: list[Answer] = []
        command = command_of(kind, fields)
        self.on_hub(lambda: self.parts.chamber.handle(command, actor, answers.append, in_room=in_room))
        return answers[0]

    @property
    def state(self) -> Any:
        """The meeting now."""
        return self.parts.chamber.durable

    # --- from outside

    def http(self) -> requests.Session:
        """A visitor."""
        session = requests.Session()
        self._sessions.append(session)
        return session

    def sign_in(self, who: str) -> requests.Session:
        """A member by card, anybody else by password, `hall` by its code."""
        session = self.http()
        if who == "hall":
            form = {"pairing": "404404"}
        elif who.startswith("m"):
            form = {"card": card_of(who), "pin": PIN}
        else:
            form = {"account": who, "password": PASSWORD}
        answer = session.post(f"{self.base}/api/sign-in", json=form, timeout=WAIT_SECONDS)
        assert answer.status_code == 200, answer.text
        return session

    def connect(self, session: requests.Session | None = None, **headers: str) -> "Client":
        """A Socket.IO client with that session's cookie. Raises socketio's ConnectionError when refused."""
        client = Client(headers.pop("Origin", None))
        self._clients.append(client)
        cookies = "; ".join(f"{k}={v}" for k, v in session.cookies.items()) if session else ""
        client.open(self.base, {"Cookie": cookies, **headers})
        return client

    def enter(self, who: str) -> "Client":
        """Sign in and connect; the snapshot has come."""
        client = self.connect(self.sign_in(who))
        client.wait_for("snapshot")
        return client


class Client:
    """A client from outside: python-socketio, and all that it was sent, in order."""

    def __init__(self, origin: str | None = None) -> None:
        options = {"origin": origin} if origin else {}
        self._socket = socketio.Client(reconnection=False, handle_sigint=False, websocket_extra_options=options)
        self._inbox: Queue[tuple[str, Any]] = Queue()
        self.got: list[tuple[str, Any]] = []
        self.gone = threading.Event()
        self.refused: Any = None
        for event in ("snapshot", "push", "mine", "signed_out"):
            self._socket.on(event, lambda body, event=event: self._inbox.put((event, body)))
        self._socket.on("disconnect", lambda *_: self.gone.set())
        self._socket.on("connect_error", self._not_let_in)

    def _not_let_in(self, why: Any) -> None:
        self.refused = why

    def open(self, base: str, headers: dict[str, str]) -> None:
        """Connect."""
        self._socket.connect(base, headers=headers, transports=["websocket"], wait_timeout=10)

    def wait_for(self, event: str, fits: Callable[[Any], bool] = lambda _: True) -> Any:
        """The next event of this name that fits, looking also at what has come already."""
        for name, body in self.got:
            if name == event and fits(body):
                return body
        while True:
            try:
                name, body = self._inbox.get(timeout=WAIT_SECONDS)
            except Empty:
                raise AssertionError(f"no fitting {event}; got {[n for n, _ in self.got]}") from None
            self.got.append((name, body))
            if name == event and fits(body):
                return body

    def give(self, kind: str, **fields: Any) -> Any:
        """One command; the answer."""
        return self.send({"type": kind, "id": str(uuid.uuid4()), **fields})

    def send(self, command: Any, event: str = "command") -> Any:
        """Whatever is given, as it is; the ack."""
        return self._socket.call(event, command, timeout=WAIT_SECONDS)

    def close(self) -> None:
        """Leave."""
        self._socket.disconnect()
        self._socket.eio.disconnect(abort=True)


def card_of(member: str) -> str:
    """The token on a member's card."""
    return f"card-of-{member}-0123456789abcdef"
