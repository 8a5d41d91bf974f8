"""Marks of the ledger and the video timeline make chapters: as WebVTT and inside files; and captions. Pure.

A mark that lies outside the pictures is placed sensibly: what began before the first picture begins with it, what
began during a gap begins with the next picture, and what lies wholly within a gap is left out.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, Literal

from msgspec import Struct, structs

from recordings.control import Mark
from recordings.timeline import Place, Timeline

Kind = Literal["sitting", "item", "speaker", "poll", "result"]

RESULT_SECONDS: Final = 10.0
"""A result is a moment; its chapter is so long, if nothing follows earlier."""
SHORTEST_SECONDS: Final = 0.5
AFTER_JOINT_SECONDS: Final = 0.2
"""A player that is sent to the very joint of two pieces shows the last picture before the gap: it is sent past it."""
_RANK: Final[dict[Kind, int]] = {"sitting": 0, "item": 1, "speaker": 2, "poll": 3, "result": 4}
_TIME: Final = re.compile(r"(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})")
_CUE: Final = re.compile(rf"^({_TIME.pattern})[ \t]+-->[ \t]+({_TIME.pattern})(.*)$")


class Chapter(Struct, frozen=True, kw_only=True):
    """A stretch of the video: a sitting, an item, a speech, a poll from opening to closing, a result."""

    kind: Kind
    id: str
    """As the mark has it: of the sitting, item or poll; for a speaker `<member or guest>-<seq>`."""
    title: str
    item: str | None
    """The item it belongs to; of an item none."""
    start: float
    end: float
    at: datetime
    """When the ledger has it, UTC. It may lie before the first picture (`start` is then the first picture's)."""
    clamped: bool = False
    """It began while no picture was taken: `start` is the next picture's."""


def chapters(marks: Sequence[Mark], timeline: Timeline) -> tuple[Chapter, ...]:
    """What of the marks can be seen, sorted so that what contains comes before what is contained."""
    if not timeline.pieces:
        return ()
    places = [timeline.find(mark.at, mark.uptime_ms) for mark in marks]
    found = [chapter for index in range(len(marks)) if (chapter := _chapter(marks, places, index, timeline))]
    return tuple(sorted(found, key=lambda chapter: (chapter.start, _RANK[chapter.kind], -chapter.end)))


def _chapter(marks: Sequence[Mark], places: Sequence[Place], index: int, timeline: Timeline) -> Chapter | None:
    mark, start = marks[index], places[index]
    end = _end(marks, places, index, timeline)
    if not start.shown and end - start.seconds < SHORTEST_SECONDS:
        return None
    begin = start.seconds if start.shown or start.seconds == 0 else start.seconds + AFTER_JOINT_SECONDS
    return Chapter(
        kind=mark.kind,
        id=mark.id,
        title=" ".join(mark.title.split()),
        item=mark.item if mark.kind != "item" else None,
        start=round(begin, 3),
        end=round(min(max(end, begin + SHORTEST_SECONDS), timeline.seconds), 3),
        at=mark.at,
        clamped=not start.shown,
    )


def _end(marks: Sequence[Mark], places: Sequence[Place], index: int, timeline: Timeline) -> float:
    """Where the mark's own end lies, or the next mark that ends it, or the end of the video."""
    mark, start = marks[index], places[index]
    if mark.ends is not None and mark.ends_uptime_ms is not None:
        return max(start.seconds, timeline.find(mark.ends, mark.ends_uptime_ms).seconds)
    ends = [timeline.seconds]
    later = range(index + 1, len(marks))
    ends += [places[other].seconds for other in later if _ends(marks[other], mark)]
    if mark.kind == "result":
        ends.append(start.seconds + RESULT_SECONDS if start.shown else start.seconds)
    return max(start.seconds, min(ends))


def _ends(other: Mark, mark: Mark) -> bool:
    """Whether a later mark ends one that has no end of its own."""
    if mark.kind == "poll" and other.kind == "result":
        return True
    return _RANK[other.kind] <= _RANK[mark.kind] and (mark.kind, other.kind) != ("poll", "speaker")


def within(found: Iterable[Chapter], start: float, end: float) -> tuple[Chapter, ...]:
    """The chapters of one stretch of the timeline, counted from its start."""
    return tuple(
        structs.replace(chapter, start=max(start, chapter.start) - start, end=min(end, chapter.end) - start)
        for chapter in found
        if chapter.start < end and chapter.end > start
    )


def as_webvtt(found: Iterable[Chapter]) -> str:
    """For `<track kind="chapters">`: nested, what contains before what is contained."""
    cues = (
        f"{chapter.kind}-{_identifier(chapter.id)}\n{timestamp(chapter.start)} --> {timestamp(chapter.end)}\n"
        f"{_cue_text(chapter.title or chapter.id)}\n"
        for chapter in found
        if timestamp(chapter.start) != timestamp(chapter.end)
    )
    return "\n".join(["WEBVTT\n", *cues])


def in_file(found: Iterable[Chapter]) -> list[tuple[float, float, str]]:
    """From, to and title of the chapters inside a file: there they follow each other, so each ends where the next
    begins, and what begins together is one chapter."""
    starts: dict[int, list[str]] = {}
    end = 0
    for chapter in found:
        if chapter.kind != "sitting":
            end = max(end, round(chapter.end * 1000))
            starts.setdefault(round(chapter.start * 1000), []).append(chapter.title or chapter.id)
    following = [*list(starts)[1:], end]
    return [
        (start / 1000, max(until, start + 1) / 1000, " – ".join(titles))
        for (start, titles), until in zip(starts.items(), following, strict=False)
    ]


def timestamp(seconds: float) -> str:
    """As WebVTT writes it: 01:02:03.456."""
    milliseconds = max(0, round(seconds * 1000))
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest // 1000:02d}.{rest % 1000:03d}"


def joined_captions(tracks: Sequence[tuple[float, float, str]]) -> str:
    """Captions of the takes as one track: (the take's start, its seconds, its WebVTT). Raises ValueError for a
    text that is no WebVTT. Cues beyond their take's end are cut; notes and styles stay with the first take."""
    blocks = ["WEBVTT"]
    for start, seconds, text in tracks:
        header, *rest = re.split(r"\n{2,}", text.removeprefix("\ufeff").replace("\r\n", "\n").strip())
        if not header.startswith("WEBVTT"):
            raise ValueError("captions do not begin with WEBVTT")
        blocks += [moved for block in rest if (moved := _moved(block, start, seconds)) is not None]
    return "\n\n".join(blocks) + "\n"


def _moved(block: str, start: float, seconds: float) -> str | None:
    lines = block.split("\n")
    for index, line in enumerate(lines[:2]):
        if cue := _CUE.match(line):
            begins, ends = _seconds(cue[2], cue[3], cue[4], cue[5]), _seconds(cue[7], cue[8], cue[9], cue[10])
            if begins >= seconds or ends <= begins:
                return None
            lines[index] = f"{timestamp(start + begins)} --> {timestamp(start + min(ends, seconds))}{cue[11]}"
            return "\n".join(lines)
    if any("-->" in line for line in lines):
        raise ValueError(f"captions: {lines[0][:80]!r} is no cue")
    return block if start == 0 else None


def _seconds(hours: str | None, minutes: str, seconds: str, milliseconds: str) -> float:
    return int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds) + int(milliseconds) / 1000


def _identifier(text: str) -> str:
    return re.sub(r"[^\w.-]+", "-", text)


def _cue_text(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
