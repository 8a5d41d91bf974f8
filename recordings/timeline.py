"""Where a moment of the meeting lies on its video: uptime and UTC in, seconds of the player's clock out. Pure.

The *video timeline* is all published pictures one after the other. It is made of *pieces*: segments that follow
each other without a break. Within a piece the two clocks of every segment (picture time and the machine's uptime)
are knots, and a moment is placed between its two knots; so a camera that runs slow or fast moves no chapter by
more than it drifts within one segment. UTC is asked only when the uptime cannot be this recording's.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final, NamedTuple

from recordings.segments import Gap, Segment

JUMP_SECONDS: Final = 1.0
"""Pictures further apart on the media clock than this do not follow each other."""
AGREES_SECONDS: Final = 2.0
"""A mark's UTC and a segment's, both brought to the same uptime, agree if no further apart."""
NO_PICTURE: Final = "no-picture"
PRIVATE: Final = "private"


class Place(NamedTuple):
    """A moment on the video timeline."""

    seconds: float
    shown: bool
    """False: there is no picture of it; `seconds` is where the next one after it begins."""


@dataclass(frozen=True)
class Piece:
    """Segments of one run of one take, none missing between them."""

    take: str
    start: float
    segments: tuple[Segment, ...]

    @property
    def first(self) -> Segment:
        """Where it begins."""
        return self.segments[0]

    @property
    def seconds(self) -> float:
        """Of picture."""
        return self.segments[-1].end - self.first.start

    @property
    def end(self) -> float:
        """On the video timeline."""
        return self.start + self.seconds

    @cached_property
    def knots(self) -> tuple[tuple[float, float], ...]:
        """(uptime in seconds, video timeline), growing in both; the last is where the pictures end."""
        found: list[tuple[float, float]] = []
        for segment in self.segments:
            knot = (segment.uptime_ms / 1000, self.start + segment.start - self.first.start)
            if not found or (knot[0] > found[-1][0] and knot[1] > found[-1][1]):
                found.append(knot)
        rate = 1.0
        if len(found) > 1:
            rate = min(2.0, max(0.5, (found[-1][1] - found[0][1]) / (found[-1][0] - found[0][0])))
        found.append((found[-1][0] + (self.end - found[-1][1]) / rate, self.end))
        return tuple(found)

    def at(self, uptime: float) -> float:
        """The picture of an uptime that lies within the piece."""
        index = max(1, min(bisect_right(self.knots, (uptime, float("inf"))), len(self.knots) - 1))
        (before, place), (after, next_place) = self.knots[index - 1 : index + 1]
        share = (uptime - before) / (after - before) if after > before else 0.0
        return place + min(1.0, max(0.0, share)) * (next_place - place)


@dataclass(frozen=True)
class Timeline:
    """All pieces of a meeting, in the order in which they are played."""

    pieces: tuple[Piece, ...]

    @property
    def seconds(self) -> float:
        """Of picture, all together."""
        return self.pieces[-1].end if self.pieces else 0.0

    def find(self, utc: datetime, uptime_ms: int) -> Place:
        """Where a mark of the ledger lies. The boot is not said by a mark; it is the one that agrees best."""
        found: list[tuple[float, str]] = []
        for boot in self._boots:
            distance = self._distance(boot, utc, uptime_ms)
            if distance <= AGREES_SECONDS or not self._of_another_boot(boot, utc, uptime_ms):
                found.append((distance, boot))
        return self.at_uptime(min(found)[1], uptime_ms) if found else self.at_utc(utc)

    def at_uptime(self, boot: str, uptime_ms: int) -> Place:
        """Where an uptime of one boot lies: growing with the uptime."""
        pieces, uptime = self._boots[boot], uptime_ms / 1000
        index = bisect_right([piece.knots[0][0] for piece in pieces], uptime) - 1
        if index < 0:
            return Place(pieces[0].start, shown=False)
        if uptime <= pieces[index].knots[-1][0]:
            return Place(pieces[index].at(uptime), shown=True)
        return Place(pieces[index].end, shown=False)

    def at_utc(self, utc: datetime) -> Place:
        """Where a wall-clock time lies, by the wall clock as each segment had it. A clock that was put back shows
        a time twice: the first counts."""
        later: float | None = None
        for piece in self.pieces:
            for segment in piece.segments:
                into = (utc - segment.utc).total_seconds()
                place = piece.start + segment.start - piece.first.start
                if 0 <= into <= segment.end - segment.start:
                    return Place(place + into, shown=True)
                if into < 0 and later is None:
                    later = place
        return Place(self.seconds if later is None else later, shown=False)

    @cached_property
    def _boots(self) -> dict[str, tuple[Piece, ...]]:
        found: dict[str, list[Piece]] = {}
        for piece in self.pieces:
            found.setdefault(piece.first.boot, []).append(piece)
        return {boot: tuple(sorted(pieces, key=lambda piece: piece.first.uptime_ms)) for boot, pieces in found.items()}

    @cached_property
    def _offsets(self) -> dict[str, tuple[tuple[int, float], ...]]:
        """Of each boot: how far UTC is from the uptime, as each segment saw it."""
        return {
            boot: tuple((segment.uptime_ms, _offset(segment)) for piece in pieces for segment in piece.segments)
            for boot, pieces in self._boots.items()
        }

    def _distance(self, boot: str, utc: datetime, uptime_ms: int) -> float:
        """How far the mark's clocks are from those of the segments before and after it. A clock that was stepped
        between the two agrees with one of them."""
        offsets = self._offsets[boot]
        index = bisect_right(offsets, (uptime_ms, float("inf")))
        mark = utc.timestamp() - uptime_ms / 1000
        return min(abs(mark - offset) for _, offset in offsets[max(0, index - 1) : index + 1])

    def _of_another_boot(self, boot: str, utc: datetime, uptime_ms: int) -> bool:
        """Whether the mark's machine was started after this boot's last picture, or the mark made before this
        boot. Only between the two can it be this boot's with a clock that was stepped."""
        earliest, last = self._limits[boot]
        return utc.timestamp() - uptime_ms / 1000 >= last or utc.timestamp() <= earliest

    @cached_property
    def _limits(self) -> dict[str, tuple[float, float]]:
        """Of each boot: when it began by the clock that was furthest back, and the latest time that it read."""
        return {
            boot: (
                min(offset for _, offset in self._offsets[boot]),
                max(segment.utc.timestamp() for piece in pieces for segment in piece.segments),
            )
            for boot, pieces in self._boots.items()
        }


