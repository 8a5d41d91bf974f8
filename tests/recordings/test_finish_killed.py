"""Finishing that is killed anywhere leaves a whole page, and the next run goes on; what is kept long enough may go."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from recordings.config import as_toml
from recordings.finish.products import Video
from recordings.finish.retain import retain
from recordings.reports import Report
from tests.recordings.filmed import START, Hall, Shot, film
from tests.recordings.test_finish import described, finish

TAKE = "20211122T010000Z-s1-0001"
LATER = START + timedelta(days=400)


@pytest.fixture(scope="session")
def shots(tmp_path_factory: pytest.TempPathFactory) -> list[Shot]:
    return film(tmp_path_factory.mktemp("film"), 0, 10)


@pytest.fixture
def hall(tmp_path: Path, shots: list[Shot]) -> Hall:
    found = Hall(tmp_path)
    take = found.take(TAKE)
    take.shots(shots)
    take.sign()
    for number in range(3):
        found.mark("item", f"i{number}", 0.5 + 3 * number, 3.5 + 3 * number)
    found.tell_marks()
    return found


def started(hall: Hall, command: str, *more: str, **changes: Any) -> "subprocess.Popen[bytes]":
    config = hall.folder / "recorder.toml"
    config.write_text(as_toml(hall.config(**changes)))
    argv = [sys.executable, "-m", "recordings", command, "--config", str(config), *more]
    with (hall.folder / "log").open("ab") as log:
        return subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log)


def reports(process: "subprocess.Popen[bytes]") -> list[Report]:
    out, _ = process.communicate(timeout=60)
    return [msgspec.json.decode(line, type=Report) for line in out.splitlines()]


def names_only_what_is_there(hall: Hall) -> Video:
    """`video.json` can be read, and every file that it names is there and whole."""
    video = described(hall)
    named = [(take.file, take.bytes) for take in video.takes if take.file] + [(c.file, c.bytes) for c in video.clips]
    for file, size in named:
        assert (hall.public / file).stat().st_size == size
    for name in (video.playlist, video.poster, video.chapter_track, video.thumbs and video.thumbs.sheet):
        assert name
        assert (hall.public / name).stat().st_size > 0
    for line in (hall.public / "index.m3u8").read_text().splitlines():
        assert line.startswith("#") or (hall.public / line).exists()
    return video


def test_the_command_tells_how_far_it_is_and_that_the_meeting_is_written(hall: Hall) -> None:
    process = started(hall, "finish", "--ledger", hall.ledger)
    told = reports(process)
    assert process.returncode == 0
    assert [report.finished for report in told if report.finished] == [hall.ledger, hall.ledger]
    shares = [report.progress for report in told if report.progress]
    assert [share for share in shares if share[0] == "video"][-1] == ("video", 1.0)
    assert shares[-1] == ("files", 1.0)
    assert any(report.beat for report in told)


def test_a_meeting_that_nobody_recorded_is_refused(hall: Hall) -> None:
    process = started(hall, "finish", "--ledger", "another")
    reports(process)
    assert process.returncode == 1


@pytest.mark.parametrize("reports_seen", [1, 2, 3, 5, 6])
def test_killed_at_any_step_the_page_is_whole_and_the_next_run_goes_on(hall: Hall, reports_seen: int) -> None:
    process = started(hall, "finish", "--ledger", hall.ledger)
    assert process.stdout is not None
    for _ in range(reports_seen):
        process.stdout.readline()
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=60)
    if (hall.public / "video.json").exists():
        names_only_what_is_there(hall)
    finish(hall)
    video = names_only_what_is_there(hall)
    assert video.files == "made"
    assert len(video.clips) == 3
    named = {path.name for path in hall.public.iterdir()}
    assert not [name for name in named if name.startswith(".")]


def test_two_at_once_write_the_meeting_one_after_the_other(hall: Hall) -> None:
    both = [started(hall, "finish", "--ledger", hall.ledger) for _ in range(2)]
    for process in both:
        reports(process)
    assert [process.returncode for process in both] == [0, 0]
    assert names_only_what_is_there(hall).files == "made"


def test_a_published_and_verified_take_may_go_when_its_time_is_over(hall: Hall) -> None:
    finish(hall)
    assert retain(hall.layout, START + timedelta(days=364), 365, delete=True) == []
    (due,) = retain(hall.layout, LATER, 365, delete=False)
    assert (due.take, due.files) == (TAKE, 3)
    assert hall.layout.take(TAKE).segment(1).exists()
    retain(hall.layout, LATER, 365, delete=True)
    folder = hall.layout.take(TAKE)
    assert not list(folder.path.glob("*.ts"))
    assert folder.manifest.exists()
    assert folder.verified.exists()
    video = finish(hall)
    assert video.seconds == pytest.approx(10, abs=0.1)
    assert video.left_out == ()
    names_only_what_is_there(hall)
    assert retain(hall.layout, LATER, 365, delete=True) == []


def test_a_take_that_was_not_published_never_goes(hall: Hall) -> None:
    assert retain(hall.layout, LATER, 1, delete=True) == []
    assert hall.layout.take(TAKE).segment(1).exists()


def test_a_take_with_a_broken_segment_never_goes(hall: Hall) -> None:
    hall.layout.take(TAKE).segment(2).write_bytes(b"G" * 188)
    finish(hall, make_files=False)
    assert retain(hall.layout, LATER, 1, delete=True) == []


def test_a_take_that_was_changed_after_it_was_published_never_goes(hall: Hall) -> None:
    finish(hall, make_files=False)
    path = hall.layout.take(TAKE).segment(2)
    content = bytearray(path.read_bytes())
    content[5000] ^= 1
    path.write_bytes(content)
    assert retain(hall.layout, LATER, 1, delete=True) == []


def test_a_take_that_rotted_on_the_disk_after_it_was_verified_never_goes(hall: Hall) -> None:
    finish(hall, make_files=False)
    path = hall.layout.take(TAKE).segment(2)
    times = path.stat()
    content = bytearray(path.read_bytes())
    content[5000] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))  # a disk that rots changes no date
    assert retain(hall.layout, LATER, 1, delete=True) == []
    assert path.exists()


def test_a_take_that_nobody_signed_never_goes(hall: Hall) -> None:
    hall.layout.take(TAKE).head.unlink()
    finish(hall, make_files=False)
    assert retain(hall.layout, LATER, 1, delete=True) == []


def test_the_command_names_what_may_go_and_takes_it_away_only_when_told(hall: Hall) -> None:
    finish(hall, make_files=False)
    process = started(hall, "retain", keep_days=30)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert f"{TAKE}: 3 files" in out.decode()
    assert hall.layout.take(TAKE).segment(1).exists()
    process = started(hall, "retain", "--delete", keep_days=30)
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert not hall.layout.take(TAKE).segment(1).exists()
