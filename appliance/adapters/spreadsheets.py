"""Lists from and for the office's spreadsheets: XLSX and CSV, read as cells of text, written without formulas.

What is read is never executed: a formula is handed on as what it is, for the reader to be told. What is refused is
refused early (`Unreadable`): no table, encrypted, too large when unpacked, too many rows. What is written cannot
turn into a formula either: a dangerous beginning is quoted by an apostrophe, which reading takes off again.

Works on bytes and knows nothing of what the lists mean. Slow for long lists: call it off the hub.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from typing import Any, Final

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from appliance.services.sheets import Cell, Kind, Sheet, Unreadable

MAX_BYTES: Final = 8 * 1024 * 1024
MAX_ROWS: Final = 10_001
"""The heading and 10 000 lines."""
MAX_COLUMNS: Final = 40
MAX_UNPACKED: Final = 48 * 1024 * 1024
"""10,000 lines of twelve columns are 8 MiB unpacked."""
MAX_PARTS: Final = 2_000
MAX_TEXT: Final = 4_000
"""Longer cells are cut; every field's own limit is far below."""
_DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r")
_OLE: Final = b"\xd0\xcf\x11\xe0"
"""An old XLS, or an encrypted XLSX."""


def read_sheet(data: bytes) -> Sheet:
    """The first table in the file, its rows as texts. Raises Unreadable."""
    if len(data) > MAX_BYTES:
        raise Unreadable("too-large")
    if data.startswith(_OLE):
        raise Unreadable("old-or-encrypted")
    rows = _xlsx(data) if data.startswith(b"PK\x03\x04") else _csv(data)
    kept = list[tuple[Cell, ...]]()
    for number, row in enumerate(rows, start=1):
        if number > MAX_ROWS:
            raise Unreadable("too-many-rows")
        if len(row) > MAX_COLUMNS and any(cell.text for cell in row[MAX_COLUMNS:]):
            raise Unreadable("too-many-columns")
        while row and not row[-1].text:
            row.pop()
        kept.append(tuple(row[:MAX_COLUMNS]))
    return Sheet(tuple(kept))


def _xlsx(data: bytes) -> Iterator[list[Cell]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
                raise Unreadable("too-large")
            if any(part.flag_bits & 1 for part in parts):
                raise Unreadable("old-or-encrypted")
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
        sheet = book.worksheets[0]
        # What a file says of its own size is not to be believed.
        sheet.reset_dimensions()
        for row in sheet.iter_rows(max_col=MAX_COLUMNS + 1):
            yield [_cell(cell.value, getattr(cell, "data_type", "n")) for cell in row]
    except Unreadable:
        raise
    except Exception as error:  # a broken file breaks the library in many ways
        raise Unreadable("broken") from error


def _cell(value: Any, data_type: str) -> Cell:
    if value is None:
        return Cell("")
    if data_type == "f" or (isinstance(value, str) and value.startswith("=")):
        return Cell(str(value)[:MAX_TEXT], Kind.FORMULA)
    if data_type == "e":
        return Cell(str(value), Kind.WRONG)
    if isinstance(value, bool | datetime | date | time):
        return Cell(str(value), Kind.WRONG)
    if isinstance(value, int | float):
        whole = isinstance(value, int) or value.is_integer()
        return Cell(str(int(value)) if whole else str(value), Kind.NUMBER)
    return Cell(_unquoted(str(value)[:MAX_TEXT]))


def _csv(data: bytes) -> Iterator[list[Cell]]:
    text = _text(data)
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            if any(row[MAX_COLUMNS:]):
                raise Unreadable("too-many-columns")
            yield [_csv_cell(value) for value in row[:MAX_COLUMNS]]
    except csv.Error as error:
        raise Unreadable("broken") from error


def _csv_cell(value: str) -> Cell:
    value = value[:MAX_TEXT]
    return Cell(value, Kind.FORMULA) if value.lstrip(" ").startswith("=") else Cell(_unquoted(value))


def _text(data: bytes) -> str:
    encoding = "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unreadable("not-utf-8") from error
    if "\0" in text:
        raise Unreadable("not-a-table")
    return text


def _unquoted(text: str) -> str:
    return text[1:] if text.startswith("'") and _needs_quoting(text[1:]) else text


def write_xlsx(title: str, heading: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """One table of texts."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    for place, name in enumerate(heading, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = max(12, min(40, len(name) * 2))
    sheet.append([_bold(sheet, name) for name in heading])
    for row in rows:
        sheet.append([_quoted(value) for value in row])
    into = io.BytesIO()
    book.save(into)
    return into.getvalue()


def _bold(sheet: Any, name: str) -> Any:
    cell = WriteOnlyCell(sheet, value=name)
    cell.font = Font(bold=True)
    return cell


def write_csv(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """The same as CSV in UTF-8 with a mark that spreadsheets know it by."""
    into = io.StringIO(newline="")
    writer = csv.writer(into)
    writer.writerow(heading)
    writer.writerows([_quoted(value) for value in row] for row in rows)
    return into.getvalue().encode("utf-8-sig")


def _quoted(value: str) -> str:
    return f"'{value}" if _needs_quoting(value) else value


def _needs_quoting(value: str) -> bool:
    """It begins like a formula, or like a text that was quoted."""
    return value.lstrip("'").startswith(_DANGEROUS)
