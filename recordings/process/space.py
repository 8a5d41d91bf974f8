"""The disk as the recorder sees it, looked at once a second."""

from dataclasses import dataclass
from pathlib import Path

from recordings import disk
from recordings.adapters.folder import free_bytes
from recordings.config import Config
from recordings.process.take import Tally

MEASURED_SECONDS = 60.0
"""From so much picture on, what was written says more than what was planned."""


@dataclass(slots=True)
class Space:
    """How much is left, for how long, and for whom."""

    config: Config
    room: disk.Room | None = None
    public: disk.Room | None = None

    def look(self, tally: Tally | None) -> None:
        """Measure."""
        rate = disk.planned_rate(self.config.kilobits_per_second)
        if tally is not None and tally.seconds > MEASURED_SECONDS:
            rate = tally.media_bytes / tally.seconds
        self.room = self._room(self.config.data, rate)
        self.public = self._room(self.config.public, rate)

    @property
    def free(self) -> int:
        """Bytes on the archive's disk."""
        return 0 if self.room is None else self.room.free_bytes

    @property
    def seconds_left(self) -> int | None:
        """Of recording."""
        return None if self.room is None else disk.seconds_left(self.room)

    @property
    def low(self) -> bool:
        """The chair is to know."""
        return self.room is not None and disk.is_low(self.room, self.config.warn_hours)

    def may(self, duty: disk.Duty) -> bool:
        """Whether a duty may still write."""
        rooms = [self.room] if duty is disk.Duty.ARCHIVE else [self.room, self.public]
        return all(room is None or disk.may_write(duty, room, warn_hours=self.config.warn_hours) for room in rooms)

    def _room(self, folder: Path, rate: float) -> disk.Room | None:
        try:
            free = free_bytes(folder)
        except OSError:
            return None
        reserve = self.config.reserve_megabytes * 1024 * 1024
        return disk.Room(free_bytes=free, reserve_bytes=reserve, bytes_per_second=rate)
