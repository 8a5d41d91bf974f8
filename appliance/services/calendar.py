"""The council's calendar: the sittings of the meetings that have been convened. Pure."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta, timezone
from typing import Final

from msgspec import Struct

from appliance.core.plan import Plan
from appliance.services.on_file import OnFile

HALL_TIME: Final = timezone(timedelta(hours=7))
_LAST: Final = timedelta(hours=4)
"""How long a sitting is shown whose items have no times."""


class Happening(Struct, frozen=True):
    """One entry of the calendar."""

    id: str
    title: str
    place: str
    begins: datetime
    ends: datetime
    told: datetime
    """When the delegates were convened."""


def happenings(on_file: OnFile) -> Iterator[Happening]:
    """Every sitting; what has been stays in."""
    for plan in on_file.plans.values():
        if plan.invited is None:
            continue
        for number, sitting in enumerate(plan.sittings, 1):
            begins = datetime.combine(sitting.day, time(), HALL_TIME) + timedelta(minutes=sitting.starts)
            title = f"{plan.title} – {sitting.name}" if sitting.name else plan.title
            yield Happening(f"{plan.id}-{number}", title, plan.place, begins, _ends(plan, number, begins), plan.invited)


def _ends(plan: Plan, number: int, begins: datetime) -> datetime:
    ends = [i.starts + (i.minutes or 0) for i in plan.items if i.sitting == number and i.starts is not None]
    midnight = begins.replace(hour=0, minute=0)
    return max(midnight + timedelta(minutes=max(ends)), begins + timedelta(minutes=30)) if ends else begins + _LAST
