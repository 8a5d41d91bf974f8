"""The archive as its own process: what it is told, what it writes, and what a bad day does to it."""

import os
import random
import resource
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Final

import msgspec
import pytest

from recordings.adapters.clock import uptime_ms
from recordings.adapters.folder import free_bytes
from recordings.adapters.keys import own_key
from recordings.adapters.take_check import check_take
from recordings.archive.cut import When, cut_from
from recordings.archive.main import FAULT, HELD
from recordings.archive.take import recovered
from recordings.config import load
from recordings.ffmpeg.source import source_test
from recordings.layout import Layout
from recordings.mpegts import PACKET, contents
from recordings.reports import Report, Word
from recordings.segments import Gap
from recordings.senders import ALIVE_MS
from tests.faults.strace import attached
from tests.gates.write_logged_disk import mounted, run
from tests.recordings.archive_child import TAKE, Archive, archive, camera
from tests.recordings.footage import begins, decoded_pictures, footage, pictures

FRAMES: Final = 90
IS_ROOT: Final = os.geteuid() == 0


@pytest.fixture
def one(tmp_path: Path) -> Iterator[Archive]:
    with archive(tmp_path / "data") as found:
        yield found


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A file system of its own, if this process may mount one; otherwise a folder."""
    where = folder / "disk"
    where.mkdir()
    if not IS_ROOT:
        yield where
        return
    image = folder / "disk.img"
    run("truncate", "-s", "48M", str(image))
    run("mke2fs", "-q", "-t", "ext4", "-m", "0", str(image))
    with mounted(image, where):
        yield where


@contextmanager
def no_room(one: Archive, disk: Path, leave: int) -> Iterator[None]:
    """The disk has `leave` bytes left. Without a disk of its own the process may write to no file at all."""
    assert one.process is not None
    if not IS_ROOT:
        before = resource.prlimit(one.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(one.process.pid, resource.RLIMIT_FSIZE, (0, before[1]))
        yield
        resource.prlimit(one.process.pid, resource.RLIMIT_FSIZE, before)
        return
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        size = 1 << 20
        while size:
            try:
                while free_bytes(disk) >= leave + size:
                    file.write(b"\xff" * size)
                    os.fsync(file.fileno())
                size //= 2
            except OSError:
                size //= 2
    yield
    filler.unlink()


def frames(one: Archive) -> int:
    return sum(segment.frames for segment in one.manifest.segments)


def gaps(one: Archive) -> list[Gap]:
    return [line for line in one.manifest.now if isinstance(line, Gap)]


def key_position(data: bytes, number: int) -> int:
    return [position for position, begin in begins(data) if begin.key][number]


def test_every_picture_is_kept_and_every_file_plays(one: Archive) -> None:
    one.start()
    with camera(one) as source:
        source.send(footage())
        one.until(lambda: one.opened(3))
    assert one.stop() == 0
    assert frames(one) == FRAMES
    assert [decoded_pictures(path) for path in one.files] == [30, 30, 30]
    assert decoded_pictures(*one.files) == FRAMES
    report = one.check()
    assert (report.whole, report.findings, report.seconds) == (True, (), 6.0)
    assert {path.name for path in one.folder.path.iterdir()} == {
        "take.json", "manifest.jsonl", "head.json", "s000001.ts", "s000002.ts", "s000003.ts",
    }  # fmt: skip


def test_a_take_that_is_being_recorded_is_not_called_whole_nor_tampered_with(one: Archive) -> None:
    one.start()
    with camera(one) as source:
        source.send(footage())
        one.until(lambda: one.opened(3) and len(one.manifest.lines) == 2)
        report = one.check()
        assert [(f.kind, f.name) for f in report.findings] == [("segment-open", "s000003.ts")]
        assert not report.whole


def test_it_tells_what_it_does(one: Archive) -> None:
    one.start()
    one.until(lambda: any(r.head for r in one.said))
    with camera(one) as source:
        source.send(footage())
        one.until(lambda: any(r.bytes_written for r in one.said) and one.opened(3))
    one.stop()
    assert sum(bool(r.beat) for r in one.said) >= 1
    told = [r.line for r in one.said if r.line]
    assert tuple(told) == one.manifest.now
    heads = [r.head for r in one.said if r.head]
    assert (heads[0].lines, heads[-1].lines, heads[-1].hash) == (0, 3, one.manifest.hash)
    assert heads[-1] == msgspec.json.decode(one.folder.head.read_bytes(), type=type(heads[-1]))


def test_an_archive_that_is_killed_loses_nothing_but_what_is_not_a_key_frame_yet(one: Archive) -> None:
    """The socket is kept by whoever started it: what comes meanwhile waits there."""
    data = footage()
    cut = key_position(data, 3) + 40 * PACKET
    with camera(one) as source:
        one.start()
        source.send(data[:cut])
        one.until(lambda: one.opened(2))
        one.until(lambda: _size(one) >= cut - 2 * 1316)
        one.kill()
        source.send(data[cut:])
        one.start("--reason", "archive-restarted")
        one.until(lambda: one.opened(3))
        one.until(lambda: any(r.bytes_written for r in one.said))
        one.stop()
    lost = FRAMES - frames(one)
    assert lost <= 15, "more than the second until the next key frame"
    assert [g.reason for g in gaps(one)] == ["archive-restarted"]
    assert [s.run for s in one.manifest.segments][-1] == 2
    assert one.check().whole
    assert decoded_pictures(one.files[-1]) == one.manifest.segments[-1].frames


def _all_of(data: bytes) -> int:
    """So much of a stream is kept: what comes before its first key frame is not."""
    return len(data) - key_position(data, 0)


def _size(one: Archive) -> int:
    return sum(path.stat().st_size for path in one.folder.path.glob("s*.ts"))


def test_what_waited_in_the_socket_is_dated_by_when_it_came(one: Archive) -> None:
    with camera(one) as source:
        came = uptime_ms()
        source.send(footage())
        ended = uptime_ms()
        one.start()
        one.until(lambda: one.opened(3))
        one.stop()
    first = one.manifest.segments[0]
    assert came <= first.uptime_ms <= ended, "dated by when it was read"


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of an archive that was killed in its third segment."""
    with archive(tmp_path_factory.mktemp("killed") / "data") as one:
        one.start()
        with camera(one) as source:
            source.send_live(footage())
            one.until(lambda: one.opened(3) and _size(one) >= _all_of(footage()))
            one.kill()
        return one.data


