"""WebSocket frames (RFC 6455) and the few Socket.IO packets the bench needs, as small as can be.

Written here and not taken from a library so that the load client and the bare server cost next to nothing:
what is measured must be the appliance.
"""

import struct
from collections.abc import Iterator
from typing import Final

MASK: Final = b"\x37\xfa\x21\x3d"
"""A client must mask. Any mask costs the server the same, so one will do."""
TEXT: Final = 0x1
CLOSE: Final = 0x8
PING: Final = 0x9


def server_text(payload: bytes) -> bytes:
    """One unmasked text frame."""
    return _head(len(payload), 0) + payload


def client_frame(payload: bytes, opcode: int = TEXT) -> bytes:
    """One masked frame."""
    repeated = MASK * (len(payload) // 4 + 1)
    masked = bytes(a ^ b for a, b in zip(payload, repeated, strict=False))
    return _head(len(payload), 0x80, opcode) + MASK + masked


def frames(data: bytes) -> tuple[list[tuple[int, bytes]], bytes]:
    """The whole frames `(opcode, payload)` at the start of `data`, and what is left. Unmasked ones only."""
    found: list[tuple[int, bytes]] = []
    at, size = 0, len(data)
    while size - at >= 2:
        length, start = data[at + 1], at + 2
        if length == 126:
            if size - start < 2:
                break
            length, start = int.from_bytes(data[start : start + 2], "big"), start + 2
        elif length == 127:
            if size - start < 8:
                break
            length, start = int.from_bytes(data[start : start + 8], "big"), start + 8
        if size - start < length:
            break
        found.append((data[at] & 0x0F, data[start : start + length]))
        at = start + length
    return found, data[at:]


def unmasked(data: bytes) -> Iterator[bytes]:
    """The payloads of the short (< 64 KiB) masked text frames that `data` holds whole."""
    at = 0
    while at + 6 <= len(data):
        length, start = data[at + 1] & 0x7F, at + 2
        if length == 126:
            length, start = int.from_bytes(data[start : start + 2], "big"), start + 2
        mask, start = data[start : start + 4], start + 4
        repeated = mask * (length // 4 + 1)
        yield bytes(a ^ b for a, b in zip(data[start : start + length], repeated, strict=False))
        at = start + length


def _head(length: int, mask_bit: int, opcode: int = TEXT) -> bytes:
    if length < 126:
        return bytes((0x80 | opcode, mask_bit | length))
    if length < 1 << 16:
        return struct.pack("!BBH", 0x80 | opcode, mask_bit | 126, length)
    return struct.pack("!BBQ", 0x80 | opcode, mask_bit | 127, length)
