"""How much is left of the countdown on the hall's screens: by the monotonic clock, so that a stepped wall clock
moves nothing. After a restart it goes on by the time in the ledger, as near as that is."""

from dataclasses import dataclass

from appliance.core import events as e
from appliance.services.chamber import Chamber, Told
from appliance.services.ports import Clock


@dataclass(slots=True)
class HallClock:
    """Listens to the Chamber."""

    chamber: Chamber
    clock: Clock
    _since: int = 0
    """When the scene came on, on the monotonic clock."""

    def __post_init__(self) -> None:
        """Found again after a restart."""
        now, since = self.clock.now(), self.chamber.durable.hall.since
        self._since = now.uptime_ms - (int((now.utc - since).total_seconds() * 1000) if since is not None else 0)
        self.chamber.listeners.append(self.told)

    def told(self, told: Told) -> None:
        """More entries are durable."""
        for entry in told.entries:
            if any(type(event) is e.HallShown for event in entry.events):
                self._since = entry.uptime_ms

    def remaining_ms(self) -> int | None:
        """None when no countdown is shown; never below zero."""
        seconds = self.chamber.durable.hall.shown.seconds
        if seconds is None:
            return None
        gone = self.clock.now().uptime_ms - self._since
        return min(seconds * 1000, max(0, seconds * 1000 - gone))
