"""What an archive finds when it starts: a take as a crash or a power cut left it, made whole with nothing given up.

Every file without a line is cut to whole packets and gets its line; a file with no picture in it goes. What a Cut
line voids goes too, if the cut itself was interrupted.
"""

import hashlib
import logging
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec

from recordings import mpegts
from recordings.adapters.durable import sync_folder
from recordings.archive.manifest_file import ManifestFile
from recordings.archive.segmenter import Closing, Ended, Moment, Opening, ended_at
from recordings.archive.shelf import note_of
from recordings.layout import TakeFolder
from recordings.manifest import NO_LINE, AnyLine, Cut
from recordings.segments import Gap, GapReason, Line, Segment, TakeNote

_log: Final = logging.getLogger(__name__)
UNKNOWN_BOOT: Final = "unknown"
"""Of a segment whose note a power cut took: its wall clock alone is known, by the file's date."""
SAME_RUN_SECONDS: Final = 0.5


class NoTake(RuntimeError):
    """Error raised when there is no such take."""


def take_note(folder: TakeFolder) -> TakeNote:
    """What the take is of. Raises NoTake."""
    try:
        return msgspec.json.decode(folder.note.read_bytes(), type=TakeNote)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise NoTake(f"{folder.note}: {error}") from error


def lines_of(closing: Closing, sha256: str) -> tuple[Line, ...]:
    """The segment's line, and before it that of the gap which it ends."""
    opening, gap = closing.opening, closing.opening.gap
    segment = Segment(
        n=opening.n,
        file=TakeFolder(Path()).segment(opening.n).name,
        size=closing.size,
        sha256=sha256,
        start=round(opening.start, 6),
        end=round(closing.end, 6),
        frames=closing.frames,
        lost_packets=closing.lost_packets,
        run=opening.run,
        boot=opening.boot,
        uptime_ms=opening.uptime_ms,
        utc=opening.utc,
        prev=NO_LINE,
    )
    if gap is None:
        return (segment,)
    line = Gap(
        after=gap.after,
        reason=gap.reason,
        boot=gap.boot,
        uptime_ms=gap.uptime_ms,
        utc=gap.utc,
        seconds=seconds_of(gap, opening),
        prev=NO_LINE,
    )
    return line, segment


def seconds_of(gap: Ended, opening: Opening) -> float:
    """How long there were no pictures: the wall clock is asked only across a restart of the machine."""
    if gap.boot == opening.boot:
        seconds = (opening.uptime_ms - gap.uptime_ms) / 1000
    else:
        seconds = (opening.utc - gap.utc).total_seconds()
    return round(max(0.0, seconds), 3)


def recover(folder: TakeFolder, file: ManifestFile, note: TakeNote) -> Iterator[Line]:
    """Make the folder agree with the manifest and the manifest with the folder; gives the lines that were added."""
    finish_cuts(folder, file.manifest.lines)
    listed = {line.n for line in file.manifest.lines if isinstance(line, Segment)}
    for number in sorted(_numbers(folder) - listed):
        path = folder.segment(number)
        try:
            closing = _closing_of(path, number, file, note)
        except OSError as error:
            _log.error("%s cannot be read and stays without a line: %s", path.name, error)
            continue
        if closing is None:
            _log.warning("%s holds no picture; it is taken away", path.name)
            path.unlink()
        else:
            sha256 = cut_off(path, closing.size)
            _log.warning("%s: recovered, %.1f s", path.name, closing.end - closing.opening.start)
            yield from file.append(*lines_of(closing, sha256))
    for left in folder.path.glob("s*.open"):
        try:
            left.unlink()
        except OSError as error:  # what it was for is done
            _log.error("%s cannot be taken away: %s", left.name, error.strerror)
    sync_folder(folder.path)


def cut_off(path: Path, size: int) -> str:
    """Shorten the file to `size`, have that on disk, and give the hash of what remains."""
    with path.open("r+b") as file:
        file.truncate(size)
        os.fsync(file.fileno())
        return hashlib.file_digest(file, "sha256").hexdigest()


