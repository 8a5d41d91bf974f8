"""Whether the picture stands still, as a camera's does that hangs but goes on sending. Pure.

That nothing moves is no sign: an empty hall does not move either. But a living sensor trembles, and its grain is new in
each picture; the picture of a camera that hangs keeps the very same grain. So a few patches are compared between one
key frame and the next: are they as bright as before, and is their fine structure the same?

Some cameras smooth their grain away before anybody sees it. An unmoved hall and a hanging camera look alike then, and
a camera that is opened anew for nothing costs a piece of the record. So the picture is only called frozen when this
camera's grain has been seen before, in a patch that did not move; or when the pictures are equal to the last dot.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

COLUMNS, ROWS = 4, 3
PATCH_WIDTH, PATCH_HEIGHT = 36, 20
UNMOVED: Final = 2.0
"""Levels of grey (of 255) by which a patch that did not move may change its mean."""
EDGE: Final = 40
"""A structure as strong as this is the room's, not the sensor's."""
GRAIN: Final = 2.0
"""Weaker than this, on average, there is nothing to compare."""
NEW, SAME = 0.3, 0.45
"""How far two grains agree: up to here each is its own, from there on it is the same one."""
SEEN_OFTEN: Final = 3
"""So many patches must have shown a new grain before its staying away means something."""


@dataclass(frozen=True, slots=True)
class Patch:
    """A piece of a picture."""

    mean: float
    grain: tuple[int, ...]
    """Of each dot, by how much it differs from its neighbours."""


def patches(luma: bytes, line: int, width: int, height: int) -> list[Patch]:
    """Some patches, spread over the picture, of a plane of grey with so many bytes a line."""
    found = list[Patch]()
    for row in range(ROWS):
        for column in range(COLUMNS):
            left = max(1, (2 * column + 1) * width // (2 * COLUMNS) - PATCH_WIDTH // 2)
            top = max(1, (2 * row + 1) * height // (2 * ROWS) - PATCH_HEIGHT // 2)
            found.append(_patch(luma, line, left, top))
    return found


def _patch(luma: bytes, line: int, left: int, top: int) -> Patch:
    grain, total = list[int](), 0
    for y in range(top, top + PATCH_HEIGHT):
        at = y * line + left
        for here in range(at, at + PATCH_WIDTH):
            dot = luma[here]
            total += dot
            around = luma[here - 1] + luma[here + 1] + luma[here - line] + luma[here + line]
            grain.append(4 * dot - around)
    return Patch(total / len(grain), tuple(grain))


def agreement(one: Patch, other: Patch) -> float | None:
    """How far two grains agree: 1 when they are the same, near 0 when each is its own; None when there is none."""
    both = both_ways = first = second = 0
    for a, b in zip(one.grain, other.grain, strict=True):
        if -EDGE < a < EDGE and -EDGE < b < EDGE:
            both += 1
            both_ways += a * b
            first += a * a
            second += b * b
    if min(first, second) <= GRAIN * GRAIN * max(both, 1):
        return None
    return both_ways / sqrt(first * second)


class Stillness:
    """Is fed the patches of key frames, and says whether they have stood still for `seconds`."""

    def __init__(self, seconds: float) -> None:
        self._ms = seconds * 1000
        self.begin()

    def begin(self) -> None:
        """Whatever was seen before does not count."""
        self._last: Sequence[Patch] = ()
        self._grain_seen = 0
        self._since = 0

    def key(self, seen: Sequence[Patch], came: int) -> bool:
        """A key frame came at this moment (ms). True: it has stood still for long enough."""
        last, self._last = self._last, seen
        if not last or not self._same(last, seen):
            self._since = came
            return False
        return came - self._since >= self._ms

    def _same(self, last: Sequence[Patch], seen: Sequence[Patch]) -> bool:
        if all(one == other for one, other in zip(last, seen, strict=True)):
            return True
        unmoved = [(one, other) for one, other in zip(last, seen, strict=True) if abs(one.mean - other.mean) <= UNMOVED]
        found = [level for one, other in unmoved if (level := agreement(one, other)) is not None]
        self._grain_seen += sum(level < NEW for level in found)
        often = self._grain_seen >= SEEN_OFTEN
        return often and len(unmoved) == len(seen) and bool(found) and sum(found) / len(found) >= SAME
