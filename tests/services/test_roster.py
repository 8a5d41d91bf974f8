"""A list of members: each line's problems, whom it stands for, all or nothing, and out and in again."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.adapters.sql.registry import SqlRegistry
from appliance.core.refusals import Code
from appliance.services import desk_commands as d
from appliance.services.desk_import import MEMBERS
from appliance.services.on_file import Member, MemberStatus, OnFile
from appliance.services.roster import HEADING, NoNames, preview, rows_of
from appliance.services.sheets import Cell, Kind, Sheet
from appliance.services.staging import Staged
from tests.services.reception import CLERK, Reception, accepted, code


def table(*rows: tuple[str, ...], heading: tuple[str, ...] = ("Họ và tên", "Thôn", "Tổ", "Ghế")) -> Sheet:
    return Sheet(tuple(tuple(Cell(text) for text in row) for row in (heading, *rows)))


@pytest.fixture
def house() -> Reception:
    return Reception.of()


def staged(house: Reception, sheet: Sheet, person: str = "clerk") -> str:
    house.desk.staging.keep("upload", Staged(person, MEMBERS, sheet, house.clock.now().utc))
    return preview(sheet, house.on_file).seen


def problems(sheet: Sheet, on_file: OnFile | None = None) -> list[tuple[int, str, str]]:
    found = preview(sheet, on_file or OnFile())
    return [(line.number, p.field, p.code) for line in found.lines for p in line.problems]


@pytest.mark.parametrize(
    ("row", "field", "why"),
    [
        (("", "Đông", "Tổ 1", "1"), "name", "missing"),
        (("A" * 121, "", "", ""), "name", "too_long"),
        (("An", "", "", "9" * 17), "seat", "too_long"),
        (("=1+1", "", "", ""), "name", "formula"),
        (("@SUM(1)", "", "", ""), "name", "formula"),
        (("Ng\u200buyễn", "", "", ""), "name", "hidden"),
        (("Nguyễn Vӑn", "", "", ""), "name", "look_alike"),
        ((unicodedata.normalize("NFD", "Nguyễn"), "", "", ""), "name", "normalised"),
    ],
)
def test_each_line_says_what_is_wrong_with_it(row: tuple[str, ...], field: str, why: str) -> None:
    assert problems(table(row)) == [(2, field, why)]


def test_a_name_from_a_foreign_keyboard_is_put_right_and_blocks_nothing() -> None:
    found = preview(table((unicodedata.normalize("NFD", "Nguyễn"), "", "", "")), OnFile())
    assert found.clean
    assert found.lines[0].member.name == "Nguyễn"


def test_seats_and_namesakes_are_looked_for_in_the_list_and_on_file() -> None:
    on_file = OnFile(members={"m01": Member("m01", "Lê Cũ", seat="9")})
    assert problems(table(("Lê An", "", "", "1"), ("Lê Bình", "", "", "1")), on_file) == [
        (2, "seat", "duplicate"),
        (3, "seat", "duplicate"),
    ]
    assert problems(table(("Lê An", "", "", "9")), on_file) == [(2, "seat", "duplicate")]
    twice = table(("Lê An", "Hạ", "", ""), ("lê  an", "hạ", "", ""))
    assert {why for _, _, why in problems(twice)} == {"duplicate"}
    assert problems(table(("Lê An", "Hạ", "", ""), ("Lê An", "Đông", "", ""))) == []


def test_a_list_without_names_is_none() -> None:
    with pytest.raises(NoNames):
        preview(table(("1", "2", "3", "4"), heading=("a", "b", "c", "d")), OnFile())


def test_headings_may_be_written_as_people_write_them() -> None:
    found = preview(table(("Lê An", "1"), heading=("HO VA TEN", "so ghe")), OnFile())
    assert found.columns == ("name", "seat")


def test_cells_that_hold_a_date_are_not_names() -> None:
    sheet = Sheet(((Cell("Họ tên"),), (Cell("2026-01-02", Kind.WRONG),)))
    assert problems(sheet) == [(2, "name", "wrong_type")]


members = st.builds(
    Member,
    id=st.from_regex(r"m[0-9]{2}", fullmatch=True),
    name=st.sampled_from(["Nguyễn Văn An", "Lê Ánh", "Hồ Đào"]),
    group=st.sampled_from(["", "Tổ 1", "- Tổ 2"]),
    office=st.sampled_from(["", "=Chủ tịch", "Ủy viên"]),
    status=st.sampled_from(MemberStatus),
    committee=st.sampled_from(["", "Ban Pháp chế"]),
    position=st.integers(0, 99),
)


@given(st.lists(members, unique_by=lambda m: m.id, max_size=8))
def test_a_list_that_goes_out_and_comes_in_again_changes_nothing(some: list[Member]) -> None:
    some = [Member(**{f: getattr(m, f) for f in m.__struct_fields__} | {"unit": m.id, "seat": m.id}) for m in some]
    on_file = OnFile(members={m.id: m for m in some})
    sheet = table(*(tuple(row) for row in rows_of(some)), heading=HEADING)
    found = preview(sheet, on_file)
    assert found.changes == ()
    assert not [p for line in found.lines for p in line.problems if p.code not in {"formula"}]


def test_a_clean_list_is_taken_over_whole_with_its_groups(house: Reception) -> None:
    sheet = table(("Lê An", "Hạ", "Tổ mới", "B1"), ("Hồ Đào", "", "Tổ 1", "B2"))
    seen = staged(house, sheet)
    accepted(house.at_desk(d.ApplyImport, upload="upload", seen=seen))
    assert {m.name for m in house.on_file.members.values()} >= {"Lê An", "Hồ Đào"}
    assert "Tổ mới" in {g.name for g in house.on_file.member_groups.values()}
    assert len(list(house.registry.store.audit())) == house.on_file.version


def test_two_who_change_places_do_so_at_once(tmp_path: Path) -> None:
    house = Reception.of(SqlRegistry(tmp_path / "registry.db"))
    heading = ("Mã", "Họ tên", "Ghế")
    sheet = table(("m01", "Nguyễn Văn Mẫu 1", "A2"), ("m02", "Nguyễn Văn Mẫu 2", "A1"), heading=heading)
    accepted(house.at_desk(d.ApplyImport, upload="upload", seen=staged(house, sheet)))
    assert [house.on_file.members[m].seat for m in ("m01", "m02")] == ["A2", "A1"]


def test_an_unclean_list_changes_nothing(house: Reception) -> None:
    seen = staged(house, table(("Lê An", "", "", "A1"), ("Hồ Đào", "", "", "B2")))
    before = house.on_file
    assert code(house.at_desk(d.ApplyImport, upload="upload", seen=seen)) is Code.IMPORT_UNCLEAN
    assert house.on_file == before


def test_a_list_whose_effect_has_changed_since_it_was_shown_is_not_taken_over(house: Reception) -> None:
    seen = staged(house, table(("Lê An", "", "", "B1")))
    accepted(house.at_desk(d.SaveMember, name="Ai Đó", member_seat="C1"))
    before = house.on_file
    assert code(house.at_desk(d.ApplyImport, upload="upload", seen=seen)) is Code.EDITED_MEANWHILE
    assert house.on_file == before


def test_a_preview_is_for_its_sender_and_not_for_ever(house: Reception) -> None:
    seen = staged(house, table(("Lê An", "", "", "B1")), person="somebody")
    assert code(house.at_desk(d.ApplyImport, upload="upload", seen=seen)) is Code.IMPORT_UNKNOWN
    seen = staged(house, table(("Lê An", "", "", "B1")))
    house.clock.advance(3 * 3600)
    assert code(house.at_desk(d.ApplyImport, upload="upload", seen=seen)) is Code.IMPORT_UNKNOWN


def test_an_import_given_again_is_answered_as_the_first_time(house: Reception) -> None:
    seen = staged(house, table(("Lê An", "", "", "B1")))
    command = d.ApplyImport(id="00000000-0000-4000-8000-000000000001", upload="upload", seen=seen)
    first = accepted(house.desk.handle(command, CLERK))
    assert house.desk.handle(command, CLERK) == first
