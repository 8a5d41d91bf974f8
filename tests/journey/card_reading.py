"""Reading a printed card as a camera does: from the squares of its QR code back to the address they stand for.

The code was drawn a moment ago and nothing is smudged, so the words that mend errors are left unread.
"""

import re
from typing import Any, Final

import qrcode
from qrcode import base, util

_LETTERS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_SQUARE: Final = re.compile(r"M(\d+),(\d+)H")
_FORMAT_MASK: Final = 0b101010000010010
_length_in_bits: Any = util.length_in_bits


def read_card(path: str, size: int, border: int = 2) -> str:
    """The text of a code drawn as an SVG path of unit squares, `size` of them wide with its border."""
    width = size - 2 * border
    dark = {(int(y) - border, int(x) - border) for x, y in _SQUARE.findall(path)}
    level, mask = _format(dark)
    blank = _blank((width - 17) // 4, level, mask)
    turns = util.mask_func(mask)
    bits = [
        ((row, column) in dark) != bool(turns(row, column)) for row, column in _way(width) if blank[row][column] is None
    ]
    words = [int("".join("01"[bit] for bit in bits[at : at + 8]), 2) for at in range(0, len(bits) - 7, 8)]
    return _text(_in_order(words, (width - 17) // 4, level), (width - 17) // 4)


def _format(dark: set[tuple[int, int]]) -> tuple[int, int]:
    """Level of error correction and mask, from the fifteen squares around the upper left eye."""
    column = [*range(6), 7, 8]
    places = [(row, 8) for row in column] + [(8, 7)] + [(8, at) for at in range(5, -1, -1)]
    bits = sum(1 << at for at, place in enumerate(places) if place in dark) ^ _FORMAT_MASK
    return bits >> 13, (bits >> 10) & 7


def _blank(version: int, level: int, mask: int) -> list[list[Any]]:
    """The code without its words: what is None there is where they go."""
    code: Any = qrcode.QRCode(version=version, error_correction=level)
    code.modules_count = version * 4 + 17
    code.modules = [[None] * code.modules_count for _ in range(code.modules_count)]
    for row, column in ((0, 0), (code.modules_count - 7, 0), (0, code.modules_count - 7)):
        code.setup_position_probe_pattern(row, column)
    code.setup_position_adjust_pattern()
    code.setup_timing_pattern()
    code.setup_type_info(False, mask)
    if version >= 7:
        code.setup_type_number(False)
    blank: list[list[Any]] = code.modules
    return blank


def _way(width: int) -> list[tuple[int, int]]:
    """Two columns at a time from the right, up and down in turn, past the timing column."""
    found, up = list[tuple[int, int]](), True
    for right in range(width - 1, 0, -2):
        pair = right - 1 if right <= 6 else right
        rows = range(width - 1, -1, -1) if up else range(width)
        found += [(row, column) for row in rows for column in (pair, pair - 1)]
        up = not up
    return found


def _in_order(words: list[int], version: int, level: int) -> list[int]:
    """The words of the blocks, which were dealt like cards, one block after the other."""
    sizes = [block.data_count for block in base.rs_blocks(version, level)]
    blocks: list[list[int]] = [[] for _ in sizes]
    dealt = iter(words)
    for place in range(max(sizes)):
        for block, size in zip(blocks, sizes, strict=True):
            if place < size:
                block.append(next(dealt))
    return [word for block in blocks for word in block]


def _text(words: list[int], version: int) -> str:
    """Segment by segment: digits, capitals or bytes."""
    bits, at, found = "".join(f"{word:08b}" for word in words), 0, ""

    def take(count: int) -> int:
        nonlocal at
        at += count
        return int(bits[at - count : at], 2)

    while at + 4 <= len(bits) and (mode := take(4)):
        assert mode in {util.MODE_NUMBER, util.MODE_ALPHA_NUM, util.MODE_8BIT_BYTE}
        length = take(_length_in_bits(mode, version))
        if mode == util.MODE_8BIT_BYTE:
            found += bytes(take(8) for _ in range(length)).decode()
        elif mode == util.MODE_ALPHA_NUM:
            pairs = [divmod(take(11), 45) for _ in range(length // 2)]
            found += "".join(_LETTERS[a] + _LETTERS[b] for a, b in pairs) + (_LETTERS[take(6)] if length % 2 else "")
        else:
            found += "".join(f"{take(10):03}" for _ in range(length // 3))
            found += "" if length % 3 == 0 else f"{take(4 if length % 3 == 1 else 7):0{length % 3}}"
    return found
