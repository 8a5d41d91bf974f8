"""Papers give way to votes: while a vote is open, the papers process is told to rest.

A core at work at the lowest priority is taken from it a moment later than one that sleeps. Where two cores serve a
hall, that moment was two thirds of a ballot's answer (`python -m tests.bench.papers`), and a page can wait a minute.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from appliance.core import events as e
from appliance.core.refusals import Fault
from appliance.core.state import PollState
from appliance.services.chamber import Chamber, Told
from appliance.services.standing import Aside

_CHANGES: Final = (e.PollOpened, e.PollHeld, e.PollResumed, e.PollClosed, e.PollVoided)
_VOTING: Final = frozenset({PollState.OPEN, PollState.HELD})
log = logging.getLogger(__name__)


@dataclass(slots=True)
class GivingWay:
    """Listens to the Chamber and has `mark` say whether a vote is open. A disk that refuses costs only speed."""

    chamber: Chamber
    mark: Callable[[bool], None]
    """Raises Fault."""
    aside: Aside
    _told: bool | None = None
    _busy: bool = False

    def __post_init__(self) -> None:
        """Say what is so now: a mark may have been left by a server that was killed."""
        self.chamber.listeners.append(self.told)
        self._look()

    def told(self, told: Told) -> None:
        """More entries are durable; a ballot costs no look."""
        if any(isinstance(event, _CHANGES) for entry in told.entries for event in entry.events):
            self._look()

    def _look(self) -> None:
        voting = any(poll.state in _VOTING for poll in self.chamber.durable.polls.values())
        if self._busy or voting == self._told:
            return
        self._busy, self._told = True, voting
        self.aside(lambda: self.mark(voting), self._marked)

    def _marked(self, fault: Fault | None) -> None:
        self._busy = False
        if fault is not None:
            log.warning("the papers process cannot be told whether a vote is open: %s", fault)
            return
        self._look()
