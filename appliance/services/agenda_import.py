"""An agenda from a spreadsheet: each row as an item, or with what is wrong with it. Nothing is taken over here.

Columns are found by their headings, in whatever order. A number with a dot (`14.2`) makes a part of item 14.
`rows_of` writes the same columns, so that what is exported can be imported again.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

from appliance.core.agenda_changes import MOST_ITEMS
from appliance.core.agenda_order import numbers
from appliance.core.names import tidy, unfit
from appliance.core.plan import ItemKind, Plan
from appliance.services.desk_commands import ImportedItem
from appliance.services.sheets import Cell, Kind, Sheet, columns_of, plain

COLUMNS: Final[Mapping[str, Sequence[str]]] = {
    "number": ("TT", "STT", "Số thứ tự", "Số"),
    "starts": ("Thời gian", "Giờ", "Bắt đầu"),
    "minutes": ("Số phút", "Thời lượng", "Phút"),
    "title": ("Nội dung", "Tên nội dung"),
    "presenter": ("Người trình bày", "Trình bày", "Cơ quan trình bày", "Người thực hiện"),
    "kind": ("Loại",),
    "sitting": ("Buổi", "Buổi họp"),
    "private": ("Họp kín",),
    "note": ("Ghi chú cho chủ tọa", "Ghi chú"),
}
"""Each field with the headings it may have; the first is the one that is written."""

KINDS: Final[Mapping[ItemKind, str]] = {
    ItemKind.PROCEDURE: "Thủ tục",
    ItemKind.SPEECH: "Phát biểu",
    ItemKind.REPORT: "Báo cáo",
    ItemKind.SUBMISSION: "Tờ trình",
    ItemKind.VERIFICATION: "Thẩm tra",
    ItemKind.DRAFT_RESOLUTION: "Dự thảo nghị quyết",
    ItemKind.DISCUSSION: "Thảo luận",
    ItemKind.QUESTIONING: "Chất vấn",
    ItemKind.ELECTION: "Bầu cử",
    ItemKind.BREAK: "Nghỉ",
    ItemKind.OTHER: "Khác",
}
_KIND_OF: Final = {plain(name): kind for kind, name in KINDS.items()} | {plain(kind): kind for kind in ItemKind}
_TIME: Final = re.compile(r"^(\d{1,2})\s*(?:[:hg.]|giờ)\s*(\d{1,2})?(?::\d{2})?\s*(?:phút)?$", re.IGNORECASE)
_YES: Final = frozenset({"x", "co", "1", "yes", "true", "kin"})
_NO: Final = frozenset({"", "khong", "0", "no", "false"})
_LONGEST: Final = {"number": 16, "title": 2000, "presenter": 200, "note": 2000}
_LARGEST: Final = {"minutes": 1440, "sitting": 20}


class RowProblem(Struct, frozen=True):
    """What is wrong with a cell: `missing`, `too-long`, `wrong`, `formula`, `invisible`, `look-alike`, `duplicate`,
    `no-parent`, `too-many`."""

    column: str
    problem: str


class ImportRow(Struct, frozen=True):
    """One row as it was read. `item` is there when nothing is wrong with it."""

    row: int
    """As the spreadsheet counts."""
    cells: dict[str, str]
    problems: tuple[RowProblem, ...] = ()
    item: ImportedItem | None = None


class AgendaPreview(Struct, frozen=True):
    """All rows; nothing is imported unless every one is clean."""

    rows: tuple[ImportRow, ...]
    problem: str = ""
    """Of the file as a whole: no column of titles, no rows."""


def preview(sheet: Sheet, taken: frozenset[str]) -> AgendaPreview:
    """The rows with their problems. `taken`: the names of items that the plan has."""
    filled = [(at, row) for at, row in enumerate(sheet.rows, 1) if any(cell.text.strip() for cell in row)]
    if not filled:
        return AgendaPreview((), "empty")
    places = columns_of(filled[0][1], COLUMNS)
    if "title" not in places:
        return AgendaPreview((), "no-title-column")
    names = (name for at in range(1, 10**9) if (name := f"n{at:03}") not in taken)
    tops: dict[str, str] = {}
    rows = tuple(_row(at, _cells(row, places), next(names), tops) for at, row in filled[1:])
    problem = "" if rows else "empty"
    return AgendaPreview(rows, "too-many" if len(rows) + len(taken) > MOST_ITEMS else problem)


def rows_of(plan: Plan) -> Iterator[tuple[str, ...]]:
    """A plan as rows of the same columns."""
    printed = numbers(plan.items)
    for item in plan.items:
        yield (
            printed[item.item],
            "" if item.starts is None else f"{item.starts // 60:02}:{item.starts % 60:02}",
            str(item.minutes or ""),
            item.title,
            item.presenter,
            KINDS[item.kind],
            str(item.sitting),
            "x" if item.private else "",
            item.note,
        )


def _cells(row: Sequence[Cell], places: Mapping[str, int]) -> dict[str, Cell]:
    return {field: row[at] if at < len(row) else Cell("") for field, at in places.items()}


def _row(at: int, cells: dict[str, Cell], name: str, tops: dict[str, str]) -> ImportRow:
    told = {field: cell.text for field, cell in cells.items()}
    problems = [RowProblem(field, problem) for field, cell in cells.items() if (problem := _wrong(field, cell))]
    number = tidy(told.get("number", "")).rstrip(".")
    above, _, part = number.rpartition(".")
    parent = tops.get(above) if above and part else None
    if above and part and parent is None:
        problems.append(RowProblem("number", "no-parent"))
    if number and number in tops:
        problems.append(RowProblem("number", "duplicate"))
    if number and not above:
        tops.setdefault(number, name)
    if problems:
        return ImportRow(at, told, tuple(problems))
    return ImportRow(at, told, (), _item(name, number, parent, told))


def _item(name: str, number: str, parent: str | None, told: Mapping[str, str]) -> ImportedItem:
    minutes, sitting = told.get("minutes", "").strip(), told.get("sitting", "").strip()
    return ImportedItem(
        item=name,
        title=tidy(told["title"]),
        number=number,
        presenter=tidy(told.get("presenter", "")),
        kind=_KIND_OF.get(plain(told.get("kind", "")), ItemKind.OTHER),
        parent=parent,
        starts=_minute(told.get("starts", "")),
        minutes=int(minutes) if minutes else None,
        sitting=int(sitting) if sitting else 1,
        private=plain(told.get("private", "")) in _YES,
        note=tidy(told.get("note", "")),
    )


def _wrong(field: str, cell: Cell) -> str | None:
    text = cell.text.strip()
    if cell.kind is Kind.FORMULA:
        return "formula"
    if field == "title" and not text:
        return "missing"
    unseen = unfit(text, lines=True) if cell.kind is Kind.TEXT else None
    if unseen is not None:
        return unseen.split(" ", 1)[0]
    if len(tidy(text)) > _LONGEST.get(field, 2000):
        return "too-long"
    return "wrong" if text and not _fits(field, cell, text) else None


def _fits(field: str, cell: Cell, text: str) -> bool:
    if field == "starts":
        return _minute(text) is not None
    if cell.kind is Kind.WRONG:
        return False
    if field in _LARGEST:
        return text.isascii() and text.isdigit() and 1 <= int(text) <= _LARGEST[field]
    if field == "kind":
        return plain(text) in _KIND_OF
    return field != "private" or plain(text) in _YES | _NO


def _minute(text: str) -> int | None:
    """`07:30`, `7h30`, `7 giờ 30`, `07:30:00`."""
    found = _TIME.match(tidy(text))
    if found is None:
        return None
    hour, minute = int(found.group(1)), int(found.group(2) or 0)
    return hour * 60 + minute if hour < 24 and minute < 60 else None
