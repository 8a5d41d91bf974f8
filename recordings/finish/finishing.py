"""A meeting's video written: first what can be played at once, then the files to take home.

`video.json` is replaced in one step, after all that it names is in its place and on disk; what it no longer names is
taken away after that. So a reader sees the old whole or the new whole, also when this process is killed anywhere;
the next run finds what is made already and goes on.
"""

import fcntl
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from msgspec import Struct, structs

from recordings.adapters.durable import replace_file
from recordings.chapters import as_webvtt, joined_captions
from recordings.config import Config
from recordings.finish import pictures
from recordings.finish.files import Files, Job, as_clips, jobs, with_files
from recordings.finish.folder import PublicFolder
from recordings.finish.made import Made
from recordings.finish.marks import read_marks
from recordings.finish.media import Bench
from recordings.finish.meeting import Meeting
from recordings.finish.products import PLAYLIST, VIDEO_JSON, Video
from recordings.finish.say import Say
from recordings.finish.takes import find, notes
from recordings.layout import Layout
from recordings.playlists import on_demand, whole, with_subtitles

log = logging.getLogger(__name__)
CHAPTERS = "chapters.vtt"
CAPTIONS = "captions.vtt"


class Published(Struct, frozen=True, kw_only=True):
    """`published.json`: the take stands in its meeting's public folder."""

    at: datetime
    ledger: str
    manifest: str
    """SHA-256 of the manifest's last line, as it was then."""
    whole: bool
    """No segment was left out."""


class NothingRecorded(LookupError):
    """Error raised when there is no take of this meeting."""


class NotEnded(NothingRecorded):
    """Error raised when its only take is still being recorded."""


@contextmanager
def alone(layout: Layout, ledger: str) -> Iterator[Path]:
    """The working folder of a meeting; a second finishing of it waits until the first is done."""
    folder = layout.data / "finishing" / ledger
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield folder
    finally:
        os.close(descriptor)


