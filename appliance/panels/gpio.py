"""Panels on GPIO pins, the Pi's own or an expander's, as fixtures at seats. They are wired once and never moved."""

import math
import secrets
from collections.abc import Iterable
from typing import Final, Protocol

from msgspec import Struct
from msgspec.structs import replace

from appliance.core.ballot_paper import Choice
from appliance.core.refusals import Code
from appliance.panels.buttons import ButtonEvent, Buttons, Reading, Timing, What, at_start, due_at, later, read
from appliance.panels.fixtures import Event, Press, Shown, TwoAtOnce
from appliance.panels.lights import DARK, ORDER, Frame, Pattern
from appliance.services.panel_words import House, Panel, PanelDone, PanelOrder, Pressed

REREAD_SECONDS: Final = 2.0
LOCATED: Final = Pattern(DARK.show, tuple((on, on, on) for on in (True, True, False, False)))
SERIAL: Final = "gpio:"


class SeatPins(Protocol):
    """What is needed of the hardware (`pins.Pins`)."""

    @property
    def seats(self) -> tuple[str, ...]: ...
    def down(self, seat: str, now: float) -> dict[Choice, float]: ...
    def reread(self) -> None: ...
    def looks(self, seat: str, pattern: Pattern) -> Pattern: ...
    def show(self, seat: str, frame: Frame) -> None: ...
    def lit(self, seat: str) -> Frame: ...
    def drive(self, seat: str, choice: Choice, down: bool) -> None: ...
    def close(self) -> None: ...


class SeatReading(Struct, frozen=True):
    """Put into the inbox: a raw reading of a seat's button."""

    seat: str
    reading: Reading


class _Fixture:
    """One seat's panel."""

    def __init__(self) -> None:
        self.buttons = Buttons()
        self.shown = Shown()
        self.pattern: Pattern | None = None
        self.frame: Frame | None = None
        self.located = False
        self.set: Frame | None = None
        """While testing: the lights as they were ordered."""

    def instead(self) -> Pattern | None:
        """What it shows while it is located or tested, instead of anything else."""
        if self.located:
            return LOCATED
        return None if self.set is None else Pattern(DARK.show, (self.set,))