def publishable(lines: Iterable[Segment | Gap]) -> tuple[tuple[Segment, ...], dict[str, str]]:
    """The segments that may be shown, and of the others why not. The archive has dropped every private picture
    before it wrote these lines; should one reach into a private time all the same, it stays out."""
    shown: list[Segment] = []
    left_out: dict[str, str] = {}
    found = tuple(lines)
    private = [line for line in found if isinstance(line, Gap) and line.reason == "private"]
    for line in found:
        if isinstance(line, Gap):
            continue
        if line.frames == 0 or line.end <= line.start:
            left_out[line.file] = NO_PICTURE
        elif any(_reaches_into(line, gap) for gap in private):
            left_out[line.file] = PRIVATE
        else:
            shown.append(line)
    return tuple(shown), left_out


def build(takes: Sequence[tuple[str, Sequence[Segment]]]) -> Timeline:
    """The timeline of a meeting's takes. They are played in the order in which they were made: by uptime within
    a boot, whatever the wall clock said; boots by the latest time that each knew."""
    latest: dict[str, datetime] = {}
    for _, segments in takes:
        for segment in segments:
            latest[segment.boot] = max(segment.utc, latest.get(segment.boot, segment.utc))
    ordered = sorted(
        ((take, tuple(segments)) for take, segments in takes if segments),
        key=lambda pair: (latest[pair[1][0].boot], pair[1][0].uptime_ms, pair[0]),
    )
    pieces: list[Piece] = []
    start = 0.0
    for take, segments in ordered:
        for run in _runs(segments):
            pieces.append(Piece(take, start, run))
            start = pieces[-1].end
    return Timeline(tuple(pieces))


def window(pieces: Iterable[Piece], start: float, end: float) -> tuple[Piece, ...]:
    """The whole segments that hold a stretch of the timeline; the first begins at or before `start`."""
    found = []
    for piece in pieces:
        origin = piece.start - piece.first.start
        held = [s for s in piece.segments if origin + s.start < end and origin + s.end > start]
        if held:
            found.append(Piece(piece.take, origin + held[0].start, tuple(held)))
    return tuple(found)


def _runs(segments: tuple[Segment, ...]) -> list[tuple[Segment, ...]]:
    """Cut wherever a player has to start its clock anew."""
    runs: list[list[Segment]] = []
    for segment in segments:
        before = runs[-1][-1] if runs else None
        if before is not None and _follows(before, segment):
            runs[-1].append(segment)
        else:
            runs.append([segment])
    return [tuple(run) for run in runs]


def _follows(before: Segment, after: Segment) -> bool:
    return (
        (before.run, before.boot, before.n + 1) == (after.run, after.boot, after.n)
        and abs(after.start - before.end) <= JUMP_SECONDS
        and after.start > before.start
    )


def _offset(segment: Segment) -> float:
    return segment.utc.timestamp() - segment.uptime_ms / 1000


def _reaches_into(segment: Segment, gap: Gap) -> bool:
    if segment.boot != gap.boot:
        return False
    start = segment.uptime_ms / 1000
    overlap = min(start + segment.end - segment.start, gap.uptime_ms / 1000 + gap.seconds) - max(
        start, gap.uptime_ms / 1000
    )
    return overlap > JUMP_SECONDS
