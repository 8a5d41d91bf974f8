"""From raw readings of a panel's three buttons to named events. Pure: time is an argument, in milliseconds.

The same rules as `appliance/panels/buttons.py` has for buttons on the Pi's own pins; a test holds the two equal.
A press counts on its first edge, once it has been alone for TOGETHER_MS: two buttons at once are an elbow, not a
choice, and count as none until all are let go. An edge that follows another of the same button within BOUNCE_MS
is bounce. How long a button is held changes nothing, until it is down for JAM_MS: then it is jammed, and the
panel is out of use until it is let go. A button that is down when the panel is switched on was pressed for
nobody, and is jammed if it stays.

Buttons are numbered 0 for, 1 against, 2 abstain; bit n of `down` is button n.
"""

BOUNCE_MS = 30
TOGETHER_MS = 50
JAM_MS = 8000

PRESSED, TWO_AT_ONCE, JAMMED, FREED = 1, 2, 3, 4
NONE = -1
NEVER = -(1 << 29)
_NOTHING: "tuple[tuple[int, int], ...]" = ()


class Buttons:
    """What is known of the three buttons. An event is (what, button); the button of TWO_AT_ONCE is NONE."""

    def __init__(self, down: int, now: int) -> None:
        self.down = down
        self.jammed = False
        self._since = [now, now, now]
        self._edges = [NEVER, NEVER, NEVER]
        self.began = now
        """When the press that is being looked at, or was last, went down."""
        self._alone = NONE
        self._spoiled = down != 0

    def read(self, down: int, now: int) -> "tuple[tuple[int, int], ...]":
        """What this reading (bits, at this moment) brings about, together with the time that has passed."""
        events = self.later(now)
        changed = down ^ self.down
        if changed:
            for button in (0, 1, 2):
                if changed >> button & 1:
                    events += self._down(button, now) if down >> button & 1 else self._up(button, now)
        return events

    def later(self, now: int) -> "tuple[tuple[int, int], ...]":
        """What the mere passing of time brings about: a press that stayed alone, a button that is jammed."""
        events = _NOTHING
        due = self.due()
        while due is not None and due <= now:
            if self._alone != NONE:
                events += ((PRESSED, self._alone),)
                self._alone = NONE
            else:
                events += ((JAMMED, self._longest()),)
                self.jammed = self._spoiled = True
            due = self.due()
        return events

    def due(self) -> "int | None":
        """When `later` has something to tell next, or None."""
        if self._alone != NONE:
            return self.began + TOGETHER_MS
        if self.down and not self.jammed:
            return self._since[self._longest()] + JAM_MS
        return None

    def forget(self) -> None:
        """What has been pressed until now counts nothing; a button that is down must be let go first."""
        self._alone = NONE
        self._spoiled = self.down != 0

    def _longest(self) -> int:
        """The button that is down since the earliest moment."""
        longest = NONE
        for button in (0, 1, 2):
            if self.down >> button & 1 and (longest == NONE or self._since[button] < self._since[longest]):
                longest = button
        return longest

    def _down(self, button: int, now: int) -> "tuple[tuple[int, int], ...]":
        others = self.down
        bounced = self._edge(button, now)
        self.down |= 1 << button
        self._since[button] = now
        if others or (self._alone not in {NONE, button}):
            events = _NOTHING if self._spoiled else ((TWO_AT_ONCE, NONE),)
            self._alone = NONE
            self._spoiled = True
            return events
        if not bounced and not self._spoiled and self._alone == NONE:
            self._alone = button
            self.began = now
        return _NOTHING

    def _up(self, button: int, now: int) -> "tuple[tuple[int, int], ...]":
        self._edge(button, now)
        self.down &= ~(1 << button)
        if self.down:
            return _NOTHING
        events = ((FREED, button),) if self.jammed else _NOTHING
        self._spoiled = self.jammed = False
        return events

    def _edge(self, button: int, now: int) -> bool:
        """Note an edge; True when it is bounce of the one before."""
        bounced = now - self._edges[button] < BOUNCE_MS
        self._edges[button] = now
        return bounced
