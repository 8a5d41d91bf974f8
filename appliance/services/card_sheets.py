"""What new cards hold, from when they were issued until the sheet is opened: in memory alone, once, for one person.

Not on disk, not in the registry, in no log: a sheet that was never opened is worthless after ten minutes or a restart,
and its cards are issued again.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from msgspec import Struct

_LIFE: Final = timedelta(minutes=10)


class CardSheet(Struct, frozen=True):
    """Member and token, for each card."""

    person: str
    tokens: tuple[tuple[str, str], ...]
    at: datetime


@dataclass(slots=True)
class CardSheets:
    """Safe to use from several threads."""

    _sheets: dict[str, CardSheet] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def keep(self, name: str, sheet: CardSheet) -> None:
        """Until it is taken; older ones are forgotten."""
        with self._lock:
            self._sheets = {key: s for key, s in self._sheets.items() if sheet.at - s.at <= _LIFE}
            self._sheets[name] = sheet

    def take(self, name: str, person: str, now: datetime) -> CardSheet | None:
        """The sheet, to whoever issued it, once."""
        with self._lock:
            sheet = self._sheets.get(name)
            if sheet is None or sheet.person != person:
                return None
            del self._sheets[name]
        return sheet if now - sheet.at <= _LIFE else None
