"""The standing file: the appliance's word on who may watch, which outlives both of us."""

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec

from recordings.control import Standing

LONGEST: Final = 64 * 1024
"""Bytes. The appliance writes some hundred; whatever is longer is not its word."""


def read(path: Path) -> Standing | None:
    """What it says; None if it is not there, not readable, or not the appliance's: then the meeting is private."""
    try:
        standing = msgspec.json.decode(_content(path), type=Standing)
    # RecursionError: brackets within brackets. It is read at every tick: whatever stands there must not end us.
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    # Names become options of processes, and these bear no such character.
    return None if "\0" in standing.ledger + (standing.sitting or "") + standing.title else standing


def _content(path: Path) -> bytes:
    """The file's bytes. What is no file (a pipe, a device) would keep us waiting for ever: nothing. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        found = os.fstat(descriptor)
        whole = stat.S_ISREG(found.st_mode) and found.st_size <= LONGEST
        return os.read(descriptor, LONGEST) if whole else b""
    finally:
        os.close(descriptor)


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
