"""Chất vấn: a round takes its slips from the file once; answers come in the hall or in writing; pledges have a day."""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from appliance.core import commands as c
from appliance.core import events as e
from appliance.core import script
from appliance.core.people import Actor
from appliance.core.questioning import asked, round_now
from appliance.core.refusals import Code
from appliance.core.slips import SlipFacts
from tests.house import CHAIR, CLERK, OTHER_CHAIR, Hall, accepted, convene, member, refused, sit

SLIPS = {
    "s1": SlipFacts("s1", "m01", "Nguyễn Văn Mẫu 1", "Phòng Kinh tế", "Rác thải", "Vì sao?", "g1", "Môi trường"),
    "s2": SlipFacts(
        "s2", "m02", "Nguyễn Văn Mẫu 2", "Phòng Kinh tế", "Nước thải", group="g1", group_title="Môi trường"
    ),
    "s3": SlipFacts("s3", "m03", "Nguyễn Văn Mẫu 3", "Chủ tịch UBND", "Đường trục", selected=False),
    "s4": SlipFacts("s4", "m04", "Nguyễn Văn Mẫu 4", "Chủ tịch UBND", "Số hóa"),
}
PLEDGE: dict[str, Any] = {"pledge": "p1", "who": "Trưởng phòng Kinh tế", "what": "Thu gom rác hằng ngày"}


def hall_with_slips() -> Hall:
    hall = Hall.of(9)
    hall.facts = replace(hall.facts, slips=SLIPS)
    return sit(convene(hall), present=6)


def asking(**fields: Any) -> Hall:
    hall = hall_with_slips()
    accepted(hall.give(CHAIR, c.StartQuestioning, **(fields or {"group": "g1"})))
    return hall


def test_a_group_brings_all_its_selected_slips_and_its_name() -> None:
    here = round_now(asking().state)
    assert here is not None
    assert (here.title, list(here.questions)) == ("Môi trường", ["s1", "s2"])


def test_later_changes_on_file_change_nothing_in_the_round() -> None:
    hall = asking()
    hall.facts = replace(hall.facts, slips={})
    question = asked(hall.state, "s1")
    assert question is not None
    assert question.slip == SLIPS["s1"]


def test_questions_may_be_put_without_a_slip() -> None:
    here = round_now(asking(title="Chất vấn trực tiếp").state)
    assert here is not None
    assert (here.title, here.questions) == ("Chất vấn trực tiếp", {})


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, Code.MALFORMED),
        ({"slips": ["s9"]}, Code.SLIP_UNKNOWN),
        ({"slips": ["s3"]}, Code.SLIP_NOT_SELECTED),
        ({"group": "g9"}, Code.ISSUE_GROUP_UNKNOWN),
    ],
)
def test_a_round_that_is_refused_changes_nothing(fields: dict[str, Any], code: Code) -> None:
    hall = hall_with_slips()
    before = hall.state
    assert refused(hall.give(CHAIR, c.StartQuestioning, **fields)) is code
    assert hall.state is before


def test_only_the_gavel_begins_and_ends_a_round() -> None:
    hall = asking()
    for who, code in ((OTHER_CHAIR, Code.GAVEL_NOT_YOURS), (CLERK, Code.NOT_ALLOWED), (member(1), Code.NOT_ALLOWED)):
        assert refused(hall.give(who, c.EndQuestioning)) is code
    accepted(hall.give(CHAIR, c.EndQuestioning))
    assert refused(hall.give(CHAIR, c.EndQuestioning)) is Code.NOT_QUESTIONING


def test_one_round_at_a_time_and_going_on_to_another_item_ends_it() -> None:
    hall = asking()
    assert refused(hall.give(CHAIR, c.StartQuestioning, slips=["s4"])) is Code.ALREADY_QUESTIONING
    accepted(hall.give(CHAIR, c.StartItem, item="i2"))
    assert round_now(hall.state) is None
    accepted(hall.give(CHAIR, c.StartQuestioning, slips=["s4"]))
    assert hall.state.questioning.rounds[0].ended is not None


def test_a_round_ends_with_whoever_still_had_the_floor_in_it() -> None:
    hall = asking()
    accepted(hall.give(CHAIR, c.GiveFloor, guest="Phòng Kinh tế", kind="explanation"))
    accepted(hall.give(CHAIR, c.EndQuestioning))
    assert hall.state.floor is None
    assert round_now(hall.state) is None


