"""Both ends of the panels' socket for tests: a served house on a hub of its own, and the panels process as a thread.

Nothing here waits by the clock: `wait_for` sleeps on a condition until what it waits for is there.
"""

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import gevent
import msgspec
from gevent.event import Event

import appliance
from appliance.adapters.clock import SystemClock
from appliance.config import SeatPins
from appliance.core import commands as c
from appliance.core import events as e
from appliance.core.ballot_paper import Choice
from appliance.core.refusals import Code, Refusal
from appliance.panels.buttons import Timing
from appliance.panels.factory import mock_boards
from appliance.panels.inbox import Inbox, Stop
from appliance.panels.main import serve
from appliance.panels.wire import Lit
from appliance.panels.wiring import Wiring, standard, wiring
from appliance.server.hub import Hub
from appliance.server.live.audiences import Around, Audience
from appliance.server.live.frames import StockOutlet
from appliance.server.live.polls import Polls
from appliance.server.live.screens import Screens
from appliance.server.panel_client import Peers
from appliance.server.panel_lines import PanelsState
from appliance.server.panel_socket import ACTOR, PanelSocket
from appliance.server.words import LANGUAGES, Words
from appliance.services.door import Door
from appliance.services.room_code import RoomCode
from tests.house import House

T = TypeVar("T")
SECONDS = 20
WORDS = Path(appliance.__file__).parent.parent / "web" / "src" / "words"
OURSELVES = Peers(frozenset({os.getuid()}))


class Watched:
    """A value that another thread changes, and a way to wait for what it must become."""

    def __init__(self) -> None:
        self._changed = threading.Condition()

    def change(self, make: Callable[[], None]) -> None:
        """Change what is watched."""
        with self._changed:
            make()
            self._changed.notify_all()

    def wait_for(self, there: Callable[[], bool], what: str) -> None:
        """Return once it is there."""
        with self._changed:
            assert self._changed.wait_for(there, SECONDS), f"never came: {what}"


