"""Marks become chapters that lie within the video and within each other; texts survive every format."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings.chapters import Chapter, as_webvtt, chapters, in_file, joined_captions, timestamp, within
from recordings.control import Mark
from recordings.playlists import date_time, durations_of, on_demand, whole, with_subtitles
from recordings.segments import Segment
from recordings.timeline import Timeline, build, window

START = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)


def video(*runs: tuple[int, int]) -> Timeline:
    """Pictures from and to these seconds, in segments of 4 s at most."""
    segments: list[Segment] = []
    for run, (since, until) in enumerate(runs, 1):
        for start in range(since, until, 4):
            segments.append(
                Segment(
                    n=len(segments) + 1, file=f"s{len(segments) + 1:06d}.ts", size=1, sha256="", frames=1, run=run,
                    start=start - since + 1.4, end=min(start + 4, until) - since + 1.4, boot="b",
                    uptime_ms=start * 1000, utc=START + timedelta(seconds=start), prev="",
                )
            )  # fmt: skip
    return build([("take", segments)])


def mark(kind: Any, name: str, at: float, ends: float | None = None, item: str | None = None) -> Mark:
    return Mark(
        kind=kind, id=name, title=f"{kind} {name}", at=START + timedelta(seconds=at), uptime_ms=round(at * 1000),
        item=item, ends=None if ends is None else START + timedelta(seconds=ends),
        ends_uptime_ms=None if ends is None else round(ends * 1000),
    )  # fmt: skip


def spans(found: tuple[Chapter, ...]) -> list[tuple[str, float, float]]:
    return [(chapter.id, chapter.start, chapter.end) for chapter in found]


def test_a_mark_without_an_end_lasts_until_the_next_of_its_kind_or_above() -> None:
    found = chapters(
        [mark("sitting", "s1", 0), mark("item", "i1", 5), mark("speaker", "a-1", 6, item="i1"),
         mark("speaker", "b-2", 10, item="i1"), mark("poll", "p1", 14, item="i1"), mark("result", "p1", 18, item="i1"),
         mark("item", "i2", 30)],
        video((0, 60)),
    )  # fmt: skip
    assert spans(found) == [
        ("s1", 0, 60), ("i1", 5, 30), ("a-1", 6, 10), ("b-2", 10, 30), ("p1", 14, 18), ("p1", 18, 28), ("i2", 30, 60),
    ]  # fmt: skip


def test_what_began_before_the_pictures_begins_with_them() -> None:
    (found,) = chapters([mark("item", "i1", 2, 20)], video((10, 40)))
    assert (found.start, found.end, found.clamped, found.at) == (0, 10, True, START + timedelta(seconds=2))


def test_what_lies_wholly_where_there_is_no_picture_is_left_out() -> None:
    timeline = video((0, 10), (30, 40))
    gone = [
        mark("poll", "p1", 12, 20),
        mark("result", "p1", 20),
        mark("item", "i9", 50),
        mark("speaker", "x-1", 11, 29),
    ]
    assert chapters(gone, timeline) == ()
    assert chapters(gone, build([])) == ()


def test_what_began_in_a_gap_and_outlasted_it_begins_with_the_next_picture() -> None:
    (found,) = chapters([mark("item", "i1", 15, 35)], video((0, 10), (30, 40)))
    assert (found.start, found.end, found.clamped) == (10.2, 15, True)


def test_a_result_told_while_no_picture_was_taken_is_no_chapter() -> None:
    assert chapters([mark("result", "p1", 20)], video((0, 10), (30, 60))) == ()


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["sitting", "item", "speaker", "poll", "result"]), st.floats(0, 120), st.floats(0, 30)
        ),
        max_size=12,
    )
)
def test_every_chapter_lies_within_the_video(marks: list[tuple[float, Any, float]]) -> None:
    timeline = video((10, 40), (60, 90))
    told = [
        mark(kind, str(n), at, at + length) for n, (kind, at, length) in enumerate(sorted(marks, key=lambda m: m[1]))
    ]
    found = chapters(told, timeline)
    assert all(0 <= chapter.start <= chapter.end <= timeline.seconds for chapter in found)
    assert [chapter.start for chapter in found] == sorted(chapter.start for chapter in found)
    inside = in_file(found)
    assert all(start < end for start, end, _ in inside)
    assert all(before[1] <= after[0] for before, after in pairwise(inside))


def test_chapters_of_a_take_count_from_its_own_start() -> None:
    found = chapters([mark("item", "i1", 5, 25), mark("item", "i2", 25, 38)], video((0, 40)))
    assert spans(within(found, 20, 30)) == [("i1", 0, 5), ("i2", 5, 10)]


def test_what_begins_together_is_one_chapter_of_a_file() -> None:
    found = chapters([mark("item", "i1", 5, 25), mark("speaker", "a-1", 5, 9, item="i1")], video((0, 40)))
    assert in_file(found) == [(5, 25, "item i1 – speaker a-1")]


def test_titles_cannot_break_out_of_a_cue() -> None:
    bad = Mark(kind="item", id="i 1\n", title="<b>A --> B & C\n\nD", at=START, uptime_ms=0)
    text = as_webvtt(chapters([bad], video((0, 8))))
    assert text == ("WEBVTT\n\nitem-i-1-\n00:00:00.000 --> 00:00:08.000\n&lt;b&gt;A --&gt; B &amp; C D\n")


def test_a_timestamp_counts_hours() -> None:
    assert timestamp(3725.0004) == "01:02:05.000"
    assert timestamp(59.9996) == "00:01:00.000"


def test_captions_are_moved_to_where_their_take_is_and_end_with_it() -> None:
    first = "WEBVTT - made by hand\n\nNOTE all of it\n\n00:01.000 --> 00:02.000\nA\n\n00:09.000 --> 00:15.000\nB\n"
    second = "\ufeffWEBVTT\n\nx\n00:00:01.000 --> 00:00:02.000 align:start\nC\nD\n\n00:20.000 --> 00:21.000\nE\n"
    joined = joined_captions([(0, 10, first), (3600, 10, second.replace("\n", "\r\n"))])
    assert joined == (
        "WEBVTT\n\nNOTE all of it\n\n00:00:01.000 --> 00:00:02.000\nA\n\n00:00:09.000 --> 00:00:10.000\nB\n\n"
        "x\n01:00:01.000 --> 01:00:02.000 align:start\nC\nD\n"
    )


@pytest.mark.parametrize(
    "text", ["", "1\n00:00:01,000 --> 00:00:02,000\nSRT\n", "WEBVTT\n\n00:61.000 --> 01:00.000\nx\n"]
)
def test_what_is_no_webvtt_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="captions"):
        joined_captions([(0, 10, text)])


def test_a_playlist_adds_up_to_the_video_and_breaks_where_the_media_clock_does() -> None:
    timeline = video((0, 10), (30, 37))
    text = on_demand(timeline.pieces)
    lengths = [float(line[8:-1]) for line in text.splitlines() if line.startswith("#EXTINF")]
    assert sum(lengths) == pytest.approx(timeline.seconds)
    assert lengths == pytest.approx([d for piece in timeline.pieces for d in durations_of(piece)])
    assert text.count("#EXT-X-DISCONTINUITY") == 1
    assert "#EXT-X-PROGRAM-DATE-TIME:2026-11-22T01:00:30.000Z" in text
    assert text.startswith("#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:4\n")
    assert text.endswith("take/s000005.ts\n#EXT-X-ENDLIST\n")


def test_subtitles_stand_beside_the_video() -> None:
    text = with_subtitles("index.m3u8", "captions.m3u8", language="vi", name="Tiếng Việt", bandwidth=3_000_000)
    assert 'LANGUAGE="vi"' in text
    assert text.endswith('#EXT-X-STREAM-INF:BANDWIDTH=3000000,SUBTITLES="subtitles"\nindex.m3u8\n')
    assert "#EXTINF:12.500000,\ncaptions.vtt\n#EXT-X-ENDLIST" in whole("captions.vtt", 12.5)


def test_program_time_is_told_in_utc() -> None:
    assert date_time(START.astimezone()) == "2026-11-22T01:00:00.000Z"


@given(st.floats(0, 36), st.floats(0.5, 10))
def test_a_window_holds_its_stretch_and_no_whole_segment_more(start: float, length: float) -> None:
    timeline = video((0, 21), (30, 49))
    held = window(timeline.pieces, start, start + length)
    assert held[0].start <= start
    assert held[-1].end >= min(start + length, timeline.seconds) - 0.001
    for piece in held:
        assert all(piece.start + s.start - piece.first.start < start + length for s in piece.segments)
        assert piece.start + durations_of(piece)[0] > start
