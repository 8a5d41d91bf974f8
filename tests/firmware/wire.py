"""A half-duplex line as it is: one byte at a time for all, garbled where two speak, and whatever else befalls it.

Pure but for its dice: time (seconds) is an argument.
"""

import random
from collections.abc import Hashable
from dataclasses import dataclass, field

BITS_A_BYTE = 10
"""A start bit, eight, a stop bit."""


@dataclass(slots=True)
class Faults:
    """Shares (0 to 1) of what is said that is corrupted, dropped, doubled, or overtaken by what follows it."""

    corrupt: float = 0.0
    drop: float = 0.0
    double: float = 0.0
    reorder: float = 0.0


@dataclass(slots=True)
class Said:
    """Bytes on their way; they arrive whole, when their last bit is out."""

    sender: Hashable
    data: bytes
    at: float


@dataclass(slots=True)
class Wire:
    """`say`, and take what has `arrived`. `baud` 0: a wire without delay. `settle` holds back what panels say by so
    many seconds more, so that answers to one question meet on the line however slow their processes are."""

    dice: random.Random
    baud: int = 250_000
    faults: Faults = field(default_factory=Faults)
    collisions: int = 0
    spoiled: int = 0
    """Frames corrupted, dropped, doubled or overtaken on purpose."""
    _way: list[Said] = field(default_factory=list)
    _late: Said | None = None
    _free_at: float = 0.0

    def say(self, sender: Hashable, data: bytes, now: float, settle: float = 0.0) -> None:
        """These bytes are put on the line now. Who else is on it garbles them, and is garbled."""
        others = [said for said in self._way if said.sender != sender]
        seconds = len(data) * BITS_A_BYTE / self.baud if self.baud else 0.0
        self._free_at = max(now, self._free_at if not others else now) + seconds + settle
        said = Said(sender, data, self._free_at)
        if others:
            self.collisions += 1
            for one in (*others, said):
                one.data = self._noise(len(one.data))
        self._way.append(said)

    def arrived(self, now: float) -> list[tuple[Hashable, bytes]]:
        """Who has said what, of all that is out by now: as it arrives."""
        due = [said for said in self._way if said.at <= now]
        if not due:
            return []
        self._way = [said for said in self._way if said.at > now]
        return [(said.sender, data) for said in due for data in self._suffer(said)]

    def next_arrival(self) -> float | None:
        """When there is something to take."""
        return min((said.at for said in self._way), default=None)

    def _suffer(self, said: Said) -> list[bytes]:
        """What becomes of these bytes; what was overtaken before comes after them."""
        behind, self._late = self._late, None
        after = [behind.data] if behind else []
        if not any((self.faults.corrupt, self.faults.drop, self.faults.double, self.faults.reorder)):
            return [said.data, *after]
        fate = self.dice.random()
        for share, what in (
            (self.faults.corrupt, [self._flipped(said.data)]),
            (self.faults.drop, []),
            (self.faults.double, [said.data, said.data]),
        ):
            if fate < share:
                self.spoiled += 1
                return [*what, *after]
            fate -= share
        if fate < self.faults.reorder and behind is None:
            self.spoiled += 1
            self._late = said
            return []
        return [said.data, *after]

    def _flipped(self, data: bytes) -> bytes:
        """One to four of its bits, anywhere."""
        bits = bytearray(data)
        for _ in range(self.dice.randint(1, 4)):
            place = self.dice.randrange(len(bits) * 8)
            bits[place // 8] ^= 1 << place % 8
        return bytes(bits)

    def _noise(self, length: int) -> bytes:
        return self.dice.randbytes(length)
