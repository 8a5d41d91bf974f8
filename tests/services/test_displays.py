"""Hall displays: the code, the clerk's yes, and that nobody else can use it."""

import pytest

from appliance.core.people import Actor, Role
from appliance.core.refusals import Code
from appliance.services import desk_commands as d
from appliance.services.lockout import Limits
from tests.services.reception import Reception, accepted, code, signed


@pytest.fixture
def house() -> Reception:
    return Reception.of()


def asked(house: Reception, device: str = "screen") -> str:
    pairing = house.sign_in.request_pairing(device)
    assert isinstance(pairing, str)
    return pairing


def test_a_display_is_signed_in_once_the_clerk_has_approved_its_code(house: Reception) -> None:
    pairing = asked(house)
    assert [r.pairing for r in house.sign_in.requests().displays] == [pairing]
    before = house.on_file
    assert code(house.sign_in.with_pairing(pairing, "screen")) is Code.PAIRING_PENDING
    assert house.on_file == before
    accepted(house.at_desk(d.ApproveDisplay, pairing=pairing))
    assert house.sign_in.requests().displays == ()
    session = signed(house.sign_in.with_pairing(pairing, "screen")).session
    assert session.actor == Actor(role=Role.HALL, person="hall:1")


def test_an_approved_code_is_useless_to_another_device(house: Reception) -> None:
    pairing = asked(house)
    accepted(house.at_desk(d.ApproveDisplay, pairing=pairing))
    before = house.on_file
    assert code(house.sign_in.with_pairing(pairing, "thief")) is Code.PAIRING_UNKNOWN
    assert house.on_file == before


def test_a_made_up_code_is_unknown(house: Reception) -> None:
    before = house.on_file
    assert code(house.sign_in.with_pairing("000000", "screen")) is Code.PAIRING_UNKNOWN
    assert house.on_file == before


def test_a_display_that_asks_again_keeps_its_code(house: Reception) -> None:
    assert asked(house) == asked(house)
    assert len(house.sign_in.requests().displays) == 1
    assert asked(house, "other screen") != asked(house)


def test_a_code_that_nobody_approved_is_gone_after_ten_minutes(house: Reception) -> None:
    old = asked(house)
    house.clock.advance(10 * 60 + 1)
    assert house.sign_in.requests().displays == ()
    assert code(house.sign_in.with_pairing(old, "screen")) is Code.PAIRING_UNKNOWN
    assert code(house.at_desk(d.ApproveDisplay, pairing=old)) is Code.PAIRING_UNKNOWN
    new = asked(house)
    assert new != old
    assert house.on_file.pairings.keys() == {new}


def test_an_approved_display_signs_in_again_after_hours_and_restarts(house: Reception) -> None:
    pairing = asked(house)
    accepted(house.at_desk(d.ApproveDisplay, pairing=pairing))
    house.clock.advance(12 * 3600)
    again = Reception.of(house.registry.store)
    assert signed(again.sign_in.with_pairing(pairing, "screen")).session.person == "hall:1"


def test_a_flood_of_displays_is_refused_without_hurting_those_that_wait(house: Reception) -> None:
    first = asked(house)
    for i in range(Limits().waiting_pairings - 1):
        asked(house, f"flood-{i}")
    before = house.on_file
    assert code(house.sign_in.request_pairing("one more")) is Code.RATE_LIMITED
    assert house.on_file == before
    assert asked(house) == first


def test_two_displays_have_two_names(house: Reception) -> None:
    people = set()
    for device in ("left", "right"):
        pairing = asked(house, device)
        accepted(house.at_desk(d.ApproveDisplay, pairing=pairing))
        people.add(signed(house.sign_in.with_pairing(pairing, device)).session.person)
    assert people == {"hall:1", "hall:2"}


def test_a_code_typed_with_a_space_is_the_same_code(house: Reception) -> None:
    pairing = asked(house)
    accepted(house.at_desk(d.ApproveDisplay, pairing=f"{pairing[:3]} {pairing[3:]}"))
    signed(house.sign_in.with_pairing(pairing, "screen"))


def test_a_display_opened_in_advance_takes_any_device(house: Reception) -> None:
    house.enrolment.open_display("482913")
    house.enrolment.open_display("482913")
    signed(house.sign_in.with_pairing("482913", "browser one"))
    signed(house.sign_in.with_pairing("482913", "browser two"))
