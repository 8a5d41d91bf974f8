"""The speakers' list: who may ask, in which order they stand, how long they have, and what is handed in instead."""

import unicodedata
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.core import commands as c
from appliance.core import events as e
from appliance.core import speech
from appliance.core.people import Actor
from appliance.core.refusals import Code
from appliance.core.speakers import queue
from appliance.core.speech import NEXT, RequestState, SpeechKind
from tests.house import CHAIR, CLERK, OTHER_CHAIR, SYSTEM, Hall, accepted, convene, member, name_of, panel, refused, sit


def debating(present: int = 6) -> Hall:
    return sit(convene(Hall.of(9)), present=present)


def ask(hall: Hall, i: int, **fields: Any) -> str:
    """The i-th member asks; the request's name."""
    (event,) = accepted(hall.give(member(i), c.AskToSpeak, **fields))
    return str(event.request)


def waiting(hall: Hall) -> list[str]:
    return [request.member for request in queue(hall.state)]


def test_who_asks_first_stands_first_and_a_point_of_order_before_all_but_its_like() -> None:
    hall = debating()
    for i, kind in enumerate(["discussion", "rebuttal", "point_of_order", "questioning", "point_of_order"], start=1):
        ask(hall, i, kind=kind)
    assert waiting(hall) == ["m03", "m05", "m01", "m02", "m04"]


def test_a_panel_asks_for_the_member_at_its_seat() -> None:
    hall = debating()
    (event,) = accepted(hall.give(panel(2), c.AskToSpeak))
    assert (event.member, event.kind, event.by) == ("m02", "discussion", "panel")


@pytest.mark.parametrize(
    ("who", "code"),
    [
        (member(9), Code.NOT_PRESENT),
        (CLERK, Code.NOT_A_MEMBER),
        (Actor(role=member(1).role, person="x", member="nobody"), Code.NOT_A_MEMBER),
        (SYSTEM, Code.NOT_ALLOWED),
    ],
)
def test_only_a_member_in_the_room_asks(who: Actor, code: Code) -> None:
    hall = debating()
    before = hall.state
    assert refused(hall.give(who, c.AskToSpeak)) is code
    assert hall.state is before


def test_one_request_at_a_time_but_a_point_of_order_besides() -> None:
    hall = debating()
    ask(hall, 1)
    assert refused(hall.give(member(1), c.AskToSpeak, kind="rebuttal")) is Code.ALREADY_ASKED_TO_SPEAK
    ask(hall, 1, kind="point_of_order")
    assert refused(hall.give(member(1), c.AskToSpeak, kind="point_of_order")) is Code.ALREADY_ASKED_TO_SPEAK
    assert waiting(hall) == ["m01", "m01"]


def test_whoever_speaks_does_not_ask() -> None:
    hall = debating()
    accepted(hall.give(CHAIR, c.GiveFloor, member="m01"))
    assert refused(hall.give(member(1), c.AskToSpeak)) is Code.FLOOR_ALREADY_THEIRS


def test_the_floor_given_for_a_request_takes_its_kind_its_time_and_its_place_in_the_queue() -> None:
    hall = debating()
    request = ask(hall, 1, kind="rebuttal")
    ask(hall, 2)
    accepted(hall.give(CHAIR, c.GiveFloor, request=request))
    floor = hall.state.floor
    assert floor is not None
    assert (floor.member, floor.kind, floor.seconds, floor.request) == ("m01", "rebuttal", 120, request)
    assert waiting(hall) == ["m02"]


def test_calling_a_member_by_name_meets_their_request() -> None:
    hall = debating()
    request = ask(hall, 2)
    accepted(hall.give(CHAIR, c.GiveFloor, member="m02"))
    assert hall.state.speakers.requests[request].state is RequestState.SPEAKING
    accepted(hall.give(CHAIR, c.EndFloor))
    assert hall.state.speakers.requests[request].state is RequestState.SPOKEN


def test_who_is_called_to_ask_a_question_keeps_their_place_for_the_discussion() -> None:
    hall = debating()
    ask(hall, 2)
    accepted(hall.give(CHAIR, c.GiveFloor, member="m02", kind="questioning"))
    accepted(hall.give(CHAIR, c.EndFloor))
    assert waiting(hall) == ["m02"]


@pytest.mark.parametrize(("seconds", "allowed"), [(None, 420), (0, None), (90, 90)])
def test_the_time_is_the_rule_profiles_unless_the_chair_says_otherwise(
    seconds: int | None, allowed: int | None
) -> None:
    hall = debating()
    accepted(hall.give(CHAIR, c.GiveFloor, member="m01", kind="discussion", seconds=seconds))
    assert hall.state.floor is not None
    assert hall.state.floor.seconds == allowed


