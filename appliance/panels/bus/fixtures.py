"""Panels on buses as fixtures at seats: which panel is at which seat, what it is told, and what it says.

A panel that says a press which nobody waits for is told that it counts nothing: it sits at no seat, or was moved since.
While testing no press counts; the panel is told *recorded* of each, so that it asks no further, and shows what it is
told to show.
"""

import math
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from typing import Protocol

from appliance.core.ballot_paper import Choice
from appliance.panels.bus.box import Box, Waits
from appliance.panels.bus.news import BusSaid, Found, Joined, PanelSaid
from appliance.panels.bus.pairing_file import Paired, PairingFile
from appliance.panels.bus.patterns import NUMBERS
from appliance.panels.bus.session import Told
from appliance.panels.bus.telling import bus_told, panel_told
from appliance.panels.bus.work import BusSettings, Have, Look, Work
from appliance.panels.fixtures import Event, Outcome, Press, Shown, TwoAtOnce
from appliance.panels.lights import ORDER, Frame, Pattern
from appliance.services.panel_words import House, Pairing, Panel, PanelDone, PanelOrder, Pressed
from firmware.panel.frame import BUZZER, LOCATE, TESTING


class BusMaster(Protocol):
    """What is needed of a bus (`master.Master`)."""

    tells_lights: bool

    @property
    def settings(self) -> BusSettings: ...
    def start(self) -> None: ...
    def do(self, work: Work) -> None: ...
    def tell_panel(self, serial: str, told: Told, *, soon: bool) -> None: ...
    def close(self) -> None: ...


class Ordering(Protocol):
    """Who does the technician's orders (`orders.Orders`)."""

    pairing: Pairing | None

    def order(self, order: PanelOrder) -> PanelDone | bool: ...
    def found(self, found: Found) -> None: ...
    def joined(self, joined: Joined) -> PanelDone | None: ...


