"""Signing in with a card or a password: who gets in, and that a refusal changes nothing on file."""

import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from appliance.adapters.memory_registry import MemoryRegistry
from appliance.adapters.sql.registry import SqlRegistry
from appliance.core.people import Actor, Role
from appliance.core.refusals import Code, Fault
from appliance.services import desk_commands as d
from appliance.services.on_file import MemberStatus
from appliance.services.registry import RegistryStore
from appliance.services.signin import SignIn
from tests.services.reception import HOME, PASSWORD, Reception, accepted, code, signed


@pytest.fixture
def house() -> Reception:
    return Reception.of()


@pytest.fixture(params=["memory", "sql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], RegistryStore]:
    """Opens the same store each time."""
    memory = MemoryRegistry()
    return (lambda: memory) if request.param == "memory" else (lambda: SqlRegistry(tmp_path / "registry.db"))


# --- a member's card


def test_the_first_sign_in_chooses_the_pin_and_enrols_the_tablet(house: Reception) -> None:
    card = house.card("m02")
    session = signed(house.sign_in.with_card(card, "2846", "tablet", HOME)).session
    assert session.actor == Actor(role=Role.DELEGATE, person="m02", member="m02")
    assert session.name == "Nguyễn Văn Mẫu 2"
    assert signed(house.sign_in.with_card(card, "2846", "tablet", HOME)).session.id != session.id


@pytest.mark.parametrize(
    "pin",
    ["0000", "1111", "1234", "4321", "8901", "3210", "1212", "123123", "2580", "123", "123456789", "28a6", "", "²⁸⁴⁶"],
)
def test_a_weak_pin_is_refused_and_the_card_stays_without_one(house: Reception, pin: str) -> None:
    card = house.card("m02")
    before = house.on_file
    assert code(house.sign_in.with_card(card, pin, "tablet", HOME)) is Code.PIN_WEAK
    assert house.on_file == before
    signed(house.sign_in.with_card(card, "2846", "tablet", HOME))


def test_a_pin_that_came_with_the_card_is_taken_as_it_is(house: Reception) -> None:
    card = house.card("m02", pin="0000")
    before = house.on_file
    assert code(house.sign_in.with_card(card, "2846", "tablet", HOME)) is Code.PIN_WRONG
    assert house.on_file == before
    signed(house.sign_in.with_card(card, "0000", "tablet", HOME))


def test_a_wrong_pin_is_refused(house: Reception) -> None:
    card, _ = house.enrolled()
    before = house.on_file
    assert code(house.sign_in.with_card(card, "2847", "tablet", HOME)) is Code.PIN_WRONG
    assert house.on_file == before


def test_an_unknown_card_is_refused_after_the_same_work_as_a_known_one(house: Reception) -> None:
    house.enrolled()
    before, checked = house.on_file, house.hasher.checked
    assert code(house.sign_in.with_card("card-of-nobody-0123456789", "2846", "tablet", HOME)) is Code.CARD_UNKNOWN
    assert house.on_file == before
    assert house.hasher.checked == checked + 1


def test_a_card_past_its_day_is_refused(house: Reception) -> None:
    token = "card-of-m02-0123456789abcdef"
    house.enrolment.issue_cards({"m02": token}, expires=house.clock.utc + timedelta(hours=8))
    signed(house.sign_in.with_card(token, "2846", "tablet", HOME))
    house.clock.advance(8 * 3600)
    before = house.on_file
    assert code(house.sign_in.with_card(token, "2846", "tablet", HOME)) is Code.CARD_EXPIRED
    assert house.on_file == before


def test_a_new_card_ends_the_old_one(house: Reception) -> None:
    old, _ = house.enrolled()
    house.enrolment.issue_card("m02")
    before = house.on_file
    assert code(house.sign_in.with_card(old, "2846", "tablet", HOME)) is Code.CARD_EXPIRED
    assert house.on_file == before


def test_a_member_out_of_office_is_refused(house: Reception) -> None:
    card, _ = house.enrolled("m02")
    house.enrolment.add_members([replace(house.on_file.members["m02"], status=MemberStatus.SUSPENDED)])
    before = house.on_file
    assert code(house.sign_in.with_card(card, "2846", "tablet", HOME)) is Code.NOT_IN_OFFICE
    assert house.on_file == before


# --- a second tablet


def test_another_tablet_waits_for_the_clerk_and_leaves_the_first_signed_in(house: Reception) -> None:
    card, first = house.enrolled()
    assert code(house.sign_in.with_card(card, "2846", "other", HOME)) is Code.TABLET_NEEDS_APPROVAL
    (asked,) = house.sign_in.requests().tablets
    assert (asked.member, asked.name) == ("m02", "Nguyễn Văn Mẫu 2")
    assert house.asked
    assert first.id in house.on_file.sessions
    assert house.revoked == []


def test_asking_again_from_the_same_tablet_makes_no_second_request(house: Reception) -> None:
    card, _ = house.enrolled()
    house.sign_in.with_card(card, "2846", "other", HOME)
    before = house.on_file
    assert code(house.sign_in.with_card(card, "2846", "other", HOME)) is Code.TABLET_NEEDS_APPROVAL
    assert house.on_file == before


def test_another_tablet_with_a_wrong_pin_makes_no_request(house: Reception) -> None:
    card, _ = house.enrolled()
    before = house.on_file
    assert code(house.sign_in.with_card(card, "9999", "other", HOME)) is Code.PIN_WRONG
    assert house.on_file == before


def test_the_oldest_request_gives_way_when_many_tablets_ask(house: Reception) -> None:
    card, _ = house.enrolled()
    for i in range(5):
        house.clock.advance(1)
        house.sign_in.with_card(card, "2846", f"other-{i}", HOME)
    assert len(house.sign_in.requests().tablets) == house.sign_in.limits.waiting_tablets


def test_an_approved_tablet_signs_in_again_and_the_first_is_signed_out_at_once(house: Reception) -> None:
    card = house.card()
    first = signed(house.sign_in.with_card(card, "2846", "tablet", HOME))
    house.sign_in.with_card(card, "2846", "other", HOME)
    (asked,) = house.sign_in.requests().tablets
    accepted(house.at_desk(d.ApproveTablet, request=asked.request))
    assert house.revoked == [first.session.id]
    assert house.sign_in.session(first.token) is None
    assert house.sign_in.requests().tablets == ()
    signed(house.sign_in.with_card(card, "2846", "other", HOME))
    assert code(house.sign_in.with_card(card, "2846", "tablet", HOME)) is Code.TABLET_NEEDS_APPROVAL


def test_a_rejected_tablet_stays_outside_and_the_first_stays_in(house: Reception) -> None:
    card, first = house.enrolled()
    house.sign_in.with_card(card, "2846", "other", HOME)
    (asked,) = house.sign_in.requests().tablets
    accepted(house.at_desk(d.RejectTablet, request=asked.request))
    assert house.sign_in.requests().tablets == ()
    assert first.id in house.on_file.sessions
    assert code(house.sign_in.with_card(card, "2846", "other", HOME)) is Code.TABLET_REFUSED


# --- an account


def test_an_account_signs_in_whatever_the_case_of_its_login(house: Reception) -> None:
    session = signed(house.sign_in.with_password(" Clerk ", PASSWORD, "desk", HOME)).session
    assert (session.actor, session.name) == (Actor(role=Role.CLERK, person="clerk"), "Trần Thị Mẫu")


def test_a_password_typed_with_separate_marks_is_the_same_password(house: Reception) -> None:
    import unicodedata

    decomposed = unicodedata.normalize("NFD", PASSWORD)
    assert decomposed != PASSWORD
    signed(house.sign_in.with_password("clerk", decomposed, "desk", HOME))


def test_a_chair_who_is_a_delegate_votes_under_the_same_sign_in(house: Reception) -> None:
    session = signed(house.sign_in.with_password("chair", PASSWORD, "console", HOME)).session
    assert session.actor == Actor(role=Role.CHAIR, person="chair", member="m01")


def test_a_chair_whose_mandate_has_ended_is_no_delegate_any_more(house: Reception) -> None:
    house.enrolment.add_members([replace(house.on_file.members["m01"], status=MemberStatus.LEFT)])
    session = signed(house.sign_in.with_password("chair", PASSWORD, "console", HOME)).session
    assert session.actor == Actor(role=Role.CHAIR, person="chair")


def test_wrong_password_and_unknown_account_answer_alike_after_the_same_work(house: Reception) -> None:
    before = house.on_file
    for login in ("clerk", "nobody"):
        checked = house.hasher.checked
        assert code(house.sign_in.with_password(login, "sai mật khẩu", "desk", HOME)) is Code.PASSWORD_WRONG
        assert house.hasher.checked == checked + 1
    assert house.on_file == before


def test_an_account_made_by_another_process_can_sign_in_at_once(tmp_path: Path) -> None:
    house = Reception.of(SqlRegistry(tmp_path / "registry.db"))
    beside = Reception.of(SqlRegistry(tmp_path / "registry.db"))
    beside.enrolment.create_account("auditor", "Lê Đức Mẫu", Role.AUDITOR, PASSWORD)
    signed(house.sign_in.with_password("auditor", PASSWORD, "laptop", HOME))
    accepted(house.at_desk(d.NoteAbsence, member="m02", reason="ốm"))


# --- sessions


def test_a_token_stands_for_its_session_until_it_is_signed_out(house: Reception) -> None:
    given = signed(house.sign_in.with_password("clerk", PASSWORD, "desk", HOME))
    assert house.sign_in.session(given.token) == given.session
    house.sign_in.sign_out(given.token)
    assert house.sign_in.session(given.token) is None
    assert house.revoked == [given.session.id]


def test_a_made_up_token_stands_for_nobody(house: Reception) -> None:
    before = house.on_file
    house.sign_in.sign_out("made up")
    assert house.sign_in.session("made up") is None
    assert house.on_file == before


def test_a_restart_keeps_who_is_signed_in_and_who_waits(store: Callable[[], RegistryStore]) -> None:
    house = Reception.of(store())
    card = house.card()
    given = signed(house.sign_in.with_card(card, "2846", "tablet", HOME))
    left = signed(house.sign_in.with_password("clerk", PASSWORD, "desk", HOME))
    house.sign_in.sign_out(left.token)
    house.sign_in.with_card(card, "2846", "other", HOME)
    again = Reception.of(store())
    assert again.sign_in.session(given.token) == given.session
    assert again.sign_in.session(left.token) is None
    assert again.sign_in.requests() == house.sign_in.requests()


def test_a_sign_in_of_last_week_is_not_taken_up_again_after_a_restart(store: Callable[[], RegistryStore]) -> None:
    house = Reception.of(store())
    given = signed(house.sign_in.with_password("clerk", PASSWORD, "desk", HOME))
    house.clock.advance(8 * 24 * 3600)
    assert house.sign_in.session(given.token) is not None, "a clock never ends a sign-in in a meeting"
    s = house.sign_in
    later = SignIn(house.registry, s.hasher, s.chance, house.clock, s.throttle)
    assert later.session(given.token) is None


def test_a_disk_that_refuses_lets_nobody_in_and_nothing_changes() -> None:
    memory = MemoryRegistry()
    house = Reception.of(memory)
    card = house.card()
    before, memory.broken = house.on_file, True
    with pytest.raises(Fault):
        house.sign_in.with_card(card, "2846", "tablet", HOME)
    assert house.on_file == before
    memory.broken = False
    signed(house.sign_in.with_card(card, "2846", "tablet", HOME))


def test_nothing_secret_is_ever_logged(house: Reception, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    card = house.card()
    house.sign_in.with_card(card, "28461937", "tablet", HOME)
    house.sign_in.with_card(card, "11112222", "tablet", HOME)
    house.sign_in.with_password("clerk", PASSWORD, "desk", HOME)
    assert not [s for s in (card, "28461937", "11112222", PASSWORD) if s in caplog.text]
