"""All seats between their pins and the server, on one thread.

gpiozero's threads and the link's thread only put things into the inbox; everything that is known is changed
here, so there is nothing to lock. The thread sleeps until something comes in or something is due: a light
that changes, a press that has been alone long enough, a beat. While nothing blinks it wakes for beats only.
"""

import logging
import queue
import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final, Protocol

import msgspec

from appliance.core.ballot_paper import Choice
from appliance.panels import wire
from appliance.panels.buttons import ButtonEvent, Reading, Timing, What, at_start, due_at, later, read
from appliance.panels.lights import OFFLINE, Frame, Pattern, lights
from appliance.panels.link import Connected, Lost, Told
from appliance.panels.seats import Seat

BEAT_SECONDS: Final = 2.0
log = logging.getLogger(__name__)


class SeatPins(Protocol):
    """What is needed of the hardware (`pins.Pins`)."""

    def down(self, seat: str, now: float) -> dict[Choice, float]: ...
    def reread(self) -> None: ...
    def looks(self, seat: str, pattern: Pattern) -> Pattern: ...
    def show(self, seat: str, frame: Frame) -> None: ...
    def lit(self, seat: str) -> Frame: ...
    def drive(self, seat: str, choice: Choice, down: bool) -> None: ...


class Relaying(Protocol):
    """What is needed of the microphones (`microphones.Microphones`)."""

    def show(self, seats: Iterable[str]) -> None: ...


