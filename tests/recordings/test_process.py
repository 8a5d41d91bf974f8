"""Faults of the recorder's processes, with real ffmpeg and the real archive: what is lost, and what is told."""

import os
import signal
import socket
import threading
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Final

from recordings.config import load
from recordings.reports import SILENCE_SECONDS
from tests.faults.test_clock import WallClock
from tests.recordings.recorder_process import (
    LEDGER,
    SHOWERS,
    Link,
    Recorder,
    exists,
    recorder,
    standing,
    until,
)

GOP_SECONDS: Final = 1.0
"""A new run begins at a key frame: the next one is at most so far."""


def seconds(link: Link, least: float) -> None:
    """Wait until so much picture is on disk."""
    link.until(lambda state: state["stage"] == "recording" and state["seconds"] >= least, f"{least} s of picture")


def again(link: Link, gaps: int, more: float = 1.2) -> None:
    """Wait until it records again after its n-th gap, and a little more."""
    found = link.until(lambda state: state["stage"] == "recording" and state["gaps"] >= gaps, f"gap {gaps}")
    seconds(link, found["seconds"] + more)


def ended(link: Link, house: Recorder) -> None:
    """The sitting is closed, and the take with it."""
    link.tell(house.stand(standing(sitting=None)))
    link.until(lambda state: state["stage"] == "idle" and state["take"] is None, "the take's end")


def nothing_missing(house: Recorder, apart_from: int = 0) -> None:
    """Within each run pictures follow each other without a break, and no packet is missing."""
    segments = house.segments()
    assert [segment.n for segment in segments] == list(range(1, len(segments) + 1))
    for one, other in pairwise(segments):
        if one.run == other.run:
            assert abs(other.start - one.end) < 0.2, (one, other)
    assert sum(segment.lost_packets for segment in segments) <= apart_from


def test_a_sitting_is_recorded_from_its_opening_to_its_close_and_then_made_into_a_video(tmp_path: Path) -> None:
    with recorder(tmp_path) as house:
        link = house.public()
        seconds(link, 3)
        during = link.of("state")[-1]
        assert (during["private"], during["known"], during["live"]) == (False, True, True)
        ended(link, house)
        nothing_missing(house)
        assert sum(segment.frames for segment in house.segments()) >= 45
        until(lambda: link.of("published"), "the video")
        assert f"--ledger {LEDGER}" in (tmp_path / "finish.done").read_text()
        heads = link.of("head")
        assert heads[0]["segments"] == 0
        assert heads[-1]["segments"] == len(house.segments())
        for name in ("live", "house"):
            assert (tmp_path / f"{name}.heard").read_text().split()[-3:] == ["unknown", "live", "off"]
        assert (tmp_path / "preview.heard").read_text().split()[-2:] == ["live", "off"]
        assert house.children("source") == house.children("archive") == []
        assert house.stop() == 0


def test_a_killed_archive_is_back_at_once_and_reads_what_has_waited(tmp_path: Path) -> None:
    with recorder(tmp_path) as house:
        link = house.public()
        seconds(link, 2)
        source = house.children("source")
        house.signal("archive")
        again(link, 1)
        assert house.children("source") == source
        ended(link, house)
        (gap,) = house.gaps()
        assert gap.reason == "archive-restarted"
        assert gap.seconds <= GOP_SECONDS + 0.2
        nothing_missing(house)


def test_a_hung_archive_is_killed_and_loses_no_more_than_a_killed_one(tmp_path: Path) -> None:
    with recorder(tmp_path) as house:
        link = house.public()
        seconds(link, 2)
        hung = house.signal("archive", signal.SIGSTOP)
        link.until(lambda state: "archive-stalled" in state["problems"], "the word of a hung archive")
        until(lambda: not exists(hung), "its end")
        again(link, 1)
        assert link.of("state")[-1]["problems"] == [] or "archive-stalled" not in link.of("state")[-1]["problems"]
        ended(link, house)
        # It hung for seconds; what came meanwhile had waited in the kernel.
        assert sum(gap.seconds for gap in house.gaps()) <= GOP_SECONDS + 0.2 < SILENCE_SECONDS
        nothing_missing(house)


