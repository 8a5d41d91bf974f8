"""The public record, kept up as the ledger grows: whoever speaks to the public from inside the house asks here."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from appliance.core import events as e
from appliance.core import ledger as lg
from appliance.core.public_reader import PublicReader
from appliance.core.public_record import At, PublicRecord
from appliance.services.chamber import Chamber, Told
from appliance.services.ports import Clock, LedgerStore
from appliance.services.recorder_words import PrivateSince, Standing

PARTS: Final = 20
"""So many private parts a recorder is told of that may have missed them."""


@dataclass(slots=True)
class Chronicle:
    """Listens to the Chamber. `listeners` are called when the public has learned something."""

    chamber: Chamber
    store: LedgerStore
    clock: Clock
    listeners: list[Callable[[], None]] = field(default_factory=list)
    _reader: PublicReader = field(default_factory=PublicReader)
    _speaking_since: int = 0

    def __post_init__(self) -> None:
        """Read what is there already, before anybody listens. Raises Fault."""
        for row in self.store.rows(self.chamber.head.ledger):
            self._read(lg.take(*row).entry)
        self.chamber.listeners.append(self.told)

    @property
    def record(self) -> PublicRecord:
        """What the public may know now."""
        return self._reader.record

    def standing(self) -> Standing:
        """Who may watch now, and since when."""
        record, now = self.record, self.clock.now()
        since = record.away.since if record.away is not None else record.stood
        if since is None:
            return Standing(ledger="", seq=0, sitting=None, private=False, since=now.utc, since_uptime_ms=now.uptime_ms)
        return Standing(
            ledger=record.ledger,
            seq=since.seq,
            sitting=record.sitting.sitting if record.sitting is not None else None,
            private=record.away is not None,
            since=since.time,
            since_uptime_ms=_uptime_ms(since, now.uptime_ms),
            title=record.title,
            parts=tuple(
                PrivateSince(
                    seq=part.since.seq,
                    since=part.since.time,
                    since_uptime_ms=_uptime_ms(part.since, now.uptime_ms),
                )
                for part in record.private[-PARTS:]
            ),
        )

    def speaking_ms(self) -> int:
        """How long the one who has the floor has had it."""
        return max(0, self.clock.now().uptime_ms - self._speaking_since)

    def told(self, told: Told) -> None:
        """More entries are durable."""
        learned = [entry for entry in told.entries if self._read(entry)]
        if learned:  # a ballot costs the listeners nothing
            for listen in self.listeners:
                listen()

    def _read(self, entry: lg.LedgerEntry) -> bool:
        if any(type(event) is e.FloorGiven for event in entry.events):
            self._speaking_since = entry.uptime_ms
        return self._reader.read(entry)


def _uptime_ms(at: At, now: int) -> int:
    """A moment of an earlier boot has no place on this one's clock: it was before all of it."""
    return at.uptime_ms if at.uptime_ms <= now else 0
