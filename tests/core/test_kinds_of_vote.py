"""Roll calls, parts and the whole, votes entered afterwards, drafts changed, straw polls, and what was seen."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from appliance.core import commands as c
from appliance.core import events as e
from appliance.core.majority import count
from appliance.core.refusals import Code
from appliance.core.script import steps
from appliance.core.state import Leave, PollState, Standing
from tests.house import (
    CHAIR,
    CLERK,
    PROFILE,
    START,
    Hall,
    accepted,
    announce_poll,
    cast,
    close_poll,
    convene,
    draft,
    member,
    name_of,
    open_poll,
    panel,
    refused,
    sit,
)


def in_hall(present: int = 25) -> Hall:
    return sit(convene(Hall.of(27)), present)


def stays_as_it_was(hall: Hall, code: Code, actor: Any, kind: type[c.Command], **fields: Any) -> None:
    """Refused, and nothing has changed."""
    before = hall.state
    assert refused(hall.give(actor, kind, **fields)) is code
    assert hall.state is before


def main(hall: Hall) -> c.Command | None:
    return next((s.command for s in steps(hall.state, CHAIR, hall.now, hall.facts) if s.main), None)


# --- roll call


def test_a_roll_call_goes_name_by_name_in_the_councils_order_until_all_have_answered() -> None:
    hall = open_poll(in_hall(20), method="roll_call")
    called: list[str] = []
    while isinstance(step := main(hall), c.CallName):
        accepted(hall.give(CHAIR, c.CallName, poll="p1", member=step.member))
        called.append(step.member)
        assert not isinstance(main(hall), c.CallName), "the next name waits for the answer"
        accepted(hall.give(CLERK, c.EnterSpoken, poll="p1", member=step.member, choice="for"))
    assert called == [name_of(i) for i in range(1, 21)]
    assert isinstance(main(hall), c.ClosePoll)
    announce_poll(hall)
    tally = hall.state.polls["p1"].tally
    assert tally is not None
    assert (tally.for_, tally.not_pressed, hall.state.polls["p1"].adopted) == (20, 0, True)


def test_who_does_not_answer_is_called_again_after_the_others() -> None:
    hall = open_poll(in_hall(2), method="roll_call")
    accepted(hall.give(CHAIR, c.CallName, poll="p1", member=name_of(1)))
    accepted(hall.give(CHAIR, c.CallName, poll="p1", member=name_of(2)))
    accepted(hall.give(CLERK, c.EnterSpoken, poll="p1", member=name_of(2), choice="against"))
    assert main(hall) == c.CallName(id="0" * 32, poll="p1", member=name_of(1))


def test_a_spoken_choice_lands_only_on_a_name_that_was_called_and_can_be_mended() -> None:
    hall = open_poll(in_hall(), method="roll_call")
    stays_as_it_was(hall, Code.NOT_CALLED, CLERK, c.EnterSpoken, poll="p1", member=name_of(1), choice="for")
    accepted(hall.give(CHAIR, c.CallName, poll="p1", member=name_of(1)))
    accepted(hall.give(CLERK, c.EnterSpoken, poll="p1", member=name_of(1), choice="for"))
    accepted(hall.give(CLERK, c.EnterSpoken, poll="p1", member=name_of(1), choice="against"))
    poll = hall.state.polls["p1"]
    tally = count(poll, hall.state.ballots["p1"])
    assert (tally.for_, tally.against) == (0, 1)


def test_in_a_roll_call_nobody_presses_and_no_other_vote_calls_names() -> None:
    hall = open_poll(in_hall(), method="roll_call")
    stays_as_it_was(hall, Code.NOT_ELECTRONIC, member(1), c.CastBallot, poll="p1", choice="for")
    stays_as_it_was(hall, Code.NOT_PRESENT, CHAIR, c.CallName, poll="p1", member=name_of(27))
    stays_as_it_was(hall, Code.NOT_ALLOWED, CLERK, c.CallName, poll="p1", member=name_of(1))
    hall = open_poll(in_hall())
    stays_as_it_was(hall, Code.NOT_ROLL_CALL, CHAIR, c.CallName, poll="p1", member=name_of(1))


# --- part by part, then the whole


def in_parts() -> Hall:
    hall = draft(in_hall(), "whole")
    draft(hall, "a", part_of="whole")
    return draft(hall, "b", part_of="whole", matter="resolution")


def test_the_whole_waits_for_its_parts_and_is_then_what_comes_next() -> None:
    hall = in_parts()
    stays_as_it_was(hall, Code.PARTS_UNFINISHED, CHAIR, c.OpenPoll, poll="whole")
    for part in ("a", "b"):
        assert main(hall) == c.OpenPoll(id="0" * 32, poll=part)
        accepted(hall.give(CHAIR, c.OpenPoll, poll=part))
        announce_poll(hall, part)
    assert main(hall) == c.OpenPoll(id="0" * 32, poll="whole")
    accepted(hall.give(CHAIR, c.OpenPoll, poll="whole"))


def test_a_part_is_never_a_resolution_and_never_divided_and_comes_never_after_the_whole() -> None:
    hall = in_parts()
    assert hall.state.polls["b"].matter == "other"
    question: dict[str, Any] = {"item": "i1", "question": "Khoản 1?"}
    stays_as_it_was(hall, Code.PART_OF_PART, CLERK, c.DraftPoll, part_of="a", **question)
    stays_as_it_was(hall, Code.POLL_UNKNOWN, CLERK, c.DraftPoll, part_of="no", **question)
    stays_as_it_was(hall, Code.POLL_HAS_PARTS, CLERK, c.DropPoll, poll="whole")
    accepted(hall.give(CLERK, c.DropPoll, poll="b"))
    accepted(hall.give(CHAIR, c.OpenPoll, poll="a"))
    announce_poll(hall, "a")
    accepted(hall.give(CHAIR, c.OpenPoll, poll="whole"))
    stays_as_it_was(hall, Code.WHOLE_NOT_DRAFT, CLERK, c.DraftPoll, part_of="whole", **question)
    announce_poll(hall, "whole")
    stays_as_it_was(hall, Code.WHOLE_NOT_DRAFT, CHAIR, c.RepeatPoll, poll="a", reason="nhầm")


# --- votes taken while the system was away

PAST: dict[str, Any] = {
    "item": "i1", "question": "Thông qua chương trình?", "reason": "mất điện", "method": "hands",
    "present": 25, "for_": 24, "against": 1, "abstain": 0,
}  # fmt: skip


def test_a_vote_entered_afterwards_is_marked_and_confirmed_by_two_before_it_counts() -> None:
    hall = in_hall(0)
    accepted(hall.give(CLERK, c.EnterPastPoll, poll="p1", taken=hall.now, **PAST))
    poll = hall.state.polls["p1"]
    assert (poll.state, poll.past_reason, poll.present_number) == (PollState.CLOSED, "mất điện", 25)
    accepted(hall.give(CLERK, c.ConfirmPoll, poll="p1"))
    assert refused(hall.give(CLERK, c.ConfirmPoll, poll="p1")) is Code.ALREADY_CONFIRMED
    accepted(hall.give(CHAIR, c.ConfirmPoll, poll="p1"))
    accepted(hall.give(CHAIR, c.AnnouncePoll, poll="p1"))
    tally = hall.state.polls["p1"].tally
    assert tally is not None
    assert (tally.present, tally.absent, tally.for_, tally.not_pressed) == (25, 2, 24, 0)


def test_a_vote_entered_afterwards_cannot_be_of_tomorrow_nor_have_more_hands_than_people() -> None:
    hall = in_hall(0)
    later, before = hall.now + timedelta(minutes=1), START - timedelta(hours=1)
    for taken in (later, before):
        stays_as_it_was(hall, Code.PAST_POLL_TIME, CLERK, c.EnterPastPoll, taken=taken, **PAST)
    for wrong in ({"present": 28}, {"for_": 25}):
        stays_as_it_was(hall, Code.COUNTS_TOO_MANY, CLERK, c.EnterPastPoll, taken=hall.now, **{**PAST, **wrong})
    stays_as_it_was(hall, Code.ITEM_UNKNOWN, CLERK, c.EnterPastPoll, taken=hall.now, **{**PAST, "item": "x"})
    stays_as_it_was(hall, Code.NOBODY_PRESENT, CLERK, c.EnterPastPoll, taken=hall.now, **{**PAST, "present": 0})


@given(st.integers(0, 27), st.integers(0, 27), st.integers(0, 27), st.integers(0, 27))
def test_whatever_is_entered_afterwards_adds_up(present: int, yes: int, no: int, none: int) -> None:
    hall = in_hall(0)
    fields = {**PAST, "present": present, "for_": yes, "against": no, "abstain": none}
    decision = hall.give(CLERK, c.EnterPastPoll, poll="p1", taken=hall.now, **fields)
    fits = present > 0 and yes + no + none <= present
    assert isinstance(decision, tuple) == fits
    if fits:
        tally = count(hall.state.polls["p1"], {})
        assert tally.for_ + tally.against + tally.abstain + tally.not_pressed == tally.present == present
        assert tally.present + tally.absent == tally.n == 27


# --- drafts, changed and thrown away


def test_of_two_who_change_a_draft_the_second_is_told() -> None:
    hall = draft(in_hall())
    change: dict[str, Any] = {"poll": "p1", "item": "i1", "question": "Câu hỏi mới?", "seen": 1}
    accepted(hall.give(CLERK, c.EditPoll, **change))
    assert hall.state.polls["p1"].subjects[0].question == "Câu hỏi mới?"
    stays_as_it_was(hall, Code.EDITED_MEANWHILE, CHAIR, c.EditPoll, **change)
    accepted(hall.give(CHAIR, c.EditPoll, **{**change, "seen": 2}))


def test_what_was_opened_is_neither_changed_nor_thrown_away() -> None:
    hall = open_poll(in_hall())
    stays_as_it_was(hall, Code.POLL_NOT_DRAFT, CLERK, c.EditPoll, poll="p1", item="i1", question="Khác?")
    stays_as_it_was(hall, Code.POLL_NOT_DRAFT, CLERK, c.DropPoll, poll="p1")


def test_the_name_of_a_dropped_draft_is_never_used_again() -> None:
    hall = draft(in_hall())
    accepted(hall.give(CLERK, c.DropPoll, poll="p1"))
    assert "p1" not in hall.state.polls
    question: dict[str, Any] = {"item": "i1", "question": "Khác?"}
    stays_as_it_was(hall, Code.POLL_TAKEN, CLERK, c.DraftPoll, poll="p1", **question)
    (told,) = accepted(hall.give(CLERK, c.DraftPoll, **question))
    assert told.poll != "p1"


# --- what was seen


def test_who_confirms_numbers_that_have_moved_is_told() -> None:
    hall = open_poll(in_hall(), method="hands")
    accepted(hall.give(CLERK, c.EnterCounts, poll="p1", for_=20, against=3, abstain=2))
    close_poll(hall)
    saw = {"for": 20, "against": 3, "abstain": 2}
    accepted(hall.give(CLERK, c.EnterCounts, poll="p1", for_=19, against=4, abstain=2))
    stays_as_it_was(hall, Code.SEEN_OTHER, CHAIR, c.ConfirmPoll, poll="p1", seen=saw)
    accepted(hall.give(CHAIR, c.ConfirmPoll, poll="p1", seen={"for": 19, "against": 4, "abstain": 2}))


def test_an_entry_that_is_not_the_one_seen_is_not_confirmed() -> None:
    hall = open_poll(in_hall())
    accepted(hall.give(CLERK, c.EnterForMember, poll="p1", member=name_of(1), choice="for", reason="hỏng máy"))
    stays_as_it_was(hall, Code.SEEN_OTHER, CHAIR, c.ConfirmEntry, poll="p1", member=name_of(1), seen="against")
    accepted(hall.give(CHAIR, c.ConfirmEntry, poll="p1", member=name_of(1), seen="for"))


def test_a_choice_is_changed_only_so_often_and_the_last_one_stands() -> None:
    hall = open_poll(in_hall())
    for turn in range(PROFILE.ballot_changes.value + 1):
        accepted(hall.give(member(1), c.CastBallot, poll="p1", choice="for" if turn % 2 == 0 else "against"))
    stays_as_it_was(hall, Code.TOO_MANY_CHANGES, member(1), c.CastBallot, poll="p1", choice="against")
    assert hall.state.ballots["p1"][name_of(1)].choice == "for"
    accepted(hall.give(CLERK, c.EnterForMember, poll="p1", member=name_of(1), choice="against", reason="hỏng máy"))
    accepted(hall.give(CHAIR, c.ConfirmEntry, poll="p1", member=name_of(1)))
    assert hall.state.ballots["p1"][name_of(1)].choice == "against"


# --- straw polls


def test_a_straw_poll_is_no_vote_and_a_vote_sweeps_it_away() -> None:
    hall = draft(in_hall())
    accepted(hall.give(CHAIR, c.StartStraw))
    accepted(hall.give(member(1), c.AnswerStraw, straw="t1", answer="yes"))
    accepted(hall.give(member(1), c.AnswerStraw, straw="t1", answer="no"))
    straw = hall.state.straw
    assert straw is not None
    assert [v.answer for v in straw.answers.values()] == ["no"]
    assert list(hall.state.polls) == ["p1"]
    told = accepted(hall.give(CHAIR, c.OpenPoll, poll="p1"))
    assert [type(event) for event in told] == [e.StrawEnded, e.PollOpened]
    assert hall.state.straw is None


def test_a_straw_poll_is_answered_in_the_room_on_a_tablet_while_it_runs() -> None:
    hall = in_hall()
    stays_as_it_was(hall, Code.STRAW_NOT_OPEN, member(1), c.AnswerStraw, straw="t1", answer="yes")
    stays_as_it_was(hall, Code.STRAW_NOT_OPEN, CHAIR, c.EndStraw)
    accepted(hall.give(CHAIR, c.StartStraw, question="Nghỉ giải lao bây giờ?"))
    stays_as_it_was(hall, Code.STRAW_RUNNING, CHAIR, c.StartStraw)
    stays_as_it_was(hall, Code.NOT_PRESENT, member(27), c.AnswerStraw, straw="t1", answer="yes")
    stays_as_it_was(hall, Code.NOT_ALLOWED, panel(1), c.AnswerStraw, straw="t1", answer="yes")
    stays_as_it_was(hall, Code.NOT_A_MEMBER, CLERK, c.AnswerStraw, straw="t1", answer="yes")
    accepted(hall.give(CHAIR, c.EndStraw))
    stays_as_it_was(hall, Code.STRAW_NOT_OPEN, member(1), c.AnswerStraw, straw="t1", answer="yes")
    accepted(hall.give(CHAIR, c.EndStraw))
    assert hall.state.straw is None


def test_no_straw_poll_beside_a_vote() -> None:
    hall = open_poll(in_hall())
    stays_as_it_was(hall, Code.ANOTHER_POLL_RUNNING, CHAIR, c.StartStraw)


# --- who is away


@pytest.mark.parametrize(("part", "away"), [("whole", True), ("morning", True), ("afternoon", False)])
def test_an_accepted_excuse_opens_the_sitting_with_the_member_excused(part: Any, away: bool) -> None:
    hall = convene(Hall.of(27))  # it opens at 08:00 in the hall
    hall.facts = replace(hall.facts, excused={name_of(3): (Leave(START.date(), part),)})
    accepted(hall.give(CHAIR, c.OpenSitting))
    sitting = hall.state.sitting
    assert sitting is not None
    assert sitting.roll[name_of(3)].standing is (Standing.EXCUSED if away else Standing.EXPECTED)
    accepted(hall.give(CLERK, c.CheckIn, member=name_of(3)))


def test_a_scanned_code_is_told_from_a_typed_one() -> None:
    hall = sit(convene(Hall.of(27)), 0)
    accepted(hall.give(member(1), c.CheckIn, code="1", in_room=True))
    accepted(hall.give(member(2), c.CheckIn, code="1", scanned=True, in_room=True))
    sitting = hall.state.sitting
    assert sitting is not None
    assert [sitting.roll[name_of(i)].stays[0].by for i in (1, 2)] == ["tablet", "qr"]


def test_a_private_choice_by_device_still_comes_to_its_end() -> None:
    """What was before: an electronic vote with the new rules around it."""
    hall = cast(open_poll(in_hall()), yes=18, no=2)
    announce_poll(hall)
    assert hall.state.polls["p1"].adopted
