"""A private part of which the recorder noticed nothing: it hung, or was dead, from before it until after it."""

import fcntl
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import msgspec
import pytest

from recordings.adapters.durable import replace_file
from recordings.control import PrivateSince, Standing
from tests.recordings.playing import small, source, told
from tests.recordings.recorder_process import (
    PATIENCE_SECONDS,
    Link,
    Recorder,
    exists,
    recorder,
    standing,
    until,
    uptime_ms,
)


def over(since: Standing) -> Standing:
    """It is public again, and the word of it tells that there was a private part."""
    part = PrivateSince(seq=since.seq, since=since.since, since_uptime_ms=since.since_uptime_ms)
    return msgspec.structs.replace(standing(), seq=since.seq + 1, parts=(part,))


def filmed(link: Link, least: float) -> None:
    link.until(lambda state: state["stage"] == "recording" and state["seconds"] >= least, f"{least} s of picture")


def kept_before(house: Recorder, link: Link, moment: int) -> None:
    """Of the first run nothing is left from after the moment, though it was filmed."""
    until(lambda: link.read() and any(segment.run == 2 for segment in house.segments()), "a second run")
    ends = [s.uptime_ms + (s.end - s.start) * 1000 for s in house.segments() if s.run == 1]
    assert ends
    assert max(ends) <= moment + 100


@contextmanager
def held(folder: Path) -> Iterator[Event]:
    """The take's lock, as soon as whoever has it lets go of it; the event says that we have it."""
    descriptor, got = os.open(folder, os.O_RDONLY | os.O_DIRECTORY), Event()

    def take() -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        got.set()

    waiting = Thread(target=take)
    waiting.start()
    try:
        yield got
    finally:
        waiting.join()
        os.close(descriptor)


@pytest.mark.parametrize("by_line", [True, False], ids=["over the line", "by the file alone"])
def test_a_recorder_that_hung_from_before_to_after_a_private_part_takes_it_away(tmp_path: Path, by_line: bool) -> None:
    with recorder(tmp_path) as house:
        link = house.public()
        filmed(link, 2)
        assert house.process is not None
        os.kill(house.process.pid, signal.SIGSTOP)
        now = standing(private=True)
        until(lambda: uptime_ms() - now.since_uptime_ms > 1500, "a while in private")
        after = house.stand(over(now))
        if by_line:
            link.tell(after)
        os.kill(house.process.pid, signal.SIGCONT)
        kept_before(house, link, now.since_uptime_ms)
        shown = (house.folder / "live.heard").read_text().split()
        assert shown[-2:] == ["private", "live"]
        # It is known from then on: the next recorder takes nothing away.
        filmed(link, 5)
        kept = [segment.file for segment in house.segments()]
        house.kill()
        house.start()
        back = house.link()
        back.tell(after)
        filmed(back, 6)
        assert [segment.file for segment in house.segments()][: len(kept)] == kept
        assert len(house.takes) == 1


def test_a_recorder_killed_before_a_private_part_and_started_after_it_takes_away_what_it_had_filmed_of_it(
    tmp_path: Path,
) -> None:
    with recorder(tmp_path) as house:
        link = house.public()
        filmed(link, 3)
        house.kill()
        # It was killed a moment after the meeting had become private, before it could know.
        now = standing(private=True, since=uptime_ms() - 700)
        after = house.stand(over(now))
        house.start()
        back = house.link()
        back.tell(after)
        kept_before(house, back, now.since_uptime_ms)


def test_a_recorder_that_first_starts_after_a_private_part_records(tmp_path: Path) -> None:
    with recorder(tmp_path) as house:
        after = house.stand(over(standing(private=True)))
        link = house.link()
        link.tell(after)
        filmed(link, 1)


def test_a_take_that_cannot_be_cut_is_tried_until_it_is_and_nothing_is_recorded_before(tmp_path: Path) -> None:
    with recorder(tmp_path) as house:
        link = house.public()
        filmed(link, 3)
        with held(house.layout.take(house.takes[0]).path) as grip:  # so no archive can close this take
            house.signal("archive")
            grip.wait(PATIENCE_SECONDS)
            now = standing(private=True, since=uptime_ms() - 1500)
            link.tell(house.stand(now))
            state = link.until(lambda state: "archive-stalled" in state["problems"] and state["private"], "word of it")
            after = house.stand(over(now))
            link.tell(after)
            tries = house.said().count("archive has ended (75)")
            until(lambda: link.read() and house.said().count("archive has ended (75)") > tries, "another try")
            state = link.until(lambda state: "archive-stalled" in state["problems"], "word of it still")
            assert (state["stage"], state["private"]) == ("starting", True)
        kept_before(house, link, now.since_uptime_ms)


@pytest.mark.parametrize("name", ["live", "house", "preview"])
def test_a_process_that_does_not_withdraw_is_killed_before_it_can_show_what_it_holds(tmp_path: Path, name: str) -> None:
    with recorder(tmp_path) as house:
        link = house.public()
        filmed(link, 1)
        until(lambda: (house.folder / f"{name}.heard").read_text().endswith("live\n"), "it shows")
        hung = house.signal(name, signal.SIGSTOP)
        link.tell(house.stand(standing(private=True)))
        until(lambda: link.read() and not exists(hung), "its end")
        (other,) = until(lambda: link.read() and house.children(name), "another one")
        assert other != hung
        until(lambda: link.read() and (house.folder / f"{name}.heard").read_text().endswith("private\n"), "private")


def test_what_a_dead_recorder_left_in_the_live_folder_is_gone_before_the_next_one_shows(tmp_path: Path) -> None:
    with recorder(tmp_path, started=False) as house:
        house.layout.live.mkdir(parents=True)
        left = [house.layout.live / "index.m3u8", house.layout.live / "a-1.m4s"]
        for path in left:
            path.write_bytes(b"of a private part")
        house.stand(standing())
        house.start()
        house.link()
        assert not any(path.exists() for path in left)


def test_the_live_process_goes_by_the_standing_file_whatever_it_was_told(tmp_path: Path) -> None:
    config, file = small(tmp_path)
    replace_file(config.standing, msgspec.json.encode(standing()))
    with source(config, tmp_path / "source.log"), told("live", file, "live") as child:
        playlist = config.public / "live/index.m3u8"
        until(playlist.exists, "pictures")
        now = standing(private=True)
        replace_file(config.standing, msgspec.json.encode(now))
        until(lambda: child.said(shown="private") or not playlist.exists(), "withdrawn")
        until(lambda: not list(playlist.parent.glob("*.m*")), "nothing left")
        replace_file(config.standing, msgspec.json.encode(over(now)))
        until(playlist.exists, "pictures again: nobody has said otherwise")
        config.standing.unlink()  # no word could be put into it
        until(lambda: not list(playlist.parent.glob("*.m*")), "nothing left")
