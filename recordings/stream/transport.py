"""The bus's MPEG-TS as the stream needs it: runs that a muxer can take, and pictures whole. Pure."""

from dataclasses import dataclass
from typing import Final

from recordings.mpegts import PACKET, SYNC, TICKS, Begin, Reader, unwrapped

_SLICE: Final = 1
_IDR: Final = 5
_SPS: Final = 7


def later(ticks: int, than: int) -> int:
    """How many ticks later, over the media clock's wrap (every 26.5 hours); negative when earlier."""
    return unwrapped(ticks, than) - than


@dataclass(frozen=True, slots=True)
class Chunk:
    """Bytes for a muxer, and what is known of them."""

    data: bytes
    begins: bool
    """A new run: whatever came before is ended, this begins with the tables and a key frame."""
    keys: tuple[int, ...]
    """The times (ticks) of the key frames that begin in it."""


class Joiner:
    """Turns what comes over the bus into runs that a muxer can take: from a key frame on, without a jump in time.

    A source that was started again counts from its own beginning; a muxer that went on would keep the header of the
    old one and stretch a picture over the jump.
    """

    LONGEST_STEP: Final = TICKS // 2

    def __init__(self) -> None:
        self._reader = Reader()
        self._last: int | None = None

    @property
    def lost(self) -> int:
        """Packets that never came."""
        return self._reader.lost

    def drop(self) -> None:
        """The next bytes given out begin a new run."""
        self._last = None

    def feed(self, datagram: bytes) -> list[Chunk]:
        """The same bytes, cut where a run ends; nothing while no run has begun."""
        found, done, keys = list[Chunk](), 0, list[int]()
        opening = b""
        for at in range(0, len(datagram) - PACKET + 1, PACKET):
            if datagram[at] != SYNC:
                continue
            begin = self._reader.feed(datagram[at : at + PACKET])
            if begin is None or begin.kind != "video":
                continue
            if not self._follows(begin):
                if self._last is not None:
                    found.append(Chunk(opening + datagram[done:at], bool(opening), tuple(keys)))
                self._last, done, keys = (begin.ticks if begin.key else None), at, []
                opening = self._reader.tables if begin.key else b""
            if self._last is not None:
                self._last = begin.ticks
                if begin.key:
                    keys.append(begin.ticks)
        if self._last is not None:
            found.append(Chunk(opening + datagram[done:], bool(opening), tuple(keys)))
        return [chunk for chunk in found if chunk.data]

    def _follows(self, begin: Begin) -> bool:
        return self._last is not None and 0 <= later(begin.ticks, self._last) <= self.LONGEST_STEP


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture, as an H.264 access unit with start codes."""

    data: bytes
    ticks: int
    key: bool


class Gatherer:
    """Gathers pictures. Each is given out with its last packet, not with the next picture's first."""

    def __init__(self) -> None:
        self._reader = Reader()
        self._pid = -1
        self._data = bytearray()
        self._ticks = 0
        self._count = -1
        self._broken = True

    def feed(self, datagram: bytes) -> list[Picture]:
        """The pictures that are whole with this datagram. One with a packet missing is left out with all that hang on
        it: the next one given out is a key frame."""
        found = list[Picture]()
        for at in range(0, len(datagram) - PACKET + 1, PACKET):
            packet = datagram[at : at + PACKET]
            if packet[0] != SYNC:
                continue
            begin = self._reader.feed(packet)
            pid = (packet[1] & 0x1F) << 8 | packet[2]
            if begin is not None and begin.kind == "video":
                found += self._take()
                self._pid, self._ticks = pid, begin.ticks
                self._check(packet)
                payload = _payload(packet)
                self._data += payload[9 + payload[8] :]
            elif pid == self._pid and packet[3] & 0x10:
                self._check(packet)
                if self._data:
                    self._data += _payload(packet)
            else:
                continue
            # The muxer fills a picture's last packet up with stuffing: no need to wait for the next picture.
            if _stuffed(packet):
                found += self._take()
        return found

    def _check(self, packet: bytes) -> None:
        count = packet[3] & 15
        if self._count not in {-1, count, (count - 1) % 16}:
            self._data.clear()
            self._broken = True
        self._count = count

    def _take(self) -> list[Picture]:
        if not self._data:
            return []
        data = bytes(self._data)
        self._data.clear()
        key = is_key(data)
        self._broken = self._broken and not key
        return [] if self._broken else [Picture(data, self._ticks, key)]


def is_key(data: bytes) -> bool:
    """A decoder can begin here: parameter sets or an IDR slice come before any other slice."""
    at = data.find(b"\0\0\1")
    while at != -1 and at + 3 < len(data):
        kind = data[at + 3] & 0x1F
        if kind in {_IDR, _SPS}:
            return True
        if kind == _SLICE:
            return False
        at = data.find(b"\0\0\1", at + 3)
    return False


def _payload(packet: bytes) -> bytes:
    return packet[5 + packet[4] :] if packet[3] & 0x20 else packet[4:]


def _stuffed(packet: bytes) -> bool:
    """Filled up beyond what the adaptation field says: a clock (PCR, OPCR) and flags."""
    if not packet[3] & 0x20:
        return False
    length = packet[4]
    return length == 0 or length > 1 + 6 * bool(packet[5] & 0x10) + 6 * bool(packet[5] & 0x08)
