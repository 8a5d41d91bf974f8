"""The live playlists: what they name, and when a waiting question has its answer."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings.live_playlist import (
    LOW_PIECES,
    Part,
    Piece,
    Question,
    Senseless,
    answered,
    hinted,
    low_latency,
    plain,
    program_time,
    question,
)

START = datetime(2026, 7, 1, 1, 0, 0, 250_000, tzinfo=UTC)


def pieces(count: int, *, first: int = 100, open_parts: int = 0, breaks: frozenset[int] = frozenset()) -> list[Piece]:
    """So many whole pieces of a second, and a last one of `open_parts`; `breaks` begin a new run."""
    found, run = list[Piece](), 0
    for number in range(first, first + count + bool(open_parts)):
        run += number in breaks
        whole = number < first + count
        starts = START + timedelta(seconds=number - first)
        parts = [Part(0.2, key=part == 0) for part in range(5 if whole else open_parts)]
        found.append(Piece(number, f"r{run}", starts, breaks=number in breaks, whole=whole, parts=parts))
    return found


def test_plain_hls_names_whole_pieces_only() -> None:
    text = plain(pieces(3, open_parts=2), 0)
    assert [line for line in text.splitlines() if not line.startswith("#")] == [
        "r0-100.m4s",
        "r0-101.m4s",
        "r0-102.m4s",
    ]
    assert "#EXT-X-MEDIA-SEQUENCE:100\n" in text
    assert "#EXT-X-TARGETDURATION:1\n" in text
    assert text.count("#EXT-X-MAP") == 1
    assert "ENDLIST" not in text
    assert "PART" not in text


def test_a_playlist_of_nothing_is_still_a_playlist() -> None:
    assert plain([], 0).startswith("#EXTM3U\n")
    assert "PRELOAD" not in low_latency([], 0)


def test_a_new_run_is_told_with_a_discontinuity_and_its_own_header() -> None:
    lines = plain(pieces(4, breaks=frozenset({102})), 0).splitlines()
    at = lines.index("#EXT-X-DISCONTINUITY")
    assert lines[at + 1] == '#EXT-X-MAP:URI="r1-init.mp4"'
    assert lines[at + 4] == "r1-102.m4s"
    assert '#EXT-X-MAP:URI="r0-init.mp4"' in lines[:at]


def test_a_discontinuity_that_leaves_the_window_is_counted() -> None:
    shown = pieces(4, breaks=frozenset({102}))
    assert "DISCONTINUITY-SEQUENCE" not in plain(shown, 0)
    # Once the broken piece is the first, nothing is before it: its break is in the count and not in the list.
    first = plain(shown[2:], 0)
    assert "#EXT-X-DISCONTINUITY-SEQUENCE:1\n" in first
    assert "#EXT-X-DISCONTINUITY\n" not in first
    assert "#EXT-X-DISCONTINUITY-SEQUENCE:1\n" in plain(shown[3:], 1)


def test_the_low_latency_list_ends_with_the_part_that_comes_next() -> None:
    lines = low_latency(pieces(5, open_parts=2), 0).splitlines()
    assert lines[-1] == '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="parts/r0-105.2.m4s"'
    assert lines[-2] == '#EXT-X-PART:DURATION=0.20000,URI="parts/r0-105.1.m4s"'
    assert lines[-3].endswith("INDEPENDENT=YES")


def test_after_a_whole_piece_the_next_pieces_first_part_is_hinted() -> None:
    assert hinted(pieces(3)[-1]) == "parts/r0-103.0.m4s"


def test_only_the_newest_pieces_have_parts() -> None:
    text = low_latency(pieces(6, open_parts=1), 0)
    assert "parts/r0-103." not in text
    assert "parts/r0-104.4" in text
    assert "CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=0.600" in text


def test_both_lists_give_a_piece_the_same_number() -> None:
    shown = pieces(LOW_PIECES + 10, breaks=frozenset({103}))
    low, all_of_them = low_latency(shown, 0), plain(shown, 0)
    assert f"#EXT-X-MEDIA-SEQUENCE:{100 + 10}\n" in low
    assert "#EXT-X-MEDIA-SEQUENCE:100\n" in all_of_them
    assert "#EXT-X-DISCONTINUITY-SEQUENCE:1\n" in low


def test_program_time_is_written_in_utc_with_milliseconds() -> None:
    assert program_time(START) == "2026-07-01T01:00:00.250Z"
    hanoi = START.astimezone(__import__("zoneinfo").ZoneInfo("Asia/Ho_Chi_Minh"))
    assert program_time(hanoi) == "2026-07-01T01:00:00.250Z"


@given(st.lists(st.floats(0.02, 0.5), min_size=1, max_size=30), st.integers(1, 6))
def test_no_part_and_no_piece_is_longer_than_the_list_promises(seconds: list[float], per_piece: int) -> None:
    shown = [
        Piece(
            n, "r", START, whole=True, parts=[Part(s, key=i == 0) for i, s in enumerate(seconds[at : at + per_piece])]
        )
        for n, at in enumerate(range(0, len(seconds), per_piece))
    ]
    text = low_latency(shown, 0)
    target = float(text.split("PART-TARGET=")[1].split("\n")[0])
    longest = int(text.split("TARGETDURATION:")[1].split("\n")[0])
    listed = shown[-LOW_PIECES:]
    assert all(part.seconds <= target + 0.001 for piece in listed for part in piece.parts)
    assert all(round(piece.seconds - 1e-9) <= longest for piece in listed)


def test_a_question_waits_for_its_part() -> None:
    shown = pieces(3, open_parts=2)
    assert answered(Question(103, 1), shown)
    assert not answered(Question(103, 2), shown)
    assert not answered(Question(103), shown)
    assert answered(Question(102), shown)
    assert not answered(Question(104, 0), shown)
    assert not answered(Question(100, 0), [])


def test_a_part_beyond_a_pieces_last_one_is_the_next_pieces_first() -> None:
    assert not answered(Question(102, 5), pieces(3))
    assert answered(Question(102, 5), pieces(3, open_parts=1))


@pytest.mark.parametrize(
    ("number", "part"),
    [(None, "1"), ("x", None), ("-1", None), ("1e3", "0"), ("10", "¹"), ("9" * 40, None), ("106", None), ("", "0")],
)
def test_what_cannot_be_asked_is_refused(number: str | None, part: str | None) -> None:
    with pytest.raises(Senseless):
        question(number, part, pieces(3, open_parts=1))


def test_what_can_be_asked_is_understood() -> None:
    shown = pieces(3, open_parts=1)
    assert question(None, None, shown) is None
    assert question("104", "2", shown) == Question(104, 2)
    assert question("103", None, shown) == Question(103)
