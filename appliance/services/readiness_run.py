"""The check of the house before a meeting, as a technician goes through it: one at a time, in memory until it is filed.

On the hub. What waits for a disk or a program (measuring, filing) runs elsewhere. The panels test until the check is
finished, dropped or left alone for half an hour; a vote that is opened ends the test at once.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from msgspec.structs import replace

from appliance.core.people import Actor
from appliance.core.refusals import Code, Fault, Refusal
from appliance.services import readiness_check as ck
from appliance.services import readiness_orders as ro
from appliance.services import readiness_sealing as sealing
from appliance.services.answers import Accepted, Answer, Reply
from appliance.services.chamber import Chamber
from appliance.services.on_file import Put, Readiness
from appliance.services.panel_orders import LightPanel, TryPanels
from appliance.services.panel_words import House, Pressed
from appliance.services.panels import Panels
from appliance.services.ports import Timers
from appliance.services.readiness import items
from appliance.services.readiness_facts import ClockFacts, Facts, Measured, PanelFacts, Surroundings, TabletFacts
from appliance.services.readiness_report import ReadinessItem, TriedPanel
from appliance.services.registry import Registry, in_office

log = logging.getLogger(__name__)

MEASURE_SECONDS: Final = 5.0
IDLE_SECONDS: Final = 1800.0
"""A check that nobody goes on with gives the panels back."""


@dataclass(slots=True)
class ReadinessRun:
    """`handle` takes the technician's steps; `listeners` hear that `check` or `found` has changed."""

    panels: Panels
    chamber: Chamber
    registry: Registry
    timers: Timers
    aside: Callable[[Callable[[], None], Callable[[Fault | None], None]], None]
    draw: Callable[[], str]
    fitted: bool
    """Panels are configured."""
    demo: bool = False
    measure: Callable[[], Measured] = Measured
    """Asks the machine; slow, called off the hub."""
    around: Callable[[], Surroundings] = Surroundings
    try_camera: Callable[[Actor], None] = lambda _actor: None
    """Lets the camera run for a moment, so that there is a picture to look at."""
    check: ck.Check | None = None
    measured: Measured = field(default_factory=Measured)
    measured_at: str = ""
    listeners: list[Callable[[], None]] = field(default_factory=list)
    _tested: bool = False
    """The panels process has said that it tests, since the check began or went on."""
    _touched_ms: int = 0
    _cancel: Callable[[], None] = lambda: None

    def __post_init__(self) -> None:
        self.panels.on_pressed.append(self._felt)
        self.panels.listeners.append(self._house_changed)

    # --- steps

    def handle(self, asked: ro.RunAsked, actor: Actor, by_name: str, reply: Reply) -> None:
        """One step; `reply` is called once. A refusal has changed nothing."""
        self._touch()
        if isinstance(asked, ro.BeginReadiness):
            self._begin(actor, by_name, reply)
        elif self.check is None:
            reply(Refusal(Code.READINESS_NOT_RUNNING))
        elif isinstance(asked, ro.FinishReadiness):
            self._finish(self.check, asked.note, reply)
        elif isinstance(asked, ro.MeasureReadiness):
            self._measure(lambda fault: reply(self._done() if fault is None else Refusal(fault.code, fault.detail)))
        elif isinstance(asked, ro.DropReadiness):
            self._log("DropReadiness", actor.person)
            self._end()
            reply(self._done())
        else:
            after = self._step(self.check, asked)
            if not isinstance(after, Refusal):
                self._now(after)
            reply(after if isinstance(after, Refusal) else self._done())

    def _step(self, check: ck.Check, asked: ro.RunAsked) -> ck.Check | Refusal:
        house, at = self.panels.house or House(), self._at()
        if isinstance(asked, ro.SeeLights):
            return ck.seen(check, asked.serials, lights=asked.lights)
        if isinstance(asked, ro.OpenTestPoll):
            opened = ck.opened(check, at, self.chamber.head, house)
            if not isinstance(opened, Refusal):
                self._darken(house)
            return opened
        return ck.closed(check, at, self.chamber.head, house)

    def _begin(self, actor: Actor, by_name: str, reply: Reply) -> None:
        check = self.check
        if check is not None and check.stage is not ck.Stage.STOPPED:
            reply(Refusal(Code.READINESS_RUNNING))
            return

        def testing(answer: Answer) -> None:
            if isinstance(answer, Refusal) and answer.code is not Code.PANELS_OFFLINE:
                reply(answer)
                return
            fresh = self.check or ck.Check(self._at(), actor.person, by_name)
            away = isinstance(answer, Refusal) and self.fitted
            self._now(replace(fresh, stage=ck.Stage.STOPPED if away else ck.Stage.PRESSING))
            self._log("BeginReadiness", actor.person)
            self.try_camera(actor)
            self._measure_again()
            reply(self._done())

        self._tested = False
        self.panels.order(TryPanels(on=True), testing)

    def _end(self) -> None:
        """The panels count again, and nothing is left of the check."""
        self._cancel()
        self.check, self._tested = None, False
        if self.panels.house is not None and self.panels.house.testing:
            self.panels.order(TryPanels(on=False))
        self._tell()

    def _done(self) -> Accepted:
        return Accepted(self.chamber.head.seq)

    # --- the panels

    def _felt(self, press: Pressed) -> None:
        house = self.panels.house
        if self.check is None or house is None or house.of(press.serial) is None:
            return
        self._touch()
        after, lights = ck.felt(self.check, press)
        if lights is not None:
            self.panels.order(LightPanel(serial=press.serial, lights=lights))
        if after != self.check:
            self._now(after)

    def _darken(self, house: House) -> None:
        for panel in house.panels:
            if panel.online:
                self.panels.order(LightPanel(serial=panel.serial, lights=ck.DARK))

    def _house_changed(self) -> None:
        house = self.panels.house
        testing = house is not None and house.testing
        self._tested = self._tested or testing
        if self.check is None:
            return  # a technician tests by hand, without a check
        if self._tested and not testing:
            stopped = ck.step(self.check, "stop")
            if not isinstance(stopped, Refusal):
                self.check = stopped
        self._tell()

    # --- measuring

    def _measure_again(self) -> None:
        """Now and every few seconds, as long as the check goes on."""
        self._cancel()
        if self.check is None:
            return
        if self.chamber.clock.now().uptime_ms - self._touched_ms > IDLE_SECONDS * 1000:
            self._end()
            return
        self._measure(lambda _fault: None)
        self._cancel = self.timers.after(MEASURE_SECONDS, self._measure_again)

    def _measure(self, then: Callable[[Fault | None], None]) -> None:
        found: list[Measured] = []

        def done(fault: Fault | None) -> None:
            if found:
                self.measured, self.measured_at = found[0], self._at()
                self._tell()
            then(fault)

        self.aside(lambda: found.append(self.measure()), done)

    def facts(self, check: ck.Check) -> Facts:
        """All that is known at this moment."""
        house, around, members = self.panels.house, self.around(), in_office(self.registry.on_file)
        cards = self.registry.on_file.cards.values()
        enrolled = {card.member for card in cards if card.revoked is None and card.device is not None}
        own = {m.id for m in members}
        panels = self._tried(check)
        return Facts(
            fault=self.chamber.fault is not None,
            panels=PanelFacts(
                fitted=self.fitted or bool(house is not None and (house.panels or house.buses)),
                online=house is not None,
                buses_off=tuple(b.bus for b in house.buses if not b.online) if house is not None else (),
                panels=panels,
                jammed=tuple(p.seat or p.serial for p in house.panels if p.jammed) if house is not None else (),
            ),
            tablets=TabletFacts(len(members), len(enrolled & own), len(around.online & enrolled & own)),
            recorder=self.measured.recorder,
            host=replace(self.measured.host, clock=self._clock()),
            zero=check.zero,
            result=check.result,
            displays=around.displays,
        )

    def _clock(self) -> ClockFacts:
        unset, doubtful = self.chamber.clock_unset(), self.chamber.time_doubtful
        return replace(self.measured.host.clock, unset=unset, doubtful=doubtful)

    def found(self) -> tuple[tuple[TriedPanel, ...], tuple[ReadinessItem, ...]]:
        """What a screen shows of the check that is under way: each panel, and each item."""
        if self.check is None:
            return (), ()
        facts = self.facts(self.check)
        return facts.panels.panels, items(facts)

    def _tried(self, check: ck.Check) -> tuple[TriedPanel, ...]:
        names = {m.seat: m.name for m in in_office(self.registry.on_file) if m.seat}
        return ck.tried(check, self.panels.house, names)

    # --- filing

    def _finish(self, check: ck.Check, note: str, reply: Reply) -> None:
        """Measured once more, sealed, written; only then is the check over."""
        if check.stage is ck.Stage.POLLING:
            reply(Refusal(Code.TEST_POLL_OPEN))
            return
        if self.chamber.clock_unset():
            reply(Refusal(Code.CLOCK_UNSET))
            return

        def written(fault: Fault | None) -> None:
            if fault is not None:
                reply(Refusal(fault.code, fault.detail))
                return
            self._end()
            reply(self._done())

        def measured(fault: Fault | None) -> None:
            if fault is not None:
                reply(Refusal(fault.code, fault.detail))
                return
            moment = sealing.Moment(self.draw(), self.chamber.clock.now().utc, self.demo, self.chamber.rehearsal)
            about = sealing.meeting_of(self.chamber.durable, self.registry.on_file, moment.at)
            council = self.registry.on_file.council.name
            report = sealing.report_of(check, self.facts(check), council, about, note, moment)
            record = sealing.sealed(report, moment.at, self.chamber.signer)
            self.aside(lambda: self._file(record), written)

        self._measure(measured)

    def _file(self, record: Readiness) -> None:
        self.registry.change(record.by, "FinishReadiness", lambda _: (Put(record),))

    def _log(self, what: str, by: str) -> None:
        """Into the audit: from here on presses count nothing, or count again. A check is not kept waiting for it."""
        self.aside(lambda: self.registry.log(by, what, {}, {}), _in_the_journal)

    # --- all the rest

    def _touch(self) -> None:
        self._touched_ms = self.chamber.clock.now().uptime_ms

    def _at(self) -> str:
        return sealing.iso(self.chamber.clock.now().utc)

    def _now(self, check: ck.Check) -> None:
        self.check = check
        self._tell()

    def _tell(self) -> None:
        for listen in self.listeners:
            listen()


def _in_the_journal(fault: Fault | None) -> None:
    if fault is not None:
        log.error("the audit knows nothing of a readiness check: %s", fault)
