"""The agenda of a running meeting: what may be changed, what not, and that a refusal changes nothing."""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from appliance.core import commands as c
from appliance.core import events as e
from appliance.core.meeting import replay
from appliance.core.plan import ItemKind, MeetingKind, Plan, PlanItem, PlannedPoll, PlannedSitting
from appliance.core.refusals import Code
from appliance.core.state import ItemState
from tests.house import CHAIR, CLERK, Hall, accepted, convene, open_poll, refused, sit


@pytest.fixture
def hall() -> Hall:
    return sit(convene(Hall.of(), 4))


def order(hall: Hall) -> list[str]:
    return list(hall.state.items)


def says(title: str = "Nội dung mới", **more: Any) -> dict[str, Any]:
    return {"title": title, **more}


def test_an_item_is_put_behind_another_and_gets_the_next_free_number(hall: Hall) -> None:
    accepted(hall.give(CLERK, c.AddItem, item="new", after="i1", **says()))
    assert order(hall) == ["i1", "new", "i2", "i3", "i4"]
    assert hall.state.items["new"].number == "5"


def test_parts_go_along_with_their_item(hall: Hall) -> None:
    for part in ("i2a", "i2b"):
        accepted(hall.give(CLERK, c.AddItem, item=part, parent="i2", **says()))
    accepted(hall.give(CHAIR, c.MoveItem, item="i2", after="i4"))
    assert order(hall) == ["i1", "i3", "i4", "i2", "i2a", "i2b"]
    assert [hall.state.items[i].number for i in ("i2", "i2a", "i2b")] == ["2", "2.1", "2.2"]


def test_a_part_has_no_parts(hall: Hall) -> None:
    accepted(hall.give(CLERK, c.MoveItem, item="i2", parent="i1"))
    before = hall.state
    assert refused(hall.give(CLERK, c.MoveItem, item="i3", parent="i2")) is Code.ITEM_MISPLACED
    assert refused(hall.give(CLERK, c.MoveItem, item="i1", parent="i3")) is Code.ITEM_MISPLACED
    assert refused(hall.give(CLERK, c.MoveItem, item="i3", after="i2")) is Code.ITEM_MISPLACED
    assert refused(hall.give(CLERK, c.MoveItem, item="i3", after="nothing")) is Code.ITEM_UNKNOWN
    assert hall.state is before


def test_the_second_of_two_clerks_is_told(hall: Hall) -> None:
    accepted(hall.give(CLERK, c.EditItem, item="i2", seen=1, **says("Đã sửa", kind="report", minutes=20)))
    before = hall.state
    assert refused(hall.give(CLERK, c.EditItem, item="i2", seen=1, **says("Cũng sửa"))) is Code.EDITED_MEANWHILE
    assert hall.state is before
    item = before.items["i2"]
    assert (item.title, item.kind, item.minutes, item.number, item.revision) == ("Đã sửa", ItemKind.REPORT, 20, "2", 2)


def test_the_doors_are_not_opened_by_editing_the_item_that_the_meeting_is_at(hall: Hall) -> None:
    assert refused(hall.give(CLERK, c.EditItem, item="i1", seen=1, **says(private=True))) is Code.ITEM_ALREADY_STARTED
    assert hall.state.private is None


@pytest.mark.parametrize(
    ("kind", "state"), [(c.WithdrawItem, ItemState.WITHDRAWN), (c.PostponeItem, ItemState.POSTPONED)]
)
def test_an_item_is_taken_off_with_its_reason_and_put_back(hall: Hall, kind: type[c.Command], state: ItemState) -> None:
    accepted(hall.give(CLERK, c.MoveItem, item="i3", parent="i2"))
    accepted(hall.give(CHAIR, kind, item="i2", reason="UBND xin chuẩn bị thêm"))
    assert {hall.state.items[i].state for i in ("i2", "i3")} == {state}
    assert hall.state.items["i2"].reason == "UBND xin chuẩn bị thêm"
    assert refused(hall.give(CHAIR, c.StartItem, item="i2")) is Code.ITEM_OFF_AGENDA
    assert refused(hall.give(CHAIR, kind, item="i2", reason="lại")) is Code.ITEM_OFF_AGENDA
    accepted(hall.give(CLERK, c.RestoreItem, item="i2"))
    assert refused(hall.give(CLERK, c.RestoreItem, item="i2")) is Code.ITEM_ON_AGENDA
    accepted(hall.give(CHAIR, c.StartItem, item="i2"))


