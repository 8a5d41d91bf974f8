"""The server's sign of life: given from the hub itself, and only while the ledger's writer answers.

A hub that turns no more gives none. A writer that is silent for `WRITER_SECONDS` while the hub turns is as bad:
votes would be taken and never answered. Whoever watches then ends the process, and it replays the ledger.
"""

import logging
import time
from collections.abc import Callable
from typing import Final

import gevent

log = logging.getLogger(__name__)
WRITER_SECONDS: Final = 30.0
"""A flash card that tidies itself may keep one commit waiting for seconds; that is no reason to begin again."""


class Heartbeat:
    """`run` is a task of the hub. `ask` has the writer call back, on the hub, behind all that it was given before."""

    def __init__(
        self,
        ask: Callable[[Callable[[], None]], None],
        alive: Callable[[], None],
        every: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ask, self._alive, self._every, self._clock = ask, alive, every, clock
        self._heard = clock()
        self._asked = self._silent = False

    def run(self) -> None:
        """For ever, each `every` seconds."""
        while True:
            self.beat()
            gevent.sleep(self._every)

    def beat(self) -> None:
        """One sign of life, unless the writer owes an answer for too long."""
        if not self._asked:
            self._asked = True
            self._ask(self._answered)
        silent = self._clock() - self._heard > WRITER_SECONDS + self._every
        if silent and not self._silent:
            log.critical("the ledger's writer does not answer; no sign of life is given until it does")
        self._silent = silent
        if not silent:
            self._alive()

    def _answered(self) -> None:
        self._asked, self._heard = False, self._clock()
