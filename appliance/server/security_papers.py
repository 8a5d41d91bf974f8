"""The security papers on the technician's and the clerk's desk: to print, and as a file that the office edits.

`GET /print/security/<paper>`        `dossier` (level 2) or `incidents` (the playbook), on A4.
`GET /print/security/<paper>.docx`   the same as a DOCX.

Neither is dated: the office dates it when it is issued.
"""

from pathlib import Path
from typing import Final

from flask import Flask, Response, g
from markupsafe import Markup

from appliance.core.people import Role
from appliance.core.profile import RuleProfile
from appliance.dossier import facts, pages
from appliance.dossier.office_file import Head, write
from appliance.server import printing
from appliance.server.access import allow
from appliance.server.minutes_text import body_lines, where
from appliance.server.parts import Parts
from appliance.server.words import Words

DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
UNITS: Final = "systemd"
"""Beside the screens, in a release and in the sources."""
_READERS: Final = (Role.TECHNICIAN, Role.CLERK)
_HOME: Final = {**printing.HOME, Role.TECHNICIAN: "/technician"}
_PATH: Final = f"/print/security/<any({', '.join(pages.PAPERS)}):paper>"


def office_paper(words: Words, paper: pages.Paper, found: facts.Facts) -> bytes:
    """The paper as a DOCX."""
    head = Head(
        body=body_lines(found.house.council or "Hội đồng nhân dân ………"),
        number=pages.NUMBERS[paper],
        nation=words.say("vi", "print.nation"),
        motto=words.say("vi", "print.motto"),
        date=open_date(found.house.council),
    )
    return write(pages.TITLES[paper], head, pages.lay_out(paper, found))


def open_date(council: str) -> str:
    """Where, and a day to be filled in."""
    return f"{where(council) or '……'}, ngày …… tháng …… năm ……"


def facts_of(web: Path, rules: RuleProfile, house: facts.House) -> facts.Facts:
    """The facts of the release whose screens are in `web`. Raises OSError."""
    return facts.gather(web.parent / UNITS, rules, house)


def register(app: Flask, parts: Parts) -> None:
    """Add the routes."""

    def found() -> facts.Facts:
        registry = parts.sign_in.registry
        council = registry.on_file.council
        house = facts.House(
            council=council.name,
            term=council.term,
            place=council.place,
            release=parts.lookout().versions.get("appliance", ""),
            has_camera=parts.recorder is not None,
            has_panels=bool(parts.wired),
            sample=parts.words.say("vi", "print.demo") if parts.demo else "",
        )
        return facts_of(parts.web, registry.profile, house)

    @app.get(_PATH)
    @allow(*_READERS)
    def security_sheet(paper: pages.Paper) -> Response:
        known, language, home = found(), g.language, _HOME.get(g.session.actor.role)
        framed = printing.Paper(known.house.council, language, demo=parts.demo, rehearsal=parts.rehearsal, home=home)
        html = parts.hub.offload(lambda: _sheet(parts.words, framed, paper, known))
        return Response(html, mimetype="text/html", headers={"Cache-Control": "no-store"})

    @app.get(f"{_PATH}.docx")
    @allow(*_READERS)
    def security_file(paper: pages.Paper) -> Response:
        known = found()
        body = parts.hub.offload(lambda: office_paper(parts.words, paper, known))
        kept = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{pages.FILES[paper]}.docx"'}
        return Response(body, mimetype=DOCX, headers=kept)


def _sheet(words: Words, framed: printing.Paper, paper: pages.Paper, known: facts.Facts) -> str:
    return printing.sheet(
        words,
        "security.html",
        framed,
        title=pages.TITLES[paper],
        number=pages.NUMBERS[paper],
        open_date=open_date(known.house.council),
        article=Markup(pages.lay_out(paper, known)),  # noqa: S704  (laid out and escaped by its own templates)
    )
