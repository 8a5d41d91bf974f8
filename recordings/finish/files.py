"""The files to take home: one MP4 of each take with chapters, and one of each item, or of a speech that was asked for.

They are the least duty on the disk: where room is low they are not made, and the video is published without them.
"""

import logging
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from msgspec import structs

from recordings.adapters.folder import free_bytes
from recordings.chapters import Chapter, in_file, within
from recordings.config import Config
from recordings.disk import Duty, Room, may_write, planned_rate
from recordings.finish.folder import PublicFolder
from recordings.finish.made import Made, Stamp, stamp
from recordings.finish.media import Bench, MediaFault
from recordings.finish.meeting import Meeting
from recordings.finish.products import Clip, Take
from recordings.timeline import Piece, window

log = logging.getLogger(__name__)
SHORTEST_CLIP_SECONDS: Final = 1.0
State = Literal["made", "coming", "not-wanted", "disk-low", "failed"]


@dataclass(frozen=True)
class Job:
    """One file to be there."""

    name: str
    title: str
    pieces: tuple[Piece, ...]
    start: float
    end: float
    stamp: Stamp
    take: Take
    whole: tuple[Piece, ...] = ()
    """All pieces of the take."""
    chapters: tuple[tuple[float, float, str], ...] = ()
    of: Chapter | None = None
    """Null: the whole take."""

    @property
    def bytes(self) -> int:
        """About so many will be written."""
        held = sum(segment.size for piece in self.pieces for segment in piece.segments)
        return held if self.of is None else 2 * held


def jobs(meeting: Meeting, asked: Iterable[str] = (), *, only: bool = False) -> list[Job]:
    """All files that belong to the meeting: takes, items, and what else was `asked` for by id. `only`: just that."""
    wanted = set(asked)
    takes = [take for take in meeting.played_takes() if take.seconds]
    found = [] if only else [_take_job(meeting, take) for take in takes]
    parts: dict[tuple[str, str], int] = {}
    for chapter in meeting.chapters:
        if chapter.kind == "sitting" or not (chapter.id in wanted or (chapter.kind == "item" and not only)):
            continue
        for take in takes:
            start, end = max(chapter.start, take.start), min(chapter.end, take.start + take.seconds)
            if end - start >= SHORTEST_CLIP_SECONDS:
                number = parts[chapter.kind, chapter.id] = parts.get((chapter.kind, chapter.id), 0) + 1
                found.append(_clip_job(meeting, take, chapter, start, end, number))
    return found


def _take_job(meeting: Meeting, take: Take) -> Job:
    pieces, title, end = meeting.pieces_of(take.take), meeting.title(take.take), take.start + take.seconds
    inside = tuple(in_file(within(meeting.chapters, take.start, end)))
    made_of = stamp(pieces, "take", [title, inside])
    return Job(f"{take.take}.mp4", title, pieces, take.start, end, made_of, take, pieces, inside)


def _clip_job(meeting: Meeting, take: Take, chapter: Chapter, start: float, end: float, number: int) -> Job:
    whole = meeting.pieces_of(take.take)
    pieces = window(whole, start, end)
    name = f"{chapter.kind}-{file_name(chapter.id)}{f'.{number}' if number > 1 else ''}.mp4"
    title = chapter.title or chapter.id
    origin = pieces[0].start
    made_of = stamp(pieces, [round(start - origin, 3), round(end - origin, 3)], title)
    return Job(name, title, pieces, start, end, made_of, take, whole, of=chapter)


def file_name(name: str) -> str:
    """Letters, digits, `-` and `_` as they are; two ids never give one name."""
    return re.sub(r"[^A-Za-z0-9-]", lambda found: "_" if found[0] == "_" else f"_{ord(found[0]):x}_", name)


class Files:
    """Makes those that are missing, one after the other, and says which are there."""

    def __init__(self, config: Config, folder: PublicFolder, bench: Bench, made: Made) -> None:
        self._config, self._folder, self._bench, self._made = config, folder, bench, made
        self.state: State = "made"
        self._wholes: set[str] = set()
        """Takes whose MP4 is there: clips are cut from it."""

    def there(self, wanted: Sequence[Job]) -> dict[str, int]:
        """The names and sizes of those that may be shown as they are."""
        found: dict[str, int] = {}
        for job in wanted:
            if self._made.may_show(job.name, job.stamp) and (size := self._folder.size(job.name)):
                found[job.name] = size
                if job.of is None:
                    self._wholes.add(job.take.take)
        return found

    def missing(self, wanted: Sequence[Job]) -> list[Job]:
        """Those to be made, or made anew."""
        there = self.there(wanted)
        return [job for job in wanted if job.name not in there or not self._made.is_current(job.name, job.stamp)]

    def room_for(self, wanted: Sequence[Job]) -> bool:
        """Whether the disk can bear them."""
        room = Room(
            free_bytes=min(free_bytes(self._bench.folder), free_bytes(self._folder.path)),
            reserve_bytes=self._config.reserve_megabytes * 1024 * 1024,
            bytes_per_second=planned_rate(self._config.kilobits_per_second),
        )
        needed = sum(job.bytes for job in wanted)
        return may_write(Duty.FILES, room, warn_hours=self._config.warn_hours, needed_bytes=needed)

    def make(self, missing: Sequence[Job], progress: Callable[[float], None]) -> Iterator[Job]:
        """Make them; each that is in its place is given. `state` says afterwards how it went."""
        whole = sum(job.bytes for job in missing) or 1
        done = 0
        self.state = "made"
        for number, job in enumerate(missing):
            if not self.room_for(missing[number:]):
                log.warning("room on the disk is low: %d files are not made", len(missing) - number)
                self.state = "disk-low"
                return
            try:
                self._make(job, lambda size, before=done: progress((before + size) / whole))  # type: ignore[misc]
            except (MediaFault, OSError) as error:
                log.error("%s is not made: %s", job.name, error)
                self.state = "failed"
            else:
                yield job
            done += job.bytes
            progress(done / whole)

    def _make(self, job: Job, progress: Callable[[int], None]) -> None:
        if job.of is None:
            made = self._bench.whole(job.pieces, job.title, job.chapters, job.name, progress)
            self._wholes.add(job.take.take)
        elif job.take.take in self._wholes:
            whole = self._folder.path / f"{job.take.take}.mp4"
            origin = job.take.start - self._bench.lead(job.whole)
            made = self._bench.cut(whole, job.start - origin, job.end - origin, job.title, job.name)
        else:
            made = self._bench.part(job.pieces, job.start, job.end, job.title, job.name)
        self._folder.move(job.name, made)
        self._made.note(job.name, job.stamp)


def as_clips(wanted: Sequence[Job], there: dict[str, int]) -> tuple[Clip, ...]:
    """What `video.json` says of the clips that are there."""
    return tuple(
        Clip(
            kind=job.of.kind,
            id=job.of.id,
            item=job.of.id if job.of.kind == "item" else job.of.item,
            title=job.title,
            file=job.name,
            bytes=there[job.name],
            start=round(job.start, 3),
            seconds=round(job.end - job.start, 3),
        )
        for job in wanted
        if job.of is not None and job.name in there
    )


def with_files(takes: Sequence[Take], there: dict[str, int]) -> tuple[Take, ...]:
    """The takes with their MP4 files, where there are any."""
    return tuple(
        structs.replace(take, file=name, bytes=there[name]) if (name := f"{take.take}.mp4") in there else take
        for take in takes
    )
