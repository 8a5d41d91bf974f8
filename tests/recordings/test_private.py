"""Private sittings (họp kín): nothing is filmed, kept or shown from the moment on, whatever else is broken."""

import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec
import pytest

from recordings.control import Standing
from tests.recordings.recorder_process import Link, Recorder, exists, recorder, standing, until, uptime_ms

WITHIN_MS: Final = 1000


def seconds(link: Link, least: float) -> None:
    """Wait until so much picture is on disk."""
    link.until(lambda state: state["stage"] == "recording" and state["seconds"] >= least, f"{least} s of picture")


def dark(house: Recorder) -> None:
    """No camera, no archive."""
    until(lambda: not house.children("source") and not house.children("archive"), "the camera's end")


def shown(house: Recorder, name: str = "live") -> str:
    """What a child that shows was told last."""
    return (house.folder / f"{name}.heard").read_text().split()[-1]


def last_picture_ms(house: Recorder) -> float:
    """`uptime_ms` of the last picture that is kept."""
    return max(segment.uptime_ms + (segment.end - segment.start) * 1000 for segment in house.segments())


def nothing_is_on_disk_after(house: Recorder, moment: float) -> None:
    """Neither a line nor a file, open or closed, once the archive has been heard out."""

    def clean() -> bool:
        files = {file.name for file in house.layout.take(house.takes[-1]).path.glob("*.ts")}
        return files == {segment.file for segment in house.segments()} and last_picture_ms(house) <= moment + 100

    until(clean, "a take without what is private")
    dark(house)
    assert clean()


def test_going_private_stops_all_within_a_second_and_going_public_goes_on_with_the_take(tmp_path: Path) -> None:
    with recorder(tmp_path) as house:
        link = house.public()
        seconds(link, 2)
        now = house.stand(standing(private=True))
        link.tell(now)
        dark(house)
        assert uptime_ms() - now.since_uptime_ms < WITHIN_MS * 2
        nothing_is_on_disk_after(house, now.since_uptime_ms)
        for name in ("live", "house", "preview"):
            until(lambda name=name: shown(house, name) == "private", f"private at {name}")  # type: ignore[misc]
        state = link.until(lambda state: state["private"] and state["known"], "private")
        assert state["stage"] == "starting"
        assert link.order("start")["refusal"] == "already-recording"

        until(lambda: uptime_ms() - now.since_uptime_ms > 2500, "a while in private")
        assert not house.children("source")
        link.tell(house.stand(standing()))
        seconds(link, 4)
        until(lambda: shown(house) == "live", "live again")
        assert link.of("state")[-1]["gaps"] == 1
        assert len(house.takes) == 1
        (gap,) = house.gaps()
        assert gap.reason == "private"
        assert gap.seconds > 2


def test_a_pause_is_told_as_soon_as_the_take_goes_on(tmp_path: Path) -> None:
    with recorder(tmp_path, settings={"segment_seconds": 3}) as house:
        link = house.public()
        link.until(lambda state: state["stage"] == "recording", "recording")
        paused = house.stand(standing(private=True))
        link.tell(paused)
        until(lambda: uptime_ms() - paused.since_uptime_ms > 1000, "a while in private")
        link.tell(house.stand(standing()))
        again = link.until(lambda state: state["stage"] == "recording", "recording again")
        assert again["gaps"] == 1
        assert again["gap_seconds"] >= 1
        assert house.gaps() == []  # its line comes with that of the segment, three seconds later
        told = link.until(lambda state: state["seconds"] > again["seconds"] + 3.3, "the segment's end")
        assert told["gaps"] == len(house.gaps()) == 1
        assert abs(told["gap_seconds"] - again["gap_seconds"]) < 0.11


def test_the_file_alone_is_enough_when_the_line_is_dead(tmp_path: Path) -> None:
    with recorder(tmp_path, settings={"unknown_after_seconds": 60}) as house:
        link = house.public()
        seconds(link, 2)
        link.close()
        until(lambda: shown(house) == "unknown", "held")
        assert house.children("source")
        now = house.stand(standing(private=True))
        dark(house)
        nothing_is_on_disk_after(house, now.since_uptime_ms)
        assert shown(house) == "private"


def test_the_socket_alone_is_enough_when_the_file_cannot_be_written(tmp_path: Path) -> None:
    with recorder(tmp_path) as house:
        link = house.public()
        seconds(link, 2)
        now = standing(private=True)
        link.tell(now)
        dark(house)
        nothing_is_on_disk_after(house, now.since_uptime_ms)
        link.close()
        house.link()
        # A new connection that has said nothing yet does not make it public.
        assert not house.children("source")


@pytest.mark.parametrize("garbage", [b"{", b'{"private": false}', None], ids=repr)
def test_a_standing_file_that_cannot_be_read_is_taken_as_private(tmp_path: Path, garbage: bytes | None) -> None:
    with recorder(tmp_path) as house:
        link = house.public()
        seconds(link, 1)
        moment = uptime_ms()
        if garbage is None:
            house.standing_file.unlink()
        else:
            house.standing_file.write_bytes(garbage)
        dark(house)
        state = link.until(lambda state: state["private"], "private")
        assert not state["known"]
        nothing_is_on_disk_after(house, moment + WITHIN_MS)
        until(lambda: shown(house) == "private", "withdrawn")


