"""Printed papers of a plan: invitation and programme, on A4 by NĐ 30/2020. Their text is Vietnamese: it goes out."""

from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from appliance.core.agenda_order import numbers
from appliance.core.plan import Plan, PlanItem, PlannedSitting
from appliance.server.minutes_text import body_lines, where
from appliance.server.words import Language, Words
from appliance.services.on_file import OnFile

_FOLDER: Final = Path(__file__).resolve().parents[1] / "templates"
_pages: Final = Environment(
    loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)


class _Part(NamedTuple):
    """A sitting with its items."""

    title: str
    items: list[tuple[str, str, PlanItem]]


class Sheets:
    """Lays the papers out."""

    def __init__(self, words: Words, demo: bool) -> None:
        self._words = words
        self._demo = demo

    def invitation(self, plan: Plan, on_file: OnFile, language: Language, today: date) -> str:
        """Giấy mời, to the council's members; what only the office knows is left open to be filled in."""
        return self._page("invitation.html", plan, on_file, language, today)

    def programme(self, plan: Plan, on_file: OnFile, language: Language, today: date) -> str:
        """Chương trình kỳ họp."""
        return self._page("programme.html", plan, on_file, language, today)

    def _page(self, name: str, plan: Plan, on_file: OnFile, language: Language, today: date) -> str:
        month = f"{today.month:02}" if today.month < 3 else str(today.month)
        dated = f"{where(on_file.council.name)}, ngày {today.day:02} tháng {month} năm {today.year}"
        return _pages.get_template(name).render(
            plan=plan,
            council=on_file.council,
            body=body_lines(on_file.council.name),
            dated=dated,
            times=[_when(sitting) for sitting in plan.sittings],
            parts=_parts(plan),
            hint=self._words.say(language, "plan.print_hint"),
            demo=self._words.say("vi", "minutes.demo") if self._demo else "",
            stylesheet="/minutes.css",
        )


def clock(minute: int) -> str:
    """`08 giờ 30`."""
    return f"{minute // 60:02} giờ {minute % 60:02}"


def _when(sitting: PlannedSitting) -> str:
    told = f"{clock(sitting.starts)}, ngày {sitting.day:%d/%m/%Y}"
    return f"{sitting.name}: {told}" if sitting.name else told


def _parts(plan: Plan) -> list[_Part]:
    printed = numbers(plan.items)
    sittings = sorted({item.sitting for item in plan.items})
    return [
        _Part(
            _when(plan.sittings[number - 1]) if number <= len(plan.sittings) else "",
            [
                (printed[item.item], clock(item.starts) if item.starts is not None else "", item)
                for item in plan.items
                if item.sitting == number
            ],
        )
        for number in sittings
    ]
