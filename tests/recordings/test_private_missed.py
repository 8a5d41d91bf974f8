"""A private part of which the recorder noticed nothing: it hung, or was dead, from before it until after it."""

import os
import signal
from pathlib import Path

import msgspec
import pytest

from recordings.control import PrivateSince, Standing
from tests.recordings.recorder_process import Link, Recorder, recorder, standing, until, uptime_ms


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


@pytest.mark.parametrize("told", [True, False], ids=["over the line", "by the file alone"])
def test_a_recorder_that_hung_from_before_to_after_a_private_part_takes_it_away(tmp_path: Path, told: bool) -> None:
    with recorder(tmp_path) as house:
        link = house.public()
        filmed(link, 2)
        assert house.process is not None
        os.kill(house.process.pid, signal.SIGSTOP)
        now = standing(private=True)
        until(lambda: uptime_ms() - now.since_uptime_ms > 1500, "a while in private")
        after = house.stand(over(now))
        if told:
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
        note = house.layout.take(house.takes[0]).note
        kept = note.read_bytes()
        note.unlink()  # so no archive can close this take
        now = standing(private=True, since=uptime_ms() - 1500)
        link.tell(house.stand(now))
        house.signal("archive")
        until(
            lambda: link.read() and house.said().count("archive has ended (69)") > 5,
            "as many tries as a take is worth that holds nothing private",
        )
        after = house.stand(over(now))
        link.tell(after)
        state = link.until(lambda state: "archive-stalled" in state["problems"], "word of it")
        assert (state["stage"], state["private"]) == ("starting", True)
        note.write_bytes(kept)
        kept_before(house, link, now.since_uptime_ms)
