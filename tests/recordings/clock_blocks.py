"""Reads the test pattern's machine-readable clock (recordings/ffmpeg/burned_clock.py) out of a picture.

The picture may be a raw frame (height x width, or with colours), a PNG or JPEG as bytes or as a file, at any scale,
also cut out of a page by `box`. What does not carry a clock gives None: no picture, a card, a picture in between.
"""

import io
import time
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

BLOCKS = 40
Picture = bytes | Path | Image.Image | np.ndarray[Any, Any]


def read_clock(
    picture: Picture, *, box: tuple[int, int, int, int] | None = None, near: float | None = None
) -> float | None:
    """Unix seconds (to the millisecond) that the picture shows; `box` is left, top, right, bottom of the video.

    The blocks hold 32 bits: of all moments 49.7 days apart the one nearest to `near` (now) is meant.
    """
    grey = as_grey(picture)
    if box is not None:
        grey = grey[box[1] : box[3], box[0] : box[2]]
    found = read_blocks(grey)
    if found is None:
        return None
    nearby = int((time.time() if near is None else near) * 1000)
    distance = (found - nearby + 2**31) % 2**32 - 2**31
    return (nearby + distance) / 1000


def read_blocks(grey: np.ndarray[Any, Any]) -> int | None:
    """The 32 bits in the strip along the upper edge, when their check is right and every block is clear."""
    block = grey.shape[1] / BLOCKS
    if block < 2 or grey.shape[0] < block:
        return None
    rows = slice(int(block * 0.6), max(int(block * 1.4), int(block * 0.6) + 1))
    word = 0
    for number in range(BLOCKS):
        columns = slice(int((number + 0.3) * block), max(int((number + 0.7) * block), int((number + 0.3) * block) + 1))
        light = float(grey[rows, columns].mean())
        if 96 < light < 160:
            return None
        word = word << 1 | (light >= 160)
    milliseconds, check = word >> 8, word & 0xFF
    return milliseconds if milliseconds and check == check_of(milliseconds) else None


def check_of(milliseconds: int) -> int:
    """The exclusive or of the four bytes. (A black card would be moment 0 and right: that one is never taken.)"""
    return (milliseconds ^ milliseconds >> 8 ^ milliseconds >> 16 ^ milliseconds >> 24) & 0xFF


def as_grey(picture: Picture) -> np.ndarray[Any, Any]:
    """Height x width of brightness, 0 to 255."""
    if isinstance(picture, bytes):
        picture = Image.open(io.BytesIO(picture))
    elif isinstance(picture, Path):
        picture = Image.open(picture)
    if isinstance(picture, Image.Image):
        return np.asarray(picture.convert("L"), dtype=np.float64)
    return np.asarray(picture if picture.ndim == 2 else picture[..., :3].mean(axis=2), dtype=np.float64)
