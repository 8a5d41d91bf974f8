"""How often one delegate may give commands: more than any hand can, less than a program that would fill the ledger.

A ballot is never held up: how often it may be changed the rules themselves say. The desks have other means to do harm.
"""

from dataclasses import dataclass, field
from typing import Final

AT_ONCE: Final = 120
A_SECOND: Final = 2


@dataclass(slots=True)
class Brake:
    """A bucket for each person, which fills again by itself."""

    _left: dict[str, tuple[float, int]] = field(default_factory=dict)
    """Person -> what was left, and when (uptime)."""

    def allows(self, person: str, uptime_ms: int) -> bool:
        """Count one command; False when there were too many."""
        left, since = self._left.get(person, (AT_ONCE, uptime_ms))
        left = min(AT_ONCE, left + max(0, uptime_ms - since) * A_SECOND / 1000)
        self._left[person] = (max(0.0, left - 1), uptime_ms)
        return left >= 1
