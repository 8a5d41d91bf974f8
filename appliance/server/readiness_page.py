"""Readiness: the check that is under way, the reports on file, and each of them on one sheet of A4.

`POST /api/readiness/orders`       a step of the check; section `readiness` shows where it stands.
`GET  /api/readiness`              the reports, newest first.
`GET  /api/readiness/<report>`     one, with its seal.
`GET  /print/readiness/<report>`   the same to print, in the reader's language.
"""

import time
import uuid
from pathlib import Path
from typing import Final

import msgspec
from flask import Flask, Response, abort, g, request
from msgspec.structs import replace

from appliance.core.people import Actor, Role
from appliance.core.refusals import Code, Refusal
from appliance.server import printing, readiness_sheet
from appliance.server.access import allow
from appliance.server.api import json_response
from appliance.server.errors import status
from appliance.server.hub import Waiting
from appliance.server.parts import Parts
from appliance.server.readiness_wire import ORDERS, ReadinessPage, ReportLine, SealedReport
from appliance.server.view import RunView
from appliance.services.answers import Answer
from appliance.services.on_file import Readiness
from appliance.services.readiness_facts import Measured, RecorderFacts, Surroundings
from appliance.services.readiness_orders import RunAsked
from appliance.services.readiness_report import read
from appliance.services.readiness_run import ReadinessRun
from appliance.services.recorder_commands import CheckCamera

_asked: Final[msgspec.json.Decoder[RunAsked]] = msgspec.json.Decoder(RunAsked)
_READERS: Final = (Role.TECHNICIAN, Role.CLERK, Role.CHAIR, Role.AUDITOR)


class ReadinessDesk:
    """What these routes, and the section, work on."""

    def __init__(self, parts: Parts, run: ReadinessRun) -> None:
        self._parts = parts
        self._run = run

    def order(self) -> Response:
        """One step, and what became of it."""
        try:
            asked = _asked.decode(request.get_data(cache=False))
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            return self._answer(Refusal(Code.MALFORMED, str(error)[:200]))
        waiting = Waiting()
        self._run.handle(asked, g.session.actor, g.session.name, waiting.reply)
        return self._answer(waiting.wait())

    def reports(self) -> Response:
        """Newest first."""
        wanted = {name: value for name in ("ledger", "plan") if (value := request.args.get(name))}
        found = sorted(self._on_file.values(), key=lambda r: (r.at, r.id), reverse=True)
        lines = [_line(r) for r in found if all(getattr(r, name) == value for name, value in wanted.items())]
        return json_response(msgspec.json.encode(ReadinessPage(tuple(lines))))

    def report(self, report: str) -> Response:
        """One of them."""
        found = self._on_file.get(report)
        if found is None:
            return self._answer(Refusal(Code.READINESS_UNKNOWN))
        shown = SealedReport(read(found.text), found.text, found.sha256, found.key, found.signature, found.verdict)
        return json_response(msgspec.json.encode(shown))

    def sheet(self, report: str) -> Response:
        """On A4; laid out off the hub."""
        found, parts, language = self._on_file.get(report), self._parts, g.language
        if found is None:
            abort(404)
        home = _HOME.get(g.session.actor.role)
        html = parts.hub.offload(lambda: readiness_sheet.lay_out(parts.words, found, language, home))
        return Response(html, mimetype="text/html", headers={"Cache-Control": "no-store"})

    def tell(self) -> None:
        """Something in the check has changed."""
        view = self.view()
        if view != self._parts.screens.around.readiness:
            self._parts.screens.surroundings(readiness=view)

    def view(self) -> RunView | None:
        """As the technician is shown it."""
        check = self._run.check
        if check is None:
            return None
        panels, items = self._run.found()
        return RunView(
            begun=check.begun,
            by=check.by_name,
            stage=check.stage.value,
            panels=panels,
            choices=dict(check.choices),
            zero=check.zero,
            result=check.result,
            items=items,
            measured=self._run.measured_at,
        )

    @property
    def _on_file(self) -> dict[str, Readiness]:
        return self._parts.sign_in.registry.on_file.readiness_reports

    def _answer(self, answer: Answer) -> Response:
        return json_response(self._parts.answers.json(answer, g.language), status(answer))


_HOME: Final = {**printing.HOME, Role.TECHNICIAN: "/technician"}


def _line(report: Readiness) -> ReportLine:
    return ReportLine(
        report=report.id,
        at=str(msgspec.to_builtins(report.at)),
        by=report.by,
        by_name=report.by_name,
        meeting=report.meeting,
        ledger=report.ledger,
        plan=report.plan,
        verdict=report.verdict,
        green=report.green,
        amber=report.amber,
        red=report.red,
    )


def run_of(parts: Parts) -> ReadinessRun:
    """The one check of this house. Raises RuntimeError when there are no panels to test (a test's server)."""
    panels = parts.panels
    if panels is None:
        raise RuntimeError("the readiness room needs the panels")
    run = ReadinessRun(
        panels,
        parts.chamber,
        parts.sign_in.registry,
        parts.hub,
        parts.hub.aside,
        lambda: uuid.uuid4().hex,
        fitted=bool(parts.wired),
        demo=parts.demo,
    )
    run.measure = lambda: _with_recorder(parts, parts.measure())
    run.around = lambda: _around(parts)
    run.try_camera = lambda actor: _try_camera(parts, actor)
    return run


def _with_recorder(parts: Parts, measured: Measured) -> Measured:
    """What the recorder said last, and how old its newest picture is."""
    recorder = parts.recorder
    if recorder is None:
        return measured
    said = recorder.state
    if not recorder.online or said is None:
        return replace(measured, recorder=RecorderFacts(online=False))
    facts = RecorderFacts(
        online=True,
        running=said.source.running,
        picture_seconds=_age(parts.preview),
        looking=said.looking_until is not None or said.stage == "recording",
        sound_peak=said.sound_peak,
        seconds_left=said.seconds_left,
        problems=said.problems,
    )
    return replace(measured, recorder=facts)


def _age(picture: Path | None) -> float | None:
    try:
        return max(0.0, time.time() - picture.stat().st_mtime) if picture is not None else None
    except OSError:
        return None


def _around(parts: Parts) -> Surroundings:
    clients = parts.screens.clients.values()
    return Surroundings(
        online=frozenset(c.actor.member for c in clients if c.actor.role is Role.DELEGATE and c.actor.member),
        displays=sum(c.actor.role is Role.HALL for c in clients),
    )


def _try_camera(parts: Parts, actor: Actor) -> None:
    if parts.recorder is not None:
        parts.recorder.handle(CheckCamera(id=uuid.uuid4().hex), actor, lambda _answer: None)


def register(app: Flask, parts: Parts) -> None:
    """Add the routes, and keep the section true."""
    run = run_of(parts)
    desk = ReadinessDesk(parts, run)
    run.listeners.append(desk.tell)

    @allow(*_READERS)
    def readiness_reports() -> Response:
        return desk.reports()

    @allow(*_READERS)
    def readiness_report(report: str) -> Response:
        return desk.report(report)

    @allow(*_READERS)
    def print_readiness(report: str) -> Response:
        return desk.sheet(report)

    @allow(Role.TECHNICIAN)
    def check_readiness() -> Response:
        return desk.order()

    app.add_url_rule("/api/readiness", view_func=readiness_reports)
    app.add_url_rule(ORDERS, view_func=check_readiness, methods=["POST"])
    app.add_url_rule("/api/readiness/<report>", view_func=readiness_report)
    app.add_url_rule("/print/readiness/<report>", view_func=print_readiness)