def test_no_item_is_taken_off_while_a_vote_on_it_is_unfinished(hall: Hall) -> None:
    open_poll(hall)
    before = hall.state
    for kind in (c.WithdrawItem, c.PostponeItem):
        assert refused(hall.give(CHAIR, kind, item="i1", reason="x")) is Code.POLL_UNFINISHED
    assert hall.state is before


def test_no_draft_is_opened_on_an_item_that_was_taken_off(hall: Hall) -> None:
    accepted(hall.give(CLERK, c.DraftPoll, poll="p", item="i2", question="Thông qua?"))
    accepted(hall.give(CLERK, c.WithdrawItem, item="i2", reason="rút"))
    assert refused(hall.give(CHAIR, c.OpenPoll, poll="p")) is Code.ITEM_DONE


def test_taking_off_the_current_private_item_opens_the_doors(hall: Hall) -> None:
    accepted(hall.give(CLERK, c.EditItem, item="i2", seen=1, **says(private=True)))
    accepted(hall.give(CHAIR, c.StartItem, item="i2"))
    assert hall.state.private is not None
    accepted(hall.give(CHAIR, c.WithdrawItem, item="i2", reason="rút"))
    after = hall.state
    assert after.private is None
    assert after.current_item is None


def test_a_private_item_closes_the_doors_in_the_entry_that_begins_it_and_the_next_one_opens_them(hall: Hall) -> None:
    for item in ("i2", "i3"):
        accepted(hall.give(CLERK, c.EditItem, item=item, seen=1, **says(private=True)))
    began = accepted(hall.give(CHAIR, c.StartItem, item="i2"))
    assert [type(event).__name__ for event in began] == ["WentPrivate", "ItemStarted"]
    assert [type(event) for event in accepted(hall.give(CHAIR, c.StartItem, item="i3"))] == [e.ItemStarted]
    assert hall.state.private == "item"
    accepted(hall.give(CHAIR, c.StartItem, item="i4"))
    assert hall.state.private is None


def test_the_agenda_has_an_end(hall: Hall) -> None:
    full = {f"x{at}": replace(hall.state.items["i1"], item=f"x{at}") for at in range(500)}
    hall.state = replace(hall.state, items=full)
    assert refused(hall.give(CLERK, c.AddItem, item="one-more", **says())) is Code.TOO_MANY_ITEMS


def plan(**more: Any) -> Plan:
    items = (
        PlanItem(item="a", title="Mở đầu", kind=ItemKind.PROCEDURE, starts=480, minutes=10, note="chỉ chủ tọa xem"),
        PlanItem(item="b", title="Nghị quyết", polls=(PlannedPoll(poll="p", question="Thông qua?", show_names=True),)),
        PlanItem(item="b1", title="Phần riêng", parent="b", private=True),
    )
    sittings = (PlannedSitting(day=date(2026, 12, 18)),)
    return Plan(id="k", kind=MeetingKind.THEMATIC, title="Kỳ họp", items=items, sittings=sittings, **more)


def test_a_meeting_is_convened_from_its_plan_under_the_same_names_without_the_chairs_notes() -> None:
    hall = Hall.of()
    hall.facts = replace(hall.facts, plan=plan())
    told = accepted(hall.give(CLERK, c.ConveneMeeting, title="Kỳ họp", plan="k"))
    items = hall.state.items
    assert hall.state.plan == "k"
    assert [(i.item, i.number, i.parent, i.private) for i in items.values()] == [
        ("a", "1", None, False),
        ("b", "2", None, False),
        ("b1", "2.1", "b", True),
    ]
    assert (items["a"].starts, items["a"].minutes, items["a"].kind) == (480, 10, ItemKind.PROCEDURE)
    assert hall.state.polls["p"].show_names
    assert "chỉ chủ tọa xem" not in repr(told)
    assert replay(type(hall.state)(), hall.told) == hall.state


def test_no_meeting_is_convened_from_an_unknown_plan_or_twice_from_one() -> None:
    hall = Hall.of()
    before = hall.state
    assert refused(hall.give(CLERK, c.ConveneMeeting, title="Kỳ họp", plan="k")) is Code.PLAN_UNKNOWN
    hall.facts = replace(hall.facts, plan=plan(ledger="another"))
    assert refused(hall.give(CLERK, c.ConveneMeeting, title="Kỳ họp", plan="k")) is Code.PLAN_CONVENED
    assert hall.state is before
