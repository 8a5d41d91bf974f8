"""From the bytes of a line to frames. Takes any bytes, never raises, and keeps fewer than SIZE of them.

What is no frame is passed over byte by byte: the next SYNC may stand anywhere in it.
"""

from typing import NamedTuple

from firmware.panel.frame import SIZE, SYNC, Frame, Refused, unpack


class Heard(NamedTuple):
    """A frame whose crc is right, and its bytes: whoever holds the key can tell who made it."""

    frame: Frame
    raw: bytes


class Reader:
    """Feed it what comes in. `skipped` counts the bytes that belonged to no frame."""

    def __init__(self) -> None:
        self._kept = bytearray()
        self.skipped = 0

    @property
    def missing(self) -> int:
        """How many bytes the frame that has begun still wants; SIZE when none has."""
        return SIZE - len(self._kept)

    def clear(self) -> None:
        """Forget the frame that has begun: its other half will not come."""
        self.skipped += len(self._kept)
        self._kept.clear()

    def feed(self, data: bytes) -> list[Heard]:
        """The frames that these bytes complete, in order."""
        self._kept += data
        heard: list[Heard] = []
        while self._at_sync() and len(self._kept) >= SIZE:
            raw = bytes(self._kept[:SIZE])
            try:
                heard.append(Heard(unpack(raw), raw))
                del self._kept[:SIZE]
            except Refused:
                self._skip(1)
        return heard

    def _at_sync(self) -> bool:
        """Whether what is kept begins with SYNC, or with its first byte; what goes before is passed over."""
        at = self._kept.find(SYNC)
        if at < 0:
            at = len(self._kept) - (1 if self._kept.endswith(SYNC[:1]) else 0)
        self._skip(at)
        return len(self._kept) > 0

    def _skip(self, count: int) -> None:
        del self._kept[:count]
        self.skipped += count
