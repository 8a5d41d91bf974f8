"""Whom the master asks next. Pure; panels are known by their addresses.

A round asks every live panel once, and one of those that are silent, so that a dead row costs little. While a new
panel is looked for, a round ends with a WHO. A panel for which there is news (its press is recorded) is asked out
of turn, which at most one question in EXTRA_EVERY may be: that is what bounds a round (`arithmetic`).
"""

from collections import deque
from collections.abc import Iterable
from enum import StrEnum
from typing import Final, NamedTuple

MOST_PANELS: Final = 32
"""A dongle's. RS-485 allows as many unit loads, and a round has to fit into 250 ms."""
EXTRA_EVERY: Final = 8


class Turn(StrEnum):
    """What kind of question."""

    PANEL = "panel"
    SILENT = "silent"
    WHO = "who"


class Next(NamedTuple):
    """The next question; `first`: a new round begins with it."""

    turn: Turn
    address: int = 0
    first: bool = False


class Schedule:
    """`next` for ever; tell it who is there, who has become silent, and who has news."""

    def __init__(self) -> None:
        self._live: list[int] = []
        self._silent: deque[int] = deque()
        self._round: deque[Next] = deque()
        self._urgent: dict[int, None] = {}
        self._since_extra = 0
        self._beginning = True
        self.looking = False
        """A new panel is looked for."""

    def panels(self, addresses: Iterable[int]) -> None:
        """These are all; a new one is silent until it answers."""
        wanted = set(addresses)
        self._live = [address for address in self._live if address in wanted]
        self._silent = deque(address for address in self._silent if address in wanted)
        self._silent.extend(sorted(wanted - {*self._live, *self._silent}))
        self._round = deque(each for each in self._round if each.turn is Turn.WHO or each.address in wanted)
        self._urgent = {address: None for address in self._urgent if address in wanted}

    def heard(self, address: int) -> None:
        """It answers: it is asked in every round."""
        if address in self._silent:
            self._silent.remove(address)
            self._live.append(address)

    def lost(self, address: int) -> None:
        """It is silent: it is asked when its turn among the silent comes."""
        if address in self._live:
            self._live.remove(address)
            self._silent.append(address)

    def urgent(self, address: int) -> None:
        """There is news for it."""
        if address in self._live:
            self._urgent[address] = None

    def next(self) -> Next | None:
        """The next question; None when there is nobody to ask."""
        self._since_extra += 1
        if self._urgent and self._since_extra >= EXTRA_EVERY:
            self._since_extra = 0
            address = next(iter(self._urgent))
            del self._urgent[address]
            return Next(Turn.PANEL, address)
        if not self._round:
            self._refill()
        if not self._round:
            return None
        found = self._round.popleft()
        self._urgent.pop(found.address, None)
        first, self._beginning = self._beginning, False
        return found._replace(first=first)

    def _refill(self) -> None:
        self._beginning = True
        self._round.extend(Next(Turn.PANEL, address) for address in self._live)
        if self._silent:
            self._round.append(Next(Turn.SILENT, self._silent[0]))
            self._silent.rotate(-1)
        if self.looking:
            self._round.append(Next(Turn.WHO))
