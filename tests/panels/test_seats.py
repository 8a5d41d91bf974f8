"""What a seat remembers: which command is newest, what is recorded, what is sent again after a lost connection."""

from typing import Any

import msgspec
import pytest

from appliance.core.ballot_paper import Choice, Method
from appliance.core.state import PollState, Standing
from appliance.panels import wire
from appliance.panels.seats import STALE_SECONDS, Meaning, Seat, means
from appliance.panels.wire import AnswerSeen, PollSeen, SeatSeen, Seen

FOR, AGAINST = Choice.FOR, Choice.AGAINST


def seen(
    choice: Choice | None = None, seq: int = 10, standing: Standing | None = Standing.PRESENT, **changes: Any
) -> Seen:
    """A view in which A1 may vote in poll p1."""
    here = SeatSeen("A1", "m01", standing, entitled=True, choice=choice)
    poll = PollSeen("p1", PollState.OPEN, Method.ELECTRONIC)
    view = Seen(ledger="l", seq=seq, sitting=True, poll=poll, seats={"A1": here}, seats_seq=seq)
    return msgspec.structs.replace(view, **changes)


@pytest.mark.parametrize(
    ("view", "meaning"),
    [
        (seen(), Meaning.BALLOT),
        (seen(poll=PollSeen("p1", PollState.HELD, Method.ELECTRONIC)), Meaning.BALLOT),
        (seen(poll=PollSeen("p1", PollState.CLOSED, Method.ELECTRONIC)), Meaning.REFUSED),
        (seen(poll=PollSeen("p1", PollState.OPEN, Method.HANDS)), Meaning.REFUSED),
        (seen(poll=None), Meaning.REFUSED),
        (seen(standing=Standing.EXPECTED), Meaning.CHECK_IN),
        (seen(standing=Standing.LEFT), Meaning.CHECK_IN),
        (seen(standing=Standing.UNEXCUSED), Meaning.CHECK_IN),
        (seen(standing=Standing.ASKED), Meaning.NOTHING),
        (seen(standing=None), Meaning.REFUSED),
        (seen(sitting=False), Meaning.REFUSED),
        (seen(seats={}), Meaning.REFUSED),
        (Seen(), Meaning.REFUSED),
    ],
)
def test_what_a_press_asks_for(view: Seen, meaning: Meaning) -> None:
    assert means("A1", view) is meaning


def test_pressing_what_is_recorded_asks_for_nothing() -> None:
    seat = Seat("A1")
    assert seat.pressed(FOR, seen(FOR), "c1", 0) is None
    assert seat.situation(seen(FOR), online=True, now=0).refused is False


def test_pressing_what_is_on_its_way_gives_no_second_command_but_another_choice_does() -> None:
    seat = Seat("A1")
    assert seat.pressed(FOR, seen(), "c1", 0) is not None
    assert seat.pressed(FOR, seen(), "c2", 1) is None
    assert seat.pressed(AGAINST, seen(), "c3", 2) is not None
    assert seat.pressed(FOR, seen(), "c4", 3) is not None


def test_an_answer_is_believed_until_the_view_has_caught_up_and_then_the_view() -> None:
    seat = Seat("A1")
    seat.pressed(AGAINST, seen(FOR, seq=10), "c1", 0)
    assert seat.recorded(seen(FOR, seq=10)) is FOR
    seat.answered(AnswerSeen("c1", True, seq=12), seen(FOR, seq=10), 0)
    seat.looked(seen(FOR, seq=11))
    assert seat.recorded(seen(FOR, seq=11)) is AGAINST
    seat.looked(seen(FOR, seq=13))  # a tablet was faster again
    assert seat.recorded(seen(FOR, seq=13)) is FOR


