"""MPEG transport stream, pure: as much of it as is needed to cut it at key frames and to see what is missing.

A stream is packets of 188 bytes, each of one *pid* (table, video, audio). The association table (PAT) names the
program map (PMT), which names the pids. A picture begins in a packet with the unit-start flag; key frames carry the
random-access flag. Each pid's packets are counted modulo 16, so a lost one shows. Times are ticks of 90 kHz in 33 bits.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

PACKET: Final = 188
SYNC: Final = 0x47
TICKS: Final = 90_000
"""A second of the media clock."""
WRAP: Final = 1 << 33
_PAT_PID: Final = 0
_NULL_PID: Final = 0x1FFF
_VIDEO: Final = frozenset({0x01, 0x02, 0x1B, 0x24})
_AUDIO: Final = frozenset({0x03, 0x04, 0x0F, 0x11, 0x81})


class Begin(NamedTuple):
    """A picture, or a piece of sound, begins in this packet."""

    kind: Literal["video", "audio"]
    ticks: int
    """When it is shown; wraps after 26.5 hours (`unwrapped`)."""
    key: bool
    """A decoder can start here."""


def unwrapped(ticks: int, near: int) -> int:
    """The tick count nearest to `near` that has these 33 bits."""
    half = WRAP // 2
    return near + (ticks - near + half) % WRAP - half


def whole_packets(data: bytes) -> int:
    """So many leading bytes are whole packets: what follows is torn, or was never written."""
    size = 0
    while size + PACKET <= len(data) and data[size] == SYNC:
        size += PACKET
    return size


@dataclass(slots=True)
class Reader:
    """Is fed one packet after the other of one sender."""

    lost: int = 0
    """Packets that the counters miss, so far."""
    _pat: list[bytes] = field(default_factory=list)
    _pmt: list[bytes] = field(default_factory=list)
    _pmt_pid: int = -1
    _video_pid: int = -1
    _audio_pids: frozenset[int] = frozenset()
    _counters: dict[int, int] = field(default_factory=dict)

    @property
    def tables(self) -> bytes:
        """The newest PAT and PMT as they came. Put before a key frame they make a file that plays by itself; with the
        counters they came with they are repetitions, which the standard allows, so nothing is missed at a joint."""
        return b"".join((*self._pat, *self._pmt))

    @property
    def ready(self) -> bool:
        """The tables are known."""
        return self._video_pid >= 0

    def forget(self) -> None:
        """Packets are going to be left out on purpose: count anew from the next ones."""
        self._counters.clear()

    def feed(self, packet: bytes) -> Begin | None:
        """What begins in this packet, if something does. The packet must be whole and begin with SYNC."""
        pid = (packet[1] & 0x1F) << 8 | packet[2]
        control = packet[3] >> 4 & 3
        if pid == _NULL_PID or not control & 1:  # no payload: the counter stands still
            return None
        flags = packet[5] if control & 2 and packet[4] else 0
        self._count(pid, packet[3] & 15, discontinuity=bool(flags & 0x80))
        starts = bool(packet[1] & 0x40)
        if pid == _PAT_PID:
            self._take_table(self._pat, packet, starts)
        elif pid == self._pmt_pid:
            self._take_table(self._pmt, packet, starts)
        elif starts and (pid == self._video_pid or pid in self._audio_pids):
            return self._begin(packet, pid, control, key=bool(flags & 0x40))
        return None

    def _count(self, pid: int, counter: int, *, discontinuity: bool) -> None:
        before = self._counters.get(pid)
        self._counters[pid] = counter
        if before is not None and not discontinuity and counter != before:
            self.lost += (counter - before - 1) % 16

    def _begin(self, packet: bytes, pid: int, control: int, *, key: bool) -> Begin | None:
        at = 5 + packet[4] if control & 2 else 4
        header = packet[at : at + 14]
        if len(header) < 14 or header[:3] != b"\0\0\1" or not header[7] & 0x80:
            return None
        p = header[9:14]
        ticks = (p[0] >> 1 & 7) << 30 | p[1] << 22 | (p[2] >> 1) << 15 | p[3] << 7 | p[4] >> 1
        return Begin("video", ticks, key) if pid == self._video_pid else Begin("audio", ticks, key=False)

    def _take_table(self, table: list[bytes], packet: bytes, starts: bool) -> None:
        """A table may reach over several packets; it is read when it is whole."""
        if starts:
            table.clear()
        elif not table:
            return
        table.append(bytes(packet))
        section = _section(table)
        if section is None:
            return
        if table is self._pat:
            self._read_pat(section)
        else:
            self._read_pmt(section)

    def _read_pat(self, section: bytes) -> None:
        for at in range(8, len(section) - 4 - 3, 4):
            if section[at] or section[at + 1]:  # program 0 is the network's own table
                pid = (section[at + 2] & 0x1F) << 8 | section[at + 3]
                if pid != self._pmt_pid:
                    self._pmt_pid, self._video_pid = pid, -1
                    self._pmt.clear()
                return

    def _read_pmt(self, section: bytes) -> None:
        video, audio = -1, set()
        for kind, pid in _streams(section):
            if kind in _VIDEO and video < 0:
                video = pid
            elif kind in _AUDIO:
                audio.add(pid)
        self._video_pid, self._audio_pids = video, frozenset(audio)


def _section(packets: list[bytes]) -> bytes | None:
    """The table's section when all of it has come."""
    parts = []
    for packet in packets:
        at = 5 + packet[4] if packet[3] >> 4 & 2 else 4
        parts.append(packet[at:])
    payload = b"".join(parts)
    start = 1 + payload[0] if payload else 0
    if start + 3 > len(payload):
        return None
    end = start + 3 + ((payload[start + 1] & 0x0F) << 8 | payload[start + 2])
    return payload[start:end] if end <= len(payload) else None


def _streams(section: bytes) -> Iterator[tuple[int, int]]:
    """Type and pid of each stream in a program map; the last four bytes are its checksum."""
    if len(section) < 16:
        return
    at = 12 + ((section[10] & 0x0F) << 8 | section[11])
    while at + 5 <= len(section) - 4:
        yield section[at], (section[at + 1] & 0x1F) << 8 | section[at + 2]
        at += 5 + ((section[at + 3] & 0x0F) << 8 | section[at + 4])


class Place(NamedTuple):
    """Where something begins in a segment."""

    position: int
    seconds: float
    """On the media clock, unwrapped."""
    kind: Literal["video", "audio"]


class Contents(NamedTuple):
    """What is in a segment's bytes."""

    size: int
    """Of whole packets."""
    places: tuple[Place, ...]
    lost: int

    @property
    def pictures(self) -> tuple[Place, ...]:
        """In the order of the file."""
        return tuple(place for place in self.places if place.kind == "video")

    def picture_seconds(self, otherwise: float) -> float:
        """How long one picture stands, by what is there; `otherwise` when there are fewer than two."""
        times = [place.seconds for place in self.pictures]
        return (max(times) - min(times)) / (len(times) - 1) if len(times) > 1 else otherwise


def contents(data: bytes, near: float = 0.0) -> Contents:
    """Read a segment: where its pictures begin, from the first key frame on (`near`: where its clock should be)."""
    size = whole_packets(data)
    reader = Reader()
    places: list[Place] = []
    ticks = round(near * TICKS)
    for position in range(0, size, PACKET):
        begin = reader.feed(data[position : position + PACKET])
        if begin is None or not (places or begin.key):
            continue
        ticks = unwrapped(begin.ticks, ticks)
        places.append(Place(position, ticks / TICKS, begin.kind))
    return Contents(size, tuple(places), reader.lost)