@pytest.mark.parametrize("seed", range(40))
def test_newest_files_that_were_torn_off_anywhere_cost_no_more_than_what_was_torn_off(
    killed: Path, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    config = load(None, data=shutil.copytree(killed, tmp_path / "data"), public=tmp_path)
    folder = Layout(config.data, config.public).take(TAKE)
    torn = folder.segment(3)
    left = torn.read_bytes()[: chance.randrange(torn.stat().st_size + 1)]
    torn.write_bytes(left + bytes(chance.choice((0, 0, 1, 4096))))
    if chance.random() < 0.5:
        torn.with_suffix(".open").write_bytes(b"")
    folder.manifest.write_bytes(folder.manifest.read_bytes() + chance.choice((b"", b'{"type":"segm', bytes(500))))
    said: list[Report] = []
    with recovered(config, TAKE, said.append) as (_, _, file):
        file.sign()
        segments = file.manifest.segments
    whole = left[: len(left) // PACKET * PACKET]
    # The picture in whose first packet the tear is may count: half of that packet is there.
    assert sum(s.frames for s in segments) - 60 - pictures(whole) in {0, 1}
    assert {s.run for s in segments} == {1}, "one recording is taken for two"
    assert [s.uptime_ms for s in segments] == pytest.approx(
        [segments[0].uptime_ms + n * 2_000 for n in range(3)][: len(segments)], abs=40
    )
    report = check_take(folder, own_key(Layout(config.data, config.public).key))
    assert (report.whole, report.findings) == (True, ())
    assert not list(folder.path.glob("*.open"))
    for path in (folder.segment(1), folder.segment(2)):
        assert contents(path.read_bytes()).lost == 0


def test_a_take_in_pieces_is_one_take(one: Archive) -> None:
    for number in range(3):
        one.start(*(("--reason", "private") if number else ()))
        with camera(one) as source:
            source.send(footage(2))
            one.until(lambda number=number: one.opened(number + 1))  # type: ignore[misc]
        assert one.stop() == 0
    assert [s.n for s in one.manifest.segments] == [1, 2, 3]
    assert [s.run for s in one.manifest.segments] == [1, 2, 3]
    assert [(g.after, g.reason) for g in gaps(one)] == [(1, "private"), (2, "private")]
    assert one.check().whole


def test_a_source_that_was_started_anew_needs_no_word(one: Archive) -> None:
    one.start()
    with camera(one) as source:
        source.send(footage(2))
        one.until(lambda: one.opened(1))
    time.sleep(2 * ALIVE_MS / 1000)  # what is tried: the one has fallen silent, then the other begins
    with camera(one) as source:
        source.send(footage(2))
        one.until(lambda: one.opened(2))
    one.stop()
    assert [(g.after, g.reason) for g in gaps(one)] == [(1, "source-lost")]
    assert frames(one) == 60


def test_a_word_that_it_is_private_keeps_nothing_from_after_that_moment(one: Archive) -> None:
    one.settings["segment_seconds"] = 1
    one.start()
    with camera(one) as source:
        source.send_live(footage(3))
        one.until(lambda: one.opened(3))
        since = one.manifest.segments[1].uptime_ms + 500
        one.say(Word(end_at_uptime_ms=since))
        assert one.ended() == 0
    assert [s.n for s in one.manifest.segments] == [1, 2]
    last = one.manifest.segments[-1]
    assert last.uptime_ms + (last.end - last.start) * 1000 <= since + 1000 / 15 + 1
    assert {p.name for p in one.folder.path.glob("s*")} == {"s000001.ts", "s000002.ts"}, "private pictures are on disk"
    assert pictures(one.files[1].read_bytes()) == last.frames == pytest.approx(8, abs=1)
    assert one.check().whole
    assert one.said[-1].head is not None


def test_a_cut_in_an_ended_take_can_be_made_later_and_made_again(one: Archive) -> None:
    one.settings["segment_seconds"] = 1
    one.start()
    with camera(one) as source:
        source.send_live(footage(3))
        one.until(lambda: one.opened(3))
    one.stop()
    before = msgspec.json.decode(one.folder.head.read_bytes())
    since = str(one.manifest.segments[1].uptime_ms - 1)
    for _ in range(2):
        one.start("--cut-from", since)
        assert one.ended() == 0
    assert [s.n for s in one.manifest.segments] == [1]
    assert [p.name for p in one.folder.path.glob("s*")] == ["s000001.ts"]
    assert one.check().whole
    assert len(one.manifest.lines) == before["lines"] + 1
    one.start("--reason", "private")
    with camera(one) as source:
        source.send(footage(2))
        one.until(lambda: one.opened(4))
    one.stop()
    assert [s.n for s in one.manifest.segments] == [1, 4, 5], "a number was used twice"
    assert [(g.after, g.reason) for g in gaps(one)] == [(1, "private")]


def test_what_was_filmed_in_private_before_the_power_went_is_cut_in_the_next_boot(one: Archive) -> None:
    one.settings["segment_seconds"] = 1
    one.start()
    with camera(one) as source:
        source.send_live(footage(3))
        one.until(lambda: one.opened(3))
    one.stop()
    first, second = one.manifest.segments[:2]
    since = When(-1, "the next boot", second.utc + timedelta(seconds=0.5))
    with recovered(load(one.data / "recorder.toml"), TAKE, lambda report: None) as (folder, _, file):
        assert not cut_from(folder, file, since._replace(uptime_ms=1)), "all of this boot was before that"
        assert cut_from(folder, file, since)
    assert [s.n for s in one.manifest.segments] == [1, 2]
    assert one.manifest.segments[0] == first
    assert one.manifest.segments[1].end - second.start == pytest.approx(0.5, abs=0.15)


def test_a_cut_that_was_interrupted_is_finished_by_the_next_start(one: Archive) -> None:
    one.settings["segment_seconds"] = 1
    one.start()
    with camera(one) as source:
        source.send_live(footage(3))
        one.until(lambda: one.opened(3))
    one.stop()
    kept = {path: path.read_bytes() for path in one.files}
    one.start("--cut-from", str(one.manifest.segments[1].uptime_ms + 500))
    one.ended()
    for path, content in kept.items():
        path.write_bytes(content)
    one.start()
    one.until(lambda: any(r.head for r in one.said))
    one.stop()
    assert one.check().whole
    assert not one.folder.segment(3).exists()


def test_the_end_of_its_input_ends_it_with_everything_sealed(one: Archive) -> None:
    one.start()
    with camera(one) as source:
        source.send(footage(2))
        one.until(lambda: one.opened(1))
    assert one.process is not None
    assert one.process.stdin is not None
    one.process.stdin.close()
    assert one.ended() == 0
    assert frames(one) == 30
    assert one.check().whole


def test_two_archives_never_work_on_one_take(one: Archive, tmp_path: Path) -> None:
    one.start()
    one.until(lambda: any(r.head for r in one.said))
    with archive(tmp_path / "data") as other:
        other.start()
        assert other.ended() == HELD
    with camera(one) as source:
        source.send(footage(2))
        one.until(lambda: one.opened(1))
    one.stop()
    assert frames(one) == 30


def test_a_take_without_a_picture_is_whole(one: Archive) -> None:
    one.start()
    one.until(lambda: any(r.head for r in one.said))
    assert one.stop() == 0
    assert one.manifest.lines == ()
    report = one.check()
    assert (report.whole, report.segments, report.seconds) == (True, 0, 0)


def test_no_such_take_is_a_fault(one: Archive) -> None:
    one.make_take()
    one.folder.note.unlink()
    one.folder.note.write_bytes(b"{}")
    one.start()
    assert one.ended() == FAULT
    assert TAKE in one.log


def test_a_manifest_that_was_tampered_with_is_set_aside_and_named(one: Archive) -> None:
    one.start()
    with camera(one) as source:
        source.send(footage())
        one.until(lambda: one.opened(3))
    one.stop()
    content = one.folder.manifest.read_bytes()
    one.folder.manifest.write_bytes(content.replace(b'"frames":30', b'"frames":29', 1))
    one.start()
    one.until(lambda: any(r.head for r in one.said))
    one.stop()
    assert {f.name for f in one.check().findings} == {"manifest.damaged-1.jsonl", "head.damaged-1.json"}
    assert len(one.manifest.segments) == 3, "the files are still there, and have their lines again"


def test_a_disk_that_takes_its_time_to_sync_costs_no_picture(one: Archive) -> None:
    one.start()
    one.until(lambda: any(r.head for r in one.said))
    assert one.process is not None
    slow = ("-e", "trace=fsync", "-e", "inject=fsync:delay_enter=700000")
    with attached(one.process.pid, one.data / "strace", *slow):
        with camera(one) as source:
            source.send(footage())
            one.until(lambda: _size(one) >= _all_of(footage()))
        one.until(lambda: one.opened(3))
    assert one.stop() == 0
    assert frames(one) == FRAMES
    assert one.check().whole


def test_a_disk_that_fails_ends_the_archive_and_the_next_one_goes_on(one: Archive) -> None:
    """After a failed sync nobody knows what is on the disk: only a fresh look tells."""
    one.start()
    one.until(lambda: any(r.head for r in one.said))
    assert one.process is not None
    broken = ("-e", "trace=fsync", "-e", "inject=fsync:error=EIO")
    with camera(one) as source:
        with attached(one.process.pid, one.data / "strace", *broken):
            source.send(footage(2))
            assert one.ended() == FAULT
        source.send(footage(4, 2.0))
        one.start()
        one.until(lambda: one.opened(2))
    assert one.stop() == 0
    assert frames(one) >= 60
    assert one.check().whole


def test_the_test_patterns_own_stream_is_kept_whole_over_the_death_of_its_source(one: Archive) -> None:
    one.start()
    one.until(lambda: any(r.head for r in one.said))
    config = load(
        None, bus_port=one.port, width=320, height=180, frames_per_second=15, kilobits_per_second=300,
        preset="ultrafast",
    )  # fmt: skip
    for number in (1, 2):
        with subprocess.Popen(source_test(config), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as source:
            one.until(lambda number=number: one.opened(number))  # type: ignore[misc]
            before = _size(one)
            one.until(lambda before=before: _size(one) > before + 40_000)  # type: ignore[misc]
            source.kill()
    assert one.stop() == 0
    assert [s.run for s in one.manifest.segments] == sorted(s.run for s in one.manifest.segments)
    assert {s.run for s in one.manifest.segments} == {1, 2}
    assert [(g.reason) for g in gaps(one)] == ["source-lost"]
    for path, segment in zip(one.files, one.manifest.segments, strict=True):
        assert pictures(path.read_bytes()) == segment.frames
        assert segment.lost_packets == 0


def test_a_full_disk_is_told_and_the_take_goes_on_when_there_is_room(tmp_path: Path) -> None:
    """On a file system of its own where this may be mounted; the reserve is what it stops at."""
    with small_disk(tmp_path) as disk, archive(disk / "data") as one:
        one.start()
        with camera(one) as source:
            source.send(footage(2))
            one.until(lambda: one.opened(1))
            with no_room(one, disk, leave=8 << 20):
                one.until(lambda: one.full() is True)
                source.send(footage(2, 10.0))
            one.until(lambda: one.full() is False)
            source.send(footage(2, 20.0))
            one.until(lambda: one.opened(2))
        assert one.stop() == 0
        assert [(g.after, g.reason) for g in gaps(one)] == [(1, "disk-full")]
        assert frames(one) == 60
        assert one.check().whole


def test_a_private_part_that_could_not_be_cut_for_want_of_room_is_not_called_done(tmp_path: Path) -> None:
    with small_disk(tmp_path) as disk, archive(disk / "data") as one:
        one.start()
        with camera(one) as source:
            source.send(footage(2))
            one.until(lambda: one.opened(1) and _size(one) >= _all_of(footage(2)))
            with no_room(one, disk, leave=0):
                since = uptime_ms() + 60_000
                one.say(Word(end_at_uptime_ms=since))
                assert one.ended() == FAULT
            one.start("--cut-from", str(since))
            assert one.ended() == 0
        assert frames(one) == 30
        assert one.check().whole


def test_a_disk_without_a_single_byte_spoils_nothing_that_was_written(tmp_path: Path) -> None:
    with small_disk(tmp_path) as disk, archive(disk / "data") as one:
        one.start()
        with camera(one) as source:
            source.send(footage(4))
            one.until(lambda: one.opened(2))
            with no_room(one, disk, leave=0):
                source.send(footage(4, 4.0))
                one.until(lambda: one.full() is True)
            one.until(lambda: one.full() is False)
            source.send(footage(4, 8.0))
            one.until(lambda: any(r.line for r in one.said if isinstance(r.line, Gap)))
        assert one.stop() == 0
        assert one.check().whole
        assert frames(one) >= 60 + 30
        for path in one.files:
            assert pictures(path.read_bytes()) > 0
