"""Panels at seats, wherever they hang: what the process needs of them. `gpio` and `bus.fixtures` have it.

A press comes in with a name of its own, and with a mark of what was asked when it was made (`Shown.asked`): the process
takes it for nothing else. What became of it goes out by that name. `tests/panels/test_fixture_contract.py` is the
promise of both in full.
"""

from enum import IntEnum
from typing import Protocol

from msgspec import Struct

from appliance.core.ballot_paper import Choice
from appliance.panels.lights import DARK, Frame, Pattern
from appliance.services.panel_words import House, PanelDone, PanelOrder, Pressed


class Press(Struct, frozen=True):
    """A choice that somebody has made at a seat."""

    seat: str
    choice: Choice
    name: str
    """No other press has it, ever; the same press has it also after a restart of this process."""
    at: float
    """When, in monotonic seconds."""
    asked: int
    """The mark that was shown (`Shown.asked`) when it was made."""


class TwoAtOnce(Struct, frozen=True):
    """Two buttons at once, which count as none."""

    seat: str


Event = Press | TwoAtOnce | Pressed | PanelDone
"""What fixtures tell: also a finger while testing, and that an order which took its time is done."""


class Outcome(IntEnum):
    """What became of a press."""

    NOTHING = 0
    """Nothing is known of it."""
    TAKEN = 1
    """It is on its way to the ledger."""
    RECORDED = 2
    """It is on disk."""
    REFUSED = 3
    """It counts nothing."""


class Shown(Struct, frozen=True):
    """What a seat's panel shows."""

    pattern: Pattern = DARK
    asked: int = 0
    """A mark of what a press would be for now; another for each poll and each seat."""
    press: str = ""
    """The name of the press that `outcome` is about."""
    outcome: Outcome = Outcome.NOTHING


class Fixtures(Protocol):
    """All panels of one kind. Called on the process's thread alone."""

    def begin(self, now: float) -> None:
        """The process serves from now on."""

    def seats(self) -> tuple[str, ...]:
        """The seats that have a panel of this kind; it may be away at the moment."""

    def jammed(self) -> frozenset[str]:
        """The seats of which a button is stuck."""

    def hear(self, item: object, now: float) -> tuple[Event, ...] | None:
        """An item of the process's inbox; None when it is none of theirs."""

    def pass_time(self, now: float) -> tuple[Event, ...]:
        """What has become due."""

    def due(self, now: float) -> float:
        """When there is something to do next; infinity: nothing."""

    def show(self, seat: str, shown: Shown, now: float) -> bool:
        """Show this at a seat from now on. True when what is seen there has changed."""

    def lit(self, seat: str) -> Frame:
        """Which lights are on, as far as the panel has said."""

    def looks(self, seat: str, pattern: Pattern) -> Pattern:
        """What a pattern looks like on this seat's panel."""

    def drive(self, seat: str, choice: Choice, down: bool) -> bool:
        """The simulator's finger; False where there is no simulated panel."""

    def house(self) -> House:
        """Their part of the house."""

    def order(self, order: PanelOrder) -> PanelDone | bool:
        """Do it, and say that it is done; True: it takes its time, and a PanelDone comes; False: not for these."""

    def alone(self) -> None:
        """There is no server: nothing is tested, located or looked for any more."""

    def close(self) -> None:
        """Dark, and everything given back."""
