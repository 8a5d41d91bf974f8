"""The boxes with buttons as the house knows them: what they say of themselves, and the orders that they answer.

Nothing here waits for the panels process: an order that is not answered in time is answered for it
(`panels-offline`). What changes who sits where is written to the audit before it is ordered, and what became of it
after. On the hub; only the audit's disk is waited for elsewhere.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from appliance.core import ledger as lg
from appliance.core.people import Actor, Role
from appliance.core.refusals import Code, Fault, Refusal
from appliance.services import panel_orders as o
from appliance.services.answers import Accepted, Answer, Reply
from appliance.services.chamber import SYSTEM, Chamber, Told
from appliance.services.on_file import Change, Drop, Put, RetiredPanel
from appliance.services.panel_words import (
    WIRED,
    House,
    PanelDone,
    PanelLine,
    PanelOrder,
    Pressed,
    after,
    closed,
    in_use,
    steady,
)
from appliance.services.ports import Timers
from appliance.services.registry import Registry

ANSWER_SECONDS: Final = 5.0
"""A panel that is off line is asked for a while before the process gives it up; a disk may be slow."""
REMEMBERED: Final = 500
COUNTERS_MS: Final = 2_000
"""So often at most it is told that nothing but counters has changed."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Waiting:
    """An order on its way, and who waits for its answer."""

    order: PanelOrder
    reply: Reply
    cancel: Callable[[], None] = lambda: None


class NoPanels:
    """A PanelLine to nobody."""

    def order(self, order: PanelOrder) -> bool:
        """Never sent."""
        return False


