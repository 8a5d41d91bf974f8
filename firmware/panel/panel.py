"""The panel: three buttons, three lights, one wire, as a pure machine. Time (milliseconds) and chance are arguments.

`frame` takes a frame and gives the answer or None, `buttons` takes what is pressed, `later` lets time pass, and
`lights` says what is lit. Imports nothing of `machine`: the same file runs on a board, in tests, in the simulator.

A press lights *sending* at once and is told with every answer until its verdict comes; then the lights are the
master's alone. A newer press takes an older one's place. After LONGEST_WAIT_TENTHS without a verdict it is
dropped and shown as refused. A panel never shows *recorded* of its own accord.
"""

from firmware.panel import frame as f
from firmware.panel import shows
from firmware.panel.buttons import NEVER, PRESSED, TWO_AT_ONCE, Buttons
from firmware.panel.frame import Frame, Key, Poll
from firmware.panel.hall import Hall
from firmware.panel.looks import Beat, Sound, lit, sending
from firmware.panel.presses import Presses
from firmware.panel.session import Session, Sessions
from firmware.panel.states import (
    CALLED,
    HALF_KEYED,
    JOINED,
    LIMITS,
    LOOKS,
    NEXT,
    NO_HALL,
    SERVED,
    SILENCE_MS,
    SILENT,
    STRANGER,
    WAITING,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

FOREIGN_OPENS = 3
REFUSED_MS = 800
BY_HAND, BY_HAND_MS = 0b101, 10_000
"""The outer two buttons, held from power-on for ten seconds, make a panel forget its hall: its key may be lost."""


class Panel:
    """One panel since it was switched on. `hall` is what its flash has to hold; `state` is one of NEXT's."""

    def __init__(
        self, serial: bytes, hall: "Hall | None", chance: "Callable[[int], bytes]", down: int, now: int, weak: bool
    ) -> None:
        self.serial = serial
        self.hall = hall
        self.state = NO_HALL if hall is None else WAITING if hall.proven else JOINED
        self._chance = chance
        self._boot = chance(4)
        self._weak = f.BROWNOUT if weak else 0
        self._buttons = Buttons(down, now)
        self._by_hand: int | None = now + BY_HAND_MS if down == BY_HAND else None
        self._paired = Key(hall.key) if hall else None
        self._sessions = Sessions()
        self._poll = Poll(shows.OFFLINE, 0)
        self._beat = Beat(now)
        self._sound = Sound()
        self._presses = Presses()
        self._two_at_once = 0
        self._heard = self._pressed = self._found = self._refused = NEVER
        self._tag = 0
        self._foreign = 0
        self._calling = 0
        self._half = b""
        self._left: Hall | None = None

    @property
    def address(self) -> int:
        """What frames for this panel are addressed to; 0 while it has none. Just left, it still hears the old one."""
        hall = self.hall or self._left
        return hall.address if hall else 0

    # --- in

    def frame(self, data: bytes, now: int) -> "bytes | None":
        """The answer to these SIZE bytes, or None. What is noise, a stranger's, old or another's is not answered."""
        self.later(now)
        try:
            frame = f.unpack(data)
        except f.Refused:
            return None
        if frame.address == 0:
            return None if self.hall and self.hall.proven else self._nobodys(frame, now)
        if frame.address != self.address:
            return None
        if frame.kind == f.FORGET:
            return self._forget(frame, data)
        if self.hall is None:
            return None
        if frame.kind == f.POLL:
            session = self._sessions.takes(frame, data)
            return self._polled(frame, session, now) if session else None
        if frame.kind == f.ABOUT:
            session = self._sessions.takes(frame, data)
            return session.made_as(frame) if session else None
        return self._open(frame, data, now) if frame.kind == f.OPEN else None

    def buttons(self, down: int, now: int) -> None:
        """Which buttons (bits) are down at this moment."""
        if down != BY_HAND:
            self._by_hand = None
        self._events(self._buttons.read(down, now), now)
        if self._buttons.began == now:
            self._tag = self._poll.tag

    def later(self, now: int) -> None:
        """What the mere passing of time brings about."""
        self._events(self._buttons.later(now), now)
        due = self._presses.due()
        if due is not None and now >= due:
            self._presses.drop()
            self._refuse(now)
        limit = LIMITS.get(self.state)
        if limit and now - self._heard > limit[1]:
            self._go(limit[0])
        if self._by_hand is not None and now >= self._by_hand:
            self._by_hand = None
            self._leave()

    # --- out

    def shows(self, now: int) -> int:
        """The number of the pattern that the lights follow now."""
        poll = self._poll
        if self.state != SERVED:
            return shows.JOINING if self.state == NO_HALL and now < self._found else LOOKS[self.state]
        if poll.flags & f.LOCATE:
            return shows.LOCATED
        if poll.flags & f.TESTING or poll.pattern == shows.OFFLINE:
            return poll.pattern
        if self._buttons.jammed:
            return shows.JAMMED
        if now < self._refused:
            return shows.REFUSED
        button = self._presses.button
        return poll.pattern if button is None else sending(button, poll.pattern)

    def lights(self, now: int) -> int:
        """Which lights (bits) are on now."""
        return lit(self.shows(now), self._beat.tenth(now))

    def sounds(self, now: int) -> bool:
        """The buzzer, where one is fitted and the hall wants it."""
        return self._sound.on(now)

    def due(self, now: int) -> int:
        """When something of this changes next without a frame or a finger; later than `now`."""
        due = now + SILENCE_MS
        if len(shows.frames(self.shows(now))) > 1:
            due = self._beat.next_tenth(now)
        limit = LIMITS.get(self.state)
        for moment in (
            self._buttons.due(),
            self._sound.due(now),
            self._by_hand,
            self._refused,
            self._found,
            self._presses.due(),
            self._heard + limit[1] + 1 if limit else None,
        ):
            if moment is not None and now < moment < due:
                due = moment
        return due

    # --- being paired, and forgetting

    def _nobodys(self, frame: Frame, now: int) -> "bytes | None":
        """A frame to panels without a hall. Only the one that was called takes a key."""
        if frame.kind == f.WHO:
            if self.state not in {NO_HALL, JOINED} or now - self._pressed > f.PAIRING_SECONDS * 1000:
                return None
            self._found = now + f.PAIRING_SECONDS * 1000
            return Frame(0, f.I_AM, frame.counter, self.serial).pack()
        if frame.kind == f.CALL:
            self._call(frame, now)
        elif frame.kind == f.KEY and frame.counter == 0 and self.state in {CALLED, HALF_KEYED}:
            self._heard, self._half = now, frame.body
            self._go("half_key")
        elif frame.kind == f.KEY and frame.counter == 1:
            return self._join(frame, self._half + frame.body)
        return None

    def _call(self, frame: Frame, now: int) -> None:
        if frame.body == self.serial and 1 <= frame.counter <= 250:
            self._settle(None)
            self._heard, self._calling = now, frame.counter
            self._go("call")
        elif self.state in {CALLED, HALF_KEYED}:
            self._go("give_up")

    def _join(self, frame: Frame, key: bytes) -> "bytes | None":
        """The second half of a key; it is proven once the hall has polled with it."""
        if self.state == HALF_KEYED:
            self._settle(Hall(self._calling, key, proven=False))
            self._go("key")
        if self.state != JOINED or not self.hall or self.hall.key != key:
            return None
        return Frame(self.hall.address, f.JOINED, frame.counter, self.serial).pack(self._paired)

    def _forget(self, frame: Frame, data: bytes) -> "bytes | None":
        """Also the second time: the first answer may have been lost."""
        hall = self.hall or self._left
        key = Key(hall.key) if hall else None
        if not hall or not key or frame.body != self.serial or not key.made(data):
            return None
        if self.hall:
            self._leave()
            self._left = hall
        return Frame(frame.address, f.GONE, frame.counter, self.serial).pack(key)

    def _leave(self) -> None:
        if (self.state, "forget") in NEXT:
            self._settle(None)
            self._go("forget")

    def _settle(self, hall: "Hall | None") -> None:
        self.hall, self._left = hall, None
        self._paired = Key(hall.key) if hall else None
        self._presses.drop()
        self._sessions.end()

    # --- being served

    def _open(self, frame: Frame, data: bytes, now: int) -> "bytes | None":
        if self._paired and self._paired.made(data):
            self._foreign = 0
            return self._sessions.open(frame, data, self._paired, self._boot, self._chance)
        self._foreign += 1
        if self._foreign >= FOREIGN_OPENS and self.state in {WAITING, SILENT, STRANGER}:
            self._heard = now
            if self.state != STRANGER:
                self._go("foreign")
        return None

    def _polled(self, frame: Frame, session: Session, now: int) -> bytes:
        self._heard, self._foreign = now, 0
        if self.hall and not self.hall.proven:
            self.hall = Hall(self.hall.address, self.hall.key, proven=True)
        self._go("poll")
        poll = f.poll_of(frame.body)
        self._beat.heard(poll.phase, now)
        if (poll.flags ^ self._poll.flags) & f.TESTING:
            self._presses.drop()  # what was pressed for a test is no vote, and the other way round
            self._buttons.forget()
        self._poll = poll
        verdict = self._presses.verdict(poll)
        if verdict == f.REFUSED:
            self._refuse(now)
        elif verdict == f.RECORDED and poll.flags & f.BUZZER:
            self._sound.recorded(now)
        state = self._weak | self._two_at_once | (f.JAMMED if self._buttons.jammed else 0)
        self._two_at_once = 0
        return session.answer(frame, self._presses.told(state, self._buttons.down, self.lights(now), now))

    # --- buttons

    def _events(self, events: "tuple[tuple[int, int], ...]", now: int) -> None:
        for what, button in events:
            if what == PRESSED:
                self._pressed = now
                self._asked(button, now)
            elif what == TWO_AT_ONCE:
                self._two_at_once = f.TWO_AT_ONCE
                self._refuse(now)

    def _asked(self, button: int, now: int) -> None:
        """A press counts for what was asked when the finger came down; one that no hall has asked for is nobody's."""
        if self.state not in {SERVED, SILENT}:
            return
        if self._presses.made(button, self._tag, now):
            self._refused = NEVER
        else:  # numbers of one boot rise: go on as if it had just been switched on
            self._boot = self._chance(4)
            self._presses.begin()
            self._sessions.end()
            self._go("renumber")

    def _refuse(self, now: int) -> None:
        self._refused = now + REFUSED_MS
        if self._poll.flags & f.BUZZER:
            self._sound.refused(now)

    def _go(self, event: str) -> None:
        self.state = NEXT[self.state, event]
