"""On file about debate: slips on their way, opinions that are no votes, pledges carried from meeting to meeting."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from appliance.adapters.memory_registry import MemoryRegistry
from appliance.adapters.sql.registry import SqlRegistry
from appliance.core import commands as c
from appliance.core.people import Actor, Role
from appliance.core.refusals import Code
from appliance.core.slips import SlipFacts
from appliance.server.debate_page import opinions_for, pledges_page, slips_for, texts_for
from appliance.services import desk_commands as d
from appliance.services.on_file import OnFile, OpinionChoice, PledgeFollowUp, SlipState, revision
from appliance.services.pledges import Pledges
from appliance.services.registry import RegistryStore
from tests.house import CHAIR, CLERK, START, House, convene, member, sit
from tests.house import accepted as accepted_in_house
from tests.services.reception import Reception, accepted, code

SLIP = {"addressee": "Phòng Kinh tế", "title": "Rác thải", "text": "Vì sao chậm?\n<script>x</script>"}
CHAIR_WHO_IS_M01 = Actor(role=Role.CHAIR, person="chair", member="m01")


@pytest.fixture(params=["memory", "sql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], RegistryStore]:
    memory = MemoryRegistry()
    return (lambda: memory) if request.param == "memory" else (lambda: SqlRegistry(tmp_path / "registry.db"))


def send(house: Reception, i: int = 2, **fields: Any) -> str:
    """The i-th member sends a slip; its name."""
    before = set(house.on_file.question_slips)
    accepted(house.at_desk(d.SendSlip, member(i), **{**SLIP, **fields}))
    (slip,) = set(house.on_file.question_slips) - before
    return slip


def opinion(house: Reception, closes: date | None = None) -> str:
    """The clerk asks for opinions; the question's name."""
    day = closes or house.clock.now().utc.date()
    accepted(house.at_desk(d.AskOpinion, CLERK, title="Dự toán", text="Xin ý kiến về dự toán", closes=day))
    return next(iter(house.on_file.opinions))


def test_what_is_on_file_comes_back_from_the_disk(store: Callable[[], RegistryStore]) -> None:
    house = Reception.of(store())
    slip = send(house)
    accepted(house.at_desk(d.NameIssueGroup, CLERK, group="g1", title="Môi trường"))
    accepted(house.at_desk(d.SortSlip, CLERK, slip=slip, state="in_writing", group="g1"))
    accepted(house.at_desk(d.FollowPledge, CLERK, ledger="l", pledge="p", note="Đã làm", settled=True))
    accepted(
        house.at_desk(d.GiveOpinion, member(3), opinion=opinion(house), choice=OpinionChoice.OTHER, text="Thêm số liệu")
    )
    again = Reception.of(store())
    for kind in ("question_slips", "issue_groups", "pledge_follow_ups", "opinions", "opinion_answers"):
        assert getattr(again.on_file, kind) == getattr(house.on_file, kind) != {}


def test_a_slip_is_the_members_own_and_only_theirs_to_take_back() -> None:
    house = Reception.of()
    slip = send(house)
    assert house.on_file.question_slips[slip].member == "m02"
    assert code(house.at_desk(d.WithdrawSlip, member(3), slip=slip)) is Code.SLIP_UNKNOWN
    assert code(house.at_desk(d.SendSlip, CLERK, **SLIP)) is Code.NOT_A_MEMBER
    accepted(house.at_desk(d.WithdrawSlip, member(2), slip=slip))
    assert code(house.at_desk(d.WithdrawSlip, member(2), slip=slip)) is Code.SLIP_SETTLED
    assert code(house.at_desk(d.SortSlip, CLERK, slip=slip, state="selected")) is Code.SLIP_SETTLED


def test_only_what_waits_may_be_put_in_the_hall_and_says_whether_it_was_selected() -> None:
    house = Reception.of()
    one, two, three = send(house, 1), send(house, 2), send(house, 3)
    accepted(house.at_desk(d.NameIssueGroup, CLERK, group="g1", title="Môi trường"))
    accepted(house.at_desk(d.SortSlip, CLERK, slip=one, state="selected", group="g1"))
    accepted(house.at_desk(d.SortSlip, CLERK, slip=two, state="in_writing"))
    slips = house.registry.facts().slips
    assert {name: slip.selected for name, slip in slips.items()} == {one: True, three: False}
    assert (slips[one].group_title, slips[one].name) == ("Môi trường", house.on_file.members["m01"].name)


