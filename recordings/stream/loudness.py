"""How loud it is: the peak of the last two seconds, so that it is known before the meeting that the hall is heard.

Sound is decoded here and nothing of it is kept; of what is private nothing is listened to.
"""

import math
from array import array
from collections import deque
from typing import Final

import av
from av.audio.codeccontext import AudioCodecContext

from recordings.mpegts import PACKET, SYNC, Reader

WINDOW_MS: Final = 2_000
FLOOR: Final = -120.0
"""dB: as good as nothing."""
LONGEST: Final = 64 * 1024
"""Bytes of one piece of sound; more is no sound."""


class Loudness:
    """Is fed the bus's datagrams while it may listen; `peak` is what was heard of late."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Nothing has been heard; the next bytes are of another source."""
        self._reader = Reader()
        self._decoder = AudioCodecContext.create("aac", "r")
        self._pid = -1
        self._piece = bytearray()
        self._heard: deque[tuple[int, float]] = deque()

    def feed(self, datagram: bytes, came: int) -> None:
        """A datagram that came at this time (milliseconds)."""
        for at in range(0, len(datagram) - PACKET + 1, PACKET):
            packet = datagram[at : at + PACKET]
            if packet[0] != SYNC:
                continue
            begin = self._reader.feed(packet)
            pid = (packet[1] & 0x1F) << 8 | packet[2]
            if begin is not None and begin.kind == "audio" and self._pid in {-1, pid}:
                self._decode(came)
                self._pid = pid
                payload = _payload(packet)
                self._piece += payload[9 + payload[8] :]
            elif pid == self._pid and self._piece and packet[3] & 0x10:
                self._piece += _payload(packet)
                if len(self._piece) > LONGEST:
                    self._piece.clear()

    def peak(self, now: int) -> float | None:
        """In dB below full scale, of the last two seconds; None: no sound came."""
        while self._heard and now - self._heard[0][0] > WINDOW_MS:
            self._heard.popleft()
        if not self._heard:
            return None
        loudest = max(value for _, value in self._heard)
        return float(round(max(FLOOR, 20 * math.log10(loudest)))) if loudest > 0 else FLOOR

    def _decode(self, came: int) -> None:
        if not self._piece:
            return
        piece = bytes(self._piece)
        self._piece.clear()
        try:
            frames = [frame for packet in self._decoder.parse(piece) for frame in self._decoder.decode(packet)]
        except (av.FFmpegError, EOFError, ValueError):
            self._decoder = AudioCodecContext.create("aac", "r")
            return
        for frame in frames:
            self._heard.append((came, max((_peak_of(bytes(plane)) for plane in frame.planes), default=0.0)))


def _peak_of(plane: bytes) -> float:
    """AAC is decoded to 32-bit floats, 1 being full scale."""
    samples = array("f", plane[: len(plane) // 4 * 4])
    if not samples:
        return 0.0
    high, low = max(samples), min(samples)
    loudest = max(high, -low)
    return loudest if math.isfinite(loudest) else 0.0


def _payload(packet: bytes) -> bytes:
    return packet[5 + packet[4] :] if packet[3] & 0x20 else packet[4:]
