"""One thread a dongle: asks every panel in turn, and tells the panels process what is new.

It knows nothing of meetings. What each panel is to be told the process may change at any time (`tell_panel`); what
panels say goes into the process's inbox. Whatever comes in on the wire, it goes on; only a mistake of ours ends it,
and then the process with it.
"""

import logging
import os
import queue
import threading
import time
from collections.abc import Callable
from typing import Final

from appliance.panels.bus.exchange import Asking
from appliance.panels.bus.joining import join, leave, who, who_is
from appliance.panels.bus.news import BusSaid, Found, Joined, News, PanelSaid
from appliance.panels.bus.pairing_file import Paired
from appliance.panels.bus.port import ABSENT, Line, PortLostError, Ports, SerialLine
from appliance.panels.bus.reader import Heard
from appliance.panels.bus.schedule import Schedule, Turn
from appliance.panels.bus.session import Session, Told
from appliance.panels.bus.work import BusSettings, Have, Join, Leave, Look, Work
from firmware.panel.frame import BROWNOUT, JAMMED, TWO_AT_ONCE

TRY_SECONDS: Final = 0.25
"""Between two looks for a port that is not there."""
ROUND_SECONDS: Final = 0.02
"""No round is shorter: few panels are not asked without a pause."""
STRANGE_SECONDS: Final = 3.0
"""A port of a pattern on which nobody of ours answers for so long is given up for the next."""
AVOID_SECONDS: Final = 2 * STRANGE_SECONDS
"""And is not taken again for so long: another bus may be waiting for it, and we for its own."""
REPORT_SECONDS: Final = 1.0
ERRORS_SECONDS: Final = 5.0
NOISE: Final = "noise"
"""The port is open, and only what is no frame comes in: a babbling panel, a damaged cable."""
SILENT: Final = "silent"
"""The port is open, and no panel answers: no power, a cut cable, a wrong baud rate."""
log = logging.getLogger(__name__)


