"""A list of members from a spreadsheet: which column is what, what a line would change, what stands against it. Pure.

A line stands for the member whose code it names; without one for the member of that name and village; otherwise for a
new one. Members whom the list does not name stay as they are. Nothing is taken over until every line is clean.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec
from msgspec import Struct

from appliance.core.ledger import canonical, sha256
from appliance.core.names import same, tidy, unfit
from appliance.core.people import Id
from appliance.services.desk_people import last, next_id
from appliance.services.on_file import Member, MemberStatus, OnFile
from appliance.services.sheets import Cell, Kind, Sheet, columns_of

COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "id": ("Mã", "Mã đại biểu", "Code"),
    "name": ("Họ và tên", "Họ tên", "Đại biểu", "Full name", "Name"),
    "group": ("Tổ đại biểu", "Tổ", "Group"),
    "committee": ("Ban", "Ban của HĐND", "Committee"),
    "office": ("Chức vụ", "Chức danh", "Office"),
    "unit": ("Đơn vị", "Thôn", "Đơn vị bầu cử", "Village", "Unit"),
    "seat": ("Số ghế", "Ghế", "Chỗ ngồi", "Seat"),
    "status": ("Tình trạng", "Trạng thái", "Status"),
    "position": ("Thứ tự", "STT", "TT", "Order"),
}
"""Each field's headings; the first one is what an export writes."""
LIMITS: Final = {"id": 64, "name": 120, "group": 200, "committee": 200, "office": 200, "unit": 200, "seat": 16}
STATUSES: Final[dict[MemberStatus, str]] = {
    MemberStatus.IN_OFFICE: "Đương nhiệm",
    MemberStatus.SUSPENDED: "Tạm đình chỉ",
    MemberStatus.LEAVING: "Chờ thôi làm nhiệm vụ",
    MemberStatus.LEFT: "Đã thôi làm nhiệm vụ",
    MemberStatus.RELIEVED: "Miễn nhiệm",
    MemberStatus.REMOVED: "Bãi nhiệm",
    MemberStatus.DIED: "Từ trần",
    MemberStatus.MOVED: "Chuyển công tác",
}
_SHOWN: Final = 400
"""Lines that a preview shows; those with problems come first when there are more."""


class Problem(Struct, frozen=True):
    """What is wrong with one cell. `blocks`: nothing is imported until it is mended."""

    field: str
    code: str
    detail: str = ""
    blocks: bool = True


class Line(Struct, frozen=True):
    """One line of the list, and the member it stands for."""

    number: int
    """Its row in the spreadsheet."""
    member: Member
    change: str
    """`new`, `changed` or `same`."""
    problems: tuple[Problem, ...] = ()


class Preview(Struct, frozen=True):
    """What the list would do."""

    columns: tuple[str, ...]
    lines: tuple[Line, ...]

    @property
    def clean(self) -> bool:
        """Nothing stands against taking it over."""
        return bool(self.lines) and not any(p.blocks for line in self.lines for p in line.problems)

    @property
    def changes(self) -> tuple[Member, ...]:
        """The members that would be new or different."""
        return tuple(line.member for line in self.lines if line.change != "same")

    @property
    def seen(self) -> str:
        """A mark of all that it would change."""
        return sha256(canonical({"members": self.changes}))

    def shown(self) -> tuple[Line, ...]:
        """The lines that a page can show: all of them, or of a long list those with problems first."""
        if len(self.lines) <= _SHOWN:
            return self.lines
        wrong = [line for line in self.lines if line.problems]
        right = [line for line in self.lines if not line.problems]
        return tuple(sorted((*wrong[:_SHOWN], *right[: _SHOWN - min(len(wrong), _SHOWN)]), key=lambda x: x.number))


class NoNames(ValueError):
    """No line of the table is a heading with a column of names."""


def preview(sheet: Sheet, on_file: OnFile) -> Preview:
    """What this list would change now. Raises NoNames."""
    at, columns = _heading(sheet)
    rows = [(n, row) for n, row in enumerate(sheet.rows[at + 1 :], start=at + 2) if any(c.text.strip() for c in row)]
    finder = _Finder(on_file)
    lines = [_line(number, row, columns, finder) for number, row in rows]
    return Preview(tuple(columns), tuple(_among_each_other(lines, on_file)))


def rows_of(members: Iterable[Member]) -> list[list[str]]:
    """Members as an export writes them; read in again they change nothing."""
    return [
        [
            m.id, m.name, m.group, m.committee, m.office, m.unit, m.seat or "", STATUSES[m.status], str(m.position),
        ]
        for m in members
    ]  # fmt: skip


HEADING: Final = tuple(names[0] for names in COLUMNS.values())


def _heading(sheet: Sheet) -> tuple[int, dict[str, int]]:
    for at, row in enumerate(sheet.rows[:20]):
        columns = columns_of(row, COLUMNS)
        if "name" in columns:
            return at, columns
    raise NoNames


