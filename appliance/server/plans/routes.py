"""The routes of meetings in preparation. What changes a plan is a desk command and goes through the one door."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import msgspec
from flask import Flask, Response, abort, g, request

from appliance.core.people import Role
from appliance.core.plan import Plan
from appliance.core.refusals import Code, Refusal
from appliance.server.access import PUBLIC, allow, dated
from appliance.server.errors import status
from appliance.server.minutes_text import HALL_TIME
from appliance.server.parts import Parts
from appliance.server.plans import showing
from appliance.server.plans.sheets import Sheets
from appliance.server.plans.wire import ChairNotes
from appliance.services.agenda_import import COLUMNS, AgendaPreview, preview, rows_of
from appliance.services.calendar import Happening, happenings
from appliance.services.on_file import OnFile
from appliance.services.sheets import ReadSheet, Unreadable

LARGEST: Final = 5 * 1024 * 1024
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_DESK: Final = (Role.CLERK, Role.CHAIR)

WriteTable = Callable[[str, Sequence[str], Iterable[Sequence[str]]], bytes]
WriteCalendar = Callable[[str, Iterable[Happening]], bytes]


@dataclass(frozen=True, slots=True)
class Formats:
    """What reads and writes the office's files; bootstrap knows which."""

    read_sheet: ReadSheet
    write_table: WriteTable
    write_calendar: WriteCalendar


def register(app: Flask, parts: Parts, formats: Formats) -> None:
    """Add the routes."""
    routes = Routes(parts, formats, Sheets(parts))
    app.add_url_rule("/api/plans", "plans_plans", routes.plans)
    app.add_url_rule("/api/plans/upcoming", "plans_upcoming", routes.upcoming)
    app.add_url_rule("/api/plans/preview", "plans_preview", routes.preview, methods=["POST"])
    app.add_url_rule("/api/plans/agenda.xlsx", "plans_agenda_file", routes.agenda_file)
    app.add_url_rule("/api/desk/notes", "desk_notes", view_func=routes.notes)
    app.add_url_rule("/calendar.ics", "plans_calendar", routes.calendar)
    app.add_url_rule("/print/invitation", "plans_invitation", routes.invitation)
    app.add_url_rule("/print/agenda", "plans_programme", routes.programme)


class Routes:
    """Each method is one route."""

    def __init__(self, parts: Parts, formats: Formats, sheets: Sheets) -> None:
        self._parts = parts
        self._registry = parts.sign_in.registry
        self._formats = formats
        self._sheets = sheets

    @allow(*_DESK)
    def plans(self) -> Response:
        """All plans, whole."""
        return _json(showing.plans(self._on_file, self._registry.profile, self._today()))

    @allow(Role.DELEGATE, Role.CHAIR, Role.CLERK, Role.AUDITOR)
    def upcoming(self) -> Response:
        """What delegates have been convened to."""
        return _json(showing.upcoming(self._on_file))

    @allow(*_DESK)
    def notes(self) -> Response:
        """The presiding table's notes on the meeting's items."""
        name = self._parts.chamber.durable.plan
        plan = self._on_file.plans.get(name or "")
        notes = {item.item: item.note for item in plan.items if item.note} if plan is not None else {}
        return _json(ChairNotes(name, notes))

    @allow(Role.CLERK)
    def preview(self) -> Response:
        """Each row with its problems; read off the hub."""
        request.max_content_length = LARGEST
        plan = self._plan()
        if isinstance(plan, Response):
            return plan
        data = request.get_data(cache=False)
        taken = frozenset(item.item for item in plan.items)

        def read() -> AgendaPreview:
            try:
                return preview(self._formats.read_sheet(data), taken)
            except Unreadable as error:
                return AgendaPreview((), str(error))

        return _json(self._parts.hub.offload(read))

    @allow(*_DESK)
    def agenda_file(self) -> Response:
        """The agenda as a spreadsheet."""
        plan = self._plan()
        if isinstance(plan, Response):
            return plan
        heading = [names[0] for names in COLUMNS.values()]
        body = self._parts.hub.offload(lambda: self._formats.write_table("Chương trình", heading, rows_of(plan)))
        answer = Response(body, mimetype=_XLSX)
        answer.headers["Content-Disposition"] = 'attachment; filename="chuong-trinh.xlsx"'
        return answer

    @allow(PUBLIC)
    def calendar(self) -> Response:
        """Days and places of the meetings that have been convened: what the law has announced anyway."""
        on_file = self._on_file
        return Response(
            self._formats.write_calendar(on_file.council.name, happenings(on_file)), mimetype="text/calendar"
        )

    @allow(*_DESK)
    @dated
    def invitation(self) -> Response:
        """Giấy mời."""
        plan = self._plan()
        if isinstance(plan, Response):
            return plan
        page = self._sheets.invitation(plan, self._on_file, g.language, g.session.actor.role)
        return Response(page, mimetype="text/html")

    @allow(Role.DELEGATE, *_DESK)
    @dated
    def programme(self) -> Response:
        """Chương trình kỳ họp. Delegates print what they have been sent."""
        plan = self._plan()
        if isinstance(plan, Response):
            return plan
        if plan.invited is None and plan.ledger is None and g.session.actor.role is Role.DELEGATE:
            abort(404)
        page = self._sheets.programme(plan, self._on_file, g.language, g.session.actor.role)
        return Response(page, mimetype="text/html")

    def _plan(self) -> Plan | Response:
        plan = self._on_file.plans.get(request.args.get("plan", ""))
        if plan is not None:
            return plan
        refusal = Refusal(Code.PLAN_UNKNOWN)
        return Response(self._parts.answers.json(refusal, g.language), status(refusal), mimetype="application/json")

    @property
    def _on_file(self) -> OnFile:
        return self._registry.on_file

    def _today(self) -> date:
        return self._parts.clock.now().utc.astimezone(HALL_TIME).date()


def _json(value: Any) -> Response:
    return Response(msgspec.json.encode(value), mimetype="application/json")
