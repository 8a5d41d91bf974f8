"""People on file from the desk: council, members, groups, guests, seats, accounts, cards; two clerks at one record."""

from typing import Any

import pytest

from appliance.core.people import Actor, Role
from appliance.core.refusals import Code
from appliance.services import desk_commands as d
from appliance.services.credentials import digest
from appliance.services.on_file import MemberStatus, Record, revision
from tests.house import TECHNICIAN, fresh_id
from tests.services.reception import CLERK, HOME, PASSWORD, Reception, accepted, code, signed


@pytest.fixture
def house() -> Reception:
    return Reception.of()


def refused(house: Reception, wanted: Code, kind: type[Any], actor: Actor = CLERK, **fields: Any) -> None:
    """The command is refused with this code, and nothing has changed."""
    before = house.on_file
    assert code(house.at_desk(kind, actor, **fields)) is wanted
    assert house.on_file == before


def seen(record: Record) -> str:
    return revision(record)


def test_the_first_edit_wins_and_the_second_is_told(house: Reception) -> None:
    opened = seen(house.on_file.members["m02"])
    accepted(house.at_desk(d.SaveMember, member="m02", name="Trần Mới", seen=opened))
    refused(house, Code.EDITED_MEANWHILE, d.SaveMember, member="m02", name="Khác", seen=opened)
    now = seen(house.on_file.members["m02"])
    accepted(house.at_desk(d.SaveMember, member="m02", name="Khác", seen=now))
    refused(house, Code.ALREADY_ON_FILE, d.SaveMember, member="m02", name="Thứ ba")
    refused(house, Code.EDITED_MEANWHILE, d.SaveMember, member="m77", name="Đã bị xóa", seen=now)


def test_a_sign_in_meanwhile_is_no_edit(house: Reception) -> None:
    opened = seen(house.on_file.accounts["chair"])
    signed(house.sign_in.with_password("chair", PASSWORD, "tablet", HOME))
    accepted(house.at_desk(d.EditAccount, account="chair", name="Vũ Mới", member="m01", seen=opened))


def test_a_new_member_is_last_and_has_a_code_of_their_own(house: Reception) -> None:
    accepted(house.at_desk(d.SaveMember, name="  Lê   Thị\u00a0Mới ", group="Tổ 1", unit="Hạ"))
    made = house.on_file.members["m04"]
    assert (made.name, made.position, made.group) == ("Lê Thị Mới", 4, "Tổ 1")
    assert [f.member for f in house.registry.facts().roster][-1] == "m04"


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"name": " \u200b "}, Code.TEXT_UNFIT),
        ({"name": "Nguyễn Vӑn"}, Code.TEXT_UNFIT),
        ({"name": "An", "office": "x\u202ey"}, Code.TEXT_UNFIT),
        ({"name": "An", "member_seat": "A1"}, Code.SEAT_TAKEN),
        ({"name": "An", "group": "Tổ không có"}, Code.GROUP_UNKNOWN),
        ({"name": "An", "committee": "Ban không có"}, Code.COMMITTEE_UNKNOWN),
        ({"name": "NGUYỄN Văn Mẫu 1"}, Code.NAME_TWICE),
        ({"name": "An", "member": "chair"}, Code.ALREADY_ON_FILE),
    ],
)
def test_a_member_who_does_not_fit_is_refused(house: Reception, fields: dict[str, Any], refusal: Code) -> None:
    refused(house, refusal, d.SaveMember, **fields)


def test_namesakes_are_told_apart_by_their_village_wherever_names_are_shown(house: Reception) -> None:
    accepted(house.at_desk(d.SaveMember, name="Nguyễn Văn Mẫu 1", unit="thôn Hạ"))
    assert "Nguyễn Văn Mẫu 1 (thôn Hạ)" in {f.name for f in house.registry.facts().roster}


@pytest.mark.parametrize("status", MemberStatus)
def test_only_members_in_office_count(house: Reception, status: MemberStatus) -> None:
    old = house.on_file.members["m03"]
    accepted(house.at_desk(d.SaveMember, member="m03", name=old.name, status=status, seen=seen(old)))
    counted = status in {MemberStatus.IN_OFFICE, MemberStatus.LEAVING}
    assert ("m03" in {f.member for f in house.registry.facts().roster}) == counted


