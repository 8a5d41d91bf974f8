"""The panel's end of a session: which polls count, and the session that is about to replace it."""

from firmware.panel.frame import MADE_AS, OPENED, POLLED, Frame, Key, Polled
from firmware.panel.version import VERSION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


class Session:
    """A key of its own, and a counter that only rises: it starts above 0."""

    def __init__(self, key: Key) -> None:
        self._key = key
        self._last = 0

    def takes(self, frame: Frame, data: bytes) -> bool:
        """This POLL or ABOUT is newer than all before it, and the session's master made it. It is not taken twice."""
        if frame.counter <= self._last or not self._key.made(data):
            return False
        self._last = frame.counter
        return True

    def answer(self, frame: Frame, polled: Polled) -> bytes:
        """The POLLED that answers this POLL."""
        return Frame(frame.address, POLLED, frame.counter, polled.body()).pack(self._key)

    def made_as(self, frame: Frame) -> bytes:
        """The MADE_AS that answers this ABOUT."""
        return Frame(frame.address, MADE_AS, frame.counter, bytes(VERSION) + bytes(5)).pack(self._key)


class Sessions:
    """The session in force, and the candidate that the newest OPEN has made.

    A candidate takes the old one's place with the first valid POLL in it and not before: whoever replays an OPEN
    knows no key, can give no POLL, and cuts nobody off.
    """

    def __init__(self) -> None:
        self._session: Session | None = None
        self._candidate: Session | None = None
        self._asked = b""
        self._answer = b""

    def open(self, frame: Frame, data: bytes, paired: Key, boot: bytes, chance: "Callable[[int], bytes]") -> bytes:
        """The OPENED that answers an OPEN made with the paired key. The same OPEN twice gets the same answer."""
        if data != self._asked:
            body = boot + chance(4)
            self._candidate = Session(paired.session(frame.body, body))
            self._asked = data
            self._answer = Frame(frame.address, OPENED, frame.counter, body).pack(paired)
        return self._answer

    def takes(self, frame: Frame, data: bytes) -> "Session | None":
        """The session in which this POLL or ABOUT counts, or None."""
        if self._session and self._session.takes(frame, data):
            return self._session
        if self._candidate and self._candidate.takes(frame, data):
            self._session, self._candidate, self._asked = self._candidate, None, b""
            return self._session
        return None

    def end(self) -> None:
        """Both are gone: the master has to open anew."""
        self._session = self._candidate = None
        self._asked = b""
