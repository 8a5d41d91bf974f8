"""Who speaks: one person at a time, and nobody any longer than the item, the sitting or their own stay."""

from datetime import timedelta
from typing import Any

import pytest

from appliance.core import commands as c
from appliance.core import events as e
from appliance.core.state import Floor
from tests.house import CHAIR, CLERK, OTHER_CHAIR, SYSTEM, Hall, accepted, convene, member, sit

SEAL: dict[str, Any] = {
    "ledger": "0" * 32, "take": "20261218T010000Z-s1-abcd", "lines": 3, "segments": 2, "milliseconds": 8_400,
    "head": "ab" * 32, "key": "cd" * 32, "signature": "ef" * 64,
}  # fmt: skip


def sitting() -> Hall:
    return sit(convene(Hall.of(9)), present=5)


def speaking(who: str = "m02") -> Hall:
    hall = sitting()
    accepted(hall.give(CHAIR, c.GiveFloor, member=who))
    return hall


def test_a_member_speaks_by_the_name_that_the_sitting_froze() -> None:
    hall = speaking()
    assert hall.state.floor == Floor("m02", "Nguyễn Văn Mẫu 2", "", hall.now)


def test_a_guest_speaks_by_the_name_that_was_said() -> None:
    hall = sitting()
    accepted(hall.give(CHAIR, c.GiveFloor, guest="Bà Khách Mời"))
    assert hall.state.floor == Floor(None, "Bà Khách Mời", "", hall.now)


def test_giving_it_to_another_takes_it_from_the_first() -> None:
    hall = speaking()
    assert [type(x) for x in accepted(hall.give(CHAIR, c.GiveFloor, member="m03"))] == [e.FloorEnded, e.FloorGiven]
    assert hall.state.floor is not None
    assert (hall.state.floor.member, hall.state.floor.since) == ("m03", hall.now)


def test_a_guest_of_a_members_name_is_not_that_member() -> None:
    hall = speaking()
    accepted(hall.give(CHAIR, c.GiveFloor, guest="Nguyễn Văn Mẫu 2"))
    assert hall.state.floor is not None
    assert hall.state.floor.member is None


@pytest.mark.parametrize(
    ("command", "fields"),
    [
        (c.EndFloor, {}),
        (c.StartItem, {"item": "i2"}),
        (c.CloseSitting, {}),
    ],
)
def test_it_ends_with_what_it_belongs_to(command: type[c.Command], fields: dict[str, Any]) -> None:
    hall = speaking()
    events = accepted(hall.give(CHAIR, command, **fields))
    assert type(events[0]) is e.FloorEnded
    assert hall.state.floor is None


@pytest.mark.parametrize("who", [member(2), CLERK])
def test_whoever_leaves_the_room_speaks_no_more(who: object) -> None:
    hall = speaking()
    accepted(hall.give(who, c.CheckOut, member="m02"))  # type: ignore[arg-type]
    assert hall.state.floor is None


def test_it_stays_when_another_leaves_or_the_gavel_is_handed_on() -> None:
    hall = speaking()
    since = hall.now
    accepted(hall.give(CLERK, c.CheckOut, member="m03"))
    accepted(hall.give(OTHER_CHAIR, c.HandGavel, to="other-chair"))
    accepted(hall.give(OTHER_CHAIR, c.GoPrivate))
    assert hall.state.floor is not None
    assert hall.state.floor.since == since == hall.now - timedelta(seconds=3)


def test_a_recording_is_sealed_also_after_the_meeting_has_closed() -> None:
    hall = sitting()
    accepted(hall.give(CHAIR, c.CloseSitting))
    accepted(hall.give(CHAIR, c.CloseMeeting))
    before = hall.state
    (sealed,) = accepted(hall.give(SYSTEM, c.SealRecording, **SEAL))
    assert (sealed.take, sealed.head, sealed.milliseconds) == (SEAL["take"], SEAL["head"], 8_400)
    assert hall.state == before
