"""What must be done by when: every number from the rule profile, counted from the meeting's first or last day."""

from datetime import UTC, date, datetime

import pytest
from msgspec.structs import replace

from appliance.core.deadlines import Task, TaskState, tasks
from appliance.core.plan import MeetingKind, Plan, PlannedSitting
from tests.house import PROFILE

DAYS = (PlannedSitting(day=date(2026, 12, 18)), PlannedSitting(day=date(2026, 12, 19)))
PLAN = Plan(id="k", kind=MeetingKind.REGULAR_YEAR_END, title="Kỳ họp", sittings=DAYS)


def told(plan: Plan, today: date) -> dict[str, Task]:
    return {task.task: task for task in tasks(plan, PROFILE, today)}


def test_a_regular_meeting_is_convened_20_days_ahead_and_its_resolutions_sent_10_days_after() -> None:
    due = {name: task.due for name, task in told(PLAN, date(2026, 11, 1)).items()}
    assert due == {
        "convene": date(2026, 11, 28),
        "announce": date(2026, 12, 3),
        "dossiers": date(2026, 12, 8),
        "papers": date(2026, 12, 13),
        "resolutions": date(2026, 12, 29),
    }


@pytest.mark.parametrize("kind", [MeetingKind.THEMATIC, MeetingKind.EXTRAORDINARY])
def test_other_meetings_have_shorter_days(kind: MeetingKind) -> None:
    due = told(replace(PLAN, kind=kind), date(2026, 11, 1))
    assert (due["convene"].due, due["announce"].due) == (date(2026, 12, 11), date(2026, 12, 13))


@pytest.mark.parametrize(
    ("today", "state"),
    [
        (date(2026, 11, 20), TaskState.LATER),
        (date(2026, 11, 21), TaskState.SOON),
        (date(2026, 11, 28), TaskState.SOON),
        (date(2026, 11, 29), TaskState.OVERDUE),
    ],
)
def test_the_desk_reminds_a_week_before_and_says_when_it_is_too_late(today: date, state: TaskState) -> None:
    assert told(PLAN, today)["convene"].state is state


def test_convening_the_delegates_or_a_tick_settles_a_task() -> None:
    plan = replace(PLAN, invited=datetime(2026, 11, 20, tzinfo=UTC), done=("papers",))
    found = told(plan, date(2026, 12, 30))
    assert {name for name, task in found.items() if task.state is TaskState.DONE} == {"convene", "papers"}
    assert found["resolutions"].state is TaskState.OVERDUE


def test_each_task_names_its_source_and_whether_the_council_has_confirmed_it() -> None:
    assert all(task.citation and not task.verified for task in told(PLAN, date(2026, 11, 1)).values())


def test_without_a_day_there_is_nothing_to_count_from() -> None:
    assert tasks(replace(PLAN, sittings=()), PROFILE, date(2026, 11, 1)) == ()
