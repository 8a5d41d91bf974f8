"""Who is listened to at a loopback port of the seam, pure: the camera, and no stranger that sends there too.

Any process of the machine can send a datagram to the port. The one that is listened to is listened to as long as it
sends; another one takes its place only when that one has fallen silent and it has itself shown a key frame that can
be decoded. So noise costs nothing, and a source that is started again is followed from its first key frame on.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final

from recordings.mpegts import PACKET, Reader, whole_packets

ALIVE_MS: Final = 300.0
"""Less than it takes to open a camera again, more than the time between two datagrams of the slowest."""
MOST_OTHERS: Final = 8


class Heard(Enum):
    """What a datagram is."""

    NO = auto()
    """A stranger's, or the end of what was replaced: not listened to."""
    GOES_ON = auto()
    BEGINS = auto()
    """The first of another sender, with a key frame in it; `reader` knows the tables that came before."""


@dataclass(slots=True)
class Senders:
    """Is asked of every datagram in the order of arrival."""

    reader: Reader = field(default_factory=Reader)
    """What the one that is listened to had sent when it began; it has not counted this datagram."""
    _followed: int | None = None
    _heard_ms: float = 0.0
    _others: OrderedDict[int, Reader] = field(default_factory=OrderedDict)

    def hear(self, datagram: bytes, sender: int, at_ms: float) -> Heard:
        """One datagram."""
        if sender == self._followed:
            if whole_packets(datagram):
                self._heard_ms = at_ms
            return Heard.GOES_ON
        if not self._shows_a_key_frame(datagram, sender):
            return Heard.NO
        if self._followed is not None and at_ms - self._heard_ms < ALIVE_MS:
            return Heard.NO
        self._followed, self._heard_ms = sender, at_ms
        self.reader = self._others.pop(sender)
        self.reader.forget()
        return Heard.BEGINS

    def _shows_a_key_frame(self, datagram: bytes, sender: int) -> bool:
        size = whole_packets(datagram)
        if not size or size != len(datagram):
            return False
        reader = self._others.setdefault(sender, Reader())
        self._others.move_to_end(sender)
        while len(self._others) > MOST_OTHERS:
            self._others.popitem(last=False)
        found = [reader.feed(datagram[at : at + PACKET]) for at in range(0, size, PACKET)]
        return any(begin is not None and begin.kind == "video" and begin.key for begin in found)