def test_a_group_that_is_renamed_is_renamed_for_its_members(house: Reception) -> None:
    group = next(g for g in house.on_file.member_groups.values() if g.name == "Tổ 1")
    accepted(house.at_desk(d.SaveGroup, group=group.id, name="Tổ thôn Đông", seen=seen(group)))
    assert house.on_file.members["m01"].group == "Tổ thôn Đông"
    now = house.on_file.member_groups[group.id]
    refused(house, Code.STILL_IN_USE, d.DropGroup, group=group.id, seen=seen(now))
    refused(house, Code.ALREADY_ON_FILE, d.SaveGroup, name="TỔ 2")


def test_committees_and_guests_come_and_go(house: Reception) -> None:
    accepted(house.at_desk(d.SaveCommittee, name="Ban Pháp chế"))
    (committee,) = house.on_file.committees.values()
    refused(house, Code.EDITED_MEANWHILE, d.DropCommittee, committee=committee.id, seen="0" * 16)
    accepted(house.at_desk(d.DropCommittee, committee=committee.id, seen=seen(committee)))
    accepted(house.at_desk(d.SaveGuest, name="<script>alert(1)</script>", title="Trưởng thôn"))
    (guest,) = house.on_file.guests.values()
    assert guest.name == "<script>alert(1)</script>"
    accepted(house.at_desk(d.DropGuest, guest=guest.id, seen=seen(guest)))
    assert not house.on_file.guests


def test_a_member_who_has_a_card_stays_on_file(house: Reception) -> None:
    accepted(house.at_desk(d.IssueCards, members=("m02",)))
    refused(house, Code.STILL_IN_USE, d.DropMember, member="m02", seen=seen(house.on_file.members["m02"]))
    accepted(house.at_desk(d.DropMember, member="m03", seen=seen(house.on_file.members["m03"])))


def test_a_seat_stands_in_one_place(house: Reception) -> None:
    refused(house, Code.SEAT_TAKEN, d.SaveSeatMap, rows=(("A1", "A2"), ("", "A1")))
    accepted(house.at_desk(d.SaveSeatMap, rows=(("A1", "", "A2"), ("A3",))))
    refused(house, Code.ALREADY_ON_FILE, d.SaveSeatMap, rows=(("A1",),))


def test_what_a_card_holds_is_shown_once_to_whoever_issued_it_and_is_nowhere_on_file(house: Reception) -> None:
    command = d.IssueCards(id=fresh_id(), members=("m01", "m02"))
    accepted(house.desk.handle(command, CLERK))
    now = house.clock.now().utc
    assert house.desk.sheets.take(command.id, "somebody", now) is None
    sheet = house.desk.sheets.take(command.id, "clerk", now)
    assert sheet is not None
    assert house.desk.sheets.take(command.id, "clerk", now) is None
    tokens = dict(sheet.tokens)
    assert {digest(token) for token in tokens.values()} == set(house.on_file.cards)
    kept = repr(house.on_file) + "".join(repr(note) for _, note in house.registry.store.audit())
    assert not any(token in kept for token in tokens.values())
    signed(house.sign_in.with_card(tokens["m02"], "2846", "tablet", HOME))


def test_a_sheet_that_was_not_opened_in_time_is_gone(house: Reception) -> None:
    command = d.IssueCards(id=fresh_id(), members=("m01",))
    accepted(house.desk.handle(command, CLERK))
    house.clock.advance(601)
    assert house.desk.sheets.take(command.id, "clerk", house.clock.now().utc) is None


def test_a_new_card_ends_the_old_one_and_whoever_uses_it(house: Reception) -> None:
    old, session = house.enrolled("m02")
    accepted(house.at_desk(d.IssueCards, members=("m02", "m02")))
    assert house.revoked == [session.id]
    assert code(house.sign_in.with_card(old, "2846", "tablet", HOME)) is Code.CARD_EXPIRED
    accepted(house.at_desk(d.RevokeCards, members=("m02",)))
    assert all(card.revoked is not None for card in house.on_file.cards.values())
    refused(house, Code.MEMBER_UNKNOWN, d.IssueCards, members=("m01", "nobody"))


