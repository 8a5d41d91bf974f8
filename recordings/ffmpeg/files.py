"""The commands that make files of what was recorded. Nothing is encoded anew but single pictures."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import ffmpeg

QUIET: Final = ("-nostdin", "-nostats", "-v", "error")
IMPERFECT: Final = str.maketrans({character: "\\" + character for character in "=;#\\\n"})


def concat_list(files: Iterable[Path]) -> str:
    """The text that `concat_mp4` reads: one file a line, quoted."""
    return "".join(f"file {_quoted(file)}\n" for file in files)


def pieces_list(pieces: Iterable[tuple[Path, float]]) -> str:
    """The text that `concat_mp4` reads when its parts are pieces: the playlist (m3u8) of each and its seconds. The
    segments of one piece share a clock, so read as one stream nothing is shifted at their joints."""
    return "ffconcat version 1.0\n" + "".join(f"file {_quoted(file)}\nduration {took:.6f}\n" for file, took in pieces)


def sheet_list(tiles: Iterable[tuple[Path, float]], every: float) -> str:
    """The text that `sheet` reads: of each segment (which starts at this PTS) the first key frame, for `every` s."""
    return "ffconcat version 1.0\n" + "".join(
        f"file {_quoted(file)}\noutpoint {start + _FIRST_PICTURE:.6f}\nduration {every:g}\n" for file, start in tiles
    )


def chapters_metadata(title: str, chapters: Iterable[tuple[float, float, str]]) -> str:
    """The text (ffmetadata) that `concat_mp4` reads: from second, to second, title of each chapter."""
    lines = [";FFMETADATA1", f"title={title.translate(IMPERFECT)}"]
    for start, end, words in chapters:
        times = f"TIMEBASE=1/1000\nSTART={round(start * 1000)}\nEND={max(round(end * 1000), round(start * 1000) + 1)}"
        # ffmpeg 5.1 takes a line feed after a backslash for a part of the title, even if that backslash is escaped
        lines += ["[CHAPTER]", times, f"title={words.translate(IMPERFECT)}{' ' if words.endswith(chr(92)) else ''}"]
    return "\n".join(lines) + "\n"


def concat_mp4(listed: Path, metadata: Path | None, out: Path) -> list[str]:
    """Segments to one MP4 with chapters that begins to play before it is all there. Nothing is encoded anew."""
    parts = ffmpeg.input(str(listed), format="concat", safe=0, fflags="+genpts+discardcorrupt")
    options: dict[str, Any] = {"c": "copy", "movflags": "+faststart", "format": "mp4"}
    if metadata is None:
        return _command(ffmpeg.output(parts["v:0"], parts["a:0?"], str(out), **options, map_chapters=-1))
    words = ffmpeg.input(str(metadata), format="ffmetadata")
    described = ffmpeg.output(parts["v:0"], parts["a:0?"], str(out), **options, map_metadata=1, map_chapters=1)
    return _with_input(_command(described), _command(ffmpeg.output(words, "-")))


def clip(whole: Path, start: float, end: float, out: Path, title: str = "") -> list[str]:
    """From second to second of an MP4, begun at the key frame before; its picture and sound alone, no chapter track."""
    part = ffmpeg.input(str(whole), ss=f"{start:.3f}", to=f"{end:.3f}")
    options: dict[str, Any] = {"c": "copy", "map_chapters": -1, "movflags": "+faststart", "format": "mp4"}
    options |= {"avoid_negative_ts": "make_zero", "metadata": f"title={title}"}
    return _command(ffmpeg.output(part["v:0"], part["a:0?"], str(out), **options))


def poster(video: Path, second: float, out: Path, width: int = 1280) -> list[str]:
    """One picture as JPEG."""
    picture = ffmpeg.input(str(video), ss=f"{second:.3f}").video.filter("scale", width, -2)
    return _command(ffmpeg.output(picture, str(out), vframes=1, format="image2", update=1, **_JPEG))


def sheet(listed: Path, every: float, columns: int, rows: int, out: Path, width: int = 160) -> list[str]:
    """One sheet of small pictures, one for each line of a `sheet_list`, row by row; what cannot be decoded is shown
    by the picture before it, so that none moves to another's place."""
    pictures = ffmpeg.input(str(listed), format="concat", safe=0, skip_frame="nokey").video
    pictures = pictures.filter("fps", fps=f"1/{every:g}", round="near", start_time=0, eof_action="pass")
    tiled = pictures.filter("scale", width, -2).filter("tile", f"{columns}x{rows}")
    return _command(ffmpeg.output(tiled, str(out), vframes=1, format="image2", update=1, **_JPEG))


def probe(file: Path | str) -> list[str]:
    """What ffprobe knows of a file, as JSON: container, streams, chapters."""
    return ["ffprobe", "-v", "error", "-of", "json", "-show_format", "-show_streams", "-show_chapters", str(file)]


def count_frames(file: Path | str) -> list[str]:
    """How many pictures a file has, counted one by one, as JSON."""
    wanted = "stream=nb_read_packets,start_time,duration"
    chosen = ["-select_streams", "v:0", "-count_packets", "-show_entries", wanted]
    return ["ffprobe", "-v", "error", "-of", "json", *chosen, str(file)]


_FIRST_PICTURE: Final = 0.5
"""Key frames are 1 s apart: so far after a segment's start there is but one."""
_JPEG: Final[dict[str, Any]] = {"c:v": "mjpeg", "q:v": 4, "pix_fmt": "yuvj420p"}


def _quoted(file: Path) -> str:
    return "'" + str(file).replace("'", "'\\''") + "'"


def _with_input(command: list[str], other: list[str]) -> list[str]:
    """The command with the other's input as its second one: ffmpeg-python has none that no stream is taken of."""
    first, second = command.index("-i"), other.index("-i")
    return [*command[: first + 2], *other[1 : second + 2], *command[first + 2 :]]


def _command(out: Any) -> list[str]:
    return list(ffmpeg.compile(out.global_args(*QUIET).overwrite_output()))