@dataclass(slots=True)
class Panels:
    """`handle` is the desks' way to the boxes; `house_is`, `done`, `pressed` and `lost` are the line's."""

    chamber: Chamber
    registry: Registry
    timers: Timers
    offload: Callable[[Callable[[], Any]], Any]
    """Runs what waits for the disk elsewhere; only whoever asked waits for it."""
    aside: Callable[[Callable[[], None], Callable[[Fault | None], None]], None]
    """The same while nobody waits; then calls back with the fault, or None."""
    draw: Callable[[], str]
    """A new id."""
    line: PanelLine = field(default_factory=NoPanels)
    house: House | None = None
    """What the panels process said last; None: it is away."""
    simulated: bool = False
    _said: House | None = None
    """The same, before wired panels that are out of use were taken from their seats."""
    listeners: list[Callable[[], None]] = field(default_factory=list)
    """Called when `house` has changed."""
    on_pressed: list[Callable[[Pressed], None]] = field(default_factory=list)
    """Called for each press while testing."""
    _waiting: dict[str, _Waiting] = field(default_factory=dict)
    _answered: dict[str, tuple[str, Answer]] = field(default_factory=dict)

    _last_told: House | None = None
    _told_ms: int = 0

    def __post_init__(self) -> None:
        self.chamber.listeners.append(self._told)

    # --- orders

    def handle(self, asked: o.Asked, actor: Actor, reply: Reply) -> None:
        """Pass an order on; `reply` is called once. A refusal has changed nothing; accepted means durable.

        The same id with the same content by the same actor gets the first answer, also after a restart.
        """
        order = asked.id or self.draw()
        content = lg.sha256(lg.canonical({"actor": actor, "asked": asked}))
        first = self._first(order, content, asked)
        if first is not None:
            reply(first)
            return
        decided = self._decide(asked, actor, order)
        if isinstance(decided, PanelOrder) and decided.do == "seat" and (decided.serial or "").startswith(WIRED):
            reply(self._rewire(asked, actor, decided, content))
            return
        logged = not isinstance(asked, o.NOT_LOGGED)
        if isinstance(decided, PanelOrder) and logged:
            decided = self._write(actor, asked, decided)
        if isinstance(decided, Refusal):
            reply(decided)
            return

        def answered(answer: Answer) -> None:
            self._remember(order, content, answer)
            if logged:
                self._outcome(actor, order, content, answer, reply)
            else:
                reply(answer)

        self._send(decided, answered)

    def order(self, asked: o.Asked, reply: Reply = lambda _answer: None) -> None:
        """The same for the appliance itself, which logs nothing: a test that ends, a light that is set in one."""
        decided = self._decide(asked, _ITSELF, self.draw())
        if isinstance(decided, Refusal):
            reply(decided)
        else:
            self._send(decided, reply)

    def retired(self) -> frozenset[str]:
        """Seats whose wired panel is out of use: what comes from there counts for nothing."""
        return frozenset(panel.seat for panel in self.registry.on_file.retired_panels.values())

    def seats(self) -> frozenset[str]:
        """All seats of the hall: those on the map, and those of members."""
        on_file = self.registry.on_file
        drawn = {seat for plan in on_file.seat_maps.values() for row in plan.rows for seat in row if seat}
        return frozenset(drawn | {m.seat for m in on_file.members.values() if m.seat})

    def _decide(self, asked: o.Asked, actor: Actor, order: str) -> PanelOrder | Refusal:
        polling = self.chamber.durable.running_poll is not None
        return o.decide(asked, actor.role, o.Around(self.house, self.seats(), polling), order)

    def _rewire(self, asked: o.Asked, actor: Actor, order: PanelOrder, content: str) -> Answer:
        """A wired panel goes out of use, or comes back: the process need not know, since nothing it says is taken."""
        serial, seq = order.serial or "", self.chamber.head.seq
        retired = RetiredPanel(serial, serial.removeprefix(WIRED), self.chamber.clock.now().utc, actor.person)
        change: Change = Put(retired) if order.seat is None else Drop(retired)
        receipt = (order.id, content, seq)
        try:
            self.offload(lambda: self.registry.change(actor.person, type(asked).__name__, lambda _: (change,), receipt))
        except Fault as fault:
            return Refusal(fault.code, fault.detail)
        if self._said is not None:
            self.house_is(self._said)
        return Accepted(seq)

    def _first(self, order: str, content: str, asked: o.Asked) -> Answer | None:
        """What this id was answered with before, or None."""
        if asked.id is None:
            return None
        if order in self._waiting:
            return Refusal(Code.ID_REUSED)
        known = self._answered.get(order)
        if known is None:
            try:
                note = self.offload(lambda: self.registry.store.noted(order))
            except Fault as fault:
                return Refusal(fault.code, fault.detail)
            known = None if note is None else (note.content, Accepted(note.seq))
        if known is None:
            return None
        return known[1] if known[0] == content else Refusal(Code.ID_REUSED)

    def _send(self, order: PanelOrder, reply: Reply) -> None:
        late = self.timers.after(ANSWER_SECONDS, lambda: self._answer(order.id, Refusal(Code.PANELS_OFFLINE)))
        self._waiting[order.id] = _Waiting(order, reply, late)
        if not self.line.order(order):
            self._answer(order.id, Refusal(Code.PANELS_OFFLINE))

    def _answer(self, order: str, answer: Answer) -> None:
        waiting = self._waiting.pop(order, None)
        if waiting is not None:
            waiting.cancel()
            waiting.reply(answer)

    def _remember(self, order: str, content: str, answer: Answer) -> None:
        if isinstance(answer, Accepted):
            self._answered[order] = (content, answer)
            if len(self._answered) > REMEMBERED:
                del self._answered[next(iter(self._answered))]

    # --- the audit

    def _write(self, actor: Actor, asked: o.Asked, order: PanelOrder) -> PanelOrder | Refusal:
        """Before it is ordered: who wants what, and how it was."""
        before, after = self._differences(order)
        try:
            self.offload(lambda: self.registry.log(actor.person, type(asked).__name__, before, after))
        except Fault as fault:
            return Refusal(fault.code, fault.detail)
        return order

    def _outcome(self, actor: Actor, order: str, content: str, answer: Answer, reply: Reply) -> None:
        """After it: what became of it. A disk that refuses now cannot undo it; the journal has it then."""
        if isinstance(answer, Accepted):
            what, receipt = "PanelOrderDone", (order, content, answer.seq)
            said: dict[str, object] = {"done": True}
        else:
            what, receipt = "PanelOrderRefused", None
            said = {"done": False, "refusal": answer.code.value, "detail": answer.detail}

        def written(fault: Fault | None) -> None:
            if fault is not None:
                log.error("the outcome of order %s (%s) is not in the audit: %s", order, what, fault)
            reply(answer)

        self.aside(lambda: self.registry.log(actor.person, what, {}, {"panel_orders": {order: said}}, receipt), written)

    def _differences(self, order: PanelOrder) -> tuple[dict[str, Any], dict[str, Any]]:
        """Before and after, as the audit has them: the boxes whose seat is to change, and the order itself."""
        fields = {"do": order.do, "bus": order.bus, "serial": order.serial, "seat": order.seat, "on": order.on}
        asked: dict[str, Any] = {
            "panel_orders": {order.id: {name: value for name, value in fields.items() if value is not None}}
        }
        if order.do not in {"take", "seat", "forget"} or self.house is None or order.serial is None:
            return {}, asked
        old = self.house.of(order.serial)
        before = {} if old is None else {order.serial: {"seat": old.seat}}
        moved: dict[str, Any] = {} if order.do == "forget" else {order.serial: {"seat": order.seat}}
        there = self.house.at(order.seat) if order.seat is not None else None
        if there is not None and there.serial != order.serial:
            before[there.serial], moved[there.serial] = {"seat": there.seat}, {"seat": None}
        return {"panels": before}, {**asked, "panels": moved}

    # --- the line

    def house_is(self, house: House) -> None:
        """The panels process tells how its boxes are. Outside of a test nobody learns which button is held."""
        self._said = house
        shown = in_use(house if house.testing else closed(house), self.registry.on_file.retired_panels.keys())
        if shown == self.house:
            return
        self.house = shown
        now = self.chamber.clock.now().uptime_ms
        if steady(shown) == self._last_told and now - self._told_ms < COUNTERS_MS:
            return  # a noisy line counts on: nobody's screen need be drawn anew for that four times a second
        self._last_told, self._told_ms = steady(shown), now
        if shown.testing and self.chamber.durable.running_poll is not None:
            self.order(o.TryPanels(on=False))
        self._tell()

    def done(self, done: PanelDone) -> None:
        """An order has been answered. What it changed is known at once: the next one is decided on it."""
        waiting = self._waiting.get(done.id)
        if waiting is not None and done.accepted and self._said is not None:
            self.house_is(after(self._said, waiting.order))
        self._answer(done.id, self._meant(done))

    def pressed(self, press: Pressed) -> None:
        """A button went down or up; heard while testing and at no other time."""
        if self.house is not None and self.house.testing:
            for listen in self.on_pressed:
                listen(press)

    def lost(self) -> None:
        """The panels process is away: whoever waits for it is told so."""
        self.house = self._said = self._last_told = None
        for order in list(self._waiting):
            self._answer(order, Refusal(Code.PANELS_OFFLINE))
        self._tell()

    def _meant(self, done: PanelDone) -> Answer:
        if done.accepted:
            return Accepted(self.chamber.head.seq)
        try:
            return Refusal(Code(done.refusal or ""), done.detail)
        except ValueError:
            return Refusal(Code.INTERNAL_ERROR, f"the panels process refuses: {done.refusal}")

    def _told(self, told: Told) -> None:
        """Whatever is being tested, a vote comes first."""
        testing = self.house is not None and self.house.testing
        if testing and told.after.running_poll is not None and told.before.running_poll is None:
            self.order(o.TryPanels(on=False))

    def _tell(self) -> None:
        for listen in self.listeners:
            listen()


_ITSELF: Final = Actor(Role.TECHNICIAN, SYSTEM.person)