def test_a_killed_source_is_opened_again(tmp_path: Path) -> None:
    with recorder(tmp_path) as house:
        link = house.public()
        seconds(link, 2)
        archive = house.children("archive")
        house.signal("source")
        link.until(lambda state: not state["source"]["running"], "the word of a lost source")
        again(link, 1)
        assert house.children("archive") == archive
        ended(link, house)
        (gap,) = house.gaps()
        assert gap.reason == "source-lost"
        assert gap.seconds < 3
        nothing_missing(house)


def test_a_hung_source_is_found_by_its_pictures_and_opened_again(tmp_path: Path) -> None:
    with recorder(tmp_path) as house:
        link = house.public()
        seconds(link, 2)
        hung = house.signal("source", signal.SIGSTOP)
        lost = link.until(lambda state: "source-lost" in state["problems"], "source-lost")
        assert lost["stage"] == "starting"
        until(lambda: not exists(hung), "its end")
        again(link, 1)
        assert "source-lost" not in link.of("state")[-1]["problems"]


def test_a_camera_that_is_not_there_is_told_and_one_that_comes_is_taken(tmp_path: Path) -> None:
    (tmp_path / "source").write_text("absent")
    with recorder(tmp_path, faked=(*SHOWERS, "source")) as house:
        link = house.public()
        link.until(lambda state: "no-source" in state["problems"] and state["stage"] == "starting", "no-source")
        (tmp_path / "source").write_text("run")
        link.until(lambda state: state["source"]["running"] and "no-source" not in state["problems"], "the camera")
        (tmp_path / "source").write_text("still")
        link.until(lambda state: "source-lost" in state["problems"], "source-lost")
        link.until(lambda state: "no-source" in state["problems"], "no-source: it does not come back")
        (tmp_path / "source").write_text("run")
        link.until(lambda state: state["source"]["running"], "the camera again")


def test_a_frozen_picture_is_told_and_the_camera_opened_again(tmp_path: Path) -> None:
    with recorder(tmp_path, faked=(*SHOWERS, "source")) as house:
        link = house.public()
        link.until(lambda state: state["source"]["running"], "the camera")
        before = house.children("source")
        (tmp_path / "frozen").touch()
        link.until(lambda state: "frozen" in state["problems"], "frozen")
        until(lambda: house.children("source") not in ([], before), "another source")
        (tmp_path / "frozen").unlink()
        link.until(lambda state: state["source"]["running"] and not state["problems"], "the picture moves")


def test_a_port_that_is_taken_is_told_and_taken_when_it_is_free(tmp_path: Path) -> None:
    with recorder(tmp_path, started=False) as house, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", load(house.config).ports.archive))
        house.start()
        link = house.public()
        link.until(lambda state: "archive-stalled" in state["problems"], "archive-stalled")
        other.close()
        seconds(link, 1)
        assert "archive-stalled" not in link.of("state")[-1]["problems"]


def test_a_take_without_a_picture_ends_like_any_other(tmp_path: Path) -> None:
    (tmp_path / "source").write_text("absent")
    with recorder(tmp_path, faked=(*SHOWERS, "source")) as house:
        link = house.public()
        link.until(lambda state: state["take"] is not None, "a take")
        until(lambda: house.children("archive"), "an archive")
        ended(link, house)
        assert house.lines() == []
        assert link.of("head")[-1]["segments"] == 0
        until(lambda: link.of("published"), "the video")


def test_all_children_die_with_a_killed_recorder_and_the_next_goes_on_with_the_take(tmp_path: Path) -> None:
    with recorder(tmp_path) as house:
        link = house.public()
        seconds(link, 2)
        children = house.children()
        assert len(children) >= 5
        house.kill()
        until(lambda: not any(exists(pid) for pid in children), "the children's end")
        house.start()
        link = house.link()
        link.tell(standing())
        again(link, 1)
        ended(link, house)
        assert len(house.takes) == 1
        (gap,) = house.gaps()
        assert gap.reason == "recorder-restarted"
        assert gap.seconds < 5
        nothing_missing(house)


