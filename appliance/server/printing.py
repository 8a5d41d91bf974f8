"""Papers that are printed on A4 from the browser: `/print/…`. One stylesheet, one frame, one way to lay a page out.

A room that prints gives `sheet(template, …)` one of the templates in `templates/print/`, which extend `sheet.html`:
blocks `title` and `sheet`, macro `head(paper, number)` for the two columns that open an official paper. Values are
escaped. No inline style or script: the page's policy forbids both. `/print.css` has the layout of official papers
(Nghị định 30).
"""

from datetime import datetime
from pathlib import Path
from typing import Final

from flask import Flask, Response, send_file
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from msgspec import Struct

from appliance.core.people import Role
from appliance.server.access import PUBLIC, allow
from appliance.server.minutes_text import HALL_TIME, body_lines, where
from appliance.server.parts import Parts
from appliance.server.words import Language, Words

STYLESHEET: Final = "/print.css"
HOME: Final = {Role.CLERK: "/clerk", Role.CHAIR: "/chair", Role.DELEGATE: "/"}
_HERE: Final = Path(__file__).resolve().parent
# An environment of its own: Flask's needs a request, and long papers are laid out on a worker thread.
_pages: Final = Environment(
    loader=FileSystemLoader(_HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)


class Paper(Struct, frozen=True):
    """What every printed paper says of itself. It is in Vietnamese; the hints around it in the reader's language."""

    council: str
    language: Language = "vi"
    date: datetime | None = None
    demo: bool = False
    rehearsal: bool = False
    home: str | None = None
    """Where the reader came from."""

    @property
    def body(self) -> tuple[str, str]:
        """HỘI ĐỒNG NHÂN DÂN / XÃ …"""
        return body_lines(self.council)

    @property
    def watermark(self) -> str | None:
        """What stands across the page when it is not the real thing: a key of namespace `print`."""
        return "rehearsal" if self.rehearsal else "demo" if self.demo else None


def sheet(words: Words, template: str, paper: Paper, **values: object) -> str:
    """The page. In a template: `say` is namespace `print` in Vietnamese, `hint` the same in the reader's language."""

    def say(key: str, **places: object) -> str:
        return words.say("vi", f"print.{key}", **places)

    def hint(key: str, **places: object) -> str:
        return words.say(paper.language, f"print.{key}", **places)

    return _pages.get_template(f"print/{template}").render(
        paper=paper, say=say, hint=hint, place_date=place_date(words, paper), stylesheet=STYLESHEET, **values
    )


def place_date(words: Words, paper: Paper) -> str:
    """`Hồng Mẫu, ngày 18 tháng 12 năm 2026`: a leading 0 for days below 10 and for January and February."""
    if paper.date is None:
        return ""
    local = paper.date.astimezone(HALL_TIME)
    month = f"{local.month:02}" if local.month < 3 else str(local.month)
    return words.say(
        "vi", "minutes.place_date", place=where(paper.council), day=f"{local:%d}", month=month, year=local.year
    )


def add(app: Flask, parts: Parts) -> None:
    """Add the stylesheet's route."""

    @app.get(STYLESHEET, endpoint="print_css")
    @allow(PUBLIC)
    def stylesheet() -> Response:
        return send_file(_HERE / "static" / "print.css", mimetype="text/css", max_age=3600)