class BusFixtures:
    """All panels on all buses."""

    def __init__(
        self,
        file: PairingFile,
        masters: Mapping[str, BusMaster],
        ordering: "Callable[[BusFixtures], Ordering]",
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        *,
        fixed: Collection[str] = (),
        simulated: bool = False,
    ) -> None:
        """`fixed`: seats that have a panel on pins. A panel that was at such a seat before it was wired is a spare."""
        self.file = file
        self.masters = masters
        self.testing = False
        self._fixed = frozenset(fixed)
        self._simulated = simulated
        self._now = now
        self._boxes: dict[str, Box] = {}
        self._buses = {name: BusSaid(name, master.settings.port, online=False) for name, master in masters.items()}
        self._orders = ordering(self)
        self._at: dict[str, Paired] = {}

    # --- fixtures

    def begin(self, now: float) -> None:
        """The masters begin to look for their ports."""
        self.changed()
        for master in self.masters.values():
            master.tells_lights = self._simulated
            master.start()

    def seats(self) -> tuple[str, ...]:
        """Of all paired panels, whether they answer or not."""
        return tuple(self._at)

    def jammed(self) -> frozenset[str]:
        """The seats of which a button is stuck."""
        stuck = {serial for serial, box in self._boxes.items() if box.said.jammed}
        return frozenset(seat for seat, panel in self._at.items() if panel.serial in stuck) if stuck else frozenset()

    def hear(self, item: object, now: float) -> tuple[Event, ...] | None:
        """What a master tells."""
        match item:
            case PanelSaid():
                return self._panel_said(item, now)
            case BusSaid():
                self._buses[item.bus] = item
            case Found():
                self._orders.found(item)
            case Joined():
                done = self._orders.joined(item)
                return () if done is None else (done,)
            case _:
                return None
        return ()

    def pass_time(self, now: float) -> tuple[Event, ...]:
        """Nothing: masters and panels have clocks of their own."""
        return ()

    def due(self, now: float) -> float:
        """Never."""
        return math.inf

    def show(self, seat: str, shown: Shown, now: float) -> bool:
        """With the panel's next poll; what became of its press, out of turn."""
        panel = self._at[seat]
        box = self.box(panel.serial)
        changed = (shown.pattern, box.said.lit) != (box.shown.pattern, box.seen_lit)
        box.shown, box.seen_lit = shown, box.said.lit
        self.tell(panel)
        return changed

    def lit(self, seat: str) -> Frame:
        """As the panel said last."""
        lit = self.box(self._at[seat].serial).said.lit
        return bool(lit & 1), bool(lit & 2), bool(lit & 4)

    def looks(self, seat: str, pattern: Pattern) -> Pattern:
        """Panels have three lights."""
        return pattern

    def drive(self, seat: str, choice: Choice, down: bool) -> bool:
        """Nobody's finger reaches a panel on a bus from here."""
        return False

    def house(self) -> House:
        """Buses, panels, and whether one is looked for."""
        return House(
            buses=tuple(bus_told(said, self.masters[said.bus].settings.baud) for said in self._buses.values()),
            panels=tuple(self._panel(panel) for panel in self.file.panels.values()),
            pairing=self._orders.pairing,
            testing=self.testing,
        )

    def order(self, order: PanelOrder) -> PanelDone | bool:
        """See `orders`."""
        return self._orders.order(order)

    def alone(self) -> None:
        """Nobody is there to look for panels, to locate or to test them."""
        self.test(on=False)
        self.look(None)
        for serial, box in self._boxes.items():
            box.located = False
            self.tell_serial(serial)

    def close(self) -> None:
        """The masters end; panels show that nobody asks them."""
        for master in self.masters.values():
            master.close()

    # --- for orders

    def box(self, serial: str) -> Box:
        """A panel's."""
        box = self._boxes.get(serial)
        if box is None:
            box = self._boxes[serial] = Box()
        return box

    def changed(self) -> None:
        """The pairing file has changed: masters and seats follow it."""
        here = ((self._seat(panel), panel) for panel in self.file.panels.values())
        self._at = {seat: panel for seat, panel in here if seat is not None}
        for gone in set(self._boxes) - set(self.file.panels):
            del self._boxes[gone]
        for name, master in self.masters.items():
            master.do(Have(self.file.of_bus(name)))
        for serial in self.file.panels:
            self.tell_serial(serial)

    def test(self, *, on: bool) -> None:
        """Begin or end to report presses instead of giving them."""
        if on != self.testing:
            self.testing = on
            for master in self.masters.values():
                master.tells_lights = on or self._simulated
            for serial, box in self._boxes.items():
                box.set = 0
                self.tell_serial(serial)

    def look(self, bus: str | None) -> None:
        """Look for a new panel on that bus, and on no other."""
        self._orders.pairing = Pairing(bus=bus) if bus is not None else None
        for name, master in self.masters.items():
            master.do(Look(on=name == bus))

    def online(self, bus: str) -> bool:
        """Whether its port is open."""
        return self._buses[bus].online

    def tell_serial(self, serial: str) -> None:
        """Anew, what a panel is to show."""
        panel = self.file.panels.get(serial)
        if panel is not None:
            self.tell(panel)

    def tell(self, panel: Paired) -> None:
        """What a panel is to show, if that is not what it was told already."""
        master = self.masters.get(panel.bus)
        if master is None:
            return  # its bus is not in the configuration any more
        box = self.box(panel.serial)
        told = self._told(panel, box)
        if told != box.told:
            news = box.told is None or (told.press, told.verdict) != (box.told.press, box.told.verdict)
            box.told = told
            master.tell_panel(panel.serial, told, soon=news and told.verdict > Outcome.TAKEN)

    # ---

    def _panel(self, panel: Paired) -> Panel:
        bus = self._buses.get(panel.bus)
        port = bus.port if bus is not None else ""
        return panel_told(panel, self._seat(panel), self.box(panel.serial), port, testing=self.testing)

    def _seat(self, panel: Paired) -> str | None:
        return None if panel.seat in self._fixed else panel.seat

    def _told(self, panel: Paired, box: Box) -> Told:
        flags = (LOCATE if box.located else 0) | (BUZZER if self.masters[panel.bus].settings.buzzer else 0)
        if self.testing:
            number, outcome = 0, Outcome.NOTHING
            if box.waits is not None:
                number = box.waits.number
                outcome = Outcome.REFUSED if box.waits.name else Outcome.RECORDED
            return Told(box.set, 0, number, outcome, flags | TESTING)
        shown = box.shown if self._seat(panel) is not None else Shown()
        number, outcome = 0, Outcome.NOTHING
        if box.waits is not None:
            number = box.waits.number
            outcome = shown.outcome if shown.press == box.waits.name != "" else Outcome.REFUSED
        return Told(NUMBERS[shown.pattern], shown.asked, number, outcome, flags)

    def _panel_said(self, said: PanelSaid, now: float) -> tuple[Event, ...]:
        panel = self.file.panels.get(said.serial)
        if panel is None:
            return ()
        box = self.box(said.serial)
        before, box.said = box.said, said
        if box.seen is None or (before.online, before.jammed) != (said.online, said.jammed) or said.press is not None:
            box.seen = self._now().isoformat(timespec="seconds")
        events = self._fingers(panel, before, said) if self.testing else self._presses(panel, box, said, now)
        if said.press is not None and (self.testing or self._seat(panel) is None):
            self.tell(panel)  # it counts nothing, and nobody shows anything there
        return events

    def _presses(self, panel: Paired, box: Box, said: PanelSaid, now: float) -> tuple[Event, ...]:
        if said.press is not None:
            box.waits = Waits(f"{said.serial} {said.press.boot} {said.press.number}", said.press.number)
        seat = self._seat(panel)
        if seat is None:
            return ()
        events: list[Event] = [TwoAtOnce(seat)] if said.two_at_once else []
        if said.press is not None and box.waits is not None:
            press = said.press
            events.append(Press(seat, ORDER[press.button], box.waits.name, now - press.age, press.tag))
        return tuple(events)

    def _fingers(self, panel: Paired, before: PanelSaid, said: PanelSaid) -> tuple[Event, ...]:
        """Down and up by what is held; a press that was over between two polls is both."""
        events: list[Event] = []
        for bit, choice in enumerate(ORDER):
            was, is_ = bool(before.down >> bit & 1), bool(said.down >> bit & 1)
            short = said.press is not None and ORDER[said.press.button] is choice and not was and not is_
            turns = (True, False) if short else (is_,) if was != is_ else ()
            events += [
                Pressed(serial=panel.serial, seat=self._seat(panel), button=choice.value, down=down) for down in turns
            ]
        if said.press is not None:
            self.box(panel.serial).waits = Waits("", said.press.number)
        return tuple(events)
