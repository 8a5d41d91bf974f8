"""The disk: how long it lasts, who stops first when it runs out, and which takes may go. Pure.

The order of duties, least first: files made after a take (MP4, clips, thumbnails) are refused while room is low;
the live stream's files and the preview stop when only the reserve is left for the archive; the archive stops last,
at the reserve, which is never written into.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from msgspec import Struct, structs

HOUR: Final = 3600.0


class Duty(StrEnum):
    """Who writes to the disk, the least first."""

    FILES = "files"
    LIVE = "live"
    ARCHIVE = "archive"


class Room(Struct, frozen=True, kw_only=True):
    """What is known of the disk."""

    free_bytes: int
    reserve_bytes: int
    bytes_per_second: float | None
    """At which the archive grows; null: not known yet."""


def planned_rate(kilobits_per_second: int) -> float:
    """Bytes a second before anything was measured: the picture, the sound, and what MPEG-TS adds."""
    return (kilobits_per_second + 128) * 1000 / 8 * 1.06


def seconds_left(room: Room) -> int | None:
    """So long can still be recorded at the present rate. Null: not known."""
    if room.bytes_per_second is None or room.bytes_per_second <= 0:
        return None
    return int(max(0, room.free_bytes - room.reserve_bytes) / room.bytes_per_second)


def is_low(room: Room, warn_hours: float) -> bool:
    """Whether the chair is told."""
    left = seconds_left(room)
    return room.free_bytes <= room.reserve_bytes or (left is not None and left < warn_hours * HOUR)


def may_write(duty: Duty, room: Room, *, warn_hours: float, needed_bytes: int = 0) -> bool:
    """Whether a duty may go on. `needed_bytes`: what it is about to write, known beforehand for files alone."""
    left = structs.replace(room, free_bytes=room.free_bytes - needed_bytes)
    if duty is Duty.FILES:
        return not is_low(left, warn_hours)
    if duty is Duty.LIVE:
        return left.free_bytes > left.reserve_bytes + left.reserve_bytes // 4
    return left.free_bytes > left.reserve_bytes


class TakeOnDisk(Struct, frozen=True, kw_only=True):
    """What retention knows of a take: only facts, each null if there is no proof of it."""

    take: str
    ended: datetime | None
    """The last picture; null: it may still be recorded."""
    manifest: str | None
    """SHA-256 of the manifest's last line, as it is now."""
    verified: str | None
    """The same, when all segments were last found whole."""
    published: str | None
    """The same, when it was published without anything left out."""


def may_go(takes: Iterable[TakeOnDisk], now: datetime, keep_days: int) -> tuple[str, ...]:
    """The takes whose time is over, oldest first. Never one that is not verified and published just as it is now."""
    due = [
        (take.ended, take.take)
        for take in takes
        if take.ended is not None
        and take.ended + timedelta(days=keep_days) <= now
        and take.manifest is not None
        and take.manifest == take.verified == take.published
    ]
    return tuple(take for _, take in sorted(due))
