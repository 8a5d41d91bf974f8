"""What becomes of each seat's newest press, from the panel's word for it to *recorded* or *refused*.

A press is for what was asked when it was made: should something else be asked by now, it counts nothing, whatever it
would mean. Its command's id is made of the press's own name and of what it asks for, so that a press that is told
again, after this process or the server has started anew, is the same command again and never a second one.
"""

import uuid
from dataclasses import dataclass, field
from typing import Final

from appliance.panels.fixtures import Outcome, Press, Shown
from appliance.panels.lights import Pattern
from appliance.panels.seats import Seat, asks, mark_of
from appliance.panels.wire import PanelCommand, Seen

_NAMES: Final = uuid.UUID("6f6b38f0-0c3e-5d43-9a0e-3f5a1c7f9b52")
"""The name space of the commands' ids, fixed for ever."""


@dataclass(slots=True)
class Taken:
    """A press, and what it stands for: its command, or its outcome."""

    press: Press
    stands_for: PanelCommand | Outcome


@dataclass(slots=True)
class Presses:
    """The newest press of each seat."""

    _taken: dict[str, Taken] = field(default_factory=dict)
    _kept: dict[str, Press] = field(default_factory=dict)

    def take(self, press: Press, seat: Seat, seen: Seen, now: float) -> PanelCommand | None:
        """The command that this press gives, if it gives one."""
        asked = asks(seat.name, seen)
        if press.asked != mark_of(asked):
            if seen.ledger:
                self._refuse(press, seat, now)
            else:  # nothing is known yet of what is asked: this process has just begun
                self._taken[seat.name] = Taken(press, Outcome.TAKEN)
                self._kept[seat.name] = press
            return None
        command_id = str(uuid.uuid5(_NAMES, f"{press.name} {press.choice} {asked}"))
        command = seat.pressed(press.choice, seen, command_id, press.at)
        stands_for = command or seat.stands_for(press.choice, seen)
        self._taken[seat.name] = Taken(press, stands_for)
        if stands_for is Outcome.REFUSED:
            seat.refuse(now)
        return command

    def kept(self) -> tuple[Press, ...]:
        """The presses that came before anything was known: now they may be judged."""
        kept, self._kept = tuple(self._kept.values()), {}
        return kept

    def shown(self, seat: Seat, seen: Seen, pattern: Pattern) -> Shown:
        """What the seat's panel shows: the lights, what a press would be for, what became of the last one."""
        asked, taken = mark_of(asks(seat.name, seen)), self._taken.get(seat.name)
        if taken is None:
            return Shown(pattern, asked)
        if isinstance(taken.stands_for, PanelCommand):
            outcome = seat.became(taken.stands_for, seen)
            if outcome is not Outcome.TAKEN:
                taken.stands_for = outcome
            return Shown(pattern, asked, taken.press.name, outcome)
        return Shown(pattern, asked, taken.press.name, taken.stands_for)

    def forget(self, seat: str) -> None:
        """No panel is at this seat any more."""
        self._taken.pop(seat, None)
        self._kept.pop(seat, None)

    def _refuse(self, press: Press, seat: Seat, now: float) -> None:
        self._taken[seat.name] = Taken(press, Outcome.REFUSED)
        seat.refuse(now)
