"""The hall's big screens: the meeting comes first, the queue keeps its order, pages are turned by whoever presents."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.core import commands as c
from appliance.core import public_reader
from appliance.core.hall_screen import LONGEST_QUEUE
from appliance.core.ledger import LedgerEntry
from appliance.core.people import Actor, Role
from appliance.core.refusals import Code
from appliance.core.scene import AUTO, SceneKind
from appliance.core.state import HallScreen
from tests.house import (
    CHAIR,
    CLERK,
    HALL,
    OTHER_CHAIR,
    Hall,
    accepted,
    close_poll,
    convene,
    member,
    open_poll,
    refused,
    sit,
)

MESSAGE = {"kind": "message", "text": "Giải lao 15 phút"}
COUNTDOWN = {"kind": "countdown", "text": "Phiên họp bắt đầu sau", "seconds": 300}
PAPER = {"kind": "paper", "text": "Tờ trình", "document": "d1", "sha256": "a" * 64, "pages": 12}


def in_hall() -> Hall:
    return sit(convene(Hall.of(27)))


def shows(hall: Hall) -> SceneKind:
    return hall.state.hall.shown.kind


def waiting(hall: Hall) -> list[str]:
    return [queued.entry for queued in hall.state.hall.queue]


def unchanged(hall: Hall, code: Code, actor: Actor, kind: type[c.Command], **fields: Any) -> None:
    """Refused with this code, and nothing is other than it was."""
    before = hall.state
    assert refused(hall.give(actor, kind, **fields)) is code
    assert hall.state is before


@pytest.mark.parametrize("actor", [CHAIR, OTHER_CHAIR, CLERK])
def test_chair_and_clerk_put_a_message_on_the_screen_and_take_it_away(actor: Actor) -> None:
    hall = in_hall()
    accepted(hall.give(actor, c.ShowOnHall, scene=MESSAGE))
    assert hall.state.hall.shown.text == "Giải lao 15 phút"
    accepted(hall.give(actor, c.ShowOnHall, scene={"kind": "auto"}))
    assert hall.state.hall.shown is AUTO


@pytest.mark.parametrize("actor", [member(1), HALL, Actor(Role.TECHNICIAN, "technician")])
def test_nobody_else_does(actor: Actor) -> None:
    unchanged(in_hall(), Code.NOT_ALLOWED, actor, c.ShowOnHall, scene=MESSAGE)


def test_between_sittings_the_screen_may_count_down_to_the_next_one() -> None:
    hall = convene(Hall.of(27))
    accepted(hall.give(CLERK, c.ShowOnHall, scene=COUNTDOWN))
    assert shows(hall) is SceneKind.COUNTDOWN
    accepted(hall.give(CHAIR, c.OpenSitting))
    assert shows(hall) is SceneKind.AUTO, "the sitting has begun"


def test_no_message_hides_a_vote() -> None:
    hall = in_hall()
    accepted(hall.give(CLERK, c.ShowOnHall, scene=MESSAGE))
    open_poll(hall)
    assert shows(hall) is SceneKind.AUTO
    unchanged(hall, Code.POLL_ON_SCREEN, CLERK, c.ShowOnHall, scene=MESSAGE)
    accepted(hall.give(CLERK, c.QueueForHall, entry="q1", scene=MESSAGE))
    unchanged(hall, Code.POLL_ON_SCREEN, CHAIR, c.ShowNext)
    accepted(hall.give(CHAIR, c.HoldPoll, poll="p1"))
    unchanged(hall, Code.POLL_ON_SCREEN, CHAIR, c.ShowOnHall, scene=PAPER)
    close_poll(hall)
    accepted(hall.give(CHAIR, c.ShowNext))
    assert shows(hall) is SceneKind.MESSAGE


def test_the_next_item_takes_the_screen_back_and_leaves_the_queue() -> None:
    hall = in_hall()
    accepted(hall.give(CLERK, c.ShowOnHall, scene=PAPER))
    accepted(hall.give(CLERK, c.QueueForHall, entry="q1", scene=MESSAGE))
    accepted(hall.give(CHAIR, c.StartItem, item="i2"))
    assert shows(hall) is SceneKind.AUTO
    assert waiting(hall) == ["q1"]


@pytest.mark.parametrize(
    ("scene", "code"),
    [
        ({"kind": "message"}, Code.MALFORMED),
        ({"kind": "message", "text": "   "}, Code.MALFORMED),
        ({"kind": "countdown"}, Code.MALFORMED),
        ({"kind": "paper"}, Code.MALFORMED),
        ({"kind": "paper", "document": "d1"}, Code.MALFORMED),
        ({**PAPER, "page": 13}, Code.PAGE_UNKNOWN),
    ],
)
def test_a_scene_that_lacks_what_it_needs_is_refused(scene: dict[str, Any], code: Code) -> None:
    unchanged(in_hall(), code, CLERK, c.ShowOnHall, scene=scene)
    unchanged(in_hall(), code, CLERK, c.QueueForHall, entry="q1", scene=scene)


def test_a_queue_has_an_end_and_each_entry_one_place() -> None:
    hall = in_hall()
    for i in range(LONGEST_QUEUE):
        accepted(hall.give(CLERK, c.QueueForHall, entry=f"q{i}", scene=MESSAGE))
    unchanged(hall, Code.QUEUE_ENTRY_TAKEN, CLERK, c.QueueForHall, entry="q1", scene=MESSAGE)
    unchanged(hall, Code.QUEUE_FULL, CLERK, c.QueueForHall, entry="q99", scene=MESSAGE)


def test_two_desks_that_press_at_once_show_one_scene() -> None:
    hall = in_hall()
    unchanged(hall, Code.QUEUE_EMPTY, CLERK, c.ShowNext)
    for entry in ("q1", "q2"):
        accepted(hall.give(CLERK, c.QueueForHall, entry=entry, scene=MESSAGE))
    accepted(hall.give(CLERK, c.ShowNext, entry="q1"))
    unchanged(hall, Code.QUEUE_ENTRY_UNKNOWN, CHAIR, c.ShowNext, entry="q1")
    unchanged(hall, Code.QUEUE_ENTRY_UNKNOWN, CHAIR, c.DropFromQueue, entry="q1")
    unchanged(hall, Code.QUEUE_ENTRY_UNKNOWN, CHAIR, c.MoveInQueue, entry="q1", to=0)
    assert waiting(hall) == ["q2"]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9)), max_size=12))
def test_moving_in_the_queue_loses_nothing_and_puts_each_where_it_was_asked(moves: list[tuple[int, int]]) -> None:
    hall = in_hall()
    entries = [f"q{i}" for i in range(6)]
    for entry in entries:
        accepted(hall.give(CLERK, c.QueueForHall, entry=entry, scene=MESSAGE))
    for which, to in moves:
        accepted(hall.give(CLERK, c.MoveInQueue, entry=entries[which], to=to))
        assert waiting(hall)[min(to, 5)] == entries[which]
    assert sorted(waiting(hall)) == entries
    accepted(hall.give(CLERK, c.DropFromQueue, entry="q3"))
    assert len(waiting(hall)) == 5


def test_whoever_has_the_floor_turns_the_pages_and_nobody_beside_the_desks() -> None:
    hall = in_hall()
    unchanged(hall, Code.NO_PAPER_SHOWN, CHAIR, c.ShowPage, page=2)
    accepted(hall.give(CHAIR, c.ShowOnHall, scene=PAPER))
    unchanged(hall, Code.FLOOR_NOT_YOURS, member(3), c.ShowPage, page=2)
    accepted(hall.give(CHAIR, c.GiveFloor, member="m03"))
    accepted(hall.give(member(3), c.ShowPage, page=12))
    assert hall.state.hall.shown.page == 12
    unchanged(hall, Code.PAGE_UNKNOWN, member(3), c.ShowPage, page=13)
    unchanged(hall, Code.FLOOR_NOT_YOURS, member(4), c.ShowPage, page=2)
    accepted(hall.give(CLERK, c.ShowPage, page=1))
    accepted(hall.give(CHAIR, c.EndFloor))
    unchanged(hall, Code.FLOOR_NOT_YOURS, member(3), c.ShowPage, page=2)


def test_what_is_typed_with_loose_accents_is_written_whole() -> None:
    hall = in_hall()
    accepted(hall.give(CLERK, c.ShowOnHall, scene={"kind": "message", "text": "Gia\u0309i lao"}))
    assert hall.state.hall.shown.text == "Giải lao"


def test_the_public_is_told_nothing_of_what_the_hall_is_shown() -> None:
    hall = in_hall()
    quiet, loud = public_reader.PublicReader(), public_reader.PublicReader()
    before = len(hall.told)
    accepted(hall.give(CLERK, c.ShowOnHall, scene=PAPER))
    accepted(hall.give(CLERK, c.ShowPage, page=3))
    for entry in ("q1", "q2"):
        accepted(hall.give(CLERK, c.QueueForHall, entry=entry, scene=MESSAGE))
    accepted(hall.give(CLERK, c.MoveInQueue, entry="q2", to=0))
    accepted(hall.give(CLERK, c.ShowNext))
    accepted(hall.give(CLERK, c.DropFromQueue, entry="q1"))
    for reader, told in ((quiet, hall.told[:before]), (loud, hall.told)):
        for seq, (event, at) in enumerate(told, 1):
            reader.read(
                LedgerEntry(
                    ledger="l",
                    seq=seq,
                    time=at,
                    uptime_ms=seq,
                    prev="",
                    actor=CLERK,
                    events=(event,),  # type: ignore[arg-type]
                    v=1,
                )
            )
    assert loud.record.items == quiet.record.items
    assert "Giải lao" not in repr(loud.record)


def test_a_scene_that_was_left_over_from_a_meeting_is_not_in_the_next_one() -> None:
    hall = convene(Hall.of(27))
    accepted(hall.give(CLERK, c.ShowOnHall, scene=MESSAGE))
    accepted(hall.give(CHAIR, c.OpenSitting))
    accepted(hall.give(CHAIR, c.CloseSitting))
    accepted(hall.give(CLERK, c.ShowOnHall, scene=MESSAGE))
    accepted(hall.give(CHAIR, c.CloseMeeting))
    accepted(hall.give(CLERK, c.ConveneMeeting, title="Kỳ họp thứ 4"))
    assert hall.state.hall == HallScreen()
