"""Whether the picture stands still. Pure.

Two signs must agree. The key frames look the same; and the pictures between them say nothing new: an encoder has
nearly nothing to say of a picture that is the same to the last dot, but much of the noise that every living camera has.
"""

from typing import Final

SAME: Final = 2
"""Levels of grey (of 255) by which an encoder may show the same picture differently."""
NEARLY_NOTHING: Final = 400
"""Bytes, on average, for a picture of which there is nothing to say."""


class Stillness:
    """Is fed what comes, and says whether it has stood still for `seconds`."""

    def __init__(self, seconds: float) -> None:
        self._ms = seconds * 1000
        self.begin()

    def begin(self) -> None:
        """Whatever was seen before does not count."""
        self._look = b""
        self._since = 0
        self._sizes = list[int]()

    def between(self, size: int) -> None:
        """A picture between key frames, of so many bytes."""
        self._sizes.append(size)

    def key(self, look: bytes, came: int) -> bool:
        """A key frame, as a few grey dots, at this moment (ms). True: nothing has moved for long enough."""
        quiet = bool(self._sizes) and sum(self._sizes) <= NEARLY_NOTHING * len(self._sizes)
        self._sizes.clear()
        if not (quiet and self._look and alike(look, self._look)):
            self._look, self._since = look, came
            return False
        return came - self._since >= self._ms


def alike(one: bytes, other: bytes) -> bool:
    """Dot for dot the same, but for what an encoder does."""
    return len(one) == len(other) and all(abs(a - b) <= SAME for a, b in zip(one, other, strict=True))
