"""ffmpeg at work for the finishing: nothing is encoded anew but single pictures.

Files are made in a folder of the recorder's own and come into the public one when they are whole.
"""

import logging
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from recordings import ffmpeg
from recordings.adapters.child import die_with_parent
from recordings.mpegts import PACKET, SYNC, TICKS, Reader, unwrapped
from recordings.playlists import on_demand
from recordings.timeline import Piece, window

log = logging.getLogger(__name__)

LOOK_SECONDS: Final = 0.5
LOOK_BYTES: Final = 4 << 20
HANGS_AFTER_SECONDS: Final = 300.0
"""ffmpeg that makes no byte for so long will make none; moving the index of a long file to its front stays below."""

Where = Callable[[str, str], Path]
"""The file of a take's segment."""


class MediaFault(RuntimeError):
    """Error raised when ffmpeg could not make a file; the message says what it said."""


def run(argv: Sequence[str], out: Path, progress: Callable[[int], None] = lambda size: None) -> Path:
    """Run it until `out` is made; its standard error goes to a file, never to a pipe. Raises MediaFault."""
    out.unlink(missing_ok=True)
    errors = out.with_name(out.name + ".log")
    with errors.open("wb") as heard:
        try:
            process = subprocess.Popen(
                list(argv), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=heard,
                preexec_fn=die_with_parent,  # noqa: PLW1509 no lock is taken between fork and exec
            )  # fmt: skip
        except ValueError as error:  # a title that cannot be an argument costs this file, not all of them
            raise MediaFault(f"{out.name}: {error}") from error
        try:
            _watch(process, out, progress)
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()
    said = errors.read_text(errors="replace").strip()[-500:]
    if process.returncode != 0 or not out.exists() or out.stat().st_size == 0:
        out.unlink(missing_ok=True)
        raise MediaFault(f"{out.name}: ffmpeg ended with {process.returncode}: {said}")
    if said:
        log.info("%s: %s", out.name, said)
    errors.unlink(missing_ok=True)
    return out


def _watch(process: "subprocess.Popen[bytes]", out: Path, progress: Callable[[int], None]) -> None:
    still, seen = 0.0, -1
    while still < HANGS_AFTER_SECONDS:
        try:
            process.wait(LOOK_SECONDS)
        except subprocess.TimeoutExpired:
            size = out.stat().st_size if out.exists() else 0
            still = 0.0 if size != seen else still + LOOK_SECONDS
            seen = size
            progress(size)
        else:
            return


class Bench:
    """Where files are made: one folder, the segments' places, and the pieces of the meeting."""

    def __init__(self, folder: Path, where: Where) -> None:
        self.folder = folder
        self._where = where
        folder.mkdir(parents=True, exist_ok=True)

    def lead(self, pieces: Sequence[Piece]) -> float:
        """So much sound the first piece has before its first picture. In an MP4 of these pieces every picture
        comes so much later than on the timeline."""
        return sound_before_picture(self._where(pieces[0].take, pieces[0].first.file))

    def whole(
        self,
        pieces: Sequence[Piece],
        title: str,
        chapters: Sequence[tuple[float, float, str]],
        name: str,
        progress: Callable[[int], None] = lambda size: None,
    ) -> Path:
        """The pieces as one MP4 with chapters, which begins to play before it is all there."""
        listed, described = self.folder / f"{name}.ffconcat", self.folder / f"{name}.ffmeta"
        parts, lead = [], self.lead(pieces)
        for number, piece in enumerate(pieces):
            playlist = self.folder / f"{name}.{number}.m3u8"
            playlist.write_text(on_demand([piece], lambda take, file: str(self._where(take, file).absolute())))
            # ffmpeg puts a piece's first packet, mostly sound, where the piece before ends: make its picture lie there
            following = self.lead(pieces[number + 1 :]) if piece is not pieces[-1] else lead
            parts.append((playlist.absolute(), piece.seconds + self.lead([piece]) - following))
        listed.write_text(ffmpeg.pieces_list(parts))
        moved = [(start + lead, end + lead, words) for start, end, words in chapters]
        if moved and moved[0][0] > 0:  # players take the first chapter of an MP4 to begin at 0
            moved.insert(0, (0.0, moved[0][0], title))
        described.write_text(ffmpeg.chapters_metadata(title, moved))
        return run(ffmpeg.concat_mp4(listed, described, self.folder / name), self.folder / name, progress)

    def part(self, pieces: Sequence[Piece], start: float, end: float, title: str, name: str) -> Path:
        """A stretch of the timeline as MP4, begun at the key frame before it."""
        held = window(pieces, start, end)
        if not held:
            raise MediaFault(f"{name}: there is no picture from {start} to {end}")
        whole = self.whole(held, title, (), f"whole-{name}")
        try:
            origin = held[0].start - self.lead(held)
            return self.cut(whole, start - origin, end - origin, title, name)
        finally:
            whole.unlink(missing_ok=True)

    def cut(self, whole: Path, start: float, end: float, title: str, name: str) -> Path:
        """The same from an MP4 that is there."""
        out = self.folder / name
        return run(ffmpeg.clip(whole, max(0.0, start), end, out, title), out)

    def poster(self, pieces: Sequence[Piece], at: float) -> Path:
        """One picture of the segment that shows this time."""
        piece = (window(pieces, at, at + 0.1) or tuple(pieces))[0]
        return run(
            ffmpeg.poster(self._where(piece.take, piece.first.file), 0.0, self.folder / "poster.jpg"),
            self.folder / "poster.jpg",
        )

    def sheet(self, pieces: Sequence[Piece], times: Sequence[float], every: int, columns: int, rows: int) -> Path:
        """Small pictures, one for each of these times."""
        tiles = []
        for time in times:
            piece = window(pieces, time, time + 0.01)[0]
            tiles.append((self._where(piece.take, piece.first.file).absolute(), piece.first.start))
        listed, out = self.folder / "sheet.ffconcat", self.folder / "thumbs.jpg"
        listed.write_text(ffmpeg.sheet_list(tiles, every))
        return run(ffmpeg.sheet(listed, every, columns, rows, out), out)


def sound_before_picture(segment: Path) -> float:
    """How many seconds of sound a segment has before its first picture; 0 if it has none."""
    reader, first = Reader(), dict[str, int]()
    with segment.open("rb") as file:
        while len(first) < 2 and file.tell() < LOOK_BYTES and len(packet := file.read(PACKET)) == PACKET:
            if packet[0] == SYNC and (begin := reader.feed(packet)) is not None:
                first.setdefault(begin.kind, begin.ticks)
    if len(first) < 2:
        return 0.0
    return max(0, first["video"] - unwrapped(first["audio"], first["video"])) / TICKS
