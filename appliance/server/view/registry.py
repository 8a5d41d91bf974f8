"""What is on file, as the clerk's desk fetches it: `GET /api/desk/registry`. Nothing secret is in it.

Each record's `revision` goes back in `seen` when it is saved.
"""

from msgspec import Struct


class CouncilView(Struct, frozen=True):
    """The council; `revision` null: not entered yet."""

    name: str
    term: str
    place: str
    revision: str | None = None


class MemberView(Struct, frozen=True):
    """A member, in the council's order."""

    member: str
    name: str
    group: str
    committee: str
    unit: str
    office: str
    seat: str
    status: str
    in_office: bool
    position: int
    by_name: int
    """The place in the list by given names, by the Vietnamese alphabet."""
    photo: str
    card: str
    """`none`, `issued` (no tablet has used it yet) or `enrolled`."""
    account: str | None
    revision: str


class GroupView(Struct, frozen=True):
    """A group of delegates."""

    group: str
    name: str
    area: str
    position: int
    members: int
    revision: str


class CommitteeView(Struct, frozen=True):
    """A committee."""

    committee: str
    name: str
    position: int
    members: int
    revision: str


class GuestView(Struct, frozen=True):
    """A guest, in the order of given names."""

    guest: str
    name: str
    title: str
    body: str
    revision: str


class AccountView(Struct, frozen=True):
    """An account. `yours`: you may change it."""

    account: str
    name: str
    role: str
    member: str | None
    disabled: bool
    yours: bool
    revision: str


class SeatMapView(Struct, frozen=True):
    """The hall's rows from the front; an empty text is a gap."""

    rows: tuple[tuple[str, ...], ...] = ()
    revision: str | None = None


class RegistryView(Struct, frozen=True):
    """All of it. `version` grows with every change."""

    version: int
    council: CouncilView
    members: tuple[MemberView, ...]
    groups: tuple[GroupView, ...]
    committees: tuple[CommitteeView, ...]
    guests: tuple[GuestView, ...]
    accounts: tuple[AccountView, ...]
    seats: SeatMapView


class SeatedView(Struct, frozen=True):
    """Who sits where: for every screen that draws the hall."""

    rows: tuple[tuple[str, ...], ...]
    members: dict[str, str]
    """Seat → member in office."""


class ImportProblem(Struct, frozen=True):
    """What is wrong with a cell; `code` has a sentence in both languages."""

    field: str
    code: str
    detail: str
    blocks: bool


class ImportLine(Struct, frozen=True):
    """A line of the list."""

    line: int
    member: str
    name: str
    group: str
    committee: str
    unit: str
    office: str
    seat: str
    change: str
    problems: tuple[ImportProblem, ...]


class ImportPreview(Struct, frozen=True):
    """What the list would do. `upload` and `seen` go into `ApplyImport`, which is refused unless `clean`."""

    upload: str
    seen: str
    clean: bool
    columns: tuple[str, ...]
    total: int
    new: int
    changed: int
    same: int
    wrong: int
    """Lines that must be mended first."""
    lines: tuple[ImportLine, ...]
    """All of them, or of a long list those with problems and the first others."""
