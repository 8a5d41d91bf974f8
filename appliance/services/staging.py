"""Lists that were read in and shown, and wait to be taken over: in memory only, for a while, a few at a time."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from msgspec import Struct

from appliance.services.sheets import Sheet

_KEPT: Final = 8
_LIFE: Final = timedelta(hours=2)


class Staged(Struct, frozen=True):
    """One list, as it was read: for the one who sent it, and for nothing but what it was sent for."""

    person: str
    purpose: str
    sheet: Sheet
    at: datetime


@dataclass(slots=True)
class Staging:
    """Safe to use from several threads."""

    _staged: dict[str, Staged] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def keep(self, name: str, staged: Staged) -> None:
        """The oldest one makes room."""
        with self._lock:
            self._staged[name] = staged
            while len(self._staged) > _KEPT:
                del self._staged[min(self._staged, key=lambda key: self._staged[key].at)]

    def find(self, name: str, person: str, purpose: str, now: datetime) -> Sheet | None:
        """The list, or None when there is none of that name for this person and purpose (any more)."""
        found = self._staged.get(name)
        if found is None or (found.person, found.purpose) != (person, purpose) or now - found.at > _LIFE:
            return None
        return found.sheet
