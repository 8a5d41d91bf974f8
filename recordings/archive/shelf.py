"""Where the open segment is written: one write a datagram, nothing held back in this process.

What is written survives the death of the process; that it survives a power cut is the sealer's work.
"""

import hashlib
import os
from pathlib import Path
from typing import NamedTuple, Protocol

import msgspec

from recordings.archive.segmenter import Closing, Opening
from recordings.layout import TakeFolder


def note_of(segment: Path) -> Path:
    """What is known of an open segment stands beside it until the manifest has its line."""
    return segment.with_suffix(".open")


class Opened(NamedTuple):
    """A segment has been opened."""

    opening: Opening
    descriptor: int


class Closed(NamedTuple):
    """No more is written to this segment."""

    closing: Closing
    descriptor: int
    sha256: str | None
    """None: it must be cut off at `closing.size` first."""


class Abandoned(NamedTuple):
    """A segment without a picture."""

    n: int
    descriptor: int


class Sealer(Protocol):
    """Takes over what the shelf has written; never keeps the caller waiting."""

    def put(self, what: Opened | Closed | Abandoned) -> None:
        """In order."""


class FileShelf:
    """The segmenter's Shelf, in a take's folder."""

    def __init__(self, folder: TakeFolder, sealer: Sealer) -> None:
        self._folder, self._sealer = folder, sealer
        self._descriptor = -1
        self._number = self._size = 0
        self._hash = hashlib.sha256()

    def open(self, opening: Opening) -> None:
        """A new file and its note. Raises OSError."""
        path = self._folder.segment(opening.n)
        note = note_of(path)
        try:
            note.write_bytes(msgspec.json.encode(opening))
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
            self._descriptor = os.open(path, flags, 0o640)
        except OSError:
            note.unlink(missing_ok=True)
            raise
        self._number, self._size, self._hash = opening.n, 0, hashlib.sha256()
        self._sealer.put(Opened(opening, self._descriptor))

    def write(self, data: bytes) -> None:
        """All of it, or OSError and nothing of it."""
        written = 0
        try:
            while written < len(data):
                written += os.write(self._descriptor, data[written:])
        except OSError:
            os.ftruncate(self._descriptor, self._size)
            os.lseek(self._descriptor, self._size, os.SEEK_SET)
            raise
        self._size += written
        self._hash.update(data)

    def close(self, closing: Closing) -> None:
        """Hand it over."""
        sha256 = self._hash.hexdigest() if closing.size == self._size else None
        self._sealer.put(Closed(closing, self._descriptor, sha256))

    def abandon(self) -> None:
        """Hand it over to be taken away."""
        self._sealer.put(Abandoned(self._number, self._descriptor))
