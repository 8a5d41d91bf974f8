"""The live window, its clock, and the origin's patience, without any process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application, Request

from recordings.fragments import Fragment
from recordings.live_playlist import Piece, hinted, plain
from recordings.mpegts import TICKS, WRAP
from recordings.reports import Show
from recordings.stream import origin as origins
from recordings.stream.origin import Origin
from recordings.stream.timing import Anchor, RunClock
from recordings.stream.window import PIECES, Window

START = datetime(2026, 7, 1, tzinfo=UTC)


def window(kept: list[bytes] | None = None) -> Window:
    """Empty; whole pieces' bytes go into `kept`."""
    return Window(100, lambda _, data: None if kept is None else kept.append(data))


def fill(found: Window, seconds: int, run: str = "r") -> None:
    """So many pieces of five parts."""
    for second in range(seconds):
        for part in range(5):
            data = f"{run}{second}.{part};".encode()
            fragment = Fragment(data, second + part / 5, 0.2, key=part == 0)
            found.add(run, fragment, START + timedelta(seconds=second), last=part == 4)


def test_a_pieces_file_is_its_parts_one_after_the_other() -> None:
    kept = list[bytes]()
    found = window(kept)
    fill(found, 2)
    assert kept == [b"r0.0;r0.1;r0.2;r0.3;r0.4;", b"r1.0;r1.1;r1.2;r1.3;r1.4;"]
    newest = found.pieces[-1]
    assert [found.part(newest.part_name(index)) for index in (0, 4)] == [b"r1.0;", b"r1.4;"]


def test_what_comes_before_a_runs_first_key_frame_is_left_out() -> None:
    found = window()
    assert not found.add("r", Fragment(b"x", 0, 0.2, key=False), START, last=False)
    assert found.pieces == []


def test_sound_alone_goes_out_with_the_next_picture() -> None:
    kept = list[bytes]()
    found = window(kept)
    found.add("r", Fragment(b"a;", 0, 0.2, key=True), START, last=False)
    found.add("r", Fragment(b"sound;", 0, 0.0, key=False), START, last=False)
    found.add("r", Fragment(b"b;", 0.2, 0.2, key=False), START, last=True)
    assert kept == [b"a;sound;b;"]
    assert [part.seconds for part in found.pieces[0].parts] == [0.2, 0.2]


def test_a_run_that_breaks_off_leaves_what_came_of_it() -> None:
    kept = list[bytes]()
    found = window(kept)
    found.add("r", Fragment(b"a;", 0, 0.2, key=True), START, last=False)
    found.add("s", Fragment(b"b;", 0, 0.2, key=True), START, last=False)
    assert kept == [b"a;"]
    assert [(piece.run, piece.breaks) for piece in found.pieces] == [("r", False), ("s", True)]


def test_the_window_forgets_the_oldest_and_counts_its_breaks() -> None:
    left = list[Piece]()
    found = Window(100, lambda _, data: None, left.append)
    fill(found, 3, "r")
    fill(found, PIECES, "s")
    assert [piece.number for piece in left] == [100, 101, 102]
    assert len(found.pieces) == PIECES
    fill(found, 1, "s")
    assert found.breaks_before == 1
    assert "#EXT-X-DISCONTINUITY-SEQUENCE:1\n" in plain(found.pieces, found.breaks_before)


def test_numbers_go_on_after_a_withdrawal() -> None:
    found = window()
    fill(found, 3)
    found.withdraw()
    assert found.pieces == []
    fill(found, 1, "s")
    assert found.pieces[0].number == 103
    assert found.pieces[0].breaks


def test_program_time_follows_the_pictures_and_not_the_declared_rate() -> None:
    """29.7 pictures for 30: after ten minutes the media clock is six seconds behind the world's."""
    clock = RunClock(WRAP - 5 * TICKS, 1_000_000)  # and it wraps on the way
    for second in range(1, 600):
        ticks = (WRAP - 5 * TICKS + second * TICKS) % WRAP
        clock.key(ticks, 1_000_000 + round(second * 1010.1))
    assert abs(clock.uptime_ms(599) - (1_000_000 + 599 * 1010.1)) < 60


def test_a_picture_that_comes_late_hardly_moves_program_time() -> None:
    clock = RunClock(0, 0)
    for second in range(1, 30):
        clock.key(second * TICKS, second * 1000 + (120 if second == 20 else 0))
    assert abs(clock.uptime_ms(29) - 29_000) < 5


def test_a_part_that_ends_where_a_key_frame_begins_is_its_pieces_last() -> None:
    clock = RunClock(7000, 0)
    clock.key(7000 + TICKS, 1000)
    assert clock.seconds(81.5) == 0
    assert clock.ends_at_key(clock.seconds(82.5))
    assert not clock.ends_at_key(clock.seconds(82.3))


def test_program_time_is_counted_from_one_reading_of_the_wall_clock() -> None:
    anchor = Anchor(START, 5000)
    assert anchor.program_time(6250.5) == START + timedelta(milliseconds=1250.5)


@asynccontextmanager
async def served(found: Window, folder: Path, state: list[Show]) -> AsyncIterator[TestClient[Request, Application]]:
    """The origin with this window."""
    async with TestClient(TestServer(Origin(found, folder, lambda: state[0]).app())) as client:
        yield client


def test_only_so_many_may_wait_and_none_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(origins, "MOST_WAITING", 1)
    monkeypatch.setattr(origins, "WAIT_SECONDS", 0.3)

    async def ask() -> None:
        found = window()
        fill(found, 2)
        async with served(found, tmp_path, ["live"]) as client:
            address = "/live/ll.m3u8?_HLS_msn=102&_HLS_part=0"
            answers = await asyncio.gather(client.get(address), client.get(address))
            assert [answer.status for answer in answers] == [503, 503]
            assert all("Retry-After" in answer.headers for answer in answers)
            # A place is free again, and what comes is told.
            waiting = asyncio.ensure_future(client.get(address))
            while not found._changed._waiters:
                await asyncio.sleep(0)
            found.add("r", Fragment(b"new", 2, 0.2, key=True), START, last=False)
            assert "r-102.0.m4s" in await (await waiting).text()

    asyncio.run(ask())


def test_a_hinted_part_that_will_never_come_is_not_waited_for(tmp_path: Path) -> None:
    async def ask() -> None:
        found = window()
        fill(found, 1)
        async with served(found, tmp_path, ["live"]) as client:
            waiting = asyncio.ensure_future(client.get("/live/" + hinted(found.pieces[-1])))
            while not found._changed._waiters:
                await asyncio.sleep(0)
            found.add("other", Fragment(b"new", 0, 0.2, key=True), START, last=False)
            assert (await waiting).status == 404

    asyncio.run(ask())


def test_nothing_outside_the_live_folder_is_given_out(tmp_path: Path) -> None:
    folder = tmp_path / "live"
    folder.mkdir()
    (tmp_path / "secret.json").write_text("{}")
    (folder / ".index.m3u8.new").write_text("half")
    (folder / "state.json").write_text("{}")

    async def ask() -> None:
        async with served(window(), folder, ["private"]) as client:
            for name in ("..%2Fsecret.json", ".index.m3u8.new", "%2e%2e/secret.json", "nothing.txt"):
                assert (await client.get(f"/live/{name}")).status == 404
            assert (await client.get("/live/state.json")).status == 200
            assert (await client.get("/live/index.m3u8")).status == 403

    asyncio.run(ask())
