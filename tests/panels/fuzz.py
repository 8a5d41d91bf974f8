"""`python -m tests.panels.fuzz --seconds 600`: whatever comes in on a bus, its master goes on and believes none.

Streams are made of noise, of true frames of a panel, of frames cut, spliced, repeated, turned and forged, and of what
was recorded before. The reader must account for every byte and keep less than a frame; a session must give out no press
that its panel has not made; and when the noise is over, the panel must be heard again. `--seed` repeats a run.
"""

import argparse
import random
import sys
import time
from collections.abc import Callable

from appliance.panels.bus.reader import Heard, Reader
from appliance.panels.bus.session import MISSES, Session, Told
from firmware.panel.frame import SIZE, SYNC, Frame, Key, Polled, crc16, polled_of, unpack
from tests.panels.bus.double import SmallPanel

KEY = "000102030405060708090a0b0c0d0e0f"
KINDS = (0x00, 0x01, 0x02, 0x03, 0x10, 0x11, 0x1F, 0x81, 0x83, 0x90, 0x91, 0x9F, 0xFF)


class Mutator:
    """Bytes as no master wants them."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.seen: list[bytes] = []
        self._ways: tuple[Callable[[bytes], bytes], ...] = (
            self.noise, self.turned, self.cut, self.spliced, self.old, self.forged, self.crafted, self.twice,
            self.syncs,
        )  # fmt: skip

    def any(self, frame: bytes) -> bytes:
        """Something made of this frame, or of nothing."""
        self.seen = [*self.seen[-200:], frame]
        return self.chance.choice(self._ways)(frame)

    def noise(self, frame: bytes) -> bytes:
        """Nothing but noise."""
        return self.chance.randbytes(self.chance.randrange(200))

    def turned(self, frame: bytes) -> bytes:
        """Some bits of it."""
        bits = bytearray(frame)
        for _ in range(self.chance.randint(1, 8)):
            bits[self.chance.randrange(len(bits))] ^= 1 << self.chance.randrange(8)
        return bytes(bits)

    def cut(self, frame: bytes) -> bytes:
        """A piece of it."""
        a, b = sorted(self.chance.sample(range(SIZE + 1), 2))
        return frame[a:b]

    def spliced(self, frame: bytes) -> bytes:
        """Its beginning, and another's end."""
        at = self.chance.randrange(SIZE)
        return frame[:at] + self.old(frame)[at:]

    def old(self, frame: bytes) -> bytes:
        """One that was said before."""
        return self.chance.choice(self.seen)

    def forged(self, frame: bytes) -> bytes:
        """The same, with another body and a right crc."""
        one = unpack(frame)
        body = Polled(press=self.chance.randint(1, 9), button=self.chance.randrange(16)).body()
        return Frame(one.address, one.kind, one.counter, body).pack(Key(self.chance.randbytes(16)))

    def crafted(self, frame: bytes) -> bytes:
        """Anything with a right crc."""
        inner = bytes([self.chance.choice((0, 7, 250, 255)), self.chance.choice(KINDS)]) + self.chance.randbytes(18)
        return SYNC + inner + crc16(inner).to_bytes(2, "little")

    def twice(self, frame: bytes) -> bytes:
        """Broken off, and begun again."""
        return frame[: self.chance.randrange(SIZE)] + frame

    def syncs(self, frame: bytes) -> bytes:
        """One beginning after another."""
        return SYNC * self.chance.randrange(40) + SYNC[:1]


class Fuzzed:
    """A panel, its master's session and reader, and a line between them that lies."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.panel = SmallPanel("e66038b713a5b72c", seed).has(7, KEY)
        self.session = Session(7, bytes.fromhex(KEY), self.chance.randbytes)
        self.reader = Reader()
        self.mutator = Mutator(self.chance)
        self.made: set[tuple[str, int, int]] = set()
        self.told: set[tuple[str, int]] = set()
        self.fed = self.taken = 0
        self.now = 0.0

    def step(self) -> None:
        """One question with whatever comes back."""
        if self.chance.random() < 0.2:
            button = self.chance.randrange(3)
            self.made.add((self.panel.boot.hex(), self.panel.press(button), button))
        answer = self.panel.hears(self.session.asked(Told(), 0)) or b""
        heard = self._hear(self._lie(answer))
        if not heard:
            self.session.missed()

    def settle(self) -> None:
        """The line is sound again: a press gets through."""
        made = (self.panel.boot.hex(), self.panel.press(1), 1)
        self.made.add(made)
        self._hear(bytes(SIZE))
        for _ in range(2 * MISSES + 2):
            if not self._hear(self.panel.hears(self.session.asked(Told(), 0)) or b""):
                self.session.missed()
        assert made[:2] in self.told, "a press was not heard on a sound line"

    def _lie(self, answer: bytes) -> bytes:
        whole = answer if answer and self.chance.random() < 0.4 else b""
        lies = [self.mutator.any(answer or Frame(7, 0x91, 1, bytes(8)).pack()) for _ in range(self.chance.randrange(3))]
        pieces = [*lies, whole]
        self.chance.shuffle(pieces)
        return b"".join(pieces)

    def _hear(self, data: bytes) -> bool:
        good, at = False, 0
        while at < len(data):
            piece = data[at : at + self.chance.randint(1, 64)]
            at += len(piece)
            good = self._feed(piece) or good
        return good

    def _feed(self, piece: bytes) -> bool:
        good = False
        self.fed += len(piece)
        for heard in self.reader.feed(piece):
            self.taken += SIZE
            good = self._take(heard) or good
        assert 1 <= self.reader.missing <= SIZE
        assert self.taken + self.reader.skipped + SIZE - self.reader.missing == self.fed
        return good

    def _take(self, heard: Heard) -> bool:
        self.now += 0.01
        good = self.session.heard(heard, self.now)
        press = self.session.press()
        if press is not None:
            assert (press.boot, press.number, press.button) in self.made, f"nobody has made {press}"
            assert (press.boot, press.number) not in self.told, f"{press} was told twice"
            self.told.add((press.boot, press.number))
        polled_of(heard.frame.body)
        return good


def fuzz(seconds: float, seed: int) -> tuple[int, int]:
    """Fuzz for so long: rounds, and bytes fed. Raises whatever was found, with the round's seed in a note."""
    until, rounds, fed = time.monotonic() + seconds, 0, 0
    while rounds == 0 or time.monotonic() < until:
        one = Fuzzed(seed + rounds)
        try:
            for _ in range(200):
                one.step()
            one.settle()
        except Exception as error:
            error.add_note(f"seed {seed + rounds}")
            raise
        rounds, fed = rounds + 1, fed + one.fed
    return rounds, fed


def main() -> int:
    """0 when nothing was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.panels.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=time.time_ns() & 0xFFFF_FFFF)
    given = parser.parse_args()
    rounds, fed = fuzz(given.seconds, given.seed)
    print(f"{rounds} rounds, {fed:,} bytes, nothing found; seed {given.seed}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
