"""All seats between their panels and the server, on one thread.

gpiozero's threads, the masters' of the buses and the link's only put things into the inbox; everything that is known is
changed here, so there is nothing to lock. The thread sleeps until something comes in or something is due: a light that
changes, a press that has been alone long enough, a beat. While nothing blinks it wakes for beats only.
"""

import logging
import queue
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

import msgspec

from appliance.panels import wire
from appliance.panels.fixtures import Event, Fixtures, Press, TwoAtOnce
from appliance.panels.inbox import REPLACED, Inbox, OnShown, Relaying, Sender, Stop
from appliance.panels.lights import OFFLINE, Pattern, lights
from appliance.panels.link import Connected, Lost
from appliance.panels.orders import House, Orders
from appliance.panels.presses import Presses
from appliance.panels.seats import Seat
from appliance.services.panel_words import PanelDone, Pressed

BEAT_SECONDS: Final = 2.0
MOST_AT_ONCE: Final = 200
"""Items that are taken before the lights are looked after."""
log = logging.getLogger(__name__)


@dataclass(slots=True)
class Panels:
    """`run` until told to stop."""

    fixtures: tuple[Fixtures, ...]
    inbox: Inbox
    link: Sender
    simulated: bool = False
    clock: Callable[[], float] = time.monotonic
    on_shown: OnShown | None = None
    microphones: Relaying | None = None
    alive: Callable[[], None] = lambda: None
    _seats: dict[str, Seat] = field(default_factory=dict)
    _served: dict[str, Fixtures] = field(default_factory=dict)
    _presses: Presses = field(default_factory=Presses)
    _orders: Orders = field(init=False)
    _house: House = field(init=False)
    _seen: wire.Seen = field(default_factory=wire.Seen)
    _connected: bool = False
    _online: bool = False
    _resyncing: bool = False
    _was_lost: bool = False
    _beat_at: float = 0.0
    _patterns: dict[str, Pattern] = field(default_factory=dict)
    _jammed: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self._orders = Orders(self.fixtures)
        self._house = House(self.fixtures)

    def run(self) -> int:
        """Serve buttons and lights until a Stop comes; its code is returned."""
        now = self.clock()
        for fixtures in self.fixtures:
            fixtures.begin(now)
        self._pass(now)
        while True:
            for item in self._items():
                if isinstance(item, Stop):
                    return item.code
                self._take(item)
            self._pass(self.clock())

    # --- in

    def _items(self) -> Iterator[object]:
        """The next item, once there is one or something is due; and those behind it."""
        try:
            yield self.inbox.get(timeout=max(0.0, self._due() - self.clock()))
            for _ in range(MOST_AT_ONCE):
                yield self.inbox.get_nowait()
        except queue.Empty:
            return

    def _due(self) -> float:
        now = self.clock()
        dues = [self._beat_at, self._house.due(now), *(fixtures.due(now) for fixtures in self.fixtures)]
        return min([*dues, *(seat.refused_until for seat in self._seats.values() if seat.refused_until > now)])

    def _take(self, item: object) -> None:
        match item:
            case Connected():
                self._connected = True
                self._serve()
                self._say(wire.FromPanels(hello=wire.Hello(tuple(self._served), self.simulated)))
                self._say(wire.FromPanels(jammed=tuple(sorted(self._jammed))))
                self._house.forget()
            case Lost(why=why):
                self._lost(why)
            case bytes():
                self._line(item)
            case Exception():
                raise item
            case _:
                self._heard(item)

    def _heard(self, item: object) -> None:
        """An item of the fixtures."""
        now = self.clock()
        for fixtures in self.fixtures:
            events = fixtures.hear(item, now)
            if events is not None:
                self._happened(events)
                return

    def _lost(self, why: str) -> None:
        if not self._was_lost:
            log.warning("no connection to the server: %s", why)
        self._connected, self._online, self._resyncing, self._was_lost = False, False, False, True
        for seat in self._seats.values():
            seat.lost()
        self._orders.lost()

    def _line(self, line: bytes) -> None:
        try:
            said = wire.decode(line)
            if said.snapshot is not None:
                self._snapshot(wire.from_snapshot(said.snapshot))
            elif said.push is not None and self._online and not self._resyncing:
                self._look(wire.pushed(self._seen, said.push))
        except wire.GapError:
            self._resyncing = True
            self._say(wire.FromPanels(want="snapshot"))
            return
        except msgspec.MsgspecError as error:
            log.error("a line from the server that cannot be read: %s", error)
            self.link.drop()
            return
        if said.answer is not None:
            self._answer(said.answer)
        elif said.press is not None:
            self._simulate(said.press)
        elif said.order is not None:
            done = self._orders.order(said.order)
            if done is not None:
                self._say_done(done)
        elif said.bye is not None:
            self._bye(said.bye)

    def _snapshot(self, seen: wire.Seen) -> None:
        fresh = not self._online
        self._online, self._resyncing, self._was_lost = True, False, False
        self._look(seen)
        if not fresh:
            return
        self.link.good()
        log.info("connected; %d seats wired", len(self._served))
        self._patterns.clear()  # so that the server hears of every light
        for seat in self._seats.values():
            command = seat.again(seen, self.clock())
            if command is not None:
                self._say(wire.FromPanels(command=command))
        self._happened(self._presses.kept())

    def _look(self, seen: wire.Seen) -> None:
        self._seen = seen
        for seat in self._seats.values():
            seat.looked(seen)

    def _answer(self, answer: wire.AnswerSeen) -> None:
        now = self.clock()
        if not any(seat.answered(answer, self._seen, now) for seat in self._seats.values()):
            log.debug("an answer that nobody waits for any more")
        elif not answer.accepted:
            log.info("refused: %s", answer.refusal)

    def _simulate(self, press: wire.PressSeen) -> None:
        fixtures = self._served.get(press.seat)
        if not self.simulated or fixtures is None or not fixtures.drive(press.seat, press.button, press.down):
            log.warning("a simulated press was not taken")

    def _bye(self, why: str) -> None:
        if not self._was_lost:
            log.error("the server ended the connection: %s", why)
            self._was_lost = True
        if why == "replaced":
            self.inbox.put(Stop(REPLACED))

    # --- what fixtures tell

    def _happened(self, events: Iterable[Event]) -> None:
        now = self.clock()
        for event in events:
            match event:
                case Press():
                    self._pressed(event, now)
                case TwoAtOnce(seat=seat):
                    self._seat(seat).refuse(now)
                case Pressed():
                    self._say(wire.FromPanels(pressed=event))
                case PanelDone():
                    self._say_done(self._orders.done(event))

    def _pressed(self, press: Press, now: float) -> None:
        self._serve()
        command = self._presses.take(press, self._seat(press.seat), self._seen, now)
        if command is not None and self._online:
            self._say(wire.FromPanels(command=command))

    # --- out

    def _pass(self, now: float) -> None:
        """Whatever is due by now: presses that stayed alone, lights, what the server is to know, a beat."""
        for fixtures in self.fixtures:
            self._happened(fixtures.pass_time(now))
        self._serve()
        self._switch()
        changed = [name for name in self._served if self._light(name, now)]
        if changed and (self.simulated or self.on_shown is not None):
            self._report({name: self._lit(name) for name in changed})
        self._tell(now)

    def _tell(self, now: float) -> None:
        jammed = frozenset(seat for fixtures in self.fixtures for seat in fixtures.jammed())
        if jammed != self._jammed:
            log.warning("seats with a button that is stuck: %s", ", ".join(sorted(jammed)) or "none")
            self._jammed = jammed
            self._say(wire.FromPanels(jammed=tuple(sorted(jammed))))
        house = self._house.news(now) if self._online else None
        if house is not None:
            self._say(wire.FromPanels(house=house))
        if now >= self._beat_at:
            self._beat_at = now + BEAT_SECONDS
            self.alive()
            self._say(wire.FromPanels(beat=int(now)))

    def _serve(self) -> None:
        """Take in which seats have panels now; the server knows before anything is said for a new one."""
        served = {seat: fixtures for fixtures in self.fixtures for seat in fixtures.seats()}
        if served.keys() != self._served.keys() and self._online:
            self._say(wire.FromPanels(seats=tuple(served)))
        for gone in self._served.keys() - served.keys():
            self._patterns.pop(gone, None)
            self._presses.forget(gone)
        self._served = served

    def _switch(self) -> None:
        """The microphone of whoever has the floor; none while nobody can say who that is."""
        if self.microphones is not None:
            here = self._seen.seats.values() if self._online and not self._resyncing else ()
            self.microphones.show(seat.seat for seat in here if seat.speech == "speaking")

    def _light(self, name: str, now: float) -> bool:
        """Set one seat's lights; True when something about them has changed."""
        seat, jammed = self._seat(name), name in self._jammed
        pattern = lights(seat.situation(self._seen, online=self._online, now=now, jammed=jammed))
        shown = self._presses.shown(seat, self._seen, pattern)
        changed = self._served[name].show(name, shown, now)
        fresh = self._patterns.get(name) != pattern
        self._patterns[name] = pattern
        return changed or fresh

    def _seat(self, name: str) -> Seat:
        seat = self._seats.get(name)
        if seat is None:
            seat = self._seats[name] = Seat(name)
        return seat

    def _lit(self, name: str) -> wire.Lit:
        fixtures = self._served[name]
        pattern = fixtures.looks(name, self._patterns.get(name, OFFLINE))
        words = (pattern.word(0), pattern.word(1), pattern.word(2))
        return wire.Lit(show=pattern.show, lights=words, lit=fixtures.lit(name))

    def _report(self, shown: dict[str, wire.Lit]) -> None:
        if self.simulated:
            self._say(wire.FromPanels(lights=shown))
        if self.on_shown is not None:
            self.on_shown(shown)

    def _say_done(self, done: PanelDone) -> None:
        self._serve()
        self._say(wire.FromPanels(done=done))

    def _say(self, line: wire.FromPanels) -> None:
        if self._connected:
            self.link.send(wire.encode(line))