def test_a_question_is_answered_once_and_not_asked_again() -> None:
    hall = asking()
    accepted(hall.give(CLERK, c.MarkAnswered, slip="s1"))
    assert refused(hall.give(CHAIR, c.MarkAnswered, slip="s1")) is Code.SLIP_ANSWERED
    assert refused(hall.give(CHAIR, c.MarkAnswered, slip="s4")) is Code.SLIP_UNKNOWN
    accepted(hall.give(CHAIR, c.EndQuestioning))
    assert refused(hall.give(CHAIR, c.StartQuestioning, slips=["s1"])) is Code.SLIP_ANSWERED
    accepted(hall.give(CHAIR, c.StartQuestioning, group="g1"))
    here = round_now(hall.state)
    assert here is not None
    assert list(here.questions) == ["s2"]


def test_an_answer_in_writing_settles_its_question_by_the_day_of_the_rule_profile() -> None:
    hall = asking()
    (made,) = accepted(hall.give(CHAIR, c.MakePledge, **PLEDGE, kind="written_answer", slip="s2"))
    assert made.deadline == date(2027, 1, 7)  # twenty days from 18/12/2026 in the hall's own time
    assert refused(hall.give(CLERK, c.MarkAnswered, slip="s2")) is Code.SLIP_ANSWERED
    accepted(hall.give(CLERK, c.WithdrawPledge, pledge="p1", reason="Ghi nhầm"))
    accepted(hall.give(CLERK, c.MarkAnswered, slip="s2"))


@pytest.mark.parametrize(
    ("who", "fields", "code"),
    [
        (CLERK, {"deadline": "2026-12-17"}, Code.DEADLINE_PAST),
        (CLERK, {"slip": "s4"}, Code.SLIP_UNKNOWN),
        (CLERK, {"who": "  "}, Code.MALFORMED),
        (CLERK, {"pledge": "p0"}, Code.PLEDGE_TAKEN),
        (member(1), {}, Code.NOT_ALLOWED),
    ],
)
def test_a_pledge_that_is_refused_changes_nothing(who: Actor, fields: dict[str, Any], code: Code) -> None:
    hall = asking()
    accepted(hall.give(CLERK, c.MakePledge, **{**PLEDGE, "pledge": "p0"}))
    before = hall.state
    assert refused(hall.give(who, c.MakePledge, **{**PLEDGE, **fields})) is code
    assert hall.state is before


def test_a_pledge_may_be_due_today_and_may_have_no_day() -> None:
    hall = asking()
    accepted(hall.give(CLERK, c.MakePledge, **PLEDGE, deadline="2026-12-18"))
    (made,) = accepted(hall.give(CLERK, c.MakePledge, **{**PLEDGE, "pledge": "p2"}))
    assert made.deadline is None


def test_a_pledge_is_struck_out_once_and_stays_in_the_record() -> None:
    hall = asking()
    accepted(hall.give(CLERK, c.MakePledge, **PLEDGE))
    assert refused(hall.give(CHAIR, c.WithdrawPledge, pledge="p1", reason="x")) is Code.NOT_ALLOWED
    assert refused(hall.give(CLERK, c.WithdrawPledge, pledge="p9", reason="x")) is Code.PLEDGE_UNKNOWN
    accepted(hall.give(CLERK, c.WithdrawPledge, pledge="p1", reason="Ghi nhầm"))
    assert refused(hall.give(CLERK, c.WithdrawPledge, pledge="p1", reason="x")) is Code.PLEDGE_SETTLED
    assert hall.state.questioning.pledges["p1"].withdrawn == "Ghi nhầm"
    assert any(isinstance(event, e.PledgeMade) for event, _ in hall.told)


def test_a_point_of_order_in_a_round_is_called_first_and_no_step_is_offered_twice() -> None:
    hall = asking()
    accepted(hall.give(member(3), c.AskToSpeak))
    accepted(hall.give(member(4), c.AskToSpeak, kind="point_of_order"))
    accepted(hall.give(CHAIR, c.GiveFloor, member="m05"))
    offered = [step.command for step in script.steps(hall.state, CHAIR, hall.now, hall.facts) if not step.after]
    assert len(offered) == len(set(map(repr, offered)))
    (main,) = (step.command for step in script.steps(hall.state, CHAIR, hall.now, hall.facts) if step.main)
    assert isinstance(main, c.GiveFloor)
    assert hall.state.speakers.requests[main.request or ""].member == "m04"