def test_a_clerk_makes_no_technician_and_a_technician_no_clerk(house: Reception) -> None:
    fields: dict[str, Any] = {"account": "moi", "name": "Người Mới", "password": "mật khẩu dài 26"}
    refused(house, Code.ROLE_NOT_YOURS, d.CreateAccount, role=Role.TECHNICIAN, **fields)
    refused(house, Code.ROLE_NOT_YOURS, d.CreateAccount, role=Role.DELEGATE, **fields)
    refused(house, Code.ROLE_NOT_YOURS, d.CreateAccount, TECHNICIAN, role=Role.CLERK, **fields)
    refused(house, Code.ROLE_NOT_YOURS, d.ResetPassword, account="technician", password="mật khẩu dài 26")
    technician = house.on_file.accounts["technician"]
    refused(house, Code.ROLE_NOT_YOURS, d.EditAccount, account="technician", name="x", seen=seen(technician))
    accepted(house.at_desk(d.CreateAccount, role=Role.CHAIR, **fields))
    signed(house.sign_in.with_password("moi", "mật khẩu dài 26", "tablet", HOME))


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"account": "clerk"}, Code.ACCOUNT_TAKEN),
        ({"account": "m01"}, Code.ACCOUNT_TAKEN),
        ({"account": "thư ký"}, Code.LOGIN_UNFIT),
        ({"password": "aaaaaaaaaaaa"}, Code.PASSWORD_WEAK),
        ({"member": "m77"}, Code.MEMBER_UNKNOWN),
        ({"member": "m01"}, Code.MEMBER_HAS_ACCOUNT),
        ({"name": "\u200b"}, Code.TEXT_UNFIT),
    ],
)
def test_an_account_that_does_not_fit_is_refused(house: Reception, fields: dict[str, Any], refusal: Code) -> None:
    good = {"account": "moi", "name": "Người Mới", "password": "mật khẩu dài 26", "role": Role.CLERK}
    refused(house, refusal, d.CreateAccount, **{**good, **fields})


def test_a_disabled_account_is_out_at_once_and_the_last_clerk_is_never_disabled(house: Reception) -> None:
    token = signed(house.sign_in.with_password("chair", PASSWORD, "tablet", HOME)).token
    chair, clerk = house.on_file.accounts["chair"], house.on_file.accounts["clerk"]
    accepted(
        house.at_desk(d.EditAccount, account="chair", name=chair.name, member="m01", disabled=True, seen=seen(chair))
    )
    assert house.sign_in.session(token) is None
    assert code(house.sign_in.with_password("chair", PASSWORD, "tablet", HOME)) is Code.PASSWORD_WRONG
    refused(house, Code.LAST_CLERK, d.EditAccount, account="clerk", name=clerk.name, disabled=True, seen=seen(clerk))


def test_a_new_password_ends_every_sign_in_and_is_in_no_audit(house: Reception) -> None:
    token = signed(house.sign_in.with_password("chair", PASSWORD, "tablet", HOME)).token
    command = d.ResetPassword(id=fresh_id(), account="chair", password="một mật khẩu khác")
    accepted(house.desk.handle(command, CLERK))
    assert house.sign_in.session(token) is None
    signed(house.sign_in.with_password("chair", "một mật khẩu khác", "tablet", HOME))
    note = house.registry.store.noted(command.id)
    other = d.ResetPassword(id=command.id, account="chair", password="đoán mò thử xem sao")
    assert note is not None
    # The digest that is kept for ever says nothing about the password: another one has the same.
    assert house.desk.handle(other, CLERK) == house.desk.handle(command, CLERK)
    signed(house.sign_in.with_password("chair", "một mật khẩu khác", "tablet", HOME))


def test_the_council_is_entered_once_and_edited_with_care(house: Reception) -> None:
    refused(house, Code.ALREADY_ON_FILE, d.SetCouncil, name="Hội đồng khác")
    council = house.on_file.councils["council"]
    accepted(house.at_desk(d.SetCouncil, name="Hội đồng khác", term="III", seen=seen(council)))
    assert house.registry.facts().council == "Hội đồng khác"
