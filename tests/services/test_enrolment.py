"""Putting people on file, and what the meeting's door learns of it."""

import unicodedata

import pytest
from msgspec.structs import replace

from appliance.core.people import MemberFacts, Role
from appliance.services.enrolment import Unfit
from appliance.services.on_file import Member, MemberStatus
from tests.house import PROFILE
from tests.services.reception import HOME, PASSWORD, Reception, signed


@pytest.fixture
def house() -> Reception:
    return Reception.of()


def test_the_door_sees_members_in_office_in_the_councils_order(house: Reception) -> None:
    first, second, third = (house.on_file.members[m] for m in ("m01", "m02", "m03"))
    house.enrolment.add_members(
        [replace(first, position=9), replace(second, status=MemberStatus.LEFT), replace(third, seat=None)]
    )
    facts = house.registry.facts()
    assert facts.roster == (
        MemberFacts("m03", "Nguyễn Văn Mẫu 3", "Tổ 3"),
        MemberFacts("m01", "Nguyễn Văn Mẫu 1", "Tổ 1", "A1"),
    )
    assert (facts.council, facts.term) == ("Hội đồng nhân dân xã Hồng Mẫu", "2026 - 2031")
    assert facts.profile == PROFILE
    assert facts.chairs == {"chair": "Vũ Đình Mẫu"}


def test_a_seat_belongs_to_the_member_in_office_who_sits_there(house: Reception) -> None:
    assert house.registry.member_at("A2") == "m02"
    assert house.registry.member_at("Z9") is None
    house.enrolment.add_members([replace(house.on_file.members["m02"], status=MemberStatus.SUSPENDED)])
    assert house.registry.member_at("A2") is None


def test_facts_are_not_made_anew_for_every_sign_in(house: Reception) -> None:
    before = house.registry.facts()
    house.enrolled("m02")
    assert house.registry.facts() is before


def test_names_are_kept_in_one_form_of_unicode(house: Reception) -> None:
    name = "Đỗ Thị Ví Dụ Nghiệm"
    house.enrolment.add_members([Member("m09", unicodedata.normalize("NFD", name))])
    assert house.on_file.members["m09"].name == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize(
    "members",
    [
        [Member("m08", "A", seat="A1")],
        [Member("m08", "A", seat="B1"), Member("m09", "B", seat="B1")],
        [Member("m08", "A"), Member("m08", "B")],
        [Member("clerk", "A")],
        [Member("", "A")],
        [Member("m 8", "A")],
        [Member("m08", " ")],
        [Member("panels", "A")],
    ],
)
def test_members_who_cannot_be_are_refused_all_together(house: Reception, members: list[Member]) -> None:
    before = house.on_file
    with pytest.raises(Unfit):
        house.enrolment.add_members(members)
    assert house.on_file == before


def test_what_is_on_file_already_is_not_written_again(house: Reception) -> None:
    house.card("m02", pin="0000")
    before = house.on_file
    house.enrolment.set_council("Hội đồng nhân dân xã Hồng Mẫu", "2026 - 2031")
    house.enrolment.add_members(list(before.members.values()))
    house.card("m02", pin="0000")
    assert house.on_file == before


def test_a_short_card_or_one_for_nobody_is_refused(house: Reception) -> None:
    before = house.on_file
    for tokens in ({"m02": "short"}, {"nobody": "card-of-nobody-0123456789"}):
        with pytest.raises(Unfit):
            house.enrolment.issue_cards(tokens)
    assert house.on_file == before


@pytest.mark.parametrize(
    ("login", "role", "password", "member"),
    [
        ("clerk", Role.CLERK, PASSWORD, None),
        ("CLERK", Role.CLERK, PASSWORD, None),
        ("m02", Role.CLERK, PASSWORD, None),
        ("thư-ký", Role.CLERK, PASSWORD, None),
        ("hall:1", Role.CLERK, PASSWORD, None),
        ("appliance", Role.CLERK, PASSWORD, None),
        ("", Role.CLERK, PASSWORD, None),
        ("second", Role.CLERK, "ngắn", None),
        ("second", Role.CLERK, "aaaaaaaaaaaa", None),
        ("longenoughlogin", Role.CLERK, "LongEnoughLogin", None),
        ("second", Role.DELEGATE, PASSWORD, None),
        ("second", Role.SYSTEM, PASSWORD, None),
        ("second", Role.CHAIR, PASSWORD, "nobody"),
        ("second", Role.CHAIR, PASSWORD, "m01"),
    ],
)
def test_an_account_that_cannot_be_is_refused(
    house: Reception, login: str, role: Role, password: str, member: str | None
) -> None:
    before = house.on_file
    with pytest.raises(Unfit):
        house.enrolment.create_account(login, "Ai đó", role, password, member)
    assert house.on_file == before


def test_a_new_account_can_sign_in(house: Reception) -> None:
    account = house.enrolment.create_account("Thuky2", " Đặng Thu Mẫu ", Role.CLERK, PASSWORD)
    assert (account.id, account.name) == ("thuky2", "Đặng Thu Mẫu")
    signed(house.sign_in.with_password("thuky2", PASSWORD, "desk", HOME))
