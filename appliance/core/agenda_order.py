"""The order of an agenda: a tree of two levels, kept as one row in which each item is followed by its parts.

The same functions order a plan on file and the agenda of a running meeting.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, TypeVar

from appliance.core.plan import ItemKind

Parents = Mapping[str, str | None]
"""Each item in its order, with the item it is a part of."""


class Line(Protocol):
    """An item, planned or real."""

    @property
    def item(self) -> str: ...
    @property
    def parent(self) -> str | None: ...
    @property
    def number(self) -> str: ...
    @property
    def kind(self) -> ItemKind: ...


T = TypeVar("T", bound=Line)


def parents_of(items: Iterable[Line]) -> dict[str, str | None]:
    """The row that the other functions work on."""
    return {line.item: line.parent for line in items}


def misplaced(row: Parents, item: str, parent: str | None, after: str | None) -> bool:
    """Whether `item` (new, or in the row) cannot stand there: under a part, under itself, after a stranger."""
    if parent is not None and (parent == item or row.get(parent, "?") is not None or _parts(row, item)):
        return True
    return after is not None and (after == item or after not in row or row[after] != parent)


def moved(row: Parents, item: str, parent: str | None, after: str | None) -> tuple[str, ...]:
    """The row with `item` and its parts behind `after`; None: first of its level."""
    block = (item, *_parts(row, item))
    rest = [name for name in row if name not in block]
    if after is not None:
        place = rest.index(after) + 1 + len(_parts({name: row[name] for name in rest}, after))
    else:
        place = 0 if parent is None else rest.index(parent) + 1
    return (*rest[:place], *block, *rest[place:])


def last_of(row: Parents, parent: str | None) -> str | None:
    """Behind which item one more would be the last of its level."""
    level = [name for name, above in row.items() if above == parent]
    return level[-1] if level else None


def numbers(items: Sequence[Line]) -> dict[str, str]:
    """Each item's number as printed: its own, or counted. A break has none."""
    found: dict[str, str] = {}
    counted: dict[str | None, int] = {}
    for line in items:
        if line.kind is ItemKind.BREAK and not line.number:
            found[line.item] = ""
            continue
        counted[line.parent] = counted.get(line.parent, 0) + 1
        above = f"{found.get(line.parent, '')}." if line.parent is not None else ""
        found[line.item] = line.number or f"{above}{counted[line.parent]}"
    return found


def next_number(items: Sequence[Line], parent: str | None) -> str:
    """What an item is called that comes up in the meeting: the printed numbers stay as they are."""
    taken = {line.number for line in items}
    above = next((f"{line.number}." for line in items if line.item == parent), "")
    count = sum(1 for line in items if line.parent == parent and line.kind is not ItemKind.BREAK) + 1
    while f"{above}{count}" in taken:
        count += 1
    return f"{above}{count}"


def _parts(row: Parents, item: str) -> tuple[str, ...]:
    return tuple(name for name, above in row.items() if above == item)
