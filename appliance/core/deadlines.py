"""What must be done by when around a meeting, each day count from the rule profile with its source. Pure.

Days are counted back from the first day of the meeting, or on from the last.
"""

from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from msgspec import Struct

from appliance.core.plan import MeetingKind, Plan
from appliance.core.profile import RuleProfile, Setting

REGULAR: Final = frozenset({MeetingKind.REGULAR_MID_YEAR, MeetingKind.REGULAR_YEAR_END, MeetingKind.FIRST})
CONVENE: Final = "convene"
"""Done by SendInvitations."""
TASKS: Final = (CONVENE, "dossiers", "announce", "papers", "resolutions")
"""In the order of a meeting."""


class TaskState(StrEnum):
    """How a task stands today."""

    DONE = "done"
    LATER = "later"
    SOON = "soon"
    OVERDUE = "overdue"


SOON_DAYS: Final = 7
"""From so many days before on, the desk reminds the clerk."""


class Task(Struct, frozen=True):
    """One thing to do, with the day it is due and the text that says so."""

    task: str
    due: date
    state: TaskState
    days: int
    citation: str
    verified: bool
    """Whether the council's standing body has confirmed the number."""


def tasks(plan: Plan, profile: RuleProfile, today: date) -> tuple[Task, ...]:
    """All of a plan's tasks in the order of their days; none before it has a day."""
    if not plan.sittings:
        return ()
    first, last = plan.sittings[0].day, plan.sittings[-1].day
    days = profile.convening
    regular = plan.kind in REGULAR
    found = (
        (CONVENE, first, -1, days.regular_days if regular else days.special_days),
        ("dossiers", first, -1, days.dossier_days),
        ("announce", first, -1, days.announce_regular_days if regular else days.announce_special_days),
        ("papers", first, -1, days.paper_days),
        ("resolutions", last, 1, days.resolution_days),
    )
    told = [_task(plan, name, day, sign, setting, today) for name, day, sign, setting in found]
    return tuple(sorted(told, key=lambda task: task.due))


def _task(plan: Plan, name: str, day: date, sign: int, setting: Setting, today: date) -> Task:
    due = day + timedelta(days=sign * setting.value)
    done = name in plan.done or (name == CONVENE and plan.invited is not None)
    state = TaskState.LATER
    if done:
        state = TaskState.DONE
    elif due < today:
        state = TaskState.OVERDUE
    elif due <= today + timedelta(days=SOON_DAYS):
        state = TaskState.SOON
    return Task(name, due, state, setting.value, setting.citation, bool(setting.verified_by))
