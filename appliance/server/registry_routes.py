"""What is on file, for the clerk's desk: the records, lists in and out, cards to print.

`GET /api/desk/registry`      all records (view/registry.py); the section `filing` tells when to fetch them anew.
`GET /api/seats`              the hall's seats and who sits there, for every screen.
`POST /api/desk/import`       a list of members (XLSX or CSV, field `file`): a preview; `ApplyImport` takes it over.
`GET /api/desk/members.xlsx`  (or `.csv`) the members, to be kept or sent back changed; `?sample=1`: the empty form.
`GET /print/cards?sheet=…`    what `IssueCards` of that id made, once, for the one who gave it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import msgspec
from flask import Flask, Response, g, render_template, request

from appliance.core.names import by_given_name
from appliance.core.people import Role
from appliance.core.refusals import Code, Refusal
from appliance.qr_code import qr
from appliance.server import printing
from appliance.server.access import ANYONE, allow
from appliance.server.api import json_response
from appliance.server.errors import STATUS
from appliance.server.parts import Parts
from appliance.server.registry_view import preview_view, registry_view, seated_view
from appliance.server.uploads import one_file
from appliance.services.desk import Desk
from appliance.services.desk_import import MEMBERS
from appliance.services.registry import Registry
from appliance.services.roster import HEADING, NoNames, Preview, preview, rows_of
from appliance.services.sheets import ReadSheet, Sheet, Unreadable
from appliance.services.staging import Staged

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Spreadsheets:
    """The reader and writers of spreadsheets (adapters/spreadsheets.py)."""

    read: ReadSheet
    xlsx: Callable[[str, Sequence[str], Iterable[Sequence[str]]], bytes]
    csv: Callable[[Sequence[str], Iterable[Sequence[str]]], bytes]
    max_bytes: int = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class RegistryDesk:
    """What these routes work on."""

    registry: Registry
    desk: Desk
    spreadsheets: Spreadsheets
    parts: Parts

    def records(self) -> Response:
        """Everything on file that this desk may see."""
        found = registry_view(self.registry.on_file, g.session.actor.role)
        return json_response(msgspec.json.encode(found))

    def seats(self) -> Response:
        """Who sits where."""
        return json_response(msgspec.json.encode(seated_view(self.registry.on_file)))

    def read_list(self) -> Response:
        """Look at a list; nothing on file has changed."""
        sent = one_file(self.spreadsheets.max_bytes)
        if isinstance(sent, Refusal):
            return self._refuse(sent)
        found = self.parts.hub.offload(lambda: self._look_at(sent[1]))
        if isinstance(found, Refusal):
            return self._refuse(found)
        sheet, looked = found
        name = self.desk.signin.chance.secret()
        now = self.registry.clock.now().utc
        self.desk.staging.keep(name, Staged(g.session.actor.person, MEMBERS, sheet, now))
        return json_response(self.parts.hub.offload(lambda: msgspec.json.encode(preview_view(name, looked))))

    def _look_at(self, data: bytes) -> tuple[Sheet, Preview] | Refusal:
        try:
            sheet = self.spreadsheets.read(data)
            return sheet, preview(sheet, self.registry.on_file)
        except Unreadable as why:
            return Refusal(Code.SHEET_UNREADABLE, str(why))
        except NoNames:
            return Refusal(Code.SHEET_NO_NAMES)

    def write_list(self, kind: str) -> Response:
        """The members as a spreadsheet, in the council's order, or by given names (`?order=name`)."""
        on_file, by_name = self.registry.on_file, request.args.get("order") == "name"
        members = sorted(
            () if request.args.get("sample") else on_file.members.values(),
            key=lambda m: (by_given_name(m.name) if by_name else (), m.position, m.id),
        )
        rows = rows_of(members)
        if kind == "csv":
            made, mime = self.parts.hub.offload(lambda: self.spreadsheets.csv(HEADING, rows)), "text/csv; charset=utf-8"
        else:
            made, mime = self.parts.hub.offload(lambda: self.spreadsheets.xlsx("Đại biểu", HEADING, rows)), _XLSX
        answer = Response(made, mimetype=mime)
        answer.headers["Content-Disposition"] = f'attachment; filename="dai-bieu.{kind}"'
        return answer

    def cards(self) -> Response:
        """The sheet of new cards, once."""
        now = self.registry.clock.now().utc
        sheet = self.desk.sheets.take(request.args.get("sheet", ""), g.session.actor.person, now)
        if sheet is None:
            return self._refuse(Refusal(Code.CARDS_SHOWN))
        on_file, base = self.registry.on_file, request.host_url
        cards = [
            {"name": m.name, "group": m.group or m.unit, "seat": m.seat, "qr": qr(f"{base}#card={token}")}
            for member, token in sheet.tokens
            if (m := on_file.members.get(member)) is not None
        ]
        paper = printing.Paper(
            on_file.council.name,
            g.language,
            demo=self.parts.demo,
            rehearsal=self.parts.chamber.rehearsal,
            home="/clerk",
        )
        words = self.parts.words
        html = self.parts.hub.offload(
            lambda: printing.sheet(words, "cards.html", paper, cards=cards, base=base, local=_is_local(base))
        )
        return Response(html, mimetype="text/html", headers={"Cache-Control": "no-store"})

    def _refuse(self, refusal: Refusal) -> Response:
        if request.path.startswith("/print/"):
            sentence = self.parts.words.say(g.language, f"refusal.{refusal.code}")
            return self._problem(sentence, STATUS[refusal.code])
        return json_response(self.parts.answers.json(refusal, g.language), STATUS[refusal.code])

    @staticmethod
    def _problem(sentence: str, status: int) -> Response:
        return Response(render_template("problem.html", message=sentence, reference=""), status=status)


def _is_local(base: str) -> bool:
    """Whether a tablet that scans this address would look for the server in itself."""
    return urlsplit(base).hostname in {"localhost", "127.0.0.1", "::1"}


def register(app: Flask, desk: RegistryDesk) -> None:
    """Add the routes."""

    @app.get("/api/desk/registry", endpoint="registry")
    @allow(Role.CLERK, Role.TECHNICIAN)
    def records() -> Response:
        return desk.records()

    @app.get("/api/seats", endpoint="seats")
    @allow(*ANYONE)
    def seats() -> Response:
        return desk.seats()

    @app.post("/api/desk/import", endpoint="import_members")
    @allow(Role.CLERK)
    def read_list() -> Response:
        return desk.read_list()

    @app.get("/api/desk/members.<any(xlsx, csv):kind>", endpoint="export_members")
    @allow(Role.CLERK)
    def write_list(kind: str) -> Response:
        return desk.write_list(kind)

    @app.get("/print/cards", endpoint="print_cards")
    @allow(Role.CLERK)
    def cards() -> Response:
        return desk.cards()
