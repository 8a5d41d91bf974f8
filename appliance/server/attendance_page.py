"""Attendance beside the live roll: excuses and what was handed in with them, the hall's QR code, the signed sheet.

`GET /api/excuses`                what members have sent ahead: all for the desk, their own for a delegate.
`GET|POST /api/excuses/<id>/file` a certificate or picture; seen by the desk and the member alone.
`GET /api/room.svg`               the room code of this moment as a QR code that opens `/?code=…`, for the hall display.
`GET /print/attendance`           `?ledger=&sitting=`: the sheet of one sitting; `?blank=1`: to sign without the system.
"""

import uuid

import msgspec
from flask import Flask, Response, abort, g, request

from appliance.core.names import tidy
from appliance.core.people import Role
from appliance.core.refusals import Code, Refusal
from appliance.core.roll import HALL_TIME
from appliance.qr_code import qr
from appliance.server import attendance_sheet, printing
from appliance.server.access import allow
from appliance.server.api import json_response
from appliance.server.attendance_wire import ExcusesPage, ExcuseView
from appliance.server.errors import status
from appliance.server.hub import Waiting
from appliance.server.live.sections import iso
from appliance.server.parts import Parts
from appliance.server.uploads import one_file
from appliance.services import desk_commands as d
from appliance.services.answers import Answer
from appliance.services.excuses import ExcuseFiles, kind_of
from appliance.services.on_file import Excuse, ExcuseState, OnFile

MAX_FILE = 5 * 1024 * 1024
_DESK = frozenset({Role.CLERK, Role.CHAIR})
_ENDINGS = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}


class AttendanceDesk:
    """What these routes work on."""

    def __init__(self, parts: Parts, files: ExcuseFiles) -> None:
        self._parts = parts
        self._files = files

    @property
    def _on_file(self) -> OnFile:
        return self._parts.sign_in.registry.on_file

    def excuses(self) -> Response:
        """Newest day first."""
        actor, now = g.session.actor, self._parts.clock.now().utc
        shown = [x for x in self._on_file.excuses.values() if actor.role in _DESK or x.member == actor.member]
        shown.sort(key=lambda x: (x.day, x.sent), reverse=True)
        today = now.astimezone(HALL_TIME).date().isoformat()
        page = ExcusesPage(tuple(_view(x, self._on_file) for x in shown), today)
        return json_response(msgspec.json.encode(page))

    def attach(self, excuse: str) -> Response:
        """Keep the file, then say in the excuse which it is."""
        found = self._mine(excuse, own=g.session.actor.role is not Role.CLERK)
        if found is None:
            return self._answer(Refusal(Code.EXCUSE_UNKNOWN))
        if found.state is not ExcuseState.SENT:
            return self._answer(Refusal(Code.EXCUSE_ANSWERED))
        sent = one_file(MAX_FILE)
        if isinstance(sent, Refusal):
            return self._answer(sent)
        name, data = sent
        kind = kind_of(data)
        if kind is None:
            return self._answer(Refusal(Code.EXCUSE_FILE_KIND))
        sha256 = self._parts.hub.offload(lambda: self._files.put(excuse, data, found.file))
        if sha256 is None:
            return self._answer(Refusal(Code.PAPERS_FULL))
        command = d.AttachToExcuse(id=uuid.uuid4().hex, excuse=excuse, file=sha256, name=_shown(name), media_type=kind)
        waiting = Waiting()
        self._parts.door.give(msgspec.json.encode(command), g.session.actor, waiting.reply)
        return self._answer(waiting.wait())

    def file(self, excuse: str) -> Response:
        """As it was handed in; the browser may look at it but run nothing in it."""
        found = self._mine(excuse)
        if found is None or found.file is None:
            abort(404)
        sha256 = found.file
        data = self._parts.hub.offload(lambda: self._files.get(excuse, sha256))
        if data is None:
            abort(404)
        answer = Response(data, mimetype=found.file_type)
        ending = _ENDINGS[found.file_type]
        answer.headers["Content-Disposition"] = f'inline; filename="don-xin-vang-{found.day}.{ending}"'
        answer.headers["Cache-Control"] = "no-store"
        return answer

    def room(self) -> Response:
        """Drawn from the code that counts now; the display asks again when the code changes."""
        code = self._parts.room.current()
        svg = qr(f"{request.host_url}?code={code}")
        answer = Response(str(svg), mimetype="image/svg+xml")
        answer.headers["Cache-Control"] = "no-store"
        return answer

    def sheet(self) -> Response:
        """Laid out off the hub: a whole ledger is read for it. A blank one has no date, and needs none."""
        asked = attendance_sheet.Asked(
            request.args.get("ledger"), request.args.get("sitting"), bool(request.args.get("blank"))
        )
        home, language, parts = printing.HOME.get(g.session.actor.role), g.language, self._parts
        if not asked.blank and parts.chamber.clock_unset():
            return self._answer(Refusal(Code.CLOCK_UNSET))
        html = parts.hub.offload(lambda: attendance_sheet.lay_out(parts, asked, language, home))
        if html is None:
            abort(404)
        return Response(html, mimetype="text/html", headers={"Cache-Control": "no-store"})

    def _mine(self, excuse: str, *, own: bool = False) -> Excuse | None:
        found, actor = self._on_file.excuses.get(excuse), g.session.actor
        if found is None or (not own and actor.role in _DESK):
            return found
        return found if found.member == actor.member else None

    def _answer(self, answer: Answer) -> Response:
        return json_response(self._parts.answers.json(answer, g.language), status(answer))


def _shown(name: str) -> str:
    """A file's name as a list can show it."""
    return tidy("".join(letter for letter in name if letter.isprintable()))[:200]


def _view(excuse: Excuse, on_file: OnFile) -> ExcuseView:
    return ExcuseView(
        excuse=excuse.id,
        member=excuse.member,
        name=on_file.members[excuse.member].name if excuse.member in on_file.members else excuse.member,
        day=excuse.day.isoformat(),
        part=excuse.part,
        reason=excuse.reason,
        sent=iso(excuse.sent),
        state=excuse.state,
        answer=excuse.answer,
        file=excuse.file,
        file_name=excuse.file_name,
    )


def register(app: Flask, parts: Parts, files: ExcuseFiles) -> None:
    """Add the routes."""
    desk = AttendanceDesk(parts, files)
    everybody = allow(Role.DELEGATE, Role.CHAIR, Role.CLERK)

    @everybody
    def excuses() -> Response:
        return desk.excuses()

    @everybody
    def attach(excuse: str) -> Response:
        return desk.attach(excuse)

    @everybody
    def excuse_file(excuse: str) -> Response:
        return desk.file(excuse)

    @allow(Role.HALL)
    def room_picture() -> Response:
        return desk.room()

    @allow(Role.CLERK, Role.CHAIR, Role.AUDITOR)
    def attendance() -> Response:
        return desk.sheet()

    app.add_url_rule("/api/excuses", view_func=excuses)
    app.add_url_rule("/api/excuses/<excuse>/file", view_func=attach, methods=["POST"])
    app.add_url_rule("/api/excuses/<excuse>/file", view_func=excuse_file, methods=["GET"])
    app.add_url_rule("/api/room.svg", view_func=room_picture)
    app.add_url_rule("/print/attendance", view_func=attendance)
