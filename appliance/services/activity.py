"""What is going on, for those who work beside the appliance: a sitting, an open poll, a secret vote.

Backups rest while a poll is open or a secret vote is being taken, and a release is not changed in a sitting. They find
it in a small file, because they must know it also when the appliance is away: what it said last stands until it is
back. The file is rewritten when one of the three changes; a ballot costs no look.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import msgspec
from msgspec import Struct

from appliance.core import events as e
from appliance.core.refusals import Fault
from appliance.core.state import Meeting
from appliance.services.chamber import Chamber, Told
from appliance.services.ports import Timers
from appliance.services.standing import Aside

FILE: Final = "activity.json"
"""Its name in the data folder."""
AGAIN_SECONDS: Final = 0.5
_BALLOTS: Final = (e.BallotCast, e.PaperKeyed)
log = logging.getLogger(__name__)


class Activity(Struct, frozen=True):
    """Three questions, in the order of how long the answer is yes."""

    sitting: bool
    """A sitting is open."""
    poll: bool
    """A poll is open or held: ballots may arrive now."""
    secret: bool
    """A secret vote on persons is between the handing out of its ballots and its announcement."""


def activity_of(meeting: Meeting) -> Activity:
    """What is going on in this meeting."""
    return Activity(
        sitting=meeting.sitting is not None,
        poll=meeting.running_poll is not None,
        secret=any(election.unfinished for election in meeting.elections.values()),
    )


@dataclass(slots=True)
class ActivityKeeper:
    """Listens to the Chamber and has `write` put the file's new content on the disk, off the hub."""

    chamber: Chamber
    write: Callable[[bytes], None]
    """All or nothing, durably. Raises Fault; then it is tried again."""
    aside: Aside
    timers: Timers
    _written: Activity | None = None
    _busy: bool = False

    def __post_init__(self) -> None:
        """Say what is so now, before anybody is served: what a server that was killed said last may not be so."""
        self.chamber.listeners.append(self.told)
        now = activity_of(self.chamber.durable)
        try:
            self.write(msgspec.json.encode(now))
        except Fault as fault:
            self._done(now, fault)
        else:
            self._written = now

    def told(self, told: Told) -> None:
        """More entries are durable."""
        if any(not isinstance(event, _BALLOTS) for entry in told.entries for event in entry.events):
            self._look()

    def _look(self) -> None:
        now = activity_of(self.chamber.durable)
        if self._busy or now == self._written:
            return
        self._busy = True
        self.aside(lambda: self.write(msgspec.json.encode(now)), lambda fault: self._done(now, fault))

    def _done(self, said: Activity, fault: Fault | None) -> None:
        self._busy = False
        if fault is not None:
            log.warning("backups cannot be told what is going on: %s", fault)
            self.timers.after(AGAIN_SECONDS, self._look)
            return
        self._written = said
        self._look()