def finish_cuts(folder: TakeFolder, lines: tuple[AnyLine, ...]) -> None:
    """Whatever cut was begun is done, so that nothing private stays."""
    last, sizes = 0, dict[int, int]()
    gone = set[int]()
    for line in lines:
        if isinstance(line, Segment):
            last, sizes[line.n] = max(last, line.n), line.size
        elif isinstance(line, Cut):
            gone |= set(range(line.n + 1, last + 1))
            sizes[line.n] = line.size
    for number in gone & _numbers(folder):
        folder.segment(number).unlink()
    for number in {line.n for line in lines if isinstance(line, Cut)} - gone - {0}:
        path = folder.segment(number)
        if path.exists() and path.stat().st_size > sizes[number]:
            cut_off(path, sizes[number])
    sync_folder(folder.path)


def next_number(folder: TakeFolder, file: ManifestFile) -> int:
    """One that no segment ever had, and no note that could not be taken away."""
    return max(file.manifest.last_number, *_numbers(folder), *_numbers(folder, ".open"), 0) + 1


def next_run(file: ManifestFile) -> int:
    """One more than the last run's, whether or not that was cut away."""
    return max((line.run for line in file.manifest.lines if isinstance(line, Segment)), default=0) + 1


def ended_before(file: ManifestFile, note: TakeNote, reason: GapReason | None, boot: str, now: Moment) -> Ended | None:
    """Where the take's pictures ended before this start of the archive; None for a take that only now begins."""
    segments = file.manifest.segments
    if segments:
        last = segments[-1]
        return ended_at(_opening_of(last), last.end, reason or "archive-restarted")
    if reason is None:
        return None
    age_ms = max(0.0, now.utc_ms - note.started.timestamp() * 1000)
    return Ended(after=0, reason=reason, boot=boot, uptime_ms=round(now.uptime_ms - age_ms), utc=note.started)


def _numbers(folder: TakeFolder, suffix: str = ".ts") -> set[int]:
    return {int(path.stem[1:]) for path in folder.path.glob(f"s*{suffix}") if path.stem[1:].isdigit()}


def _opening_of(line: Segment) -> Opening:
    return Opening(n=line.n, run=line.run, start=line.start, boot=line.boot, uptime_ms=line.uptime_ms, utc=line.utc)


def _closing_of(path: Path, number: int, file: ManifestFile, note: TakeNote) -> Closing | None:
    """What a file without a line holds; None: no picture."""
    opening = _noted(path)
    segments = file.manifest.segments
    near = opening.start if opening else segments[-1].end if segments else 0.0
    found = mpegts.contents(path.read_bytes(), near)
    if not found.pictures:
        return None
    first = found.pictures[0].seconds
    shown = found.picture_seconds(1 / note.frames_per_second)
    end = max(place.seconds for place in found.pictures) + shown
    if opening is None:
        written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        opening = _guessed(number, first, written - timedelta(seconds=end - first), file)
    frames = len(found.pictures)
    return Closing(opening=opening, end=end, frames=frames, lost_packets=found.lost, size=found.size)


def _noted(path: Path) -> Opening | None:
    try:
        return msgspec.json.decode(note_of(path).read_bytes(), type=Opening)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None


def _guessed(number: int, start: float, utc: datetime, file: ManifestFile) -> Opening:
    """The opening of a segment whose note is gone: it follows the one before it, or it is dated by its file."""
    segments = file.manifest.segments
    if segments and abs(start - segments[-1].end) < SAME_RUN_SECONDS:
        last = segments[-1]
        before = ended_at(_opening_of(last), last.end, "archive-restarted")
        return Opening(n=number, run=last.run, start=start, boot=last.boot, uptime_ms=before.uptime_ms, utc=before.utc)
    gap = None
    if segments:
        gap = ended_at(_opening_of(segments[-1]), segments[-1].end, "archive-restarted")
    return Opening(n=number, run=next_run(file), start=start, boot=UNKNOWN_BOOT, uptime_ms=0, utc=utc, gap=gap)