@pytest.mark.parametrize("killed", [True, False])
def test_a_recorder_that_restarts_in_private_films_nothing(tmp_path: Path, killed: bool) -> None:
    with recorder(tmp_path) as house:
        link = house.public()
        seconds(link, 2)
        if killed:
            house.kill()
        else:
            house.stop()
        now = house.stand(standing(private=True))
        house.start()
        link = house.link()
        link.tell(now)
        state = link.until(lambda state: state["private"] and state["known"], "private")
        assert state["stage"] == "starting"
        assert state["take"] == house.takes[0]
        until(lambda: shown(house) == "private", "private")
        dark(house)
        assert not (house.layout.data / "log/source.log").stat().st_mtime > now.since.timestamp()


def test_a_recorder_that_starts_without_any_word_films_nothing(tmp_path: Path) -> None:
    with recorder(tmp_path) as house:
        link = house.link()
        state = link.until(lambda state: True, "a state")
        assert (state["private"], state["known"], state["stage"]) == (True, False, "idle")
        link.tell(standing())
        assert link.order("start")["refusal"] == "recording-private"
        assert not house.children("source")


def test_a_recorder_that_nobody_comes_back_to_stops(tmp_path: Path) -> None:
    with recorder(tmp_path, settings={"unknown_after_seconds": 3}) as house:
        seconds(house.public(), 2)
        house.kill()
        house.start()
        until(lambda: house.children("source"), "the camera: the file says public")
        dark(house)
        until(lambda: shown(house) == "unknown", "held")
        link = house.link()
        state = link.until(lambda state: True, "a state")
        assert (state["private"], state["known"]) == (True, False)
        link.tell(standing())
        link.until(lambda state: state["stage"] == "recording", "a recording, for it is public")
        gap = until(lambda: house.gaps()[-1:], "the gap's line")[0]
        assert gap.reason in {"unknown", "recorder-restarted"}


def test_a_line_lost_and_back_in_public_loses_nothing(tmp_path: Path) -> None:
    with recorder(tmp_path, settings={"unknown_after_seconds": 30}) as house:
        link = house.public()
        seconds(link, 2)
        link.close()
        until(lambda: shown(house) == "unknown", "held")
        link = house.public()
        until(lambda: shown(house) == "live", "live again")
        seconds(link, 5)
        link.tell(house.stand(standing(sitting=None)))
        link.until(lambda state: state["take"] is None, "the end")
        assert house.gaps() == []


def test_after_a_line_was_lost_pictures_from_a_private_moment_are_taken_away(tmp_path: Path) -> None:
    with recorder(tmp_path, settings={"unknown_after_seconds": 3}) as house:
        link = house.public()
        seconds(link, 3)
        link.close()
        moment = uptime_ms()
        dark(house)
        # It had gone on filming for a while, in good faith; the file could not be written.
        until(house.segments, "segments")
        assert last_picture_ms(house) > moment + 1500
        link = house.link()
        link.tell(standing(private=True, since=moment))
        link.until(lambda state: state["known"] and state["private"], "private")
        until(lambda: last_picture_ms(house) <= moment + 100, "the cut")
        dark(house)
        nothing_is_on_disk_after(house, moment)


def test_a_hung_archive_does_not_keep_what_is_private(tmp_path: Path) -> None:
    with recorder(tmp_path) as house:
        link = house.public()
        seconds(link, 2)
        hung = house.signal("archive", signal.SIGSTOP)
        now = house.stand(standing(private=True))
        until(lambda: not house.children("source"), "the camera's end")
        until(lambda: not exists(hung), "the hung archive's end")
        dark(house)
        nothing_is_on_disk_after(house, now.since_uptime_ms)


def test_a_recorder_killed_before_the_cut_makes_it_though_the_meeting_is_public_again(tmp_path: Path) -> None:
    with recorder(tmp_path) as house:
        link = house.public()
        seconds(link, 3)
        # It became private a while ago; the word came late, and the archive hangs as it is to cut.
        house.signal("archive", signal.SIGSTOP)
        moment = uptime_ms() - 1500
        link.tell(house.stand(standing(private=True, since=moment)))
        link.until(lambda state: state["private"], "private")
        until(lambda: "cut" in (house.layout.data / "recorder.json").read_text(), "the cut in its memory")
        house.kill()
        house.stand(standing())
        house.start()
        back = house.link()
        back.tell(standing())
        back.until(lambda state: state["stage"] == "recording", "recording")
        before = [segment for segment in house.segments() if segment.run == 1]
        assert max(s.uptime_ms + (s.end - s.start) * 1000 for s in before) <= moment + 100
        back.until(lambda state: state["seconds"] > 3, "picture")
        assert "cut" not in (house.layout.data / "recorder.json").read_text()


def test_a_wall_clock_that_was_years_back_when_it_became_private_does_not_move_the_cut(tmp_path: Path) -> None:
    with recorder(tmp_path) as house:
        link = house.public()
        seconds(link, 3)
        now = msgspec.structs.replace(standing(private=True), since=datetime(1970, 1, 1, tzinfo=UTC))
        house.stand(now)
        nothing_is_on_disk_after(house, now.since_uptime_ms)
        assert last_picture_ms(house) > now.since_uptime_ms - 1000


def test_a_word_from_before_the_machine_was_started_again_cuts_by_utc(tmp_path: Path) -> None:
    with recorder(tmp_path) as house:
        link = house.public()
        seconds(link, 3)
        now = standing(private=True)
        house.stand(
            Standing(
                ledger=now.ledger,
                seq=2,
                sitting="s1",
                private=True,
                since=now.since - timedelta(seconds=1),
                since_uptime_ms=now.since_uptime_ms + 10**9,
            )
        )
        dark(house)
        nothing_is_on_disk_after(house, now.since_uptime_ms - 1000)
