"""What each accepted command brings about."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from appliance.core import commands as c
from appliance.core import events as e
from appliance.core.ballot_paper import Choice
from appliance.core.meeting import RULES, TELLINGS
from appliance.core.people import Actor, Role
from appliance.core.roll import late, left_early
from appliance.core.state import ItemState, MeetingStage, Presence, Standing, Stay
from tests.house import (
    CHAIR,
    CHAIRS,
    CLERK,
    OTHER_CHAIR,
    START,
    Hall,
    accepted,
    announce_poll,
    cast,
    close_poll,
    convene,
    draft,
    member,
    open_poll,
    panel,
    sit,
)


def test_every_command_has_a_rule_and_every_event_a_telling() -> None:
    assert set(RULES) == set(c.MeetingCommand.__args__)
    assert set(TELLINGS) == set(e.MeetingEvent.__args__)


def test_convening_takes_the_rules_of_the_day_into_the_ledger() -> None:
    hall = Hall.of(27)
    (convened,) = accepted(hall.give(CLERK, c.ConveneMeeting, id="A" * 32, title="Kỳ họp thứ 3"))
    assert convened.ledger == "a" * 32
    assert convened.profile == hall.facts.profile
    assert hall.state.stage is MeetingStage.CONVENED


def test_a_new_meeting_after_a_closed_one_begins_from_nothing() -> None:
    hall = sit(convene(Hall.of(27)))
    accepted(hall.give(CHAIR, c.CloseSitting))
    accepted(hall.give(CHAIR, c.CloseMeeting))
    assert hall.state.items["i1"].state is ItemState.DONE
    accepted(hall.give(CLERK, c.ConveneMeeting, title="Kỳ họp thứ 4"))
    assert (hall.state.title, hall.state.items, hall.state.polls) == ("Kỳ họp thứ 4", {}, {})


def test_an_item_is_done_when_the_next_one_starts_and_may_be_come_back_to() -> None:
    hall = sit(convene(Hall.of(27)))
    accepted(hall.give(CHAIR, c.StartItem, item="i2"))
    assert [i.state for i in hall.state.items.values()] == [ItemState.DONE, ItemState.CURRENT]
    accepted(hall.give(CHAIR, c.StartItem, item="i1"))
    assert [i.state for i in hall.state.items.values()] == [ItemState.CURRENT, ItemState.DONE]
    assert len(hall.state.items["i1"].started) == 2


def test_the_chair_who_opens_a_sitting_takes_the_gavel_and_n_is_frozen() -> None:
    hall = sit(convene(Hall.of(27)))
    hall.facts = replace(hall.facts, roster=hall.facts.roster[:20])
    assert (hall.state.gavel, hall.state.gavel_name) == ("chair", CHAIRS["chair"])
    assert hall.state.sittings[-1].n == 27


def test_the_next_sitting_has_a_fresh_roll_and_the_old_one_stays_readable() -> None:
    hall = sit(convene(Hall.of(27)), present=3)
    accepted(hall.give(CHAIR, c.CloseSitting))
    accepted(hall.give(OTHER_CHAIR, c.OpenSitting, name="Buổi chiều"))
    morning, afternoon = hall.state.sittings
    assert afternoon.present() == ()
    assert [p.stays[-1].until == morning.closed for p in morning.roll.values() if p.stays] == [True] * 3
    assert hall.state.gavel == "other-chair"


def test_a_private_item_ends_with_the_item_and_a_private_sitting_with_the_sitting() -> None:
    hall = sit(convene(Hall.of(27)))
    accepted(hall.give(CHAIR, c.GoPrivate, scope="item"))
    assert hall.state.private == "item"
    accepted(hall.give(CHAIR, c.StartItem, item="i2"))
    assert hall.state.private is None
    accepted(hall.give(CHAIR, c.GoPrivate))
    accepted(hall.give(CHAIR, c.StartItem, item="i1"))
    assert hall.state.private == "sitting"
    accepted(hall.give(CHAIR, c.CloseSitting))
    assert hall.state.private is None


def test_the_gavel_is_handed_on_or_taken_by_a_chair_whose_colleague_is_gone() -> None:
    hall = sit(convene(Hall.of(27)))
    accepted(hall.give(OTHER_CHAIR, c.HandGavel, to="other-chair"))
    assert hall.state.gavel == "other-chair"
    accepted(hall.give(OTHER_CHAIR, c.HandGavel, to="chair"))
    assert hall.state.gavel == "chair"


def test_presence_is_earned_by_the_room_code_by_the_clerk_or_by_a_panel_the_clerk_confirms() -> None:
    hall = sit(convene(Hall.of(27)), present=0)
    accepted(hall.give(member(1), c.CheckIn, in_room=True, code="123456"))
    accepted(hall.give(CLERK, c.CheckIn, member="m02"))
    accepted(hall.give(panel(3), c.CheckIn))
    assert hall.state.sittings[-1].roll["m03"].standing is Standing.ASKED
    assert hall.state.sittings[-1].present() == ("m01", "m02")
    accepted(hall.give(CLERK, c.ConfirmCheckIn, member="m03"))
    roll = hall.state.sittings[-1].roll
    assert [roll[m].stays[0].by for m in ("m01", "m02", "m03")] == ["tablet", "clerk", "panel"]


def test_every_in_and_out_stays_in_the_roll() -> None:
    hall = sit(convene(Hall.of(27)), present=2)
    accepted(hall.give(member(1), c.CheckOut))
    accepted(hall.give(CLERK, c.MarkAbsent, member="m01", excused=True))
    accepted(hall.give(CLERK, c.CheckIn, member="m01"))
    accepted(hall.give(CLERK, c.CheckOut, member="m02"))
    roll = hall.state.sittings[-1].roll
    assert [stay.until is None for stay in roll["m01"].stays] == [False, True]
    assert roll["m02"].standing is Standing.LEFT
    assert left_early(roll["m02"])
    accepted(hall.give(CLERK, c.MarkAbsent, member="m27", excused=False))
    assert hall.state.sittings[-1].roll["m27"].standing is Standing.UNEXCUSED


def test_late_is_after_the_time_of_grace() -> None:
    sitting = sit(convene(Hall.of(27)), present=1).state.sittings[-1]
    at = sitting.opened + timedelta(minutes=15)
    assert not late(sitting, Presence(Standing.PRESENT, (Stay(at, "clerk"),)), 15)
    assert late(sitting, Presence(Standing.PRESENT, (Stay(at + timedelta(seconds=1), "clerk"),)), 15)
    assert not late(sitting, Presence(), 15)


def test_a_draft_takes_its_name_from_the_client_or_is_given_one() -> None:
    hall = draft(sit(convene(Hall.of(27))), "p2")
    (made,) = accepted(hall.give(CHAIR, c.DraftPoll, item="i1", question="Thông qua?"))
    assert made.poll == "p3"
    assert set(hall.state.polls) == {"p2", "p3"}


@pytest.mark.parametrize("role", [Role.CLERK, Role.CHAIR, Role.TECHNICIAN, Role.AUDITOR])
def test_a_member_who_also_has_another_office_still_votes(role: Role) -> None:
    hall = open_poll(sit(convene(Hall.of(27))))
    secretary = Actor(role=role, person="some-account", member="m07")
    accepted(hall.give(secretary, c.CastBallot, poll="p1", choice="against"))
    assert hall.state.ballots["p1"]["m07"].choice is Choice.AGAINST


def test_the_last_choice_counts_once_by_whatever_device() -> None:
    hall = cast(open_poll(sit(convene(Hall.of(27)))), yes=1)
    accepted(hall.give(panel(1), c.CastBallot, poll="p1", choice="abstain"))
    ballot = hall.state.ballots["p1"]["m01"]
    assert (len(hall.state.ballots["p1"]), ballot.choice, ballot.by) == (1, Choice.ABSTAIN, "panel")


def test_a_member_who_left_after_voting_keeps_the_ballot() -> None:
    hall = cast(open_poll(sit(convene(Hall.of(27)))), yes=14)
    accepted(hall.give(member(1), c.CheckOut))
    poll = announce_poll(hall).state.polls["p1"]
    assert poll.adopted
    assert poll.tally is not None
    assert (poll.tally.for_, poll.tally.present) == (14, 25)


def test_a_member_who_came_back_votes_again() -> None:
    hall = open_poll(sit(convene(Hall.of(27))))
    accepted(hall.give(member(1), c.CheckOut))
    accepted(hall.give(CLERK, c.CheckIn, member="m01"))
    cast(hall, yes=1)


def test_an_entered_choice_counts_only_once_the_chair_has_heard_it() -> None:
    hall = open_poll(sit(convene(Hall.of(27))))
    accepted(hall.give(CLERK, c.EnterForMember, poll="p1", member="m02", choice="for", reason="hỏng máy"))
    assert hall.state.ballots["p1"] == {}
    accepted(hall.give(CHAIR, c.ConfirmEntry, poll="p1", member="m02"))
    assert hall.state.ballots["p1"]["m02"].by == "entered"
    assert hall.state.entries["p1"] == {}


def test_a_rejected_entry_counts_nothing_and_may_be_entered_again() -> None:
    hall = open_poll(sit(convene(Hall.of(27))))
    for _ in range(2):
        accepted(hall.give(CLERK, c.EnterForMember, poll="p1", member="m02", choice="for", reason="hỏng máy"))
        accepted(hall.give(CHAIR, c.RejectEntry, poll="p1", member="m02"))
    assert hall.state.ballots["p1"] == {}


def test_a_members_own_press_settles_an_entry_that_waits() -> None:
    hall = open_poll(sit(convene(Hall.of(27))))
    accepted(hall.give(CLERK, c.EnterForMember, poll="p1", member="m02", choice="for", reason="hỏng máy"))
    accepted(hall.give(member(2), c.CastBallot, poll="p1", choice="against"))
    assert hall.state.entries["p1"] == {}
    assert hall.state.ballots["p1"]["m02"].choice is Choice.AGAINST


def test_raised_hands_are_counted_by_the_clerk_and_new_numbers_need_new_confirmations() -> None:
    hall = close_poll(open_poll(sit(convene(Hall.of(27))), method="hands"))
    accepted(hall.give(CLERK, c.EnterCounts, poll="p1", for_=13, against=2, abstain=5))
    accepted(hall.give(CHAIR, c.ConfirmPoll, poll="p1"))
    accepted(hall.give(CLERK, c.EnterCounts, poll="p1", for_=14, against=2, abstain=5))
    assert hall.state.polls["p1"].confirmations == ()
    accepted(hall.give(CHAIR, c.ConfirmPoll, poll="p1"))
    accepted(hall.give(CLERK, c.ConfirmPoll, poll="p1"))
    accepted(hall.give(CHAIR, c.AnnouncePoll, poll="p1"))
    poll = hall.state.polls["p1"]
    assert poll.adopted
    assert poll.tally == e.Tally(for_=14, against=2, abstain=5, not_pressed=4, present=25, absent=2, n=27)


def test_below_the_quorum_the_chair_may_open_all_the_same_and_the_record_says_so() -> None:
    hall = draft(sit(convene(Hall.of(27)), present=17))
    accepted(hall.give(CHAIR, c.OpenPoll, poll="p1", override_quorum=True))
    assert hall.state.polls["p1"].quorum_overridden


def test_with_the_quorum_reached_an_override_is_not_recorded() -> None:
    hall = draft(sit(convene(Hall.of(27)), present=18))
    accepted(hall.give(CHAIR, c.OpenPoll, poll="p1", override_quorum=True))
    assert not hall.state.polls["p1"].quorum_overridden


def test_a_deadline_set_anew_is_the_polls_own() -> None:
    hall = open_poll(sit(convene(Hall.of(27))), seconds=60)
    accepted(hall.give(CHAIR, c.SetDeadline, poll="p1", seconds=10))
    assert hall.state.polls["p1"].seconds == 10
    accepted(hall.give(CHAIR, c.SetDeadline, poll="p1"))
    assert hall.state.polls["p1"].seconds is None


def test_deciding_reads_no_clock_but_the_one_given() -> None:
    hall = sit(convene(Hall.of(27)))
    assert hall.state.convened == START + timedelta(seconds=1)
