"""What a take is made of: segments and gaps, and which moment of the world each picture shows.

Two clocks are kept apart. The *media clock* counts seconds of picture (PTS), starts anew with each start of the
source, and runs at the camera's rate. The *world's clock* is the machine's monotonic clock (`uptime_ms`, the same
one that the ledger's entries carry; it is never stepped but starts anew with each boot, hence `boot`), with UTC
read beside it. Each segment says where its first picture lies on both, so a camera that runs at 29.7 pictures
for 30, and a wall clock that is stepped in mid-take, move no chapter.
"""

from datetime import datetime
from typing import Literal

from msgspec import Struct

GapReason = Literal[
    "private", "unknown", "paused", "source-lost", "recorder-restarted", "disk-full", "archive-restarted"
]


class Segment(Struct, frozen=True, tag="segment", kw_only=True):
    """One closed file of MPEG-TS, beginning with a key frame. A line of the manifest."""

    n: int
    """1, 2, 3 … through the take; the file is `s000001.ts`."""
    file: str
    size: int
    sha256: str
    start: float
    """PTS of the first picture, seconds of the media clock."""
    end: float
    """PTS where the last picture ends."""
    frames: int
    lost_packets: int = 0
    """Transport packets that the continuity counters miss."""
    run: int = 1
    """Segments of one run follow each other without a break; a restart of source or archive begins a new one."""
    boot: str
    """The kernel's boot id: `uptime_ms` compares only within one."""
    uptime_ms: int
    """The monotonic clock at the first picture."""
    utc: datetime
    """The wall clock at the first picture, as it was then."""
    prev: str
    """SHA-256 of the manifest's line before, 64 zeros for the first."""


class Gap(Struct, frozen=True, tag="gap", kw_only=True):
    """A time without pictures between two runs, and why. A line of the manifest."""

    after: int
    """The segment before it; 0 at the take's beginning."""
    reason: GapReason
    boot: str
    uptime_ms: int
    """Where it begins."""
    utc: datetime
    seconds: float
    prev: str


Line = Segment | Gap


class Head(Struct, frozen=True, kw_only=True):
    """The signed end of a manifest: `head.json`, and what the ledger keeps."""

    take: str
    ledger: str
    lines: int
    segments: int
    seconds: float
    """Of picture, over all segments."""
    hash: str
    """SHA-256 of the last line."""
    key: str
    signature: str
    """Ed25519 over `head_message` (hex)."""


class TakeNote(Struct, frozen=True, kw_only=True):
    """`take.json`: what a take is of."""

    take: str
    ledger: str
    sitting: str
    title: str
    started: datetime
    width: int
    height: int
    frames_per_second: int
