"""A readiness report as one sheet of A4: the items with what to do, every seat's panel, both tapes, the seal.

In the reader's language: it stays in the house, and whoever must mend something has to understand it.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from msgspec import Struct

from appliance.core.roll import HALL_TIME
from appliance.server import printing
from appliance.server.words import Language, Words
from appliance.services.on_file import Readiness
from appliance.services.readiness_items import place
from appliance.services.readiness_report import PollTape, ReadinessItem, ReadinessReport, TriedPanel, read


class Line(Struct, frozen=True):
    """One item."""

    light: str
    mark: str
    name: str
    said: str
    todo: str


class Box(Struct, frozen=True):
    """One panel: its seat (a spare's name), and whether it is whole."""

    seat: str
    mark: str


MARKS: Final = {"green": "●", "amber": "▲", "red": "✕"}
"""Shape and word besides colour: most printers here print no colour."""


def lay_out(words: Words, filed: Readiness, language: Language, home: str | None) -> str:
    """The page."""
    report = read(filed.text)
    paper = printing.Paper(
        report.council, language, date=filed.at, demo=report.demo, rehearsal=report.rehearsal, home=home
    )

    def tell(key: str, **places: object) -> str:
        return words.say(language, f"readiness.{key}", **places)

    return printing.sheet(
        words,
        "readiness.html",
        paper,
        tell=tell,
        report=report,
        filed=filed,
        when=_when(filed.at),
        begun=_when(datetime.fromisoformat(report.begun)),
        verdict=tell(f"sheet.verdict.{report.verdict}"),
        mark=MARKS[report.verdict],
        lines=[_line(item, tell) for item in worst_first(report)],
        boxes=[_box(panel) for panel in report.panels if panel.seat is not None],
        spares=[_box(panel) for panel in report.panels if panel.seat is None],
        tapes=_tapes(report, tell),
        whens={tape.at: _when(datetime.fromisoformat(tape.at)) for _, tape in _tapes(report, tell)},
        versions=sorted(report.versions.items()),
    )


def worst_first(report: ReadinessReport) -> list[ReadinessItem]:
    """What must be done stands on top; otherwise as the report has it."""
    order = ("red", "amber", "green")
    return sorted(report.items, key=lambda item: order.index(item.light))


def _line(item: ReadinessItem, tell: Callable[..., str]) -> Line:
    return Line(
        light=tell(f"sheet.light.{item.light}"),
        mark=MARKS[item.light],
        name=tell(f"item.{item.item}"),
        said=tell(f"said.{item.item}.{item.say}", **item.values).replace("….", "…"),
        todo=tell(f"do.{item.todo}") if item.todo else "",
    )


def _box(panel: TriedPanel) -> Box:
    return Box(place(panel), MARKS["green"] if panel.whole else MARKS["red"])


def _tapes(report: ReadinessReport, tell: Callable[..., str]) -> list[tuple[str, PollTape]]:
    named = ((tell("sheet.tape.zero"), report.zero), (tell("sheet.tape.result"), report.result))
    return [(name, tape) for name, tape in named if tape is not None]


def _when(at: datetime) -> str:
    return f"{at.astimezone(HALL_TIME):%d/%m/%Y %H:%M:%S}"
