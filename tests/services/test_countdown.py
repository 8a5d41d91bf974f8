"""Timed polls: on the monotonic clock, beside the ledger."""

import pytest

from appliance.core import commands as c
from appliance.core.refusals import Code
from appliance.core.state import PollState
from tests.house import CHAIR, House, accepted, convene, open_poll, refused, sit


@pytest.fixture
def house() -> House:
    return open_poll(sit(convene(House.of(5)), present=4), seconds=60)


def state(house: House) -> PollState:
    return house.state.polls["p1"].state


def test_a_timed_poll_closes_by_itself_and_the_record_says_by_what(house: House) -> None:
    ((seconds, _),) = house.timers.due
    assert seconds == 60
    house.clock.advance(60)
    house.timers.ring()
    poll = house.state.polls["p1"]
    assert (poll.state, poll.closed_how) == (PollState.CLOSED, "time")
    assert house.countdown.remaining_ms("p1") is None


def test_a_poll_without_a_time_is_never_closed_by_itself() -> None:
    house = open_poll(sit(convene(House.of(5)), present=4))
    assert house.timers.due == []
    assert house.countdown.remaining_ms("p1") is None


def test_a_held_poll_keeps_the_time_it_still_had(house: House) -> None:
    house.clock.advance(20)
    accepted(house.give(CHAIR, c.HoldPoll, poll="p1"))
    assert house.timers.due == []
    house.clock.advance(1_000)
    assert house.countdown.remaining_ms("p1") == 40_000
    accepted(house.give(CHAIR, c.ResumePoll, poll="p1"))
    assert [seconds for seconds, _ in house.timers.due] == [40]
    house.clock.advance(15)
    assert house.countdown.remaining_ms("p1") == 25_000


def test_a_stepped_wall_clock_moves_no_deadline(house: House) -> None:
    house.clock.step(-7_200)
    house.clock.advance(10)
    house.clock.step(86_400)
    assert house.countdown.remaining_ms("p1") == 50_000
    assert len(house.timers.due) == 1


def test_the_chair_can_give_a_new_deadline_or_none(house: House) -> None:
    house.clock.advance(50)
    accepted(house.give(CHAIR, c.SetDeadline, poll="p1", seconds=30))
    assert house.countdown.remaining_ms("p1") == 30_000
    assert [seconds for seconds, _ in house.timers.due] == [30]
    accepted(house.give(CHAIR, c.SetDeadline, poll="p1"))
    assert house.timers.due == []


def test_a_deadline_given_while_held_runs_from_the_resumption(house: House) -> None:
    accepted(house.give(CHAIR, c.HoldPoll, poll="p1"))
    accepted(house.give(CHAIR, c.SetDeadline, poll="p1", seconds=30))
    house.clock.advance(100)
    assert house.timers.due == []
    accepted(house.give(CHAIR, c.ResumePoll, poll="p1"))
    assert house.countdown.remaining_ms("p1") == 30_000


@pytest.mark.parametrize("ending", [(c.ClosePoll, {}), (c.VoidPoll, {"reason": "sai tên"})], ids=["closed", "void"])
def test_a_poll_that_ended_has_no_timer(house: House, ending: tuple[type[c.Command], dict[str, str]]) -> None:
    kind, reason = ending
    accepted(house.give(CHAIR, kind, in_room=False, poll="p1", **reason))
    assert house.timers.due == []


def test_after_a_restart_an_open_poll_has_no_deadline_until_the_chair_sets_one(house: House) -> None:
    again = house.restarted()
    assert state(again) is PollState.OPEN
    assert again.countdown.remaining_ms("p1") is None
    assert again.timers.due == []
    accepted(again.give(CHAIR, c.SetDeadline, poll="p1", seconds=30))
    again.clock.advance(30)
    again.timers.ring()
    assert state(again) is PollState.CLOSED


def test_a_disk_that_refuses_the_closing_is_tried_again(house: House) -> None:
    house.clock.advance(60)
    house.memory.broken = True
    house.timers.ring()
    house.timers.ring()
    assert state(house) is PollState.OPEN
    assert len(house.timers.due) == 1
    house.memory.broken = False
    house.clock.advance(1)
    house.timers.ring()
    assert state(house) is PollState.CLOSED
    assert house.timers.due == []


def test_a_chair_who_holds_while_the_disk_refuses_the_closing_stops_the_trying(house: House) -> None:
    house.clock.advance(60)
    house.memory.broken = True
    house.timers.ring()
    house.memory.broken = False
    accepted(house.give(CHAIR, c.HoldPoll, poll="p1"))
    assert house.timers.due == []
    assert refused(house.give(CHAIR, c.OpenPoll, poll="p1")) is Code.POLL_NOT_DRAFT
