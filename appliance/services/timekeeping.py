"""Whether this machine's wall clock has been set at all. While nothing speaks for it no document is issued. Pure rules.

A Pi without a battery-backed clock begins, when it is switched on, where it stopped, or in 1970. Its time is believed
once a time server has answered, a battery-backed clock agrees, or a person has set it. A vote is never refused for
its sake: entries written meanwhile say that their time is doubtful.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from msgspec.structs import replace

from appliance.core.refusals import Code, Fault, Refusal
from appliance.services.chamber import Chamber
from appliance.services.readiness_facts import ClockFacts

log = logging.getLogger(__name__)

EARLIEST: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""Before it there was no such appliance: no right clock can show less. A release says more closely when it was made."""
LATEST: Final = datetime(2100, 1, 1, tzinfo=UTC)
"""Beyond it whoever sets the clock has mistyped."""
AGREES_SECONDS: Final = 60.0
"""A battery-backed clock that is so far away speaks against the time, not for it."""


def is_unset(clock: ClockFacts, now: datetime, newest: datetime | None, earliest: datetime = EARLIEST) -> bool:
    """True when nothing speaks for the time `now`. `newest`: when the record's last entry was written.

    `earliest` is past for sure: the day on which the release was made.

    A person and a time server are believed whatever the record says; a battery-backed clock only if it has not
    fallen behind the record, as one does whose battery is empty.
    """
    if not clock.watched or clock.synchronised or clock.set_by_hand:
        return False
    if now < earliest or (newest is not None and now < newest):
        return True
    return clock.rtc_offset is None or abs(clock.rtc_offset) >= AGREES_SECONDS


def may_set(
    utc: datetime, newest: datetime | None, *, sitting: bool, sure: bool, earliest: datetime = EARLIEST
) -> Refusal | None:
    """Why the clock may not be set to `utc` now; None: it may.

    Never while a sitting is open: a step would cut the sitting's own record into times before and after that cannot
    be compared. Behind the record's last entry only when the person is `sure`.
    """
    if not earliest <= utc < LATEST:
        return Refusal(Code.CLOCK_IMPLAUSIBLE)
    if sitting:
        return Refusal(Code.CLOCK_SITTING_OPEN)
    if newest is not None and utc < newest and not sure:
        return Refusal(Code.CLOCK_BEFORE_RECORD)
    return None


@dataclass(slots=True)
class Timekeeping:
    """Knows whether the clock is set, by what was measured last (`measured`, off the hub, from time to time)."""

    chamber: Chamber
    look: Callable[[], ClockFacts]
    """Asks the machine; for a worker thread."""
    set_machine: Callable[[datetime], None] | None = None
    """Sets the clock, and says for this boot that a person has. Raises Fault; None: it cannot be set from here."""
    facts: ClockFacts = field(default_factory=ClockFacts)
    times_set: int = 0
    """A measurement that was begun before the clock was set says nothing of it afterwards."""
    earliest: datetime = EARLIEST
    """No right clock shows less."""

    def __post_init__(self) -> None:
        """Entries written with an unset clock say so from the first one on."""
        self.facts = self.look()
        self.chamber.clock_unset = lambda: self.unset

    @property
    def unset(self) -> bool:
        """Whether documents have to wait."""
        return is_unset(self.facts, self.chamber.clock.now().utc, self.chamber.last_time, self.earliest)

    def shown(self) -> ClockFacts:
        """The facts with their verdict."""
        return replace(self.facts, unset=self.unset, doubtful=self.chamber.time_doubtful)

    def refuses(self, utc: datetime, *, sure: bool) -> Refusal | None:
        """Why it may not be set so."""
        sitting = self.chamber.durable.sitting is not None
        return may_set(utc, self.chamber.last_time, sitting=sitting, sure=sure, earliest=self.earliest)

    def set(self, utc: datetime) -> ClockFacts:
        """Set the machine's clock; for a worker thread. Raises Fault."""
        if self.set_machine is None:
            raise Fault(Code.CLOCK_NOT_SETTABLE, "no helper is configured")
        self.set_machine(utc)
        return self.look()
