"""One panel as the master sees it: a session that is opened, and what is asked and answered in it. Pure.

A session begins with OPEN and OPENED, of which the panel's key makes a key for this session alone (frame.py). In it
the counter only rises, and an answer counts only for the frame that was sent last: what was recorded on the wire
at any other time is heard by nobody.
"""

from collections.abc import Callable

from msgspec import Struct

from appliance.panels.bus.reader import Heard
from firmware.panel.frame import ABOUT, MADE_AS, OPEN, OPENED, POLL, POLLED, Frame, Key, Poll, Polled, polled_of

SILENT_SECONDS = 1.0
"""A panel that has answered nothing for so long is away; it takes the same time to show that its master is."""
MISSES = 3
"""So many polls in a row without an answer, and the session is opened anew: the panel may have started again."""
ABOUT_TRIES = 3
"""How often a panel is asked for its version in one session: firmware from before that question does not answer it."""


class Told(Struct, frozen=True):
    """What a panel is told with its next poll: the fields of `frame.Poll` without the phase."""

    pattern: int = 0
    tag: int = 0
    press: int = 0
    verdict: int = 0
    flags: int = 0


class PressHeard(Struct, frozen=True):
    """A press that was not heard before. `boot` and `number` together are its name for ever."""

    boot: str
    number: int
    button: int
    age: float
    """Seconds since it was pressed."""
    tag: int


class Session:
    """`asked` gives the next frame to send; `heard` takes whatever came back."""

    def __init__(self, address: int, key: bytes, chance: Callable[[int], bytes]) -> None:
        self.address = address
        self.answered_at: float | None = None
        """When it answered last, in monotonic seconds; None: never since the line was opened."""
        self.errors = 0
        """Frames that were not answered while the panel was there."""
        self.boot = ""
        self.version = ""
        """Of its firmware, as it told in this session; empty: not yet."""
        self.last = Polled()
        self._paired = Key(key)
        self._chance = chance
        self._key: Key | None = None
        self._counter = 0
        self._opening: tuple[int, bytes] | None = None
        self._misses = 0
        self._waiting = False
        self._given: tuple[str, int] | None = None
        self._about_tries = ABOUT_TRIES
        self._polled_once = False

    def live(self, now: float) -> bool:
        """Whether it has answered in time."""
        return self.answered_at is not None and now - self.answered_at < SILENT_SECONDS

    def asked(self, told: Told, phase: int) -> bytes:
        """A poll in the session; or an OPEN, when there is no session or it seems to be over."""
        self._waiting = True
        if self._key is None or (self._misses and self._misses % MISSES == 0):
            return self._open()
        self._opening = None
        self._counter += 1
        if self._may_ask_about() and not told.verdict:
            self._about_tries -= 1
            return Frame(self.address, ABOUT, self._counter, bytes(8)).pack(self._key)
        body = Poll(told.pattern, phase, told.press, told.verdict, told.tag, told.flags).body()
        return Frame(self.address, POLL, self._counter, body).pack(self._key)

    def _may_ask_about(self) -> bool:
        """Once it is there, and never in the way of a press."""
        quiet = self._polled_once and not self._misses and not self.last.press
        return quiet and not self.version and self._about_tries > 0

    def missed(self) -> None:
        """What was asked last was not answered."""
        self._misses += 1
        if self.answered_at is not None:
            self.errors += 1

    def heard(self, heard: Heard, now: float) -> bool:
        """Whether this is the answer to what was asked last. It is taken in."""
        if not self._waiting or heard.frame.address != self.address:
            return False
        take = {OPENED: self._opened, POLLED: self._polled, MADE_AS: self._made_as}.get(heard.frame.kind)
        good = take is not None and take(heard)
        if good:
            self._misses, self._waiting, self.answered_at = 0, False, now
        return good

    def press(self) -> PressHeard | None:
        """The press that waits, if it was not given out before."""
        last = self.last
        if not last.press or not self.boot or self._given == (self.boot, last.press) or last.button > 2:
            return None
        self._given = self.boot, last.press
        return PressHeard(self.boot, last.press, last.button, last.age / 10, last.tag)

    def _open(self) -> bytes:
        body, counter = self._chance(8), int.from_bytes(self._chance(4), "little")
        self._opening = counter, body
        self._misses = max(self._misses, 1)
        return Frame(self.address, OPEN, counter, body).pack(self._paired)

    def _opened(self, heard: Heard) -> bool:
        if self._opening is None or heard.frame.counter != self._opening[0] or not self._paired.made(heard.raw):
            return False
        self._key = self._paired.session(self._opening[1], heard.frame.body)
        self._opening, self._counter = None, 0
        self._about_tries, self._polled_once, self.version = ABOUT_TRIES, False, ""
        self.boot, self.last = heard.frame.body[:4].hex(), Polled()
        return True

    def _polled(self, heard: Heard) -> bool:
        if not self._answers(heard):
            return False
        self.last, self._polled_once = polled_of(heard.frame.body), True
        return True

    def _made_as(self, heard: Heard) -> bool:
        if not self._answers(heard):
            return False
        self.version = ".".join(str(part) for part in heard.frame.body[:3])
        return True

    def _answers(self, heard: Heard) -> bool:
        """Whether it was made in this session, for what was asked last."""
        if self._opening is not None or self._key is None or heard.frame.counter != self._counter:
            return False
        return self._key.made(heard.raw)