def test_without_a_kind_there_is_no_limit_as_in_meetings_before_there_were_limits() -> None:
    hall = debating()
    accepted(hall.give(CHAIR, c.GiveFloor, guest="Bà Khách Mời"))
    assert hall.state.floor is not None
    assert hall.state.floor.seconds is None
    assert refused(hall.give(CHAIR, c.AddTime, seconds=60)) is Code.NO_TIME_LIMIT
    assert refused(hall.give(SYSTEM, c.NoteOvertime)) is Code.NO_TIME_LIMIT


def test_time_that_is_up_is_noted_once_and_cuts_nobody_off() -> None:
    hall = debating()
    accepted(hall.give(CHAIR, c.GiveFloor, member="m01", kind="questioning"))
    accepted(hall.give(SYSTEM, c.NoteOvertime))
    assert refused(hall.give(SYSTEM, c.NoteOvertime)) is Code.NO_TIME_LIMIT
    assert hall.state.floor is not None
    assert hall.state.floor.overran
    accepted(hall.give(CHAIR, c.AddTime, seconds=60))
    assert (hall.state.floor.seconds, hall.state.floor.overran) == (120, False)
    accepted(hall.give(SYSTEM, c.NoteOvertime))


def test_nobody_but_the_appliance_says_that_time_is_up() -> None:
    hall = debating()
    accepted(hall.give(CHAIR, c.GiveFloor, member="m01", kind="questioning"))
    for who in (CHAIR, CLERK, member(1)):
        assert refused(hall.give(who, c.NoteOvertime)) is Code.NOT_ALLOWED


def test_what_each_has_spoken_adds_up_and_a_clock_put_back_takes_nothing_away() -> None:
    hall = debating()
    for seconds in (30, -3600, 10):
        accepted(hall.give(CHAIR, c.GiveFloor, member="m01"))
        hall.now += timedelta(seconds=seconds - 1)
        accepted(hall.give(CHAIR, c.EndFloor))
    spoken = hall.state.speakers.spoken["m01"]
    assert (spoken.times, spoken.seconds) == (3, 40.0)


def test_requests_belong_to_their_item_and_are_there_again_with_it() -> None:
    hall = debating()
    ask(hall, 1)
    accepted(hall.give(CHAIR, c.StartItem, item="i2"))
    assert waiting(hall) == []
    ask(hall, 1)
    accepted(hall.give(CHAIR, c.StartItem, item="i1"))
    assert waiting(hall) == ["m01"]


def test_whoever_is_out_of_the_room_is_not_in_the_queue_until_they_are_back() -> None:
    hall = debating()
    ask(hall, 1)
    request = ask(hall, 2)
    accepted(hall.give(CLERK, c.CheckOut, member="m02"))
    assert waiting(hall) == ["m01"]
    assert refused(hall.give(CHAIR, c.GiveFloor, request=request)) is Code.NOT_PRESENT
    accepted(hall.give(CLERK, c.CheckIn, member="m02"))
    assert waiting(hall) == ["m01", "m02"]


def test_one_withdraws_ones_own_and_the_clerk_anybodys() -> None:
    hall = debating()
    first, second = ask(hall, 1), ask(hall, 2)
    assert refused(hall.give(member(2), c.WithdrawRequest, request=first)) is Code.NOT_ALLOWED
    accepted(hall.give(member(1), c.WithdrawRequest, request=first))
    accepted(hall.give(CLERK, c.WithdrawRequest, request=second))
    assert waiting(hall) == []
    assert refused(hall.give(member(1), c.WithdrawRequest, request=first)) is Code.SPEECH_REQUEST_SETTLED
    assert refused(hall.give(member(1), c.WithdrawRequest, request="none")) is Code.SPEECH_REQUEST_UNKNOWN


def test_the_chair_declines_and_the_member_may_ask_again() -> None:
    hall = debating()
    request = ask(hall, 1)
    assert refused(hall.give(OTHER_CHAIR, c.DeclineRequest, request=request)) is Code.GAVEL_NOT_YOURS
    accepted(hall.give(CHAIR, c.DeclineRequest, request=request, reason="Đã hết giờ"))
    ask(hall, 1)
    assert waiting(hall) == ["m01"]


def test_the_chairs_order_leaves_out_nobody_who_asked_meanwhile_and_passes_over_who_withdrew() -> None:
    hall = debating()
    one, two, three = ask(hall, 1), ask(hall, 2), ask(hall, 3)
    accepted(hall.give(member(2), c.WithdrawRequest, request=two))
    accepted(hall.give(CHAIR, c.OrderSpeakers, requests=[three, two]))
    assert waiting(hall) == ["m03", "m01"]
    assert refused(hall.give(CHAIR, c.OrderSpeakers, requests=[three, one])) is Code.ORDER_UNCHANGED
    assert refused(hall.give(CHAIR, c.OrderSpeakers, requests=["none"])) is Code.SPEECH_REQUEST_UNKNOWN
    assert refused(hall.give(CHAIR, c.OrderSpeakers, requests=[one, one])) is Code.MALFORMED
    assert refused(hall.give(CLERK, c.OrderSpeakers, requests=[one])) is Code.NOT_ALLOWED


