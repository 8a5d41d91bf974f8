"""A poll's life: the NEXT table is what `decide` allows, no more and no less."""

from typing import Any

import pytest

from appliance.core import commands as c
from appliance.core.meeting import RULES
from appliance.core.poll import NEXT, PollAction
from appliance.core.refusals import Code, Refusal
from appliance.core.state import PollState
from tests.house import (
    CHAIR,
    CLERK,
    SYSTEM,
    Hall,
    accepted,
    announce_poll,
    cast,
    close_poll,
    confirm_poll,
    convene,
    draft,
    member,
    open_poll,
    refused,
    sit,
)


def hall_with(state: PollState) -> Hall:
    """A hall whose poll p1 is in `state`, with two ballots where it can have some."""
    hall = sit(convene(Hall.of(27)))
    if state is PollState.DRAFT:
        return draft(hall)
    cast(open_poll(hall), yes=2)
    match state:
        case PollState.HELD:
            accepted(hall.give(CHAIR, c.HoldPoll, poll="p1"))
        case PollState.CLOSED:
            close_poll(hall)
        case PollState.CONFIRMED:
            confirm_poll(hall)
        case PollState.ANNOUNCED:
            announce_poll(hall)
        case PollState.VOID:
            accepted(hall.give(CHAIR, c.VoidPoll, poll="p1", reason="sai tên nghị quyết"))
    return hall


def act(hall: Hall, action: PollAction) -> Any:
    """Give the action by whoever may; a confirmation by both."""
    kind = {command.__name__: command for command in RULES}[action.value]
    extra: dict[str, Any] = {"reason": "sai tên"} if action is PollAction.VOID else {}
    answer = hall.give(CHAIR, kind, poll="p1", **extra)
    if action is PollAction.CONFIRM and not isinstance(answer, Refusal):
        accepted(hall.give(CLERK, kind, poll="p1"))
    return answer


@pytest.mark.parametrize("action", PollAction)
@pytest.mark.parametrize("state", PollState)
def test_a_poll_moves_only_along_the_table(state: PollState, action: PollAction) -> None:
    hall = hall_with(state)
    assert hall.state.polls["p1"].state is state
    before = hall.state
    answer = act(hall, action)
    if (state, action) in NEXT:
        accepted(answer)
        assert hall.state.polls["p1"].state is NEXT[state, action]
    else:
        assert isinstance(answer, Refusal)
        assert hall.state is before


def test_every_state_can_be_reached_and_only_two_are_ends() -> None:
    reached = set(NEXT.values()) | {PollState.DRAFT}
    ends = reached - {state for state, _ in NEXT}
    assert reached == set(PollState)
    assert ends == {PollState.ANNOUNCED, PollState.VOID}


def test_both_must_confirm_before_a_poll_is_confirmed() -> None:
    hall = hall_with(PollState.CLOSED)
    accepted(hall.give(CLERK, c.ConfirmPoll, poll="p1"))
    assert hall.state.polls["p1"].state is PollState.CLOSED
    assert refused(hall.give(CHAIR, c.AnnouncePoll, poll="p1")) is Code.POLL_NOT_CONFIRMED
    accepted(hall.give(CHAIR, c.ConfirmPoll, poll="p1"))
    accepted(hall.give(CHAIR, c.AnnouncePoll, poll="p1"))


def test_a_poll_freezes_when_it_opens() -> None:
    hall = open_poll(sit(convene(Hall.of(27)), present=20))
    frozen = hall.state.polls["p1"]
    accepted(hall.give(CLERK, c.CheckIn, member="m21"))
    accepted(hall.give(member(1), c.CheckOut))
    poll = cast(hall, 0).state.polls["p1"]
    assert (poll.n, poll.needed, len(poll.present)) == (27, 14, 20)
    assert poll == frozen


@pytest.mark.parametrize("state", [PollState.CLOSED, PollState.CONFIRMED, PollState.ANNOUNCED, PollState.VOID])
def test_no_ballot_changes_anything_once_a_poll_is_closed(state: PollState) -> None:
    hall = hall_with(state)
    ballots = dict(hall.state.ballots["p1"])
    assert refused(hall.give(member(1), c.CastBallot, poll="p1", choice="against")) is Code.POLL_NOT_OPEN
    assert hall.state.ballots["p1"] == ballots


def test_a_repeat_is_a_new_poll_and_the_old_one_stays() -> None:
    hall = hall_with(PollState.VOID)
    old = hall.state.polls["p1"]
    mended = "Thông qua Nghị quyết (đã sửa tên)?"
    accepted(hall.give(CHAIR, c.RepeatPoll, poll="p1", reason="sai tên", new_poll="p2", question=mended))
    assert hall.state.polls["p1"] == old
    new = hall.state.polls["p2"]
    assert (new.repeats, new.repeat_reason, new.state) == ("p1", "sai tên", PollState.DRAFT)
    assert new.subjects[0].question == mended
    accepted(hall.give(CHAIR, c.OpenPoll, poll="p2"))
    assert hall.state.ballots["p2"] == {}
    assert len(hall.state.ballots["p1"]) == 2


def test_a_bloc_keeps_a_record_of_its_own_for_each_item() -> None:
    hall = sit(convene(Hall.of(27)))
    open_poll(hall, bloc=[{"item": "i2", "question": "Thông qua nội dung 2?"}])
    assert [s.item for s in announce_poll(cast(hall, yes=14)).state.polls["p1"].subjects] == ["i1", "i2"]


def test_the_countdown_closes_a_poll_and_the_record_says_so() -> None:
    hall = open_poll(sit(convene(Hall.of(27))), seconds=60)
    accepted(hall.give(SYSTEM, c.ClosePoll, poll="p1"))
    assert hall.state.polls["p1"].closed_how == "time"


def test_closing_lets_entries_lapse_that_the_chair_has_not_confirmed() -> None:
    hall = open_poll(sit(convene(Hall.of(27))))
    accepted(hall.give(CLERK, c.EnterForMember, poll="p1", member="m03", choice="for", reason="hỏng máy"))
    close_poll(hall)
    assert hall.state.entries == {}
    assert refused(hall.give(CHAIR, c.ConfirmEntry, poll="p1", member="m03")) is Code.ENTRY_UNKNOWN
    assert hall.state.ballots["p1"] == {}