class Master:
    """`start`, then `do` and `tell_panel` from the process's thread; `close` in the end."""

    def __init__(
        self,
        bus: str,
        settings: BusSettings,
        ports: Ports,
        say: Callable[[News | Exception], None],
        *,
        open_line: Callable[[str, int], Line] = SerialLine,
        chance: Callable[[int], bytes] = os.urandom,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.bus = bus
        self.settings = settings
        self._ports = ports
        self._say = say
        self._open_line = open_line
        self._chance = chance
        self._clock = clock
        self.tells_lights = False
        """Each change of a panel's lights is told too: for the simulator and the readiness report."""
        self._told: dict[str, Told] = {}
        self._work: queue.SimpleQueue[Work] = queue.SimpleQueue()
        self._urgent: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"bus-{bus}", daemon=True)
        self._panels: dict[int, Paired] = {}
        self._sessions: dict[str, Session] = {}
        self._said: dict[str, PanelSaid] = {}
        self._errors_told: dict[str, tuple[int, float]] = {}
        self._schedule = Schedule()
        self._asking = Asking(settings.answer_ms / 1000, clock)
        self._round_at = 0.0
        self._cycle = 0.0
        self._report: BusSaid | None = None
        self._report_at = 0.0
        self._avoided: dict[str, float] = {}

    def start(self) -> None:
        """Begin to look for the port."""
        self._thread.start()

    def do(self, work: Work) -> None:
        """To be done between two questions."""
        self._work.put(work)

    def tell_panel(self, serial: str, told: Told, *, soon: bool) -> None:
        """What a panel is told from now on; `soon`: out of turn, if that can be."""
        self._told[serial] = told
        if soon:
            self._urgent.put(serial)

    def close(self) -> None:
        """End, and give the port back."""
        self._ending.set()
        self._thread.join()

    # --- the port

    def _run(self) -> None:
        try:
            while not self._ending.is_set():
                self._serve_a_port()
        except Exception as error:  # noqa: BLE001 - handed to the thread that can end the process
            self._say(error)

    def _serve_a_port(self) -> None:
        now = self._clock()
        self._avoided = {path: until for path, until in self._avoided.items() if now < until}
        why, path = ABSENT, self._ports.take(self.settings.port, self.bus, self._avoided)
        if path is not None:
            try:
                line = self._open_line(path, self.settings.baud)
                try:
                    self._serve(line)
                finally:
                    line.close()
            except PortLostError as lost:
                why = lost.why
                if self._report is None or self._report.why != why:
                    log.warning("bus %s: %s", self.bus, lost)
        self._all_lost()
        self._ports.give_back(self.bus)
        if not self._ending.is_set():
            self._tell_bus(BusSaid(self.bus, self.settings.port, False, 0, self._asking.bad, why))
            self._ending.wait(TRY_SECONDS)
            self._do_work(None)

    def _serve(self, line: Line) -> None:
        log.info("bus %s: on %s at %d baud", self.bus, line.name, self.settings.baud)
        self._asking.began()
        self._round_at = self._clock()
        self._cycle = 0.0
        while not self._ending.is_set():
            self._do_work(line)
            while not self._urgent.empty():
                self._mark_urgent(self._urgent.get())
            found = self._schedule.next()
            if found is None or found.first:
                self._between_rounds(line)
            if found is None:
                self._asking.listen(line, ROUND_SECONDS)
            elif found.turn is Turn.WHO:
                self._ask_who(line)
            elif found.address in self._panels:
                self._ask(line, self._panels[found.address])
            if self._is_a_stranger(line):
                self._avoided[line.name] = self._clock() + AVOID_SECONDS
                return

    def _is_a_stranger(self, line: Line) -> bool:
        """Whether a pattern led to a port of somebody else: ours are expected, and none has answered."""
        if not self._panels or self._clock() - self._asking.good_at < STRANGE_SECONDS:
            return False
        return self._ports.choice(self.settings.port)

    def _between_rounds(self, line: Line) -> None:
        now = self._clock()
        self._ending.wait(max(0.0, self._round_at + ROUND_SECONDS - now))
        now = self._clock()
        self._cycle += ((now - self._round_at) - self._cycle) * (0.2 if self._cycle else 1.0)
        self._round_at = now
        if now >= self._report_at:
            self._report_at = now + REPORT_SECONDS
            cycle = max(1, round(self._cycle * 100) * 10)
            self._tell_bus(BusSaid(self.bus, line.name, True, cycle, self._asking.bad, self._why(now)))

    def _why(self, now: float) -> str:
        if not self._panels or now - self._asking.good_at < 1.0:
            return ""
        return NOISE if now - self._asking.noise_at < 1.0 else SILENT

    def _tell_bus(self, said: BusSaid) -> None:
        if said != self._report:
            self._report = said
            self._say(said)

    # --- questions

    def _ask(self, line: Line, panel: Paired) -> None:
        session = self._sessions[panel.serial]
        phase = int(self._clock() * 10 + 1e-6) % 240
        frame = session.asked(self._told.get(panel.serial, Told()), phase)
        if self._asking.ask(line, frame, lambda heard: session.heard(heard, self._clock()), None):
            self._schedule.heard(panel.address)
            self._tell_answer(panel, session)
            return
        session.missed()
        if not session.live(self._clock()):
            self._schedule.lost(panel.address)
            self._tell_away(panel, session)

    def _tell_answer(self, panel: Paired, session: Session) -> None:
        last = session.last
        said = PanelSaid(
            panel.serial,
            jammed=bool(last.state & JAMMED),
            down=last.down,
            lit=last.lit if self.tells_lights else 0,
            two_at_once=bool(last.state & TWO_AT_ONCE),
            brownout=bool(last.state & BROWNOUT),
            version=session.version,
            errors=self._errors(panel.serial, session),
            press=session.press(),
        )
        if said != self._said.get(panel.serial):
            self._say(said)
        self._said[panel.serial] = said

    def _errors(self, serial: str, session: Session) -> int:
        """As last told, for some seconds: errors alone are no news."""
        now, (told, at) = self._clock(), self._errors_told.get(serial, (0, -1e9))
        if session.errors != told and now - at > ERRORS_SECONDS:
            self._errors_told[serial] = session.errors, now
            return session.errors
        return told

    def _tell_away(self, panel: Paired, session: Session) -> None:
        said = self._said.pop(panel.serial, None)
        if said is not None:
            self._say(PanelSaid(panel.serial, online=False, errors=session.errors))

    def _ask_who(self, line: Line) -> None:
        found: list[str] = []

        def is_new(heard: Heard) -> bool:
            serial = who_is(heard)
            found.extend([serial] if serial else [])
            return serial is not None

        if self._asking.ask(line, who(self._chance(4)), is_new, None):
            self._say(Found(self.bus, found[0]))

    # --- work

    def _mark_urgent(self, serial: str) -> None:
        address = next((a for a, panel in self._panels.items() if panel.serial == serial), None)
        if address is not None:
            self._schedule.urgent(address)

    def _do_work(self, line: Line | None) -> None:
        while not self._work.empty():
            match self._work.get():
                case Have(panels=panels):
                    self._have(panels)
                case Look(on=on):
                    self._schedule.looking = on
                case Join(panel=panel):
                    self._join(line, panel)
                case Leave(panel=panel) if line is not None:
                    leave(panel, lambda f, p, s: self._asking.ask(line, f, p, s), self._chance)
                case _:
                    pass  # nobody is there to be told; its key is thrown away all the same

    def _join(self, line: Line | None, panel: Paired) -> None:
        joined = line is not None and join(panel, lambda f, p, s: self._asking.ask(line, f, p, s), line.write)
        self._say(Joined(panel.serial, joined))

    def _have(self, panels: tuple[Paired, ...]) -> None:
        before = {panel.serial: panel for panel in self._panels.values()}
        self._panels = {panel.address: panel for panel in panels}
        kept: dict[str, Session] = {}
        for panel in panels:
            old = before.get(panel.serial)
            same = old is not None and (old.key, old.address) == (panel.key, panel.address)
            kept[panel.serial] = self._sessions[panel.serial] if same else self._session(panel)
        for serial in set(self._sessions) - set(kept):
            self._said.pop(serial, None)
        self._sessions = kept
        self._schedule.panels(self._panels)

    def _session(self, panel: Paired) -> Session:
        return Session(panel.address, panel.secret, self._chance)

    def _all_lost(self) -> None:
        """The line is gone: whoever comes back on it is met anew."""
        for panel in self._panels.values():
            session = self._sessions[panel.serial]
            session.answered_at = None
            self._schedule.lost(panel.address)
            self._tell_away(panel, session)
