"""`GET /audit`: every change to what is on file, newest first: who, when, what it was before and after.

For clerk and auditor. Read afresh from the disk, off the hub. `?before=n` goes further back; `?all=1` shows sign-ins,
which are many and change nothing about anybody.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import msgspec
from flask import Blueprint, Flask, Response, g, make_response, redirect, request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from msgspec import Struct

from appliance.core.people import Role
from appliance.core.refusals import Code
from appliance.server.access import allow
from appliance.server.errors import STATUS
from appliance.server.minutes_text import HALL_TIME
from appliance.server.pages import wants_html
from appliance.server.printing import HOME, STYLESHEET
from appliance.server.words import Language, Words
from appliance.services.on_file import Note
from appliance.services.registry import Registry

_LINES: Final = 100
_CHUNK: Final = 400
_SIGNING_IN: Final = frozenset({"SignIn", "SignOut", "AskForTablet", "AskForPairing"})
_MOMENTS: Final = frozenset(
    {"answered", "approved", "asked", "at", "closed", "closes", "created", "ended", "expires", "invited", "issued"}
    | {"noted", "revoked", "sent", "settled", "uploaded"}
)
_HERE: Final = Path(__file__).resolve().parent
_pages: Final = Environment(
    loader=FileSystemLoader(_HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)


class Difference(Struct, frozen=True):
    """One field of one record."""

    record: str
    field: str
    before: str
    after: str


class AuditLine(Struct, frozen=True):
    """One change."""

    version: int
    at: str
    by: str
    what: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class AuditDesk:
    """Reads the audit and words it."""

    registry: Registry
    words: Words
    demo: bool

    def page(self, language: Language, before: int | None, *, everything: bool, home: str | None) -> str:
        """The page. Raises Fault."""
        lines = list(self._lines(language, before, everything=everything))
        more = lines[-1].version if len(lines) == _LINES else None

        def say(key: str, **places: object) -> str:
            return self.words.say(language, f"audit.{key}", **places)

        return _pages.get_template("audit.html").render(
            lines=lines, more=more, everything=everything, before=before, say=say, language=language,
            home=home, demo=self.demo, stylesheet=STYLESHEET,
        )  # fmt: skip

    def _lines(self, language: Language, before: int | None, *, everything: bool) -> Iterator[AuditLine]:
        shown = 0
        for version, note in newest_first(self.registry, before):
            if everything or not _is_signing_in(note):
                yield self._line(language, version, note)
                shown += 1
                if shown == _LINES:
                    return

    def _line(self, language: Language, version: int, note: Note) -> AuditLine:
        accounts, members = self.registry.on_file.accounts, self.registry.on_file.members
        person = accounts.get(note.by) or members.get(note.by)
        by = f"{person.name} ({note.by})" if person is not None else self._word(language, "by", note.by)
        at = f"{note.at.astimezone(HALL_TIME):%d/%m/%Y %H:%M:%S}"
        return AuditLine(version, at, by, self._word(language, "what", note.what), self._differences(language, note))

    def _differences(self, language: Language, note: Note) -> tuple[Difference, ...]:
        before, after = msgspec.json.decode(note.before), msgspec.json.decode(note.after)
        found: list[Difference] = []
        for kind in sorted({*before, *after}):
            for record in sorted({*before.get(kind, {}), *after.get(kind, {})}):
                old, new = before.get(kind, {}).get(record, {}), after.get(kind, {}).get(record, {})
                name = f"{self._word(language, 'kind', kind)} {_short(record)}"
                one, other = (dict(leaves(facts)) for facts in (old, new))
                for path in sorted({*one, *other} - {("id",)}):
                    texts = [self._value(language, path[-1], leaf.get(path)) for leaf in (one, other)]
                    if texts[0] != texts[1]:
                        words = (self._word(language, "field", step) for step in path)
                        found.append(Difference(name, " · ".join(words), *texts))
        return tuple(found)

    def _value(self, language: Language, field: str, value: Any) -> str:
        """As people read it: names for codes, the hall's time, yes and no."""
        if isinstance(value, bool):
            return self.words.say(language, "registry.yes" if value else "registry.no")
        if field == "member" and (member := self.registry.on_file.members.get(str(value))) is not None:
            return f"{member.name} ({member.id})"
        if field in _MOMENTS and (moment := _moment(value)) is not None:
            return f"{moment.astimezone(HALL_TIME):%d/%m/%Y %H:%M:%S}"
        return _text(value)

    def _word(self, language: Language, group: str, name: str) -> str:
        """What the word files have no word for is shown by its own name."""
        try:
            return self.words.say(language, f"audit.{group}.{name}")
        except KeyError:
            return name


def newest_first(registry: Registry, before: int | None) -> Iterator[tuple[int, Note]]:
    """The audit from behind, in pieces: each line's number is its version. Raises Fault."""
    end = before if before is not None else registry.store.version() + 1
    while end > 1:
        start = max(0, end - 1 - _CHUNK)
        piece: list[tuple[int, Note]] = []
        for version, note in registry.store.audit(start):
            if version >= end:
                break
            piece.append((version, note))
        yield from reversed(piece)
        end = start + 1


def _is_signing_in(note: Note) -> bool:
    touched = {*msgspec.json.decode(note.after), *msgspec.json.decode(note.before)}
    return note.what in _SIGNING_IN or (note.command is None and touched <= {"sessions", "tablet_requests", "pairings"})


def _short(record: str) -> str:
    """Tokens are known by a long digest, and nobody reads one."""
    return record if len(record) <= 40 else f"{record[:8]}…"


def leaves(facts: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """What stands at the ends of nested facts: each by the names on the way to it, in lists by its place from 1 on."""
    if isinstance(facts, list) and any(isinstance(part, (dict, list)) for part in facts):
        facts = {str(place): part for place, part in enumerate(facts, 1)}
    if not isinstance(facts, dict):
        yield path, facts
        return
    for step, part in facts.items():
        yield from leaves(part, (*path, step))


def _moment(value: Any) -> datetime | None:
    """A moment with its zone; None for a mere day, and for what is none."""
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo is not None else None


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(_text(part) for part in value)
    return str(value)


def register(app: Flask, desk: AuditDesk, offload: Callable[[Callable[[], str]], str]) -> None:
    """Add the page."""
    pages = Blueprint("audit", __name__)

    @pages.get("/audit")
    @allow(Role.CLERK, Role.AUDITOR)
    def page() -> Response:
        language: Language = g.language
        home = HOME.get(g.session.actor.role)
        before = request.args.get("before", type=int)
        everything = request.args.get("all") == "1"
        html = offload(lambda: desk.page(language, before, everything=everything, home=home))
        return Response(html, mimetype="text/html", headers={"Cache-Control": "no-store"})

    @pages.after_request
    def to_sign_in(answer: Response) -> Response:
        if answer.status_code not in {STATUS[Code.NOT_SIGNED_IN], STATUS[Code.NOT_ALLOWED]} or not wants_html():
            return answer
        return make_response(redirect(f"/clerk?next={quote(request.path, safe='')}"))

    app.register_blueprint(pages)
