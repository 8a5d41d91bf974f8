"""`GET /minutes`: the draft minutes of the meeting on the ledger, ready to print on A4.

Read afresh from the disk each time, off the hub: what it says is what the ledger says at that moment.
`?ledger=<id>` shows an earlier meeting. Whoever may not read them is shown where to sign in, and comes back.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final
from urllib.parse import quote

from flask import Blueprint, Flask, Response, abort, g, make_response, redirect, request, send_file
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from appliance.core.events import MeetingConvened
from appliance.core.ledger import read
from appliance.core.minutes import Minutes, Passage, PrivatePart
from appliance.core.minutes_draft import draft
from appliance.core.minutes_elections import ElectionMinutes
from appliance.core.people import Role
from appliance.core.refusals import Code
from appliance.server.access import LANGUAGE_COOKIE, PUBLIC, allow, dated
from appliance.server.errors import STATUS
from appliance.server.minutes_text import MinutesText, absence, body_lines, full_name
from appliance.server.pages import wants_html
from appliance.server.words import Language, Words, language_of
from appliance.services import excuses
from appliance.services.ports import LedgerStore
from appliance.services.registry import Registry

Offload = Callable[[Callable[[], str | None]], str | None]
_HERE: Final = Path(__file__).resolve().parent
_STYLESHEET: Final = "/minutes.css"
_HOME: Final = {Role.CLERK: "/clerk", Role.CHAIR: "/chair"}
# An environment of its own: Flask's needs a request, and this page is laid out on a worker thread.
_pages: Final = Environment(
    loader=FileSystemLoader(_HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)


@dataclass(frozen=True, slots=True)
class MinutesDesk:
    """Reads the ledger and lays the minutes out."""

    store: LedgerStore
    registry: Registry
    words: Words
    demo: bool

    def minutes(self, ledger: str | None) -> Minutes | None:
        """The minutes of one meeting, or of the newest. None when there is no such ledger. Raises Fault."""
        wanted = ledger or self.store.head().ledger
        return draft(read(body for _, _, body in self.store.rows(wanted)))

    def meetings(self) -> list[tuple[str, str]]:
        """Every meeting's ledger and title, newest first. Raises Fault."""
        return [(ledger, self._title(ledger)) for ledger in reversed(self.store.ledgers())]

    def _title(self, ledger: str) -> str:
        first = next(read(body for _, _, body in self.store.rows(ledger)))
        return next(event.title for event in first.events if isinstance(event, MeetingConvened))

    def sheet(self, minutes: Minutes | None, language: Language, home: str | None = None) -> str:
        """The page; `home` is the desk that the reader came from."""
        text = MinutesText(self.words, language)
        return _pages.get_template("minutes.html").render(
            minutes=minutes,
            text=text,
            say=text.say,
            printed=text.printed,
            name=full_name,
            absence=absence,
            demo=self.demo,
            home=home,
            meetings=self.meetings(),
            stylesheet=_STYLESHEET,
            **(self._of(minutes) if minutes is not None else {}),
        )

    def _of(self, minutes: Minutes) -> dict[str, object]:
        accounts = self.registry.on_file.accounts
        return {
            "body": body_lines(minutes.council),
            "reasons": {
                s.sitting: {
                    **excuses.reasons(self.registry.on_file, s.opened.time),
                    **self.registry.absences(minutes.ledger, s.sitting),
                }
                for s in minutes.sittings
            },
            "clerks": [accounts[person].name for person in minutes.clerks if person in accounts],
            "numbers": {sitting.sitting: number for number, sitting in enumerate(minutes.sittings, 1)},
            "votes_numbered": {poll.poll: number for number, poll in enumerate(minutes.polls, 1)},
            "parts": private_parts(minutes),
            "resolutions": minutes.resolutions(),
            "elections_at": elections_at(minutes),
        }


def elections_at(minutes: Minutes) -> list[list[ElectionMinutes]]:
    """For each passage, the secret votes told there: at the first passage of their item, or at the last of all."""
    first: dict[str, int] = {}
    for place, passage in enumerate(minutes.passages):
        first.setdefault(passage.item, place)
    found: list[list[ElectionMinutes]] = [[] for _ in minutes.passages]
    for election in minutes.elections:
        if found:
            found[first.get(election.item, -1)].append(election)
    return found


def private_parts(minutes: Minutes) -> list[list[PrivatePart]]:
    """For each passage, the private parts that fall into it: ins and outs are compared by entry, not by time.

    A vote told at another item than the one the meeting was at has none of its own.
    """
    main = [passage for passage in minutes.passages if not passage.during]
    borders = [*(_first_entry(passage) for passage in main), minutes.seq + 1]

    def inside(part: PrivatePart, start: int, end: int) -> bool:
        return part.since.seq < end and (part.until is None or part.until.seq > start)

    spans = iter(pairwise(borders))
    return [
        [] if passage.during else [part for part in minutes.private if inside(part, *span)]
        for passage, span in ((p, (0, 0) if p.during else next(spans)) for p in minutes.passages)
    ]


def _first_entry(passage: Passage) -> int:
    if passage.started is not None and not passage.continued:
        return passage.started.seq
    told = (
        *(p.opened for p in passage.polls),
        *(s.since for s in passage.speeches),
        *(t.when for t in passage.texts),
        *(r.since for r in passage.rounds),
    )
    return min(when.seq for when in told)


def register(app: Flask, desk: MinutesDesk, offload: Offload) -> None:
    """Add the page and its stylesheet to the app."""
    pages = Blueprint("minutes", __name__)

    @pages.get("/minutes")
    @allow(Role.CLERK, Role.CHAIR, Role.AUDITOR)
    @dated
    def page() -> Response:
        ledger = request.args.get("ledger")
        language = language_of(request.cookies.get(LANGUAGE_COOKIE), request.headers.get("Accept-Language"))

        session = g.get("session")
        home = _HOME.get(session.actor.role) if session else None

        def lay_out() -> str | None:
            minutes = desk.minutes(ledger)
            return None if minutes is None and ledger else desk.sheet(minutes, language, home)

        html = offload(lay_out)
        if html is None:
            abort(404)
        answer = make_response(html)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    @pages.after_request
    def to_sign_in(answer: Response) -> Response:
        if answer.status_code not in {STATUS[Code.NOT_SIGNED_IN], STATUS[Code.NOT_ALLOWED]} or not wants_html():
            return answer
        there = request.full_path if request.query_string else request.path
        return make_response(redirect(f"/clerk?next={quote(there, safe='')}"))

    @pages.get(_STYLESHEET)
    @allow(PUBLIC)
    def stylesheet() -> Response:
        return send_file(_HERE / "static" / "minutes.css", mimetype="text/css", max_age=3600)

    app.register_blueprint(pages)