def test_a_recorder_that_is_told_to_stop_leaves_the_take_open_for_the_next(tmp_path: Path) -> None:
    with recorder(tmp_path) as house:
        seconds(house.public(), 2)
        children = house.children()
        assert house.stop() == 0
        assert not any(exists(pid) for pid in children)
        assert all(segment.frames for segment in house.segments())
        house.start()
        link = house.public()
        again(link, 1)
        assert len(house.takes) == 1


def test_a_sitting_that_was_closed_while_no_recorder_ran_ends_its_take(tmp_path: Path) -> None:
    with recorder(tmp_path) as house:
        seconds(house.public(), 2)
        house.kill()
        house.stand(standing(sitting=None))
        house.start()
        link = house.link()
        link.tell(standing(sitting=None))
        until(lambda: link.of("published"), "the video")
        assert link.of("state")[-1]["take"] is None
        # The segment that was open when it was killed has its line.
        assert {file.name for file in house.layout.take(house.takes[0]).path.glob("s*.ts")} == {
            segment.file for segment in house.segments()
        }


def test_a_second_recorder_on_the_same_folder_is_refused_and_harms_nothing(tmp_path: Path) -> None:
    with recorder(tmp_path) as house:
        link = house.public()
        seconds(link, 1)
        other = Recorder(tmp_path)
        other.start()
        assert other.process is not None
        assert other.process.wait(timeout=30) == 75
        assert "another recorder" in house.said()
        seconds(link, 3)
        assert link.order("start") == {**link.of("answer")[-1], "accepted": False, "refusal": "already-recording"}
        assert house.gaps() == []


def test_a_clock_stepped_in_mid_take_is_told_and_moves_no_segment(tmp_path: Path) -> None:
    clock = WallClock(tmp_path)
    with recorder(tmp_path, environment=clock.environment) as house:
        link = house.public()
        seconds(link, 2)
        draft = tmp_path / "clock.draft"
        draft.write_text("+7\n")
        draft.replace(tmp_path / "clock")
        link.until(lambda state: "clock-stepped" in state["problems"], "clock-stepped")
        seconds(link, 5)
        ended(link, house)
        assert house.gaps() == []
        segments = house.segments()
        nothing_missing(house)
        for one, other in pairwise(segments):
            assert abs((other.uptime_ms - one.uptime_ms) / 1000 - (other.start - one.start)) < 0.25
        told = segments[-1].utc - segments[0].utc - timedelta(seconds=segments[-1].start - segments[0].start)
        assert timedelta(seconds=6.5) < told < timedelta(seconds=7.5)


def test_a_full_disk_refuses_a_start_and_is_told_early(tmp_path: Path) -> None:
    free = os.statvfs(tmp_path)
    reserve = free.f_bavail * free.f_frsize // 1024**2 + 4096
    with recorder(tmp_path, settings={"reserve_megabytes": reserve, "start_with_sitting": False}) as house:
        link = house.public()
        state = link.until(lambda state: state["known"], "a state")
        assert state["problems"] == ["disk-full"]
        assert state["seconds_left"] == 0
        assert link.order("start")["refusal"] == "recording-disk-full"


def test_systemd_is_told_that_it_is_ready_and_alive_and_what_it_does(tmp_path: Path) -> None:
    said: list[str] = []
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))

        def hear() -> None:
            while (heard := systemd.recv(4096)) != b"end":
                said.extend(heard.decode().split("\n"))

        listening = threading.Thread(target=hear)
        listening.start()
        told = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "600000"}
        try:
            with recorder(tmp_path, environment=told) as house:
                until(lambda: "READY=1" in said, "READY=1")
                assert house.socket.is_socket()
                house.public()
                until(lambda: "STATUS=recording" in said, "STATUS=recording")
                fed = said.count("WATCHDOG=1")
                until(lambda: said.count("WATCHDOG=1") > fed + 2, "WATCHDOG=1")
                assert house.process is not None
                environment = Path(f"/proc/{house.children('live')[0]}/environ").read_bytes()
                assert b"NOTIFY_SOCKET" not in environment
                house.stop()
                until(lambda: "STOPPING=1" in said, "STOPPING=1")
        finally:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as end:
                end.sendto(b"end", str(tmp_path / "notify"))
            listening.join()
