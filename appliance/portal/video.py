"""A meeting's published video, as the recorder's `video.json` describes it: the portal's half of that contract.

What a newer recorder adds is passed over; what is missing has the value that means "not there".
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct


class Chapter(Struct, frozen=True, kw_only=True):
    """A stretch of the video; seconds of the player's time."""

    kind: Literal["sitting", "item", "speaker", "poll", "result"]
    id: str
    title: str
    item: str | None = None
    start: float
    end: float
    at: datetime | None = None
    clamped: bool = False


class Take(Struct, frozen=True, kw_only=True):
    """One recording, and the file with all of it, if that was made."""

    take: str
    sitting: str
    start: float
    seconds: float
    file: str | None = None
    bytes: int = 0


class Gap(Struct, frozen=True, kw_only=True):
    """A time of the meeting without a picture."""

    at: float
    seconds: float
    reason: str


class Clip(Struct, frozen=True, kw_only=True):
    """One item or one speech as a file."""

    kind: str
    id: str
    title: str
    file: str
    bytes: int
    item: str | None = None
    start: float = 0.0
    seconds: float = 0.0


class Thumbs(Struct, frozen=True, kw_only=True):
    """Small pictures, and which of them belongs to which time."""

    sheet: str
    track: str


class Video(Struct, frozen=True, kw_only=True):
    """All of it; file names are relative to the meeting's folder under `video/`."""

    ledger: str
    seconds: float
    playlist: str | None = None
    takes: tuple[Take, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    gaps: tuple[Gap, ...] = ()
    clips: tuple[Clip, ...] = ()
    poster: str | None = None
    thumbs: Thumbs | None = None
    captions: str | None = None
    chapter_track: str | None = None

    def chapter(self, kind: str, name: str) -> Chapter | None:
        """The first chapter of this kind and id."""
        return next((c for c in self.chapters if c.kind == kind and c.id == name), None)

    def in_file(self, seconds: float) -> str | None:
        """The same moment in the file of its take, for a browser without scripts: `<file>#t=12.5`."""
        for take in self.takes:
            if take.file and take.start <= seconds < take.start + take.seconds:
                return f"{take.file}#t={seconds - take.start:.1f}"
        return None


class Videos:
    """Looks after `<public>/video`; a description that cannot be read counts as not there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stamps: dict[str, tuple[int, int]] = {}
        self._found: dict[str, Video] = {}

    def changed(self) -> frozenset[str]:
        """The meetings whose video has been published, published anew or taken away since the last call."""
        now = dict(self._stamped())
        gone = self._stamps.keys() - now.keys()
        touched = {ledger for ledger, stamp in now.items() if self._stamps.get(ledger) != stamp}
        for ledger in gone:
            self._found.pop(ledger, None)
        for ledger in touched:
            self._read(ledger)
        self._stamps = now
        return frozenset(gone | touched)

    def of(self, ledger: str) -> Video | None:
        """The meeting's video, if there is one with a picture."""
        video = self._found.get(ledger)
        return video if video is not None and video.playlist else None

    def _stamped(self) -> Iterator[tuple[str, tuple[int, int]]]:
        for path in self._folder.glob("*/video.json"):
            try:
                stat = path.stat()
            except FileNotFoundError:
                continue  # withdrawn at this moment
            yield path.parent.name, (stat.st_mtime_ns, stat.st_ino)

    def _read(self, ledger: str) -> None:
        self._found.pop(ledger, None)
        try:
            body = (self._folder / ledger / "video.json").read_bytes()
            self._found[ledger] = msgspec.json.decode(body, type=Video)
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
            return
