"""The machine's wall clock: may documents be issued by it, and the one way to set it."""

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from appliance.adapters.host_facts import clock_facts
from appliance.adapters.line_socket import ask
from appliance.adapters.release import no_earlier_than
from appliance.core.refusals import Code
from appliance.services.chamber import Chamber
from appliance.services.ports import Clock
from appliance.services.readiness_facts import ClockFacts
from appliance.services.timekeeping import EARLIEST, Timekeeping, is_unset

LOOK_EVERY_MS: Final = 5000


def timekeeping(chamber: Chamber, mark: Path | None, helper: Path | None) -> Timekeeping:
    """The house's own. `mark`: the file that says that a person has set the clock; `helper`: the socket of what may."""
    setter = (lambda utc: set_clock(helper, utc)) if helper is not None else None
    return Timekeeping(chamber, lambda: clock_facts(mark), setter, earliest=earliest())


def earliest() -> datetime:
    """No right clock shows less: this release had been made by then."""
    return max(EARLIEST, no_earlier_than() or EARLIEST)


def set_clock(helper: Path, utc: datetime) -> None:
    """Let it be `utc` now, on the wall clock and, where there is one, on the battery-backed one. Raises Fault.

    The helper is `systemd/nghi-truong-clock@.service`. The monotonic clock is sent along, so that the time which it
    takes to start is not lost.
    """
    ask(helper, {"utc": utc.timestamp(), "monotonic": time.monotonic()}, Code.CLOCK_NOT_SETTABLE)


def may_issue(mark: Path | None, clock: Clock) -> Callable[[datetime | None], bool]:
    """Whether a process that only reads the ledger may issue documents, given when its newest entry was written.

    The machine is asked every few seconds, however often one asks here.
    """
    asked: list[tuple[int, ClockFacts]] = []
    past = earliest()

    def issues(newest: datetime | None) -> bool:
        now = clock.now()
        if not asked or now.uptime_ms - asked[0][0] > LOOK_EVERY_MS:
            asked[:] = [(now.uptime_ms, clock_facts(mark))]
        return not is_unset(asked[0][1], now.utc, newest, past)

    return issues
