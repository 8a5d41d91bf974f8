"""The machine, for the technician: how it is, its services' last lines, its clock; and the look-out over it.

`GET  /api/box`           how the machine is.
`GET  /api/box/journal`   `?source=&level=`: the last lines of the product's services.
`POST /api/box/clock`     set the clock.
"""

import logging
from collections.abc import Callable
from typing import Any, Final, TypeVar

import gevent
import msgspec
from flask import Flask, Response, g, request

from appliance.core.people import Role
from appliance.core.refusals import Code, Fault, Refusal
from appliance.server.access import allow
from appliance.server.api import json_response
from appliance.server.box_wire import CLOCK, BoxPage, ClientsLine, JournalPage, Level, MachineStatus, SetClock, Source
from appliance.server.errors import status
from appliance.server.live.sections import iso
from appliance.server.parts import Parts
from appliance.services.alerts import Alerts, Condition
from appliance.services.answers import Accepted, Answer
from appliance.services.readiness_facts import ClockFacts, HostFacts

log = logging.getLogger(__name__)

LOOK_SECONDS: Final = 2.0
MEASURE_EVERY: Final = 5
"""Every so many looks the machine itself is asked, off the hub; never while a poll is open."""
LINES: Final = 200
T = TypeVar("T")
_asked: Final[msgspec.json.Decoder[SetClock]] = msgspec.json.Decoder(SetClock)
_DESKS: Final = frozenset({Role.CHAIR, Role.CLERK, Role.TECHNICIAN, Role.AUDITOR})


