"""A member's own notes and highlights: kept on the appliance under the member's name, so that another tablet has them
too; told to nobody else, and in no log, audit or ledger."""

from typing import Any, Final

import msgspec
from flask import Flask, Response, g, render_template, request

from appliance.core.names import tidy
from appliance.core.refusals import Code, Refusal
from appliance.server.access import ANYONE, allow
from appliance.server.api import json_response
from appliance.server.errors import STATUS
from appliance.server.live.sections import iso
from appliance.server.papers import wire as w
from appliance.server.parts import Parts
from appliance.services import papers
from appliance.services.paper_shelf import PaperShelf
from appliance.services.paper_store import PageNote

MAX_NOTES: Final = 3_000
_ID: Final = 64


class NotePages:
    """Each method is one route, for whoever is a member."""

    def __init__(self, parts: Parts, shelf: PaperShelf) -> None:
        self._parts, self._shelf = parts, shelf

    def add(self, app: Flask) -> None:
        """Add the routes."""
        app.add_url_rule("/api/notes", view_func=self.notes)
        app.add_url_rule("/api/notes/export", view_func=self.export_notes)
        app.add_url_rule("/api/notes/<note>", view_func=self.keep_note, methods=["PUT"])
        app.add_url_rule("/api/notes/<note>", view_func=self.drop_note, methods=["DELETE"])

    @allow(*ANYONE)
    def notes(self) -> Response:
        """The member's own, of one plan or paper if one is named."""
        member = self._member
        if member is None:
            return self._refused(Code.NOT_A_MEMBER)
        return _json(w.Notes(tuple(_view(note) for note in self._wanted(member))))

    @allow(*ANYONE)
    def export_notes(self) -> Response:
        """To keep: a page that any browser opens, or JSON."""
        member = self._member
        if member is None:
            return self._refused(Code.NOT_A_MEMBER)
        found = self._wanted(member)
        if request.args.get("format") == "json":
            response, name = _json(w.Notes(tuple(_view(note) for note in found))), "ghi-chu.json"
        else:
            titles = {d.id: d.title for d in self._shelf.registry.on_file.documents.values()}
            by_paper: dict[str, list[PageNote]] = {}
            for note in sorted(found, key=lambda n: (n.page, n.y)):
                by_paper.setdefault(note.document, []).append(note)
            papers_told = [(titles.get(document, "?"), notes) for document, notes in by_paper.items()]
            page = render_template("notes.html", papers=papers_told, name=g.session.name)
            response, name = Response(page, mimetype="text/html"), "ghi-chu.html"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    @allow(*ANYONE)
    def keep_note(self, note: str) -> Response:
        """Keep it under the client's id; the same again changes nothing, so a tablet that was off line just sends."""
        member = self._member
        if member is None:
            return self._refused(Code.NOT_A_MEMBER)
        if not 0 < len(note) <= _ID:
            return self._refused(Code.MALFORMED)
        try:
            given = msgspec.json.decode(request.get_data(cache=False), type=w.PaperNote)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return self._refused(Code.MALFORMED)  # its message could repeat what was written
        on_file, meeting = self._shelf.registry.on_file, self._parts.chamber.durable
        reader = papers.reader_of(on_file, g.session.actor)
        version = papers.find(on_file, meeting, given.document, reader, given.sha256)
        if version is None:
            return self._refused(Code.DOCUMENT_UNKNOWN)
        if given.page > max(1, version.pages):
            return self._refused(Code.PAGE_UNKNOWN)
        fields = {**msgspec.structs.asdict(given), "text": tidy(given.text)}
        kept = PageNote(id=note, member=member, changed=self._parts.clock.now().utc, **fields)
        done = self._off(lambda: self._shelf.store.keep_note(kept, MAX_NOTES))
        return _json(w.Done()) if done else self._refused(Code.TOO_MANY_NOTES)

    @allow(*ANYONE)
    def drop_note(self, note: str) -> Response:
        """Take it away."""
        member = self._member
        if member is None:
            return self._refused(Code.NOT_A_MEMBER)
        gone = self._off(lambda: self._shelf.store.drop_note(member, note))
        return _json(w.Done()) if gone else self._refused(Code.NOTE_UNKNOWN)

    @property
    def _member(self) -> str | None:
        found: str | None = g.session.actor.member
        return found

    def _wanted(self, member: str) -> list[PageNote]:
        plan, only = request.args.get("plan"), request.args.get("document")
        documents = self._shelf.registry.on_file.documents
        of_plan = {d.id for d in documents.values() if d.plan == plan} if plan else None
        found: list[PageNote] = self._off(lambda: self._shelf.store.notes(member))
        return [
            note
            for note in found
            if (of_plan is None or note.document in of_plan) and (not only or note.document == only)
        ]

    def _off(self, call: Any) -> Any:
        return self._parts.hub.offload(call)

    def _refused(self, code: Code) -> Response:
        return json_response(self._parts.answers.json(Refusal(code), g.language), STATUS[code])


def _view(note: PageNote) -> w.KeptNote:
    fields = {k: v for k, v in msgspec.structs.asdict(note).items() if k not in {"member", "changed"}}
    return w.KeptNote(**fields, changed=iso(note.changed))


def _json(what: msgspec.Struct) -> Response:
    return json_response(msgspec.json.encode(what))
