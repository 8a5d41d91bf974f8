"""Is a picture of one colour? Enough of PNG (ISO/IEC 15948) to tell: 8 bits a channel, not interlaced."""

import zlib
from typing import Final

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_CHANNELS: Final = {0: 1, 2: 3, 4: 2, 6: 4}


def one_colour(png: bytes) -> bool:
    """Whether every pixel is like the first. Raises ValueError for what is no such PNG."""
    width, channels, data = _parts(png)
    length = width * channels
    rows = zlib.decompress(data)
    first: bytes | None = None
    above = bytes(length)
    for start in range(0, len(rows), length + 1):
        above = _row(rows[start], rows[start + 1 : start + 1 + length], above, channels)
        first = first or above[:channels] * width
        if above != first:
            return False
    return True


def _parts(png: bytes) -> tuple[int, int, bytes]:
    """Width, channels and the compressed rows."""
    if not png.startswith(_SIGNATURE):
        raise ValueError("no PNG")
    at, width, channels, data = len(_SIGNATURE), 0, 0, b""
    while at + 8 <= len(png):
        size, kind = int.from_bytes(png[at : at + 4]), png[at + 4 : at + 8]
        body = png[at + 8 : at + 8 + size]
        if kind == b"IHDR":
            width, depth, colour, interlaced = int.from_bytes(body[:4]), body[8], body[9], body[12]
            if depth != 8 or colour not in _CHANNELS or interlaced:
                raise ValueError("a PNG of another kind")
            channels = _CHANNELS[colour]
        elif kind == b"IDAT":
            data += body
        at += size + 12
    if not channels:
        raise ValueError("no PNG")
    return width, channels, data


def _row(kind: int, raw: bytes, above: bytes, step: int) -> bytes:
    """A row with its filter undone (ISO/IEC 15948, clause 9)."""
    row = bytearray(raw)
    for i in range(len(row)):
        left = row[i - step] if i >= step else 0
        up = above[i]
        if kind == 1:
            row[i] = (row[i] + left) & 255
        elif kind == 2:
            row[i] = (row[i] + up) & 255
        elif kind == 3:
            row[i] = (row[i] + (left + up) // 2) & 255
        elif kind == 4:
            row[i] = (row[i] + _paeth(left, up, above[i - step] if i >= step else 0)) & 255
    return bytes(row)


def _paeth(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    return min((left, up, corner), key=lambda each: abs(guess - each))
