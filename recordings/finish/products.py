"""What a meeting's folder under `<public>/video/` holds: `video.json`, the one file that names all the others.

It is written last and in one step, so whoever reads it finds every file that it names. All times in seconds are of
the meeting's *video timeline*: all pictures of all takes one after the other, the times without pictures left
out; it is the player's `currentTime` of `index.m3u8`.
"""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from recordings.chapters import Chapter, Kind
from recordings.segments import GapReason

VIDEO_JSON = "video.json"
PLAYLIST = "index.m3u8"


class Take(Struct, frozen=True, kw_only=True):
    """One recording."""

    take: str
    sitting: str
    started: datetime
    start: float
    seconds: float
    """Of picture; 0 if the take has none."""
    file: str | None = None
    """`<take>.mp4`, all of it in one file with chapters; null: not made (yet)."""
    bytes: int = 0


class Piece(Struct, frozen=True, kw_only=True):
    """Pictures without a break, and which moment of the world the first of them shows."""

    take: str
    start: float
    seconds: float
    boot: str
    uptime_ms: int
    utc: datetime


class PlayedGap(Struct, frozen=True, kw_only=True):
    """A time of the meeting of which there is no picture; `at` is the joint on the video timeline."""

    take: str
    at: float
    seconds: float
    reason: GapReason | Literal["broken"]


class Clip(Struct, frozen=True, kw_only=True):
    """One item or one speech as a file of its own (one for each take that it reaches into)."""

    kind: Kind
    id: str
    item: str | None
    """The item it is of or belongs to."""
    title: str
    file: str
    bytes: int
    start: float
    seconds: float


class LeftOut(Struct, frozen=True, kw_only=True):
    """A segment that could not be published: `missing`, `changed` (another hash), `unreadable` (no manifest line)."""

    take: str
    file: str
    why: str


class Thumbs(Struct, frozen=True, kw_only=True):
    """Small pictures in one sheet; the track says which part of it belongs to which time."""

    sheet: str
    track: str


class Video(Struct, frozen=True, kw_only=True):
    """`video.json`. File names are relative to it."""

    ledger: str
    made: datetime
    seconds: float
    playlist: str | None
    """`index.m3u8`; null when no take has a picture."""
    takes: tuple[Take, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    pieces: tuple[Piece, ...] = ()
    gaps: tuple[PlayedGap, ...] = ()
    clips: tuple[Clip, ...] = ()
    poster: str | None = None
    thumbs: Thumbs | None = None
    captions: str | None = None
    """`captions.vtt`, on the video timeline."""
    captioned_playlist: str | None = None
    """`main.m3u8`: the same video with the captions as HLS subtitles, for players that take no track beside it."""
    chapter_track: str | None = None
    """`chapters.vtt`: items, for `<track kind="chapters">`."""
    left_out: tuple[LeftOut, ...] = ()
    files: Literal["made", "coming", "not-wanted", "disk-low", "failed"] = "made"
    """Whether the MP4 files and clips are there, and why not (all of them)."""