class _Finder:
    """Whom a line stands for."""

    def __init__(self, on_file: OnFile) -> None:
        self.on_file = on_file
        self.named: dict[tuple[str, str], list[Member]] = {}
        for member in on_file.members.values():
            self.named.setdefault((same(member.name), same(member.unit)), []).append(member)
        self.taken = {*on_file.members, *on_file.accounts}
        self.position = last(on_file)

    def find(self, given: str, name: str, unit: str) -> Member | None:
        """The member on file, or None for a new one."""
        if given:
            return self.on_file.members.get(given)
        found = self.named.get((same(name), same(unit)), [])
        return found[0] if len(found) == 1 else None

    def new_id(self) -> str:
        """The next code that is free."""
        self.taken.add(new := next_id_quickly(self.taken))
        return new

    def new_position(self) -> int:
        """Behind all others."""
        self.position += 1
        return self.position


def next_id_quickly(taken: set[str]) -> str:
    """`next_id("m", …)` for ten thousand lines: the number is counted on from how many there are."""
    if len(taken) < 200:
        return next_id("m", taken)
    number = len(taken)
    while f"m{number:02}" in taken:
        number += 1
    return f"m{number:02}"


def _line(number: int, row: Sequence[Cell], columns: Mapping[str, int], finder: _Finder) -> Line:
    problems: list[Problem] = []
    texts = {
        field: _text(field, row[place] if place < len(row) else Cell(""), problems) for field, place in columns.items()
    }
    found = finder.find(texts.get("id", ""), texts["name"], texts.get("unit", ""))
    status = _status(texts.get("status"), found, problems)
    position = _position(texts.get("position"), found, finder, problems)
    if not texts["name"] and not any(p.field == "name" for p in problems):
        problems.append(Problem("name", "missing"))
    old = found or Member(texts.get("id") or finder.new_id(), "")
    if found is None and old.id in finder.on_file.accounts:
        problems.append(Problem("id", "taken", old.id))
    member = msgspec.structs.replace(
        old,
        name=texts["name"],
        group=texts.get("group", old.group),
        committee=texts.get("committee", old.committee),
        office=texts.get("office", old.office),
        unit=texts.get("unit", old.unit),
        seat=(texts["seat"] or None) if "seat" in texts else old.seat,
        status=status,
        position=position,
    )
    change = "new" if found is None else "same" if found == member else "changed"
    return Line(number, member, change, tuple(problems))


def _text(field: str, cell: Cell, problems: list[Problem]) -> str:
    """One cell as it would go on file, and what stands against it."""
    text = tidy(cell.text)
    if cell.kind is Kind.FORMULA or text.startswith("="):
        problems.append(Problem(field, "formula", text[:40]))
    elif cell.kind is Kind.WRONG or (cell.kind is Kind.NUMBER and field in {"name", "group", "committee", "unit"}):
        problems.append(Problem(field, "wrong_type", text[:40]))
    elif len(text) > LIMITS.get(field, 200):
        problems.append(Problem(field, "too_long", str(LIMITS.get(field, 200))))
    elif (why := unfit(text)) is not None:
        problems.append(Problem(field, "hidden" if why.startswith("invisible") else "look_alike", why.split(" ", 1)[1]))
    elif field == "name" and text[:1] in {"+", "-", "@"}:
        problems.append(Problem(field, "formula", text[:40]))
    elif field == "id" and text and not _is_id(text):
        problems.append(Problem(field, "not_a_code", text[:40]))
    elif tidy(cell.text) != " ".join(cell.text.split()):
        problems.append(Problem(field, "normalised", blocks=False))
    return text


def _is_id(text: str) -> bool:
    try:
        msgspec.convert(text, Id)
    except msgspec.ValidationError:
        return False
    return True


def _status(text: str | None, found: Member | None, problems: list[Problem]) -> MemberStatus:
    if not text:
        return found.status if found else MemberStatus.IN_OFFICE
    for status, name in STATUSES.items():
        if same(text) in {same(name), status.value}:
            return status
    problems.append(Problem("status", "unknown", text[:40]))
    return MemberStatus.IN_OFFICE


def _position(text: str | None, found: Member | None, finder: _Finder, problems: list[Problem]) -> int:
    if not text:
        return found.position if found else finder.new_position()
    if text.isascii() and text.isdecimal() and len(text) <= 6:
        return int(text)
    problems.append(Problem("position", "wrong_type", text[:40]))
    return 0


def _among_each_other(lines: list[Line], on_file: OnFile) -> list[Line]:
    """Twice the same member, seat or name: among the lines, and against who else is on file."""
    listed = {line.member.id for line in lines}
    others = [m for m in on_file.members.values() if m.id not in listed]
    ids = Counter(line.member.id for line in lines)
    seats = Counter(m.seat for m in (*(x.member for x in lines), *others) if m.seat)
    names = Counter(_who(m) for m in (*(x.member for x in lines), *others) if m.in_office and m.name)

    def wrong(line: Line) -> tuple[Problem, ...]:
        member = line.member
        found: list[Problem] = []
        if ids[member.id] > 1:
            found.append(Problem("id", "duplicate", member.id))
        if member.seat and seats[member.seat] > 1:
            found.append(Problem("seat", "duplicate", member.seat))
        if member.in_office and member.name and names[_who(member)] > 1 and ids[member.id] == 1:
            found.append(Problem("name", "duplicate", member.name))
        return tuple(found)

    return [msgspec.structs.replace(line, problems=(*line.problems, *wrong(line))) for line in lines]


def _who(member: Member) -> tuple[str, str]:
    return same(member.name), same(member.unit)
