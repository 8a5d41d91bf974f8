"""Another box goes on with the ledger: what becomes of a running poll, and what stands."""

import pytest

from appliance.adapters.memory import MemoryLedger
from appliance.core import commands as c
from appliance.core import events as e
from appliance.core import ledger as lg
from appliance.core.state import MeetingStage, PollState
from tests.house import CHAIR, CLERK, SYSTEM, House, accepted, cast, close_poll, convene, member, open_poll, sit

WHY = "Máy chính hỏng, chuyển sang máy dự phòng"


def entries(house: House) -> list[lg.Sealed]:
    assert isinstance(house.ledger, MemoryLedger)
    return house.ledger.entries


def voting() -> House:
    house = open_poll(sit(convene(House.of(9)), present=7), "p1")
    return cast(house, yes=4, no=1, poll="p1")


@pytest.mark.parametrize("held", [False, True], ids=["open", "held"])
def test_a_running_poll_of_which_ballots_may_be_missing_is_void_with_the_reason_and_can_be_repeated(held: bool) -> None:
    house = voting()
    if held:
        accepted(house.give(CHAIR, c.HoldPoll, poll="p1"))
    accepted(house.give(SYSTEM, c.BeginEpoch, reason=WHY))
    assert (house.state.polls["p1"].state, house.state.polls["p1"].void_reason) == (PollState.VOID, WHY)
    accepted(house.give(CHAIR, c.RepeatPoll, poll="p1", new_poll="p2", reason=WHY))
    accepted(house.give(CHAIR, c.OpenPoll, poll="p2"))
    accepted(house.give(member(1), c.CastBallot, poll="p2", choice="for"))


@pytest.mark.parametrize("digits", [16, 64])
def test_when_a_person_saw_this_very_head_on_the_old_box_the_poll_goes_on_with_its_ballots(digits: int) -> None:
    house = voting()
    accepted(house.give(SYSTEM, c.BeginEpoch, reason=WHY, head_seen=house.chamber.head.hash[:digits]))
    assert house.state.polls["p1"].state is PollState.OPEN
    assert len(house.state.ballots["p1"]) == 5
    accepted(house.give(member(6), c.CastBallot, poll="p1", choice="against"))


def test_another_head_than_the_one_that_was_seen_voids_the_poll() -> None:
    house = voting()
    accepted(house.give(SYSTEM, c.BeginEpoch, reason=WHY, head_seen="0" * 16))
    assert house.state.polls["p1"].state is PollState.VOID


def test_a_poll_that_is_closed_has_all_its_ballots_and_stands() -> None:
    house = close_poll(voting(), "p1")
    accepted(house.give(SYSTEM, c.BeginEpoch, reason=WHY))
    assert house.state.polls["p1"].state is PollState.CLOSED
    accepted(house.give(CLERK, c.ConfirmPoll, poll="p1"))


def test_the_ledger_says_where_the_copy_ended_and_seals_what_follows() -> None:
    house = voting()
    before = house.chamber.head.hash
    accepted(house.give(SYSTEM, c.BeginEpoch, reason=WHY))
    accepted(house.give(SYSTEM, c.BeginEpoch, reason="Trở lại"))
    happened = [event for sealed in entries(house) for event in sealed.entry.events]
    first, second = [event for event in happened if isinstance(event, e.EpochBegun)]
    assert (first.epoch, first.head_before, first.matched, second.epoch) == (1, before, False, 2)
    rows = [(sealed.entry.seq, sealed.hash, sealed.body) for sealed in entries(house)]
    found = lg.verify(rows, lambda key, signature, message: True)
    assert (found.bad, found.signed_seq) == (None, house.chamber.head.seq - 1)


def test_the_ledger_of_a_meeting_that_is_over_goes_on_too_and_it_stays_over() -> None:
    house = sit(convene(House.of(9)), present=5)
    accepted(house.give(CHAIR, c.CloseSitting))
    accepted(house.give(CHAIR, c.CloseMeeting))
    accepted(house.give(SYSTEM, c.BeginEpoch, reason=WHY))
    assert (house.state.stage, house.state.epoch) == (MeetingStage.CLOSED, 1)
    assert isinstance(entries(house)[-1].entry.events[0], e.CheckpointSigned)