class ServedHouse:
    """A house (Chamber, Door, live views, panels' socket) on its own thread and hub. `do` runs things there."""

    def __init__(self, house: House, path: Path, peers: Peers = OURSELVES) -> None:
        self.house = house
        self.path = path
        self.peers = peers
        self.states: list[PanelsState] = [PanelsState()]
        self.lights: dict[str, Any] = {}
        self.watched = Watched()
        self._up = threading.Event()
        self._thread = threading.Thread(target=self._run, name="hub")
        self._thread.start()
        assert self._up.wait(SECONDS)

    def do(self, call: Callable[[], T]) -> T:
        """Run on the hub, in a greenlet, and return what it gives."""
        done, results = threading.Event(), list[T]()

        def work() -> None:
            results.append(call())
            done.set()

        def start() -> None:
            gevent.spawn(work)

        self.hub.post(start)
        assert done.wait(SECONDS)
        return results[0]

    def give(self, actor: Any, kind: type[c.Command], **fields: Any) -> object:
        """One command, by somebody who is not a panel."""
        return self.do(lambda: self.house.give(actor, kind, **fields))

    def ballots(self) -> list[e.BallotCast]:
        """All ballots in the ledger."""
        happened = [event for sealed in self.house.memory.entries for event in sealed.entry.events]
        return [event for event in happened if isinstance(event, e.BallotCast)]

    def wait_for_state(self, there: Callable[[PanelsState], bool], what: str) -> None:
        """Until the server knows this of the panels process."""
        self.watched.wait_for(lambda: there(self.states[-1]), what)

    def wait_for_light(self, seat: str, show: str) -> None:
        """Until the panels process has told the server that a seat shows this."""
        self.watched.wait_for(lambda: seat in self.lights and self.lights[seat].show == show, f"{seat} {show}")

    @property
    def running(self) -> bool:
        """Not stopped yet."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """The server is gone, and its hub with it."""
        self.hub.post(self._end.set)
        self._thread.join(SECONDS)
        assert not self._thread.is_alive()

    def _run(self) -> None:
        self.hub = Hub()
        self._end = Event()
        house, clock = self.house, SystemClock()
        words = {str(language): Words(WORDS).namespace(language, "sentence") for language in LANGUAGES}
        room = RoomCode(b"secret", clock)
        screens = Screens(
            house.chamber,
            house.countdown,
            room,
            house.registry,
            clock,
            self.hub,
            StockOutlet(None),
            Polls(words),
            Around(),
            Words(WORDS),
        )
        door = Door(house.chamber, house.registry, room, lambda _c, _a: Refusal(Code.NOT_ALLOWED), self.hub.offload)
        self.panels = PanelSocket(self.path, door.give, lambda: screens.snapshot(ACTOR, "panels"), self.peers)
        screens.listen(Audience.PANELS, self.panels.push)
        self.panels.on_state.append(lambda state: self.watched.change(lambda: self.states.append(state)))
        self.panels.on_lights.append(lambda lit: self.watched.change(lambda: self.lights.update(lit)))
        self.panels.start()
        self._up.set()
        self._end.wait()
        self.panels.stop()
        house.chamber.listeners.remove(screens.told)
        self.hub.close()
        gevent.get_hub().destroy()


class RunningPanels:
    """The panels process on mock boards, as a thread of the test. `shown` has each seat's whole history."""

    def __init__(self, path: Path, seats: list[str], timing: Timing | None = None, wired: Wiring | None = None) -> None:
        self.wiring = wired or wiring(msgspec.convert(standard(seats), dict[str, SeatPins]), simulated=True)
        self.boards = mock_boards(six.board for six in self.wiring.values())
        self.shown: dict[str, list[Lit]] = {seat: [] for seat in self.wiring}
        self.watched = Watched()
        self._inbox: Inbox = Inbox()
        self._thread = threading.Thread(target=self._run, args=(path, timing), name="panels")
        self._thread.start()

    def down(self, seat: str, choice: Choice) -> None:
        """A finger on a button: the contact pulls the pin low."""
        self._pin(seat, self.wiring[seat].buttons[choice]).drive_low()

    def up(self, seat: str, choice: Choice) -> None:
        """The finger lets go."""
        self._pin(seat, self.wiring[seat].buttons[choice]).drive_high()

    def press(self, seat: str, choice: Choice) -> None:
        """A short press of one button."""
        self.down(seat, choice)
        self.up(seat, choice)

    def lit(self, seat: str) -> tuple[bool, ...]:
        """How the light pins of a seat stand now."""
        return tuple(bool(self._pin(seat, pin).state) for pin in self.wiring[seat].light_pins())

    def wait_for(self, seat: str, show: str, choice: Choice | None = None) -> None:
        """Until a seat shows this (with this choice's light steady)."""
        words = None if choice is None else tuple("on" if choice is each else "off" for each in Choice)

        def there() -> bool:
            last = self.shown[seat][-1:]
            return bool(last) and last[0].show == show and words in {None, last[0].lights}

        self.watched.wait_for(there, f"{seat} {show}, but {[lit.show for lit in self.shown[seat]]}")

    def shows(self, seat: str) -> list[str]:
        """The names of all that a seat has shown, in order."""
        return [lit.show for lit in self.shown[seat]]

    @property
    def running(self) -> bool:
        """Not stopped yet."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """As SIGTERM does."""
        self._inbox.put(Stop())
        self._thread.join(SECONDS)
        assert not self._thread.is_alive()

    def _run(self, path: Path, timing: Timing | None) -> None:
        self.code = serve(
            self.wiring, self.boards, path, self._inbox, simulated=True, timing=timing, on_shown=self._note
        )

    def _note(self, shown: dict[str, Lit]) -> None:
        def note() -> None:
            for seat, lit in shown.items():
                self.shown[seat].append(lit)

        self.watched.change(note)

    def _pin(self, seat: str, number: int) -> Any:
        return self.boards[self.wiring[seat].board].pin(f"GPIO{number}")


class PlainClient:
    """A socket and nothing else: what any program in any language would do."""

    def __init__(self, path: Path) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(SECONDS)
        self.sock.connect(str(path))
        self.lines = self.sock.makefile("rb")

    def say(self, **line: Any) -> None:
        """One line."""
        self.sock.sendall(msgspec.json.encode(line) + b"\n")

    def hear(self, kind: str) -> Any:
        """The next line of this kind; the others are let pass."""
        while line := self.lines.readline():
            said = msgspec.json.decode(line)
            if kind in said:
                return said[kind]
        raise AssertionError(f"the connection ended without {kind}")

    def ended(self) -> bool:
        """Read to the end."""
        while self.lines.readline():
            pass
        return True

    def hello(self, *seats: str, simulated: bool = False) -> Any:
        """Introduce ourselves; returns the snapshot."""
        self.say(hello={"protocol": 2, "seats": seats, "simulated": simulated})
        return self.hear("snapshot")

    def ask(self, command: Any) -> Any:
        """One command and its answer."""
        self.say(command=command)
        return self.hear("answer")

    def close(self) -> None:
        """Gone."""
        self.lines.close()
        self.sock.close()


@contextmanager
def plain(path: Path) -> Iterator[PlainClient]:
    """A plain client for the length of a block."""
    client = PlainClient(path)
    try:
        yield client
    finally:
        client.close()
