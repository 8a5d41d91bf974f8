"""What the recorder knows of the meeting: the standing file, and what the appliance says over the socket."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from recordings.adapters import clock
from recordings.adapters.standing_file import StandingFile
from recordings.control import PrivateSince, Standing
from recordings.process.memory import Settled
from recordings.recorder import Eyes, Subject, Told, eyes

NOTHING_SETTLED: Final = Settled()


@dataclass(slots=True)
class Knowledge:
    """Who may see, and what is going on. Without the appliance only the file is left, and time runs."""

    file: StandingFile
    unknown_after_seconds: float
    away_since: float
    """On the loop's clock: when the appliance was last there, or when this process began."""
    by_link: Standing | None = None
    here: bool = False
    """The appliance is connected, and has told its standing on this connection."""
    eyes: Eyes = Eyes.PRIVATE
    private_from: int | None = None
    """`uptime_ms` from which no picture may be kept; null while some may."""
    settled: Settled = NOTHING_SETTLED
    """The last private part of which nothing is left."""
    _judged: bool = False
    _moments: dict[tuple[datetime, int], int] = field(default_factory=dict)

    def look(self, now: float) -> bool:
        """Judge anew; whether anything has changed."""
        changed = self.file.look()
        disk = self.file.standing
        told = Told(
            on_disk=None if disk is None else disk.private,
            by_link=None if self.by_link is None else self.by_link.private,
            away_seconds=0.0 if self.here else max(now - self.away_since, 1e-9),
        )
        missed = [part for part in self._parts() if self.settled.before(self._ledger, part.seq)]
        before, self.eyes = self.eyes, Eyes.PRIVATE if missed else eyes(told, self.unknown_after_seconds)
        if self.eyes is not Eyes.PRIVATE:
            self.private_from, self._judged = None, False
            return changed or before is not self.eyes
        moments = [self._moment(word) for word in self._words() if word.private]
        moments += [self._moment(part) for part in missed]
        self._judged = bool(moments)
        if not moments and self.private_from is None:
            moments = [clock.uptime_ms()]
        # Never later than it once was: what was to be taken away stays so until it is.
        self.private_from = min(moments if self.private_from is None else [*moments, self.private_from])
        return changed or before is not self.eyes

    def settle(self) -> bool:
        """No picture of the private parts that are known of is left; whether that is news."""
        last = max((part.seq for part in self._parts()), default=0)
        if not last or not self.settled.before(self._ledger, last):
            return False
        self.settled = Settled(self._ledger, last)
        return True

    @property
    def _ledger(self) -> str:
        return "" if self.file.standing is None else self.file.standing.ledger

    def _moment(self, word: Standing | PrivateSince) -> int:
        """Asked once: by UTC it would be another each time."""
        key = word.since, word.since_uptime_ms
        if key not in self._moments:
            self._moments[key] = _moment(word)
        return self._moments[key]

    def _parts(self) -> list[PrivateSince]:
        return [part for word in self._words() if word.ledger == self._ledger for part in word.parts]

    def _words(self) -> list[Standing]:
        return [word for word in (self.file.standing, self.by_link) if word is not None]

    def hear(self, standing: Standing) -> None:
        """The appliance has said how things stand."""
        self.by_link, self.here = standing, True

    def lose(self, now: float) -> None:
        """The connection is gone."""
        if self.here:
            self.here, self.away_since = False, now

    @property
    def standing(self) -> Standing | None:
        """The newest word that can be relied on: the file is written before anything is said."""
        return self.file.standing

    @property
    def subject(self) -> Subject | None:
        """What a take would be of now; None: nothing is known."""
        return None if self.standing is None else Subject(self.standing.ledger, self.standing.sitting)

    @property
    def known(self) -> bool:
        """Somebody who knows has said whether the meeting is private."""
        return self.eyes is Eyes.PUBLIC or (self.eyes is Eyes.PRIVATE and self._judged)


def _moment(word: Standing | PrivateSince) -> int:
    """When it became private, on this boot's monotonic clock; a moment before this boot is placed by UTC."""
    now = clock.uptime_ms()
    # However far UTC has been stepped since (a Pi without a battery starts years back), it must not move the cut.
    if 0 < word.since_uptime_ms <= now:
        return word.since_uptime_ms
    since = word.since if word.since.tzinfo else word.since.replace(tzinfo=UTC)
    moment = now - round((clock.utc() - since).total_seconds() * 1000)
    if word.since_uptime_ms > now:
        return min(now, max(0, moment))
    # All of this boot is after it. Of the boots before, nobody can tell while the clock says that it is still to come.
    return min(0, moment)