class Finishing:
    """One run for one meeting. `asked`: ids of items or speeches wanted as files of their own."""

    def __init__(self, config: Config, ledger: str, work: Path, say: Say, asked: tuple[str, ...] = ()) -> None:
        """Check the takes. Raises NothingRecorded or NotEnded."""
        self._layout = Layout(config.data, config.public)
        self._config, self._say = config, say
        takes = find(self._layout, ledger, lambda share: say.progress("video", share * 0.8))
        if not takes:
            raise NotEnded(ledger) if any(n.ledger == ledger for n in notes(self._layout)) else NothingRecorded(ledger)
        self._folder = PublicFolder(self._layout.video(ledger))
        marks = read_marks(self._layout, ledger)
        self._meeting = Meeting(ledger, tuple(takes), marks, self._folder.path)
        for path in work.iterdir():
            if path.name not in {"lock", "made.json"}:
                path.unlink(missing_ok=True)
        self._made = Made(work / "made.json")
        self._bench = Bench(work, self._meeting.where)
        self._files = Files(config, self._folder, self._bench, self._made)
        self._before = self._read()
        clips = {clip.id for clip in self._before.clips if clip.kind != "item"} if self._before else set()
        self._jobs = jobs(self._meeting, clips | set(asked))
        self._asked = asked

    def publish(self) -> Video:
        """All that can be played at once. It replaces what was there; files whose pictures are still the same stay."""
        folder, meeting = self._folder, self._meeting
        for take in meeting.takes:
            for segment in {s.file for piece in meeting.pieces_of(take.note.take) for s in piece.segments}:
                name = f"{take.note.take}/{segment}"
                if take.removed:
                    folder.keep(name)
                else:
                    folder.link(name, take.folder.path / segment)
        self._say.progress("video", 0.9)
        video = self._described()
        if video.playlist:
            folder.write(PLAYLIST, on_demand(meeting.timeline.pieces).encode())
        folder.write(CHAPTERS, as_webvtt(meeting.chapters).encode())
        folder.write("chapters.json", msgspec.json.format(msgspec.json.encode(meeting.chapters), indent=1))
        self._write(video)
        folder.sweep()
        for take in meeting.takes:
            done = Published(
                at=video.made, ledger=meeting.ledger, manifest=take.manifest, whole=not _missed(video, take.note.take)
            )
            replace_file(take.folder.published, msgspec.json.encode(done))
        self._say.progress("video", 1.0)
        self._say.finished(meeting.ledger)
        return video

    def make_files(self, video: Video) -> Video:
        """The files that are missing from what `publish` gave; after each the description says so."""
        missing = [job for job in self._files.missing(self._jobs) if self._wanted(job)]
        for _ in self._files.make(missing, lambda share: self._say.progress("files", share)):
            video = self._with_files(video)
            self._write(video)
        state = self._files.state if self._config.make_files or self._files.state != "made" else "not-wanted"
        video = structs.replace(self._with_files(video), files=state)
        self._write(video)
        if missing:
            self._say.finished(self._meeting.ledger)
        return video

    def _wanted(self, job: Job) -> bool:
        """`asked` alone, if something was asked for; else what the configuration wants."""
        if self._asked:
            return job.of is not None and job.of.id in self._asked
        return self._config.make_files or (job.of is not None and job.of.kind != "item")

    def _described(self) -> Video:
        meeting = self._meeting
        seconds = meeting.timeline.seconds
        missing = [job for job in self._files.missing(self._jobs) if self._wanted(job)]
        captions = self._captions() if seconds else None
        video = Video(
            ledger=meeting.ledger,
            made=datetime.now(UTC),
            seconds=round(seconds, 3),
            playlist=PLAYLIST if seconds else None,
            takes=meeting.played_takes(),
            chapters=meeting.chapters,
            pieces=meeting.played_pieces(),
            gaps=meeting.played_gaps(),
            poster=pictures.poster(meeting, self._folder, self._bench, self._made) if seconds else None,
            thumbs=pictures.thumbs(meeting, self._folder, self._bench, self._made) if seconds else None,
            captions=captions,
            captioned_playlist="main.m3u8" if captions else None,
            chapter_track=CHAPTERS if meeting.chapters else None,
            left_out=meeting.left_out(),
            files="coming" if missing else ("made" if self._config.make_files else "not-wanted"),
        )
        return self._with_files(video)

    def _with_files(self, video: Video) -> Video:
        there = self._files.there(self._jobs)
        return structs.replace(video, takes=with_files(video.takes, there), clips=as_clips(self._jobs, there))

    def _captions(self) -> str | None:
        """The takes' captions as one track of the meeting; none if a take's cannot be read as WebVTT."""
        tracks = []
        for take in self._meeting.played_takes():
            with suppress(FileNotFoundError):
                text = self._layout.take(take.take).captions.read_text(encoding="utf-8")
                tracks.append((take.start, take.seconds, text))
        try:
            joined = joined_captions(tracks) if tracks else None
        except ValueError as error:
            log.error("the captions are left out: %s", error)
            return None
        if joined is None:
            return None
        timeline = self._meeting.timeline
        mapped = f"WEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:{round(timeline.pieces[0].first.start * 90000)}"
        self._folder.write(CAPTIONS, joined.encode())
        self._folder.write("captions-hls.vtt", joined.replace("WEBVTT", mapped, 1).encode())
        self._folder.write("captions.m3u8", whole("captions-hls.vtt", timeline.seconds).encode())
        bandwidth = (self._config.kilobits_per_second + 256) * 1100
        main = with_subtitles(PLAYLIST, "captions.m3u8", language="vi", name="Tiếng Việt", bandwidth=bandwidth)
        self._folder.write("main.m3u8", main.encode())
        return CAPTIONS

    def _read(self) -> Video | None:
        try:
            return msgspec.json.decode((self._folder.path / VIDEO_JSON).read_bytes(), type=Video)
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
            return None

    def _write(self, video: Video) -> None:
        """In its place when all that it names is on disk. One that says the same as before is left alone."""
        self._folder.settle()
        before = self._read()
        if before is not None and structs.replace(before, made=video.made) == video:
            self._folder.keep(VIDEO_JSON)
            return
        self._folder.write(VIDEO_JSON, msgspec.json.format(msgspec.json.encode(video), indent=1))


def _missed(video: Video, take: str) -> bool:
    return any(left.take == take for left in video.left_out)