class Lookout:
    """Knows how the machine was found last (`host`), and tells the presiding table what it must know."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._alerts = Alerts()
        self.host = HostFacts()

    def watch(self) -> None:
        """A task: look until the process ends."""
        looks = 0
        while True:
            if looks % MEASURE_EVERY == 0 and self._parts.chamber.durable.running_poll is None:
                self.measure()
            looks += 1
            self.look()
            gevent.sleep(LOOK_SECONDS)

    def measure(self) -> None:
        """Ask the machine; only this greenlet waits."""
        keeping = self._parts.timekeeping
        before = keeping.times_set if keeping is not None else 0
        self.host = self._parts.hub.offload(lambda: self._parts.measure().host)
        if keeping is not None and keeping.times_set == before:
            keeping.facts = self.host.clock

    def look(self) -> None:
        """Tell what has changed."""
        parts, around = self._parts, self._parts.screens.around
        unset = parts.chamber.clock_unset()
        now = parts.clock.now()
        condition = Condition(self.host, clock_unset=unset, panels_lost=around.panels == "offline")
        if self._alerts.look(condition, iso(now.utc), now.uptime_ms):
            parts.screens.surroundings(alerts=self._alerts.now)


class BoxDesk:
    """What the routes work on."""

    def __init__(self, parts: Parts, lookout: Lookout) -> None:
        self._parts = parts
        self._lookout = lookout

    def box(self) -> Response:
        """Measured afresh."""
        parts = self._parts
        self._lookout.measure()
        host = self._lookout.host
        page = BoxPage(
            at=iso(parts.clock.now().utc),
            clock=self._clock(),
            settable=parts.timekeeping is not None and parts.timekeeping.set_machine is not None,
            sitting=parts.chamber.durable.sitting is not None,
            machine=self._machine(),
            watched=parts.ask_box is not None,
            temperature=host.temperature,
            power=host.power,
            ups=host.ups,
            free_bytes=host.free_bytes,
            backup_seconds=host.backup_seconds,
            backup_wanted=host.backup_wanted,
            certificate_seconds=host.certificate_seconds,
            certificate_wanted=host.certificate_wanted,
            versions=host.versions,
            clients=self._clients(),
            camera=self._camera(),
        )
        return json_response(msgspec.json.encode(page))

    def journal(self) -> Response:
        """What the reader gives, and nothing else."""
        try:
            source = msgspec.convert(request.args.get("source", "all"), Source)
            level = msgspec.convert(request.args.get("level", "all"), Level)
        except msgspec.ValidationError as error:
            return self._answer(Refusal(Code.MALFORMED, str(error)[:200]))
        said = self._ask({"ask": "journal", "source": source, "level": level, "lines": LINES})
        return json_response(msgspec.json.encode(_as(said, JournalPage)))

    def set_clock(self) -> Response:
        """The person, the old time and the new one go into the audit."""
        try:
            asked = _asked.decode(request.get_data(cache=False))
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            return self._answer(Refusal(Code.MALFORMED, str(error)[:200]))
        if asked.utc.tzinfo is None:
            return self._answer(Refusal(Code.MALFORMED, "a time without its zone"))
        keeping = self._parts.timekeeping
        if keeping is None:
            return self._answer(Refusal(Code.CLOCK_NOT_SETTABLE))
        refusal = keeping.refuses(asked.utc, sure=asked.sure)
        if refusal is not None:
            return self._answer(refusal)
        before, person = self._parts.clock.now().utc, g.session.actor.person

        def put() -> ClockFacts:
            facts = keeping.set(asked.utc)
            change = {"clock": {"utc": iso(before)}}, {"clock": {"utc": iso(asked.utc)}}
            self._parts.sign_in.registry.log(person, "SetClock", *change)
            return facts

        keeping.facts = self._parts.hub.offload(put)
        keeping.times_set += 1
        self._lookout.look()
        return self._answer(Accepted(self._parts.chamber.head.seq))

    def _clock(self) -> ClockFacts:
        keeping = self._parts.timekeeping
        return self._lookout.host.clock if keeping is None else keeping.shown()

    def _machine(self) -> MachineStatus | None:
        """The page stands without it, and says that it is missing."""
        try:
            return _as(self._ask({"ask": "status"}), MachineStatus)
        except Fault as fault:
            if self._parts.ask_box is not None:
                log.warning("the watching service: %s", fault)
            return None

    def _ask(self, question: dict[str, Any]) -> dict[str, Any]:
        ask: Callable[[dict[str, Any]], dict[str, Any]] | None = self._parts.ask_box
        if ask is None:
            raise Fault(Code.BOX_SILENT, "no watching service is configured")
        return self._parts.hub.offload(lambda: ask(question))

    def _clients(self) -> ClientsLine:
        roles = [client.actor.role for client in self._parts.screens.clients.values()]
        desks = sum(role in _DESKS for role in roles)
        return ClientsLine(roles.count(Role.DELEGATE), desks, roles.count(Role.HALL))

    def _camera(self) -> str:
        recorder = self._parts.recorder
        if recorder is None:
            return "none"
        if not recorder.online or recorder.state is None:
            return "offline"
        return "running" if recorder.state.source.running else "idle"

    def _answer(self, answer: Answer) -> Response:
        return json_response(self._parts.answers.json(answer, g.language), status(answer))


def _as(said: dict[str, Any], kind: type[T]) -> T:
    """In the shape that is promised. Raises Fault."""
    try:
        return msgspec.convert(said, kind)
    except msgspec.ValidationError as error:
        raise Fault(Code.BOX_SILENT, str(error)[:200]) from error


def register(app: Flask, parts: Parts) -> None:
    """Add the routes, the look-out's task, and what it knows to the metrics."""
    lookout = Lookout(parts)
    desk = BoxDesk(parts, lookout)
    parts.lookout = lambda: lookout.host
    parts.tasks.append(("the look-out over the machine", lookout.watch))

    @allow(Role.TECHNICIAN)
    def box() -> Response:
        return desk.box()

    @allow(Role.TECHNICIAN)
    def box_journal() -> Response:
        return desk.journal()

    @allow(Role.TECHNICIAN)
    def set_clock() -> Response:
        return desk.set_clock()

    app.add_url_rule("/api/box", view_func=box)
    app.add_url_rule("/api/box/journal", view_func=box_journal)
    app.add_url_rule(CLOCK, view_func=set_clock, methods=["POST"])