@given(st.permutations(range(1, 6)), st.integers(0, 5))
def test_any_order_of_some_keeps_everybody_once(order: list[int], named: int) -> None:
    hall = debating()
    requests = {i: ask(hall, i) for i in range(1, 6)}
    hall.give(CHAIR, c.OrderSpeakers, requests=[requests[i] for i in order[:named]])
    assert waiting(hall)[:named] == [name_of(i) for i in order[:named]]
    assert sorted(waiting(hall)) == [name_of(i) for i in range(1, 6)]


def test_a_text_is_kept_with_its_item_and_stands_for_a_request() -> None:
    hall = debating()
    request = ask(hall, 1)
    accepted(hall.give(member(1), c.HandInText, text="  Tôi đồng ý.\n<b>Hết</b> ", request=request))
    (text,) = hall.state.speakers.texts
    assert (text.member, text.item, text.text) == ("m01", "i1", "Tôi đồng ý.\n<b>Hết</b>")
    assert waiting(hall) == []


def test_a_text_of_two_keyboards_is_one_text() -> None:
    hall = debating()
    accepted(hall.give(member(1), c.HandInText, text=unicodedata.normalize("NFD", "Độc lập")))
    assert hall.state.speakers.texts[0].text == "Độc lập"


def test_the_clerk_hands_in_for_a_member_also_one_who_had_to_leave() -> None:
    hall = debating()
    accepted(hall.give(CLERK, c.HandInText, text="Ý kiến", member="m09", item="i2"))
    assert (hall.state.speakers.texts[0].name, hall.state.speakers.texts[0].item) == ("Nguyễn Văn Mẫu 9", "i2")


@pytest.mark.parametrize(
    ("who", "fields", "code"),
    [
        (member(1), {"member": "m02"}, Code.NOT_ALLOWED),
        (member(1), {"item": "i9"}, Code.ITEM_UNKNOWN),
        (member(1), {"text": " \n "}, Code.MALFORMED),
        (member(1), {"request": "none"}, Code.SPEECH_REQUEST_UNKNOWN),
        (CLERK, {"member": "m77"}, Code.MEMBER_UNKNOWN),
        (CLERK, {}, Code.NOT_A_MEMBER),
        (panel(1), {}, Code.NOT_ALLOWED),
    ],
)
def test_a_text_that_is_refused_changes_nothing(who: Actor, fields: dict[str, Any], code: Code) -> None:
    hall = debating()
    before = hall.state
    assert refused(hall.give(who, c.HandInText, **{"text": "Ý kiến", **fields})) is code
    assert hall.state is before


def test_a_tablet_gone_wild_fills_no_ledger() -> None:
    hall = debating()
    for _ in range(50):
        accepted(hall.give(member(1), c.HandInText, text="Ý kiến"))
    assert refused(hall.give(member(1), c.HandInText, text="Ý kiến")) is Code.TOO_MANY_TEXTS
    accepted(hall.give(member(2), c.HandInText, text="Ý kiến"))


@pytest.mark.parametrize(("kind", "fields"), [(c.AskToSpeak, {}), (c.HandInText, {"text": "Ý kiến"})])
def test_nobody_asks_or_hands_in_while_no_sitting_is_open(kind: type[c.Command], fields: dict[str, Any]) -> None:
    hall = convene(Hall.of(9))
    assert refused(hall.give(member(1), kind, **fields)) is Code.SITTING_NOT_OPEN


def test_the_floor_is_given_to_exactly_one() -> None:
    hall = debating()
    request = ask(hall, 1)
    wrong: list[dict[str, Any]] = [
        {},
        {"member": "m01", "guest": "Bà Khách"},
        {"member": "m01", "request": request},
        {"guest": " "},
    ]
    for fields in wrong:
        assert refused(hall.give(CHAIR, c.GiveFloor, **fields)) is Code.MALFORMED


def test_the_drawing_of_a_requests_life_is_the_table_in_the_code() -> None:
    lines = [line.strip() for line in (speech.__doc__ or "").splitlines() if "-->" in line]
    assert set(lines) == {f"{before} --> {after}: {action}" for (before, action), after in NEXT.items()}


def test_old_ledgers_tell_of_the_floor_without_kind_or_time() -> None:
    given_then = e.FloorGiven(name="Bà Khách")
    assert (given_then.kind, given_then.seconds, given_then.request) == (None, None, None)
    assert {kind.value for kind in SpeechKind} >= {"discussion", "rebuttal", "point_of_order"}
