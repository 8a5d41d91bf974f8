"""Spreadsheets: whatever is written is read again; nothing becomes a formula; what is no table is refused early."""

import io
import zipfile
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from appliance.adapters import spreadsheets
from appliance.adapters.spreadsheets import MAX_BYTES, MAX_ROWS, read_sheet, write_csv, write_xlsx
from appliance.services.sheets import Cell, Kind, Sheet, Unreadable

cells = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Co", "Cn")), max_size=20)
tables = st.lists(st.lists(cells, min_size=2, max_size=2), max_size=6)
DANGEROUS = [["=1+1", "+84"], ["-cmd|' /C calc'!A0", "@SUM(A1)"], ["'=x", "'"], ['="a"', "''-"]]


def texts(sheet: Sheet) -> list[list[str]]:
    return [[*(cell.text for cell in row), "", ""][:2] for row in sheet.rows[1:]]


@settings(deadline=None, max_examples=40)
@given(tables)
def test_what_was_written_is_read_again(rows: list[list[str]]) -> None:
    rows = [row for row in rows if any(row)]
    assert texts(read_sheet(write_csv(("a", "b"), rows))) == rows
    assert texts(read_sheet(write_xlsx("t", ("a", "b"), rows))) == rows


def test_nothing_that_is_written_is_a_formula() -> None:
    book = load_workbook(io.BytesIO(write_xlsx("t", ("a", "b"), DANGEROUS)))
    assert all(cell.data_type == "s" for row in book.worksheets[0].iter_rows() for cell in row)
    for line in write_csv(("a", "b"), DANGEROUS).decode("utf-8-sig").splitlines()[1:]:
        assert line.lstrip('"')[0] == "'"
    assert texts(read_sheet(write_csv(("a", "b"), DANGEROUS))) == DANGEROUS
    assert texts(read_sheet(write_xlsx("t", ("a", "b"), DANGEROUS))) == DANGEROUS


def test_formulas_dates_and_errors_are_told_apart_from_texts() -> None:
    book = Workbook()
    assert book.active is not None
    book.active.append(["=HYPERLINK(1)", date(2026, 1, 2), True, 7, 7.5, "chữ"])
    into = io.BytesIO()
    book.save(into)
    (row,) = read_sheet(into.getvalue()).rows
    assert [cell.kind for cell in row] == [Kind.FORMULA, Kind.WRONG, Kind.WRONG, Kind.NUMBER, Kind.NUMBER, Kind.TEXT]
    assert row[3].text == "7"
    assert read_sheet(b"a;b\n=1+1;x\n").rows[1] == (Cell("=1+1", Kind.FORMULA), Cell("x"))


def bomb() -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3):
            archive.writestr(f"xl/{number}.xml", b"0" * (50 * 1024 * 1024))
    return into.getvalue()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"x" * (MAX_BYTES + 1), "too-large"),
        (b"\xd0\xcf\x11\xe0 an encrypted one", "old-or-encrypted"),
        (b"PK\x03\x04 cut off", "broken"),
        (write_xlsx("t", ("a",), [["b"]])[:-40], "broken"),
        ("Họ tên".encode("cp1258", "replace") + b"\xff\xc3", "not-utf-8"),
        (b"\x00\x01\x02", "not-a-table"),
        (b'a,b\n"open', "broken"),
        (b"a\n" * (MAX_ROWS + 1), "too-many-rows"),
        (b"a," * 60 + b"b", "too-many-columns"),
    ],
)
def test_what_is_no_table_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        read_sheet(data)


def test_a_line_of_millions_of_cells_is_refused_before_they_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    made, cell = list[str](), spreadsheets._csv_cell

    def counted(value: str) -> Cell:
        made.append(value)
        return cell(value)

    monkeypatch.setattr(spreadsheets, "_csv_cell", counted)
    with pytest.raises(Unreadable, match="too-many-columns"):
        read_sheet(b"," * 3_000_000 + b"x")
    assert read_sheet(b"a" + b"," * 3_000_000).rows == ((Cell("a"),),)
    assert len(made) <= 40


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(Unreadable, match="too-large"):
        read_sheet(bomb())
