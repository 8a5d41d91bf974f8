"""Two versions of a text, line by line. Pure, but slow for long texts: done in a process of its own."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from enum import StrEnum

from msgspec import Struct


class Change(StrEnum):
    """What became of a block of lines."""

    SAME = "same"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


class Line(Struct, frozen=True, omit_defaults=True):
    """A line of one version. `marks`: what of it differs, as [start, end) pairs; only in changed blocks."""

    page: int
    line: int
    text: str
    marks: tuple[tuple[int, int], ...] = ()


class Hunk(Struct, frozen=True):
    """A block: lines of the old version beside lines of the new one."""

    change: Change
    old: tuple[Line, ...]
    new: tuple[Line, ...]


class Comparison(Struct, frozen=True):
    """`old` and `new`: the versions' SHA-256. All lines of both, in order."""

    old: str
    new: str
    hunks: tuple[Hunk, ...]
    added: int
    removed: int


_KINDS = {"equal": Change.SAME, "replace": Change.CHANGED, "insert": Change.ADDED, "delete": Change.REMOVED}


def lines_of(pages: Sequence[str]) -> tuple[Line, ...]:
    """The lines that hold something, with runs of spaces made one: how a text is broken into spaces means nothing."""
    return tuple(
        Line(page, number, " ".join(text.split()))
        for page, whole in enumerate(pages, 1)
        for number, text in enumerate((t for t in whole.splitlines() if t.strip()), 1)
    )


def compare(old: str, new: str, before: Sequence[str], after: Sequence[str]) -> Comparison:
    """The pages of both versions, compared."""
    left, right = lines_of(before), lines_of(after)
    matcher = SequenceMatcher(None, [x.text for x in left], [x.text for x in right], autojunk=False)
    hunks = tuple(_hunk(_KINDS[tag], left[a:b], right[c:d]) for tag, a, b, c, d in matcher.get_opcodes())
    differing = [h for h in hunks if h.change is not Change.SAME]
    return Comparison(old, new, hunks, sum(len(h.new) for h in differing), sum(len(h.old) for h in differing))


def _hunk(change: Change, old: tuple[Line, ...], new: tuple[Line, ...]) -> Hunk:
    if change is not Change.CHANGED:
        return Hunk(change, old, new)
    pairs = [_marked(a, b) for a, b in zip(old, new, strict=False)]
    both = len(pairs)
    return Hunk(change, (*(a for a, _ in pairs), *old[both:]), (*(b for _, b in pairs), *new[both:]))


def _marked(old: Line, new: Line) -> tuple[Line, Line]:
    """The words that differ; lines that have next to nothing in common are left unmarked."""
    a, b = _words(old.text), _words(new.text)
    matcher = SequenceMatcher(None, [w for w, _ in a], [w for w, _ in b], autojunk=False)
    if matcher.ratio() < 0.3:
        return old, new
    left: list[tuple[int, int]] = []
    right: list[tuple[int, int]] = []
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            continue
        if j > i:
            left.append((a[i][1], a[j - 1][1] + len(a[j - 1][0])))
        if m > k:
            right.append((b[k][1], b[m - 1][1] + len(b[m - 1][0])))
    return Line(old.page, old.line, old.text, tuple(left)), Line(new.page, new.line, new.text, tuple(right))


def _words(text: str) -> list[tuple[str, int]]:
    found, place = [], 0
    for word in text.split(" "):
        found.append((word, place))
        place += len(word) + 1
    return found
