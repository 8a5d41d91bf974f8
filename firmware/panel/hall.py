"""The hall that a panel belongs to, as it stands in the board's flash."""

import struct

from firmware.panel.frame import KEY_SIZE, crc16

_MAGIC = b"NTP1"
_SHAPE = "<4sBB16s"
SIZE = 24


class Hall:
    """The address (1 to 250) and the key that pairing gave. `proven`: the hall has shown that it holds the key too.

    Until it is proven, the hall may have lost power before the pairing was durable there. Such a panel lets
    itself be paired once more; a proven one has to be told to forget, by whoever holds the key or by hand.
    """

    def __init__(self, address: int, key: bytes, proven: bool) -> None:
        self.address = address
        self.key = key
        self.proven = proven

    def pack(self) -> bytes:
        """SIZE bytes, with a crc: a file that was written by half is no hall."""
        inner = struct.pack(_SHAPE, _MAGIC, self.address, self.proven, self.key)
        return inner + struct.pack("<H", crc16(inner))


def unpack(data: bytes) -> "Hall | None":
    """The hall in these bytes, or None."""
    if len(data) != SIZE or struct.unpack("<H", data[-2:])[0] != crc16(data[:-2]):
        return None
    magic, address, proven, key = struct.unpack(_SHAPE, data[:-2])
    if magic != _MAGIC or not 1 <= address <= 250 or len(key) != KEY_SIZE:
        return None
    return Hall(address, key, bool(proven))
