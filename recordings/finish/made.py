"""Which files have been made of what: a run that was killed goes on, and one with nothing to do does nothing."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from recordings.adapters.durable import replace_file
from recordings.timeline import Piece


class Stamp(Struct, frozen=True):
    """Of what a file was made."""

    pictures: str
    """A digest of the segments in it. Another one: the file must not be shown any more."""
    words: str
    """A digest of titles and chapters. Another one: the file is to be made anew, and may be shown until then."""


class Made:
    """The stamps, kept in a file of the recorder's own."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._stamps = msgspec.json.decode(path.read_bytes(), type=dict[str, Stamp])
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
            self._stamps = {}

    def may_show(self, name: str, stamp: Stamp) -> bool:
        """The file holds these pictures and no others."""
        found = self._stamps.get(name)
        return found is not None and found.pictures == stamp.pictures

    def is_current(self, name: str, stamp: Stamp) -> bool:
        """Nothing is to be done."""
        return self._stamps.get(name) == stamp

    def note(self, name: str, stamp: Stamp) -> None:
        """It has been made, and is in its place."""
        self._stamps[name] = stamp
        replace_file(self._path, msgspec.json.encode(self._stamps))


def stamp(pieces: Sequence[Piece], shown: Any, words: Any = None) -> Stamp:
    """Of these segments; `shown` is what else decides which pictures are in it."""
    segments = [[piece.take, s.file, s.sha256] for piece in pieces for s in piece.segments]
    return Stamp(_digest([segments, shown]), _digest(words))


def _digest(value: Any) -> str:
    return hashlib.sha256(msgspec.json.encode(value)).hexdigest()
