"""From bytes on the line to frames for this panel. Bounded, and cheap for what is meant for others.

Every panel hears every frame of its bus. One that is addressed elsewhere is passed over whole, by its address
alone; only what may be for this panel is checked. What is cut, spliced or noise is searched for the next SYNC.
"""

from firmware.panel.frame import SIZE, SYNC, crc16

STALE_MS = 50
"""A frame whose bytes have stopped coming for so long will not be completed: it was cut off."""

MANY = 512
"""More bytes than this at once were not read in time; the frames among them are answered too late anyway."""


class Line:
    """The unfinished end of what was heard on one line, and since when it waits for more."""

    def __init__(self) -> None:
        self._held = b""
        self._at = 0

    def heard(self, data: bytes, address: int, now: int) -> "list[bytes]":
        """All frames to `address`, or to nobody's, that these bytes complete. Their crc is right."""
        if self._held:
            data = data if now - self._at > STALE_MS else self._held + data
        self._at = now
        found: list[bytes] = []
        if len(data) > MANY:
            data = data[-MANY:]
        at = data.find(SYNC)
        while at >= 0 and len(data) - at >= SIZE:
            to = data[at + 2]
            if to not in {0, address}:
                at += SIZE
            else:
                one = data[at : at + SIZE]
                if crc16(one[2:22]) == one[22] | one[23] << 8:
                    found.append(one)
                    at += SIZE
                else:
                    at += 1
            at = data.find(SYNC, at)
        # The last byte may be the first half of a SYNC.
        self._held = data[at:] if at >= 0 else (data[-1:] if data[-1:] == SYNC[:1] else b"")
        return found