class GpioFixtures:
    """All wired seats. `absent`: those whose board could not be opened."""

    def __init__(self, pins: SeatPins, timing: Timing, absent: Iterable[str] = (), *, simulated: bool = False) -> None:
        self._pins = pins
        self._timing = timing
        self._absent = tuple(absent)
        self._simulated = simulated
        self._boot = secrets.token_hex(8)
        self._presses = 0
        self._reread_at = 0.0
        self._testing = False
        self._seats = {seat: _Fixture() for seat in pins.seats}

    def begin(self, now: float) -> None:
        """A button that is down already was pressed for nobody."""
        for seat, fixture in self._seats.items():
            fixture.buttons = at_start(self._pins.down(seat, now))

    def seats(self) -> tuple[str, ...]:
        """All whose pins could be opened."""
        return tuple(self._seats)

    def jammed(self) -> frozenset[str]:
        """The seats of which a button is stuck."""
        return frozenset(seat for seat, fixture in self._seats.items() if fixture.buttons.jammed)

    def hear(self, item: object, now: float) -> tuple[Event, ...] | None:
        """A SeatReading."""
        if not isinstance(item, SeatReading):
            return None
        fixture = self._seats[item.seat]
        before = fixture.buttons.down
        fixture.buttons, happened = read(fixture.buttons, item.reading, self._timing)
        if not self._testing:
            return self._told(item.seat, happened, now)
        if item.reading.down == (item.reading.button in before):
            return ()
        return (
            Pressed(
                serial=SERIAL + item.seat, seat=item.seat, button=item.reading.button.value, down=item.reading.down
            ),
        )

    def pass_time(self, now: float) -> tuple[Event, ...]:
        """Presses that stayed alone, buttons that are stuck, lights that change."""
        events: list[Event] = []
        for seat, fixture in self._seats.items():
            fixture.buttons, happened = later(fixture.buttons, now, self._timing)
            events += self._told(seat, happened, now)
        if now >= self._reread_at:
            self._reread_at = now + REREAD_SECONDS
            self._pins.reread()
        return tuple(events)

    def due(self, now: float) -> float:
        """The next press, jam, or change of a light."""
        due = self._reread_at
        for fixture in self._seats.values():
            moments = (due_at(fixture.buttons, self._timing), (fixture.pattern or DARK).next_change(now))
            due = min(due, *(moment for moment in moments if moment is not None), math.inf)
        return due

    def show(self, seat: str, shown: Shown, now: float) -> bool:
        """Set the pins by the clock."""
        fixture = self._seats[seat]
        fixture.shown = shown
        pattern = fixture.instead() or self.looks(seat, shown.pattern)
        frame = pattern.at(now)
        changed = (fixture.pattern, fixture.frame) != (pattern, frame)
        if fixture.frame != frame:
            self._pins.show(seat, frame)
        fixture.pattern, fixture.frame = pattern, frame
        return changed

    def lit(self, seat: str) -> Frame:
        """Read back from the pins."""
        return self._pins.lit(seat)

    def looks(self, seat: str, pattern: Pattern) -> Pattern:
        """Seats with one light have a table of their own."""
        return self._pins.looks(seat, pattern)

    def drive(self, seat: str, choice: Choice, down: bool) -> bool:
        """Drive a mock pin."""
        if self._simulated and seat in self._seats:
            self._pins.drive(seat, choice, down)
            return True
        return False

    def house(self) -> House:
        """A panel a seat, which cannot be moved."""
        here = tuple(self._panel(seat, fixture) for seat, fixture in self._seats.items())
        away = tuple(Panel(serial=SERIAL + seat, seat=seat, kind="gpio") for seat in self._absent)
        return House(panels=here + away, testing=self._testing)

    def order(self, order: PanelOrder) -> PanelDone | bool:
        """Locate, test and light; what is soldered is neither forgotten nor moved."""
        if order.do == "test":
            self._test(on=bool(order.on))
            return PanelDone(id=order.id, accepted=True)
        serial = order.serial or ""
        seat = serial.removeprefix(SERIAL)
        if not serial.startswith(SERIAL) or seat not in (*self._seats, *self._absent):
            return False
        if order.do not in {"locate", "light"}:
            return PanelDone(id=order.id, accepted=False, refusal=Code.PANEL_FIXED)
        if seat in self._absent:
            return PanelDone(id=order.id, accepted=False, refusal=Code.PANEL_OFFLINE)
        if order.do == "locate":
            self._seats[seat].located = bool(order.on)
        elif not self._testing:
            return PanelDone(id=order.id, accepted=False, refusal=Code.PANELS_NOT_TESTING)
        else:
            self._seats[seat].set = order.lights
        return PanelDone(id=order.id, accepted=True)

    def alone(self) -> None:
        """Whoever was testing or looking is not there any more."""
        self._test(on=False)
        for fixture in self._seats.values():
            fixture.located = False

    def close(self) -> None:
        """Dark."""
        self._pins.close()

    def _test(self, *, on: bool) -> None:
        if on != self._testing:
            self._testing = on
            for fixture in self._seats.values():
                fixture.set = (False, False, False) if on else None
                # What was pressed for a test is no vote, and the other way round.
                fixture.buttons = replace(fixture.buttons, alone=None, spoiled=bool(fixture.buttons.down))

    def _panel(self, seat: str, fixture: _Fixture) -> Panel:
        down = tuple(choice in fixture.buttons.down for choice in ORDER) if self._testing else ()
        jammed = fixture.buttons.jammed
        return Panel(serial=SERIAL + seat, seat=seat, kind="gpio", online=True, jammed=jammed, down=down)

    def _told(self, seat: str, happened: tuple[ButtonEvent, ...], now: float) -> tuple[Event, ...]:
        events: list[Event] = []
        for event in happened if not self._testing else ():
            if event.what is What.TWO_AT_ONCE:
                events.append(TwoAtOnce(seat))
            elif event.what is What.PRESSED and event.button is not None:
                self._presses += 1
                name = f"{SERIAL}{seat} {self._boot} {self._presses}"
                events.append(Press(seat, event.button, name, now, self._seats[seat].shown.asked))
        return tuple(events)
