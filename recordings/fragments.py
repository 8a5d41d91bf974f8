"""Fragmented MP4 as ffmpeg writes it into a pipe, taken apart: the initialisation section, then fragments. Pure.

Only what a playlist needs is read of each fragment: where its picture begins and ends on the media clock, and
whether it begins with a key frame. A stream that is no fMP4 raises Malformed; nothing is guessed.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

LARGEST_BOX: Final = 64 * 1024 * 1024
"""A fragment of 200 ms is three powers of ten smaller: more is no fragment, and must not fill the memory."""
NOT_A_KEY: Final = 0x10000
"""`sample_is_non_sync_sample` of a sample's flags."""


class Malformed(ValueError):
    """Error raised when the bytes are not the fragmented MP4 that was ordered."""


@dataclass(frozen=True, slots=True)
class Init:
    """The initialisation section: ftyp and moov."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Fragment:
    """One moof and its mdat."""

    data: bytes
    start: float
    """Seconds of the media clock at which its first picture is decoded."""
    seconds: float
    """Of picture; 0 when there is sound alone."""
    key: bool
    """It begins with a key frame."""


class Splitter:
    """Bytes in, in any portions; an Init and then Fragments out."""

    def __init__(self) -> None:
        self._left = bytearray()
        self._head = b""
        self._moof = b""
        self._video = 0
        self._scale = 0

    def feed(self, data: bytes) -> list[Init | Fragment]:
        """What has become whole with these bytes. Raises Malformed."""
        self._left += data
        found = list[Init | Fragment]()
        while (box := self._next()) is not None:
            kind, whole = box
            if kind in {b"ftyp", b"moov"}:
                self._head += whole
                if kind == b"moov":
                    self._video, self._scale = _video_track(whole)
                    found.append(Init(self._head))
            elif kind == b"moof":
                self._moof = whole
            elif kind == b"mdat" and self._moof:
                if not self._scale:
                    raise Malformed("a fragment before the header")
                found.append(self._fragment(whole))
                self._moof = b""
        return found

    def _next(self) -> tuple[bytes, bytes] | None:
        if len(self._left) < 8:
            return None
        size, kind = struct.unpack_from(">I4s", self._left)
        if not 8 <= size <= LARGEST_BOX:
            raise Malformed(f"a box of {size} bytes")
        if len(self._left) < size:
            return None
        whole = bytes(self._left[:size])
        del self._left[:size]
        return kind, whole

    def _fragment(self, mdat: bytes) -> Fragment:
        start, ticks, key = 0, 0, False
        for kind, traf in _boxes(self._moof[8:]):
            if kind == b"traf":
                track, begins, length, first = _track_run(traf)
                if track == self._video:
                    start, ticks, key = begins, length, not first & NOT_A_KEY
        return Fragment(self._moof + mdat, start / self._scale, ticks / self._scale, key)


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Each box's kind and content."""
    at = 0
    while at + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        if size < 8 or at + size > len(data):
            raise Malformed(f"a box of {size} bytes within {len(data)}")
        yield kind, data[at + 8 : at + size]
        at += size


def _inside(data: bytes, *path: bytes) -> bytes:
    for name in path:
        data = next((content for kind, content in _boxes(data) if kind == name), b"")
    return data


def _video_track(moov: bytes) -> tuple[int, int]:
    """The video track's number and its ticks a second."""
    for kind, trak in _boxes(moov[8:]):
        if kind == b"trak" and _inside(trak, b"mdia", b"hdlr")[8:12] == b"vide":
            header, media = _inside(trak, b"tkhd"), _inside(trak, b"mdia", b"mdhd")
            track = struct.unpack_from(">I", header, 20 if header[0] else 12)[0]
            scale = struct.unpack_from(">I", media, 20 if media[0] else 12)[0]
            if scale:
                return track, scale
    raise Malformed("no video track")


def _track_run(traf: bytes) -> tuple[int, int, int, int]:
    """Of one track's part in a fragment: track, first decoding time, length in ticks, the first sample's flags."""
    track = begins = length = default_length = 0
    first: int | None = None
    default_flags = 0
    for kind, box in _boxes(traf):
        if kind == b"tfhd":
            track, default_length, default_flags = _defaults(box)
        elif kind == b"tfdt":
            begins = struct.unpack_from(">Q" if box[0] else ">I", box, 4)[0]
        elif kind == b"trun":
            ticks, flags = _run(box, default_length, default_flags)
            length += ticks
            first = flags if first is None else first
    return track, begins, length, first or 0


def _defaults(tfhd: bytes) -> tuple[int, int, int]:
    flags = int.from_bytes(tfhd[1:4], "big")
    at, length, sample_flags = 8, 0, 0
    at += 8 * bool(flags & 0x1) + 4 * bool(flags & 0x2)
    if flags & 0x8:
        length = struct.unpack_from(">I", tfhd, at)[0]
        at += 4
    at += 4 * bool(flags & 0x10)
    if flags & 0x20:
        sample_flags = struct.unpack_from(">I", tfhd, at)[0]
    return struct.unpack_from(">I", tfhd, 4)[0], length, sample_flags


def _run(trun: bytes, default_length: int, default_flags: int) -> tuple[int, int]:
    flags, count = int.from_bytes(trun[1:4], "big"), struct.unpack_from(">I", trun, 4)[0]
    at, first, length = 8 + 4 * bool(flags & 0x1), default_flags, 0
    if flags & 0x4:
        first = struct.unpack_from(">I", trun, at)[0]
        at += 4
    lengths, sizes, own_flags, offsets = flags & 0x100, flags & 0x200, flags & 0x400, flags & 0x800
    for sample in range(count):
        length += struct.unpack_from(">I", trun, at)[0] if lengths else default_length
        at += 4 * bool(lengths) + 4 * bool(sizes)
        if own_flags and sample == 0:
            first = struct.unpack_from(">I", trun, at)[0]
        at += 4 * bool(own_flags) + 4 * bool(offsets)
    return length, first
