"""The standing file: the appliance's word on who may watch, which outlives both of us."""

from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from recordings.control import Standing


def read(path: Path) -> Standing | None:
    """What it says; None if it is not there, not readable, or not the appliance's: then the meeting is private."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Standing)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None


@dataclass(slots=True)
class StandingFile:
    """The file under watch: `look` reads it when it has changed in any way."""

    path: Path
    standing: Standing | None = None
    _seen: object = field(default="never")

    def look(self) -> bool:
        """Whether it has changed since the last look; `standing` is what it says now."""
        now = self._signature()
        if now == self._seen:
            return False
        # The signature is taken before the reading: what changes in between is read once more.
        self._seen, self.standing = now, read(self.path)
        return True

    def _signature(self) -> object:
        try:
            found = self.path.stat()
        except OSError as error:
            return error.errno
        # The change time also tells of lost permissions.
        return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
