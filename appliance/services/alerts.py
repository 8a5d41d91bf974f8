"""What the presiding table must know of the machine while it meets, worst first; each says what to do. Pure.

Only what can cost the meeting something before a technician would come by himself. Everything else stands on the
technician's page. What costs pictures the recorder tells in its own words (section `recording`).
"""

from typing import Final

from msgspec import Struct

from appliance.services.readiness import FREE_RED, HOT
from appliance.services.readiness_facts import HostFacts

STEADY_SECONDS: Final = 60.0
"""A supply that sags does so again and again: its alert stays so long after the last time."""


class Alert(Struct, frozen=True):
    """One of them. Its words: `alert.<code>.what` and `alert.<code>.do`."""

    code: str
    since: str
    """ISO 8601, UTC: when it was noticed. Whoever has put it aside has put aside this one, not the next."""


class Condition(Struct, frozen=True):
    """What is looked at."""

    host: HostFacts = HostFacts()
    clock_unset: bool = False
    panels_lost: bool = False
    """Panels are fitted, and their process does not answer."""


def codes(now: Condition) -> tuple[str, ...]:
    """What is wrong, worst first."""
    host, ups = now.host, now.host.ups
    found = {
        "disk": host.free_bytes is not None and host.free_bytes < FREE_RED,
        "ups": ups is not None and "OL" not in ups.status.split(),
        "power": host.power is not None and host.power.low_now,
        "panels": now.panels_lost,
        "heat": host.temperature is not None and host.temperature >= HOT,
        "clock": now.clock_unset,
    }
    return tuple(code for code, wrong in found.items() if wrong)


class Alerts:
    """Keeps since when each of them is so."""

    def __init__(self) -> None:
        self.now: tuple[Alert, ...] = ()
        self._power_ms: int | None = None

    def look(self, condition: Condition, at: str, uptime_ms: int) -> bool:
        """Whether anything is otherwise than before."""
        found = codes(condition)
        if "power" in found:
            self._power_ms = uptime_ms
        elif self._power_ms is not None and uptime_ms - self._power_ms < STEADY_SECONDS * 1000:
            found = (*found, "power")
        known = {alert.code: alert for alert in self.now}
        before, self.now = self.now, tuple(known.get(code) or Alert(code, at) for code in found)
        return before != self.now
