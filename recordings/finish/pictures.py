"""The poster and the sheet of small pictures that a player shows above its bar."""

import json
import logging
import math
import subprocess
from pathlib import Path
from typing import Final

from recordings import ffmpeg
from recordings.chapters import timestamp
from recordings.finish.folder import PublicFolder
from recordings.finish.made import Made, stamp
from recordings.finish.media import Bench, MediaFault
from recordings.finish.meeting import Meeting
from recordings.finish.products import Thumbs
from recordings.timeline import window

log = logging.getLogger(__name__)
POSTER: Final = "poster.jpg"
SHEET: Final = "thumbs.jpg"
TRACK: Final = "thumbs.vtt"
COLUMNS: Final = 12
MOST_TILES: Final = 144
CLOSEST_SECONDS: Final = 5
"""No two small pictures are closer; a segment is seldom longer."""


def poster(meeting: Meeting, folder: PublicFolder, bench: Bench, made: Made) -> str | None:
    """A picture of where the first item begins, or of the beginning; null if there is none to be had."""
    at = next((chapter.start for chapter in meeting.chapters if chapter.kind == "item"), 0.0)
    chosen = stamp(window(meeting.timeline.pieces, at, at + 0.1), POSTER)
    if made.is_current(POSTER, chosen) and folder.size(POSTER):
        return POSTER
    try:
        folder.move(POSTER, bench.poster(meeting.timeline.pieces, at))
    except (MediaFault, OSError) as error:
        log.error("there is no poster: %s", error)
        return None
    made.note(POSTER, chosen)
    return POSTER


def thumbs(meeting: Meeting, folder: PublicFolder, bench: Bench, made: Made) -> Thumbs | None:
    """A sheet with a picture for every few seconds, and the track that says which is where."""
    seconds = meeting.timeline.seconds
    every = max(CLOSEST_SECONDS, math.ceil(seconds / MOST_TILES))
    times = [number * every for number in range(max(1, math.ceil(seconds / every)))]
    columns, rows = min(COLUMNS, len(times)), math.ceil(len(times) / COLUMNS)
    chosen = stamp(meeting.timeline.pieces, SHEET)
    if not (made.is_current(SHEET, chosen) and folder.size(SHEET) and folder.size(TRACK)):
        try:
            sheet = bench.sheet(meeting.timeline.pieces, times, every, columns, rows)
            width, height = size_of(sheet)
            track = thumbs_track(seconds, every, columns, (width // columns, height // rows))
            folder.move(SHEET, sheet)
        except (MediaFault, OSError, ValueError) as error:
            log.error("there are no thumbnails: %s", error)
            return None
        folder.write(TRACK, track.encode())
        made.note(SHEET, chosen)
    return Thumbs(sheet=SHEET, track=TRACK)


def thumbs_track(seconds: float, every: int, columns: int, tile: tuple[int, int]) -> str:
    """WebVTT: for each stretch of time the part of the sheet (`#xywh=`)."""
    width, height = tile
    cues = []
    for number in range(max(1, math.ceil(seconds / every))):
        start, end = number * every, min(seconds, (number + 1) * every)
        part = f"{number % columns * width},{number // columns * height},{width},{height}"
        cues.append(f"{timestamp(start)} --> {timestamp(end)}\n{SHEET}#xywh={part}\n")
    return "\n".join(["WEBVTT\n", *cues])


def size_of(picture: Path) -> tuple[int, int]:
    """Width and height. Raises ValueError for what is no picture."""
    asked = subprocess.run(ffmpeg.probe(picture), capture_output=True, check=False, stdin=subprocess.DEVNULL)
    try:
        stream = json.loads(asked.stdout)["streams"][0]
        return int(stream["width"]), int(stream["height"])
    except (KeyError, IndexError, TypeError) as error:
        raise ValueError(f"{picture.name} is no picture") from error
