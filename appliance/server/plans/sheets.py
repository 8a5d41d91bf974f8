"""Printed papers of a plan: invitation and programme, on A4 by NĐ 30/2020. Their text is Vietnamese: it goes out."""

from typing import NamedTuple

from appliance.core.agenda_order import numbers
from appliance.core.people import Role
from appliance.core.plan import Plan, PlanItem, PlannedSitting
from appliance.server import printing
from appliance.server.parts import Parts
from appliance.server.words import Language
from appliance.services.on_file import OnFile


class _Part(NamedTuple):
    """A sitting with its items."""

    title: str
    items: list[tuple[str, str, PlanItem]]


class Sheets:
    """Lays the papers out."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def invitation(self, plan: Plan, on_file: OnFile, language: Language, reader: Role) -> str:
        """Giấy mời, to the council's members; what only the office knows is left open to be filled in."""
        return self._page("invitation.html", plan, on_file, language, reader)

    def programme(self, plan: Plan, on_file: OnFile, language: Language, reader: Role) -> str:
        """Chương trình kỳ họp."""
        return self._page("programme.html", plan, on_file, language, reader)

    def _page(self, name: str, plan: Plan, on_file: OnFile, language: Language, reader: Role) -> str:
        parts = self._parts
        paper = printing.Paper(
            on_file.council.name,
            language,
            date=parts.clock.now().utc,
            demo=parts.demo,
            rehearsal=parts.rehearsal,
            home=printing.HOME.get(reader),
        )
        return printing.sheet(
            parts.words,
            name,
            paper,
            plan=plan,
            council=on_file.council,
            times=[_when(sitting) for sitting in plan.sittings],
            parts=_parts(plan),
            office_hint=parts.words.say(language, "plan.print_hint"),
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
