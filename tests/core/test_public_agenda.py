"""The agenda that the public is told: in its real order, without what is private, and the minutes of its changes."""

from typing import Any

import pytest

from appliance.core import commands as c
from appliance.core.ledger import read as entries
from appliance.core.minutes_draft import draft
from appliance.core.public_reader import read
from appliance.core.public_record import PublicRecord
from tests.house import CHAIR, CLERK, House, accepted, convene, sit


@pytest.fixture
def house() -> House:
    return sit(convene(House.of(), 3))


def public(house: House) -> PublicRecord:
    rows = house.ledger.rows(house.chamber.head.ledger)
    return read(entries(body for _, _, body in rows))


def add(house: House, item: str, **more: Any) -> None:
    accepted(house.give(CLERK, c.AddItem, item=item, title=f"Nội dung {item}", **more))


def test_the_public_reads_items_in_the_order_in_which_they_stand(house: House) -> None:
    add(house, "new", after="i1")
    accepted(house.give(CHAIR, c.MoveItem, item="i3"))
    assert [item.item for item in public(house).items] == ["i3", "i1", "new", "i2"]


def test_a_private_item_is_not_named_before_the_meeting_comes_to_it_with_open_doors(house: House) -> None:
    add(house, "secret", private=True)
    add(house, "part", parent="secret")
    accepted(house.give(CHAIR, c.StartItem, item="secret"))
    accepted(house.give(CLERK, c.EditItem, item="i2", seen=1, title="Sửa khi họp kín", private=True))
    told = public(house)
    assert "secret" not in repr(told.items) + repr(told.marks)
    assert told.away is not None
    accepted(house.give(CHAIR, c.StartItem, item="i1"))
    assert [item.item for item in public(house).items] == ["i1", "i3"]
    accepted(house.give(CHAIR, c.StartItem, item="secret"))
    accepted(house.give(CHAIR, c.GoPublic))
    assert {"secret", "part"} <= {item.item for item in public(house).items}


def test_the_reason_is_told_when_it_was_said_in_public(house: House) -> None:
    accepted(house.give(CHAIR, c.WithdrawItem, item="i1", reason="chờ thẩm tra"))
    accepted(house.give(CHAIR, c.GoPrivate))
    accepted(house.give(CHAIR, c.PostponeItem, item="i2", reason="điều nói trong phòng kín"))
    accepted(house.give(CHAIR, c.GoPublic))
    told = {item.item: (item.off, item.reason) for item in public(house).items}
    assert told["i1"] == ("withdrawn", "chờ thẩm tra")
    assert told["i2"] == ("postponed", "")


def test_the_public_is_at_no_item_once_the_current_one_is_withdrawn(house: House) -> None:
    accepted(house.give(CHAIR, c.WithdrawItem, item="i1", reason="chờ thẩm tra"))
    told = public(house)
    assert told.item is None
    assert told.marks[-1].ends is not None


def test_the_minutes_say_what_was_withdrawn_and_why(house: House) -> None:
    accepted(house.give(CLERK, c.EditItem, item="i1", seen=1, title="Tên đã sửa"))
    accepted(house.give(CHAIR, c.PostponeItem, item="i1", reason="chờ thẩm tra"))
    accepted(house.give(CLERK, c.RestoreItem, item="i1"))
    accepted(house.give(CHAIR, c.StartItem, item="i1"))
    minutes = draft(entries(body for _, _, body in house.ledger.rows(house.chamber.head.ledger)))
    assert minutes is not None
    assert [(t.how, t.title, t.reason) for t in minutes.agenda_changes] == [
        ("postponed", "Tên đã sửa", "chờ thẩm tra"),
        ("restored", "Tên đã sửa", ""),
    ]
    assert minutes.passages[-1].title == "Tên đã sửa"