def test_an_answer_that_comes_after_the_view_has_gone_past_it_changes_nothing() -> None:
    seat = Seat("A1")
    seat.pressed(AGAINST, seen(None, seq=10), "c1", 0)
    seat.answered(AnswerSeen("c1", True, seq=12), seen(FOR, seq=13), 0)
    assert seat.recorded(seen(FOR, seq=13)) is FOR


def test_the_answer_to_an_older_press_does_not_end_the_newer_one() -> None:
    seat, view = Seat("A1"), seen()
    seat.pressed(FOR, view, "c1", 0)
    seat.pressed(AGAINST, view, "c2", 1)
    assert seat.answered(AnswerSeen("c1", True, seq=11), view, 1)
    assert seat.situation(view, online=True, now=1).sending is AGAINST
    assert seat.answered(AnswerSeen("c2", False, refusal="poll-not-open"), view, 2)
    assert seat.recorded(view) is FOR
    assert seat.situation(view, online=True, now=2).refused is True
    assert not seat.answered(AnswerSeen("c2", True, seq=12), view, 2)


def test_only_the_newest_press_is_sent_again() -> None:
    seat, view = Seat("A1"), seen()
    seat.pressed(FOR, view, "c1", 0)
    seat.pressed(AGAINST, view, "c2", 1)
    seat.lost()
    again = seat.again(view, 2)
    assert again is not None
    assert (again.id, again.choice) == ("c2", AGAINST)


@pytest.mark.parametrize(
    ("view", "now"),
    [
        (seen(AGAINST), 1.0),  # chosen on a tablet meanwhile
        (seen(FOR), 1.0),  # it was recorded; only the answer was lost
        (seen(poll=PollSeen("p2", PollState.OPEN, Method.ELECTRONIC)), 1.0),
        (seen(poll=PollSeen("p1", PollState.CLOSED, Method.ELECTRONIC)), 1.0),
        (seen(poll=None), 1.0),
        (seen(standing=Standing.LEFT), 1.0),
        (seen(), STALE_SECONDS + 0.1),
    ],
)
def test_a_press_is_not_sent_again_when_the_world_has_moved_on(view: Seen, now: float) -> None:
    seat = Seat("A1")
    seat.pressed(FOR, seen(), "c1", 0)
    seat.lost()
    assert seat.again(view, now) is None
    assert seat.again(seen(), now) is None, "and it stays forgotten"


def test_a_check_in_is_sent_again_only_while_it_is_still_to_be_asked() -> None:
    for standing, sent in ((Standing.EXPECTED, True), (Standing.ASKED, False), (Standing.PRESENT, False)):
        seat = Seat("A1")
        seat.pressed(FOR, seen(standing=Standing.EXPECTED), "c1", 0)
        seat.lost()
        assert (seat.again(seen(standing=standing), 1) is not None) is sent


def push(seq: int, prev: int, ledger: str = "l", **changed: Any) -> wire.PushSeen:
    """A push as it comes off the wire."""
    line = {"push": {"ledger": ledger, "seq": seq, "prev": prev, "changed": changed, "happened": ["X"]}}
    said = wire.decode(msgspec.json.encode(line)).push
    assert said is not None
    return said


def test_a_push_replaces_the_sections_it_has_and_leaves_the_others() -> None:
    view = wire.pushed(seen(FOR), push(11, 10, poll=None, progress={"poll": "p1", "pressed": 3, "present": 5}))
    assert (view.seq, view.poll, view.sitting, view.seats_seq) == (11, None, True, 10)
    assert view.seats["A1"].choice is FOR
    view = wire.pushed(view, push(13, 11, seats=[{"seat": "A2", "member": "m02", "new_field": 1}], meeting=None))
    assert (list(view.seats), view.sitting, view.seats_seq) == (["A2"], False, 13)


@pytest.mark.parametrize("gap", [push(12, 11), push(11, 10, ledger="other")])
def test_a_push_that_does_not_follow_is_a_gap(gap: wire.PushSeen) -> None:
    with pytest.raises(wire.GapError):
        wire.pushed(seen(), gap)