def test_an_answer_in_writing_has_the_days_of_the_rule_profile_and_is_given_once() -> None:
    house = Reception.of()
    slip = send(house)
    accepted(house.at_desk(d.SortSlip, CLERK, slip=slip, state="in_writing"))
    due = house.on_file.question_slips[slip].due
    assert due is not None
    assert (due - house.clock.now().utc.date()).days == 20
    assert (
        code(house.at_desk(d.SortSlip, CLERK, slip=slip, state="in_writing", due=date(2020, 1, 1)))
        is Code.DEADLINE_PAST
    )
    accepted(house.at_desk(d.AnswerSlip, CLERK, slip=slip, answer="Đã xử lý"))
    assert house.on_file.question_slips[slip].state is SlipState.ANSWERED
    assert code(house.at_desk(d.AnswerSlip, CLERK, slip=slip, answer="Lần nữa")) is Code.SLIP_SETTLED


def test_of_two_who_sort_one_slip_the_second_is_told() -> None:
    house = Reception.of()
    slip = send(house)
    seen = revision(house.on_file.question_slips[slip])
    accepted(house.at_desk(d.SortSlip, CLERK, slip=slip, state="selected", seen=seen))
    before = house.on_file
    assert code(house.at_desk(d.SortSlip, CHAIR, slip=slip, state="sent", seen=seen)) is Code.EDITED_MEANWHILE
    assert house.on_file == before


def test_a_group_that_is_dropped_leaves_its_slips() -> None:
    house = Reception.of()
    slip = send(house)
    accepted(house.at_desk(d.NameIssueGroup, CLERK, group="g1", title="Môi trường"))
    accepted(house.at_desk(d.SortSlip, CLERK, slip=slip, state="selected", group="g1"))
    accepted(house.at_desk(d.DropIssueGroup, CLERK, group="g1"))
    assert house.on_file.question_slips[slip].group is None
    assert code(house.at_desk(d.DropIssueGroup, CLERK, group="g1")) is Code.ISSUE_GROUP_UNKNOWN
    assert code(house.at_desk(d.SortSlip, CLERK, slip=slip, state="sent", group="g1")) is Code.ISSUE_GROUP_UNKNOWN


def test_a_delegate_is_shown_their_own_slips_and_those_that_were_selected() -> None:
    house = Reception.of()
    mine, theirs, chosen = send(house, 2), send(house, 3), send(house, 3)
    accepted(house.at_desk(d.SortSlip, CLERK, slip=chosen, state="selected"))

    def shown(actor: Actor) -> set[str]:
        page = slips_for(actor, house.on_file, house.desk.meeting(), house.registry.profile, START)
        return {slip.slip for slip in page.slips}

    assert shown(member(2)) == {mine, chosen}
    assert shown(CLERK) == shown(CHAIR_WHO_IS_M01) == {mine, theirs, chosen}


def test_a_slip_that_was_put_in_the_hall_is_not_taken_back() -> None:
    house = Reception.of()
    slip = send(house, 1)
    accepted(house.at_desk(d.SortSlip, CLERK, slip=slip, state="selected"))
    hall = sit(convene(House.of(9)), present=6)
    hall.registry.on_file = replace(hall.registry.on_file, slips=house.registry.facts().slips)
    accepted_in_house(hall.give(CHAIR, c.StartQuestioning, slips=[slip]))
    house.desk.meeting = lambda: hall.state
    assert code(house.at_desk(d.WithdrawSlip, member(1), slip=slip)) is Code.SLIP_SETTLED
    page = slips_for(CLERK, house.on_file, hall.state, house.registry.profile, START)
    assert page.slips[0].asked


def test_the_last_opinion_counts_and_another_opinion_needs_words() -> None:
    house = Reception.of()
    name = opinion(house)
    assert (
        code(house.at_desk(d.GiveOpinion, member(2), opinion=name, choice=OpinionChoice.OTHER))
        is Code.OPINION_TEXT_MISSING
    )
    for choice in (OpinionChoice.AGREE, OpinionChoice.DISAGREE):
        accepted(house.at_desk(d.GiveOpinion, member(2), opinion=name, choice=choice))
    (answer,) = house.on_file.opinion_answers.values()
    assert (answer.member, answer.choice) == ("m02", "disagree")
    assert code(house.at_desk(d.GiveOpinion, CLERK, opinion=name, choice=OpinionChoice.AGREE)) is Code.NOT_A_MEMBER
    assert (
        code(house.at_desk(d.GiveOpinion, member(2), opinion="none", choice=OpinionChoice.AGREE))
        is Code.OPINION_UNKNOWN
    )


def test_no_opinion_is_taken_after_its_day_or_once_it_is_closed() -> None:
    house = Reception.of()
    name = opinion(house)
    accepted(house.at_desk(d.CloseOpinion, CLERK, opinion=name))
    assert (
        code(house.at_desk(d.GiveOpinion, member(2), opinion=name, choice=OpinionChoice.AGREE)) is Code.OPINION_CLOSED
    )
    assert code(house.at_desk(d.CloseOpinion, CLERK, opinion=name)) is Code.OPINION_CLOSED
    fields = {"title": "Cũ", "text": "Cũ", "closes": date(2020, 1, 1)}
    assert code(house.at_desk(d.AskOpinion, CLERK, **fields)) is Code.DEADLINE_PAST
    other = Reception.of()
    name = opinion(other)
    other.clock.advance(3 * 86_400)
    assert (
        code(other.at_desk(d.GiveOpinion, member(2), opinion=name, choice=OpinionChoice.AGREE)) is Code.OPINION_CLOSED
    )


