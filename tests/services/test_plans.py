"""Meetings in preparation: made, edited by two clerks at once, imported; kept by memory and by SQLite alike."""

import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from appliance.adapters.memory_registry import MemoryRegistry
from appliance.adapters.sql.registry import SqlRegistry
from appliance.core.commands import Command
from appliance.core.plan import MeetingKind, Plan
from appliance.core.refusals import Code, Refusal
from appliance.core.state import Meeting
from appliance.services import desk_commands as d
from appliance.services.agenda_import import COLUMNS, preview, rows_of
from appliance.services.answers import Answer
from appliance.services.calendar import happenings
from appliance.services.plan_templates import template
from appliance.services.plans import PlanKeeper, waiting
from appliance.services.registry import RegistryStore
from appliance.services.sheets import Cell, Kind, Sheet
from tests.house import command_of
from tests.services.reception import CLERK, Reception, accepted, code

DAYS = ({"day": "2026-12-18", "starts": 450, "name": "Sáng"}, {"day": "2026-12-18", "starts": 810})


@pytest.fixture(params=["memory", "sql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], RegistryStore]:
    memory = MemoryRegistry()
    return (lambda: memory) if request.param == "memory" else (lambda: SqlRegistry(tmp_path / "registry.db"))


@pytest.fixture
def house(store: Callable[[], RegistryStore]) -> Reception:
    return Reception.of(store())


def give(house: Reception, kind: type[Command], /, **fields: Any) -> Answer:
    return house.desk.handle(command_of(kind, fields), CLERK)


def prepared(house: Reception, **more: Any) -> Plan:
    fields = {"plan": "k", "kind": "regular_year_end", "title": "Kỳ họp thứ 3", "sittings": DAYS, **more}
    accepted(give(house, d.CreatePlan, **fields))
    return plan(house, fields["plan"])


def plan(house: Reception, name: str = "k") -> Plan:
    return house.on_file.plans[name]


def test_a_plan_outlives_a_restart_with_all_it_holds(house: Reception, store: Callable[[], RegistryStore]) -> None:
    before = prepared(house)
    accepted(give(house, d.SendInvitations, plan="k"))
    again = Reception.of(store()).on_file.plans["k"]
    assert again.items == before.items
    assert again.sittings == before.sittings
    assert again.invited is not None


@pytest.mark.parametrize("kind", MeetingKind)
def test_every_kind_of_meeting_has_a_template_that_votes_and_ends(kind: MeetingKind) -> None:
    items = template(kind, 450, 2)
    assert any(item.polls for item in items)
    assert items[-1].item == "be-mac"
    assert len({item.item for item in items}) == len(items)
    starts = [item.starts or 0 for item in items]
    assert starts == sorted(starts)
    tops = {item.item for item in items if item.parent is None}
    assert {item.parent for item in items if item.parent is not None} <= tops
    assert all(text == unicodedata.normalize("NFC", text) for item in items for text in (item.title, item.presenter))


def test_a_copy_takes_items_and_questions_but_not_ticks_or_the_invitation(house: Reception) -> None:
    prepared(house)
    accepted(give(house, d.TickTask, plan="k", task="papers"))
    accepted(give(house, d.SendInvitations, plan="k"))
    copy = prepared(house, plan="k2", copy_of="k")
    assert [item.title for item in copy.items] == [item.title for item in plan(house).items]
    assert (copy.done, copy.invited, copy.ledger) == ((), None, None)


def test_the_second_of_two_clerks_is_told_and_nothing_of_the_first_is_lost(house: Reception) -> None:
    item = prepared(house).items[0]
    first = {"plan": "k", "item": item.item, "seen": item.revision, "title": "Bản của người thứ nhất"}
    accepted(give(house, d.EditPlanItem, **first, note="ghi chú"))
    before = house.on_file.plans
    assert code(give(house, d.EditPlanItem, **first)) is Code.EDITED_MEANWHILE
    assert code(give(house, d.RemovePlanItem, plan="k", item=item.item, seen=1)) is Code.EDITED_MEANWHILE
    assert code(give(house, d.EditPlan, plan="k", seen=99, kind="thematic", title="x")) is Code.EDITED_MEANWHILE
    assert house.on_file.plans is before
    assert plan(house).items[0].note == "ghi chú"


def test_two_clerks_who_move_items_do_not_undo_each_other(house: Reception) -> None:
    prepared(house, template=False)
    for item in "abcd":
        accepted(give(house, d.AddPlanItem, plan="k", item=item, title=item))
    accepted(give(house, d.MovePlanItem, plan="k", item="d", after="a"))
    accepted(give(house, d.MovePlanItem, plan="k", item="a", after="c"))
    assert [item.item for item in plan(house).items] == ["d", "b", "c", "a"]


def test_what_something_hangs_on_is_not_removed(house: Reception) -> None:
    prepared(house, template=False)
    poll = {"poll": "p", "question": "Thông qua?"}
    accepted(give(house, d.AddPlanItem, plan="k", item="a", title="a", polls=(poll,)))
    accepted(give(house, d.AddPlanItem, plan="k", item="b", title="b"))
    accepted(give(house, d.AddPlanItem, plan="k", item="b1", title="b1", parent="b"))
    before = house.on_file.plans
    for item in ("a", "b"):
        assert code(give(house, d.RemovePlanItem, plan="k", item=item, seen=1)) is Code.PLAN_ITEM_IN_USE
    assert code(give(house, d.AddPlanItem, plan="k", item="a", title="x")) is Code.ITEM_TAKEN
    assert code(give(house, d.AddPlanItem, plan="k", item="c", title="x", polls=(poll,))) is Code.POLL_TAKEN
    assert code(give(house, d.AddPlanItem, plan="k", item="c", title="x", parent="b1")) is Code.ITEM_MISPLACED
    assert code(give(house, d.CreatePlan, plan="k", kind="thematic", title="x")) is Code.PLAN_TAKEN
    assert house.on_file.plans is before


def test_delegates_are_not_convened_to_a_meeting_without_a_day(house: Reception) -> None:
    prepared(house, sittings=())
    assert code(give(house, d.SendInvitations, plan="k")) is Code.PLAN_WITHOUT_DAY
    assert list(happenings(house.on_file)) == []


def test_the_calendar_has_each_sitting_at_the_halls_own_time_until_its_last_item_ends(house: Reception) -> None:
    prepared(house)
    accepted(give(house, d.SendInvitations, plan="k"))
    first, second = happenings(house.on_file)
    assert first.begins.isoformat() == "2026-12-18T07:30:00+07:00"
    assert (first.title, first.ends > first.begins, second.id) == ("Kỳ họp thứ 3 – Sáng", True, "k-2")
    assert [found.id for found in waiting(house.on_file)] == ["k"]


def test_what_two_keyboards_write_is_one_text(house: Reception) -> None:
    made = prepared(house, title=unicodedata.normalize("NFD", " Kỳ  họp "), template=False)
    assert made.title == "Kỳ họp"


def test_a_plan_learns_which_meeting_came_of_it_and_then_stays_as_it_was(house: Reception) -> None:
    prepared(house)
    keeper = PlanKeeper(house.registry, lambda call: call())
    keeper.catch_up(Meeting(ledger="l1", plan="k"))
    keeper.catch_up(Meeting(ledger="l2", plan="k"))
    assert plan(house).ledger == "l1"
    before = house.on_file.plans
    assert code(give(house, d.AddPlanItem, plan="k", item="x", title="x")) is Code.PLAN_CONVENED
    assert code(give(house, d.RemovePlan, plan="k", seen=1)) is Code.PLAN_CONVENED
    assert house.on_file.plans is before
    accepted(give(house, d.TickTask, plan="k", task="resolutions"))
    assert waiting(house.on_file) == ()


def test_convening_asks_the_registry_for_the_plan_by_name(house: Reception) -> None:
    prepared(house)
    assert house.registry.facts().plan is None
    assert house.registry.facts("k").plan == plan(house)
    assert house.registry.facts("nothing").plan is None


# --- an agenda from a spreadsheet

HEADING = ("TT", "Thời gian", "Nội dung", "Loại", "Họp kín")


def sheet(*rows: tuple[str | Cell, ...], heading: tuple[str, ...] = HEADING) -> Sheet:
    cells = (tuple(cell if isinstance(cell, Cell) else Cell(cell) for cell in row) for row in (heading, *rows))
    return Sheet(tuple(cells))


def test_each_bad_row_says_what_is_wrong_and_the_others_are_read() -> None:
    found = preview(
        sheet(
            ("1", "7h30", "Đón tiếp", "Thủ tục", ""),
            ("2", "25:00", "", "Báo cáo", "x"),
            ("2.1", "", "Phần", "", ""),
            ("9.1", "", "Mồ côi", "", ""),
            ("3", Cell("08:30:00", Kind.WRONG), "Giờ của Excel", "Báo cáo", "có"),
            ("4", "", Cell("=1+1", Kind.FORMULA), "", ""),
            ("5", "", "vô\u200bhình", "Tào lao", "có lẽ"),
            ("1", "", "Trùng", "", ""),
            ("6", "", "a" * 2001, "", ""),
        ),
        frozenset({"n003"}),
    )
    problems = {row.row: sorted((p.column, p.problem) for p in row.problems) for row in found.rows if row.problems}
    assert problems == {
        3: [("starts", "wrong"), ("title", "missing")],
        5: [("number", "no-parent")],
        7: [("title", "formula")],
        8: [("kind", "wrong"), ("private", "wrong"), ("title", "invisible")],
        9: [("number", "duplicate")],
        10: [("title", "too-long")],
    }
    first, _, part, _, excel, *_ = found.rows
    assert first.item is not None
    assert part.item is not None
    assert excel.item is not None
    assert (first.item.starts, excel.item.starts, excel.item.private) == (450, 510, True)
    assert part.item.parent is not None
    names = [row.item.item for row in found.rows if row.item is not None]
    assert len(set(names)) == len(names)
    assert "n003" not in names


@pytest.mark.parametrize(
    ("given", "problem"), [(Sheet(()), "empty"), (sheet(heading=("Tên", "Giờ")), "no-title-column"), (sheet(), "empty")]
)
def test_a_file_that_is_no_agenda_says_so(given: Sheet, problem: str) -> None:
    assert preview(given, frozenset()).problem == problem


def test_what_is_exported_can_be_imported_again_unchanged(house: Reception) -> None:
    made = prepared(house)
    rows = ([names[0] for names in COLUMNS.values()], *rows_of(made))
    found = preview(Sheet(tuple(tuple(Cell(text) for text in row) for row in rows)), frozenset())
    assert found.problem == ""
    assert not any(row.problems for row in found.rows)
    prepared(house, plan="k2", template=False)
    items = tuple(row.item for row in found.rows)
    accepted(give(house, d.ImportAgenda, plan="k2", seen=1, items=items))
    again = plan(house, "k2")
    assert list(rows_of(again)) == list(rows_of(made))
    assert [item.parent is None for item in again.items] == [item.parent is None for item in made.items]


def test_an_import_is_taken_over_whole_or_not_at_all(house: Reception) -> None:
    prepared(house, template=False)
    before = house.on_file.plans
    items: tuple[dict[str, Any], ...] = ({"item": "a", "title": "a"}, {"item": "b", "title": "b", "parent": "nothing"})
    assert code(give(house, d.ImportAgenda, plan="k", seen=1, items=items)) is Code.ITEM_UNKNOWN
    doubled = ({"item": "a", "title": "a"}, {"item": "a", "title": "b"})
    assert code(give(house, d.ImportAgenda, plan="k", seen=1, items=doubled)) is Code.ITEM_TAKEN
    many = tuple({"item": f"x{at}", "title": "x"} for at in range(500))
    accepted(give(house, d.AddPlanItem, plan="k", item="one", title="một"))
    answer = give(house, d.ImportAgenda, plan="k", seen=2, items=many)
    assert isinstance(answer, Refusal)
    assert answer.code is Code.TOO_MANY_ITEMS
    assert len(plan(house).items) == 1
    assert before["k"].items == ()
