"""The press that waits for its verdict. Pure: time is an argument, in milliseconds."""

from firmware.panel.frame import LONGEST_WAIT_TENTHS, NOTHING, RECORDED, REFUSED, Poll, Polled

LAST_PRESS = 65535


class _Press:
    def __init__(self, number: int, button: int, at: int, tag: int) -> None:
        self.number = number
        self.button = button
        self.at = at
        self.tag = tag


class Presses:
    """At most one waits: a newer one takes its place. Numbers rise; after LAST_PRESS they have to `begin` anew."""

    def __init__(self) -> None:
        self._number = 0
        self._waits: _Press | None = None

    @property
    def button(self) -> "int | None":
        """The button of the press that waits, or None."""
        return self._waits.button if self._waits else None

    def made(self, button: int, tag: int, now: int) -> bool:
        """A button was pressed, when `tag` was asked. False: there is no number left for it."""
        if self._number == LAST_PRESS:
            return False
        self._number += 1
        self._waits = _Press(self._number, button, now, tag)
        return True

    def begin(self) -> None:
        """The numbers start again; whoever counts them has to be told that this is another boot."""
        self._number = 0
        self._waits = None

    def drop(self) -> None:
        """It counts nothing."""
        self._waits = None

    def due(self) -> "int | None":
        """When it has waited too long, or None."""
        return self._waits.at + LONGEST_WAIT_TENTHS * 100 if self._waits else None

    def verdict(self, poll: Poll) -> int:
        """RECORDED or REFUSED when this poll ends the press that waits; it may be about another, or say nothing."""
        if not self._waits or self._waits.number != poll.press or poll.verdict not in {RECORDED, REFUSED}:
            return NOTHING
        self._waits = None
        return poll.verdict

    def told(self, state: int, down: int, lit: int, now: int) -> Polled:
        """What the master is told of it, with what else there is to tell."""
        press = self._waits
        if not press:
            return Polled(state, down=down, lit=lit)
        age = min((now - press.at) // 100, 255)
        return Polled(state, press.number, press.button, down, age, press.tag, lit)