def test_how_the_others_answered_is_for_the_desk_alone() -> None:
    house = Reception.of()
    name = opinion(house)
    for i in (2, 3):
        accepted(house.at_desk(d.GiveOpinion, member(i), opinion=name, choice=OpinionChoice.AGREE))
    now = house.clock.now().utc
    (own,) = opinions_for(member(2), house.on_file, now).opinions
    assert own.answers is None
    assert own.mine is not None
    (told,) = opinions_for(CLERK, house.on_file, now).opinions
    assert [answer.member for answer in told.answers or ()] == ["m02", "m03"]


def test_texts_of_others_are_for_the_desk_alone() -> None:
    hall = sit(convene(House.of(9)), present=6)
    for i in (1, 2):
        accepted_in_house(hall.give(member(i), c.HandInText, text=f"Ý kiến {i}"))
    assert [t.text for t in texts_for(member(2), hall.state).texts] == ["Ý kiến 2"]
    assert len(texts_for(CLERK, hall.state).texts) == 2


# --- pledges from meeting to meeting


def pledging(house: House, pledge: str, **fields: Any) -> None:
    fields = {"who": "Chủ tịch UBND", "what": "Sửa đường", **fields}
    accepted_in_house(house.give(CLERK, c.MakePledge, pledge=pledge, **fields))


def test_what_was_promised_is_carried_on_until_it_is_settled() -> None:
    house = sit(convene(House.of(9)), present=6)
    pledging(house, "p1", deadline="2026-12-20")
    pledging(house, "p2")
    accepted_in_house(house.give(CLERK, c.WithdrawPledge, pledge="p2", reason="Ghi nhầm"))
    first = house.state.ledger
    accepted_in_house(house.give(CHAIR, c.CloseSitting))
    accepted_in_house(house.give(CHAIR, c.CloseMeeting))
    sit(convene(house), present=6)
    pledging(house, "p1", what="Trồng cây")
    on_file = OnFile()
    pledges = Pledges(house.ledger, lambda: house.state, lambda: on_file)
    assert [(x.promised.ledger == first, x.promised.what) for x in pledges.all()] == [
        (False, "Trồng cây"),
        (True, "Sửa đường"),
    ]
    old = pledges.all()[1]
    assert (old.settled, old.overdue(date(2026, 12, 20)), old.overdue(date(2026, 12, 21))) == (False, False, True)
    note = PledgeFollowUp("f1", first, "p1", "Đã sửa xong", START, settled=True)
    on_file = replace(on_file, pledge_follow_ups={"f1": note})
    new, old = pledges.all()
    assert (new.settled, old.settled, old.overdue(date(2027, 1, 1))) == (False, True, False)
    page = pledges_page(pledges.all(), START)
    assert [p.heard[0].note for p in page.pledges if p.settled] == ["Đã sửa xong"]


def test_a_pledge_that_is_kept_is_followed_no_more() -> None:
    house = Reception.of()
    fields = {"ledger": "l", "pledge": "p", "note": "Đang làm"}
    accepted(house.at_desk(d.FollowPledge, CLERK, **fields))
    accepted(house.at_desk(d.FollowPledge, CLERK, **fields, settled=True))
    assert code(house.at_desk(d.FollowPledge, CLERK, **fields)) is Code.PLEDGE_SETTLED


def test_of_the_meeting_that_goes_on_only_pledges_that_stand_are_followed() -> None:
    hall = sit(convene(House.of(9)), present=6)
    pledging(hall, "p1")
    house = Reception.of()
    house.desk.meeting = lambda: hall.state
    fields = {"ledger": hall.state.ledger, "note": "Đang làm"}
    assert code(house.at_desk(d.FollowPledge, CLERK, pledge="p9", **fields)) is Code.PLEDGE_UNKNOWN
    accepted_in_house(hall.give(CLERK, c.WithdrawPledge, pledge="p1", reason="Ghi nhầm"))
    assert code(house.at_desk(d.FollowPledge, CLERK, pledge="p1", **fields)) is Code.PLEDGE_SETTLED


def test_the_facts_of_a_slip_are_what_the_meeting_freezes() -> None:
    house = Reception.of()
    slip = send(house)
    assert house.registry.facts().slips[slip] == SlipFacts(
        slip, "m02", house.on_file.members["m02"].name, SLIP["addressee"], SLIP["title"], SLIP["text"], selected=False
    )