class Sender(Protocol):
    """What is needed of the connection (`link.Link`)."""

    def send(self, line: bytes) -> bool: ...
    def good(self) -> None: ...
    def drop(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Stop:
    """Put into the inbox: `run` returns, with this exit code."""

    code: int = 0


@dataclass(frozen=True, slots=True)
class SeatReading:
    """Put into the inbox: a raw reading of a seat's button."""

    seat: str
    reading: Reading


Inbox = queue.SimpleQueue["Told | SeatReading | Stop"]
OnShown = Callable[[dict[str, wire.Lit]], None]
REPLACED: Final = 4
"""Exit code: another panels process has taken the connection over."""


@dataclass(slots=True)
class Panels:
    """`run` until told to stop."""

    seats: dict[str, Seat]
    inbox: Inbox
    pins: SeatPins
    link: Sender
    simulated: bool = False
    timing: Timing = field(default_factory=Timing)
    clock: Callable[[], float] = time.monotonic
    on_shown: OnShown | None = None
    microphones: Relaying | None = None
    _seen: wire.Seen = field(default_factory=wire.Seen)
    _connected: bool = False
    _online: bool = False
    _resyncing: bool = False
    _was_lost: bool = False
    _beat_at: float = 0.0
    _patterns: dict[str, Pattern] = field(default_factory=dict)
    _frames: dict[str, Frame] = field(default_factory=dict)

    def run(self) -> int:
        """Serve buttons and lights until a Stop comes; its code is returned."""
        now = self.clock()
        for name, seat in self.seats.items():
            seat.buttons = at_start(self.pins.down(name, now))
        self._pass(now)
        while True:
            item = self._next()
            if isinstance(item, Stop):
                return item.code
            if item is not None:
                self._take(item)
            self._pass(self.clock())

    # --- in

    def _next(self) -> Told | SeatReading | Stop | None:
        try:
            return self.inbox.get(timeout=max(0.0, self._due() - self.clock()))
        except queue.Empty:
            return None

    def _due(self) -> float:
        now = self.clock()
        due = self._beat_at
        for name, seat in self.seats.items():
            press = due_at(seat.buttons, self.timing)
            light = self._patterns[name].next_change(now)
            refused = seat.refused_until if seat.refused_until > now else None
            due = min(due, *(moment for moment in (press, light, refused) if moment is not None), due)
        return due

    def _take(self, item: Told | SeatReading) -> None:
        match item:
            case SeatReading(seat=name, reading=reading):
                self._read(self.seats[name], reading)
            case Connected():
                self._connected = True
                self._say(wire.FromPanels(hello=wire.Hello(tuple(self.seats), self.simulated)))
                self._say_jammed()
            case Lost(why=why):
                self._lost(why)
            case bytes():
                self._line(item)
            case Exception():
                raise item

    def _lost(self, why: str) -> None:
        if not self._was_lost:
            log.warning("no connection to the server: %s", why)
        self._connected, self._online, self._resyncing, self._was_lost = False, False, False, True
        for seat in self.seats.values():
            seat.lost()

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
        elif said.bye is not None:
            self._bye(said.bye)

    def _snapshot(self, seen: wire.Seen) -> None:
        fresh = not self._online
        self._online, self._resyncing, self._was_lost = True, False, False
        self._look(seen)
        if not fresh:
            return
        self.link.good()
        log.info("connected; %d seats wired", len(self.seats))
        for name, seat in self.seats.items():
            self._patterns.pop(name, None)  # so that the server hears of every light
            command = seat.again(seen, self.clock())
            if command is not None:
                self._say(wire.FromPanels(command=command))

    def _look(self, seen: wire.Seen) -> None:
        self._seen = seen
        for seat in self.seats.values():
            seat.looked(seen)

    def _answer(self, answer: wire.AnswerSeen) -> None:
        now = self.clock()
        if not any(seat.answered(answer, self._seen, now) for seat in self.seats.values()):
            log.debug("an answer that nobody waits for any more")
        elif not answer.accepted:
            log.info("refused: %s", answer.refusal)

    def _simulate(self, press: wire.PressSeen) -> None:
        if self.simulated and press.seat in self.seats:
            self.pins.drive(press.seat, press.button, press.down)
        else:
            log.warning("a simulated press was not taken")

    def _bye(self, why: str) -> None:
        if not self._was_lost:
            log.error("the server ended the connection: %s", why)
            self._was_lost = True
        if why == "replaced":
            self.inbox.put(Stop(REPLACED))

    # --- buttons

    def _read(self, seat: Seat, reading: Reading) -> None:
        seat.buttons, events = read(seat.buttons, reading, self.timing)
        for event in events:
            self._happened(seat, event)

    def _happened(self, seat: Seat, event: ButtonEvent) -> None:
        now = self.clock()
        match event.what:
            case What.PRESSED if event.button is not None:
                command = seat.pressed(event.button, self._seen, str(uuid.uuid4()), now)
                if command is not None and self._online:
                    self._say(wire.FromPanels(command=command))
            case What.TWO_AT_ONCE:
                seat.refuse(now)
            case What.JAMMED | What.FREED:
                log.warning("seat %s: a button is %s", seat.name, event.what)
                self._say_jammed()

    # --- out

    def _pass(self, now: float) -> None:
        """Whatever is due by now: presses that stayed alone, lights, a beat."""
        for seat in self.seats.values():
            seat.buttons, events = later(seat.buttons, now, self.timing)
            for event in events:
                self._happened(seat, event)
        self._switch()
        changed = [name for name in self.seats if self._light(name, now)]
        if changed and (self.simulated or self.on_shown is not None):
            self._report({name: self._lit(name) for name in changed})
        if now >= self._beat_at:
            self._beat_at = now + BEAT_SECONDS
            self.pins.reread()
            self._say(wire.FromPanels(beat=int(now)))

    def _switch(self) -> None:
        """The microphone of whoever has the floor; none while nobody can say who that is."""
        if self.microphones is not None:
            here = self._seen.seats.values() if self._online and not self._resyncing else ()
            self.microphones.show(seat.seat for seat in here if seat.speech == "speaking")

    def _light(self, name: str, now: float) -> bool:
        """Set one seat's lights; True when something about them has changed."""
        situation = self.seats[name].situation(self._seen, online=self._online, now=now)
        pattern = self.pins.looks(name, lights(situation))
        frame = pattern.at(now)
        changed = self._patterns.get(name) != pattern or self._frames.get(name) != frame
        self._patterns[name] = pattern
        if self._frames.get(name) != frame:
            self._frames[name] = frame
            self.pins.show(name, frame)
        return changed

    def _lit(self, name: str) -> wire.Lit:
        pattern = self._patterns.get(name, OFFLINE)
        words = (pattern.word(0), pattern.word(1), pattern.word(2))
        return wire.Lit(show=pattern.show, lights=words, lit=self.pins.lit(name))

    def _report(self, shown: dict[str, wire.Lit]) -> None:
        if self.simulated:
            self._say(wire.FromPanels(lights=shown))
        if self.on_shown is not None:
            self.on_shown(shown)

    def _say_jammed(self) -> None:
        self._say(wire.FromPanels(jammed=tuple(n for n, seat in self.seats.items() if seat.buttons.jammed)))

    def _say(self, line: wire.FromPanels) -> None:
        if self._connected:
            self.link.send(wire.encode(line))
