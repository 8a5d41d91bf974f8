"""Pictures that must go: the meeting had been private since a moment that the appliance could only tell later."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from recordings import mpegts
from recordings.adapters import clock
from recordings.archive.manifest_file import ManifestFile
from recordings.archive.recover import finish_cuts
from recordings.layout import TakeFolder
from recordings.manifest import NO_LINE, Cut
from recordings.segments import Segment


class When(NamedTuple):
    """A moment of this boot. One before it (negative) lies in an earlier boot, and there `utc` says where."""

    uptime_ms: int
    boot: str
    utc: datetime

    def within(self, segment: Segment, last: Segment) -> int | None:
        """The same moment on the clock of the segment's boot, of which `last` is the last one: the wall clock may have
        been stepped before that. None: all of that boot was before the moment."""
        if segment.boot == self.boot:
            return self.uptime_ms
        if self.uptime_ms >= 0:
            return None
        return last.uptime_ms + round((self.utc - last.utc) / timedelta(milliseconds=1))


def this_boots(uptime_ms: int) -> When:
    """The moment, with its wall clock by how the clocks stand to each other now."""
    return When(uptime_ms, clock.boot(), clock.utc() + timedelta(milliseconds=uptime_ms - clock.uptime_ms()))


def cut_from(folder: TakeFolder, file: ManifestFile, when: When) -> bool:
    """Keep nothing that was shown after this moment; False if there is nothing of it.

    The line is on disk before a file is touched: a cut that is interrupted is finished by the next recovery.
    """
    segments = file.manifest.segments
    last = {s.boot: s for s in segments}
    after = ((i, at) for i, s in enumerate(segments) if (at := when.within(s, last[s.boot])) is not None)
    first = next(((i, at) for i, at in after if media_time(segments, i, at) < segments[i].end), None)
    if first is None:
        return False
    number, uptime_ms = first
    touched = segments[number]
    remains = _shortened(folder, touched, media_time(segments, number, uptime_ms))
    remains = remains or (segments[number - 1] if number else None)
    if remains != touched or touched != segments[-1]:
        file.append(_line(remains, touched, uptime_ms))
    finish_cuts(folder, file.manifest.lines)
    return True


def media_time(segments: Sequence[Segment], number: int, uptime_ms: int) -> float:
    """That moment on the media clock of the segment. A source that cannot keep up spreads a second of picture over more
    than one of the world: how much is seen by where the next segment begins, or else by how it was before."""
    segment, rate = segments[number], 1.0
    for one, after in ((number, number + 1), (number - 1, number)):
        if one < 0 or after == len(segments) or segments[one].run != segments[after].run:
            continue
        world = (segments[after].uptime_ms - segments[one].uptime_ms) / 1000
        media = segments[after].start - segments[one].start
        if world > 0 and media > 0:
            rate = world / media
            break
    return segment.start + (uptime_ms - segment.uptime_ms) / 1000 / rate


def _shortened(folder: TakeFolder, segment: Segment, until: float) -> Segment | None:
    """The segment up to that media time; None if none of its pictures is from before, or nobody can tell."""
    try:
        data = folder.segment(segment.n).read_bytes()
    except OSError:
        return None
    found = mpegts.contents(data, segment.start)
    later = next((place for place in found.places if place.seconds > until), None)
    if later is None:
        return segment
    pictures = [place.seconds for place in found.pictures if place.position < later.position]
    if not pictures:
        return None
    return msgspec.structs.replace(
        segment,
        size=later.position,
        sha256=hashlib.sha256(data[: later.position]).hexdigest(),
        end=round(max(pictures) + found.picture_seconds(0.0), 6),
        frames=len(pictures),
    )


def _line(remains: Segment | None, touched: Segment, uptime_ms: int) -> Cut:
    return Cut(
        n=remains.n if remains else 0,
        file=remains.file if remains else "",
        size=remains.size if remains else 0,
        sha256=remains.sha256 if remains else "",
        end=remains.end if remains else 0.0,
        frames=remains.frames if remains else 0,
        boot=touched.boot,
        uptime_ms=uptime_ms,
        utc=touched.utc + timedelta(milliseconds=uptime_ms - touched.uptime_ms),
        prev=NO_LINE,
    )
