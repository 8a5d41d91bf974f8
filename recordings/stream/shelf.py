"""The live stream's files in <public>/live: what the web server and any mirror carry.

Each appears whole, by rename; none is ever changed but playlist, state and clock. Nothing is synced to the disk: what
is live now is worth nothing after a power cut, and the recorder empties the folder when it starts.
"""

import logging
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from recordings.reports import Show

PLAYLIST: Final = "index.m3u8"
STATE: Final = "state.json"
CLOCK: Final = "clock.json"
_STAYS: Final = frozenset({STATE, CLOCK})
_log = logging.getLogger(__name__)


class Shelf:
    """The folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def put(self, name: str, data: bytes) -> None:
        """Write one file, whole or not at all. Raises OSError when there is no room."""
        path = self.folder / name
        fresh = path.with_name(f".{name}.new")
        try:
            fresh.write_bytes(data)
            fresh.replace(path)
        except FileNotFoundError:
            if not self.folder.is_dir():
                raise
            # The main process has withdrawn everything in this very moment; the word to us is on its way.
        except OSError:
            fresh.unlink(missing_ok=True)
            raise

    def take(self, *names: str) -> None:
        """Remove files; one that is gone already is no mistake."""
        for name in names:
            (self.folder / name).unlink(missing_ok=True)

    def withdraw(self) -> None:
        """Nothing can be watched from here on: the playlist goes first, then everything it named."""
        withdraw(self.folder)

    def show(self, state: Show) -> None:
        """Say what the public gets."""
        said = {"state": state, "since": datetime.now(UTC)}
        self.put(STATE, msgspec.json.encode(said))

    def clock(self, boot: str, anchor_utc: datetime, anchor_uptime_ms: int) -> None:
        """Say how this process's program times and the machine's uptime belong together."""
        said = {"boot": boot, "anchor_utc": anchor_utc, "anchor_uptime_ms": anchor_uptime_ms}
        self.put(CLOCK, msgspec.json.encode(said))

    def last_number(self) -> int:
        """The highest number that a file here bears; 0 when there is none. The next process must begin above it."""
        numbers = [path.stem.rpartition("-")[2] for path in self.folder.glob("*.m4s")]
        return max((int(number) for number in numbers if number.isascii() and number.isdigit()), default=0)


def withdraw(folder: Path) -> None:
    """Delete every live file in the folder but state and clock. Also for the main process, when the live process does
    not answer: it needs nobody's help."""
    _remove(folder / PLAYLIST)
    try:
        with os.scandir(folder) as entries:
            files = [entry.path for entry in entries if entry.is_file(follow_symlinks=False)]
    except FileNotFoundError:
        return
    except OSError as error:
        _log.error("the live stream's folder cannot be emptied: %s", error)
        return
    for file in map(Path, files):
        if file.name not in _STAYS:
            _remove(file)


def _remove(path: Path) -> None:
    """One that cannot be removed must keep nobody from removing the next, nor from closing the archive."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        _log.error("%s cannot be withdrawn: %s", path.name, error)
