"""The recorder with all that it starts, nothing faked: two meetings one after the other, and no appliance at all."""

import json
from pathlib import Path
from typing import Any

import msgspec

from recordings.__main__ import main
from recordings.control import Standing
from tests.recordings.recorder_process import Link, Recorder, recorder, standing, until, uptime_ms

MEETINGS = ("ky-hop-3", "ky-hop-4")


def of(meeting: str) -> Standing:
    """A sitting of this meeting is open, and all may see it."""
    return msgspec.structs.replace(standing(sitting="s1"), ledger=meeting, title=f"Kỳ họp {meeting}")


def mark(link: Link, meeting: str, item: str) -> None:
    """The meeting comes to an item."""
    told = {"kind": "item", "id": item, "title": item, "at": of(meeting).since.isoformat(), "uptime_ms": uptime_ms()}
    link.say({"marks": {"ledger": meeting, "from": 0, "marks": [told]}})


def video(house: Recorder, meeting: str) -> Any:
    """What is published of it; empty as long as nothing is, or its files are still being made."""
    try:
        found = json.loads((house.layout.video(meeting) / "video.json").read_bytes())
    except FileNotFoundError:
        return {}
    return found if found["files"] == "made" else {}


def published(link: Link, house: Recorder, meeting: str) -> Any:
    """Its video, once it is there."""
    return until(lambda: link.read() and video(house, meeting), f"the video of {meeting}")


def recorded(link: Link, meeting: str, seconds: float) -> None:
    """Until so much of it is on disk."""
    link.until(
        lambda state: (state["stage"], state["ledger"]) == ("recording", meeting) and state["seconds"] >= seconds,
        f"{seconds} s of {meeting}",
    )


def live_state(house: Recorder) -> str:
    """What the public is told."""
    try:
        return str(json.loads((house.layout.live / "state.json").read_bytes())["state"])
    except FileNotFoundError:
        return ""


def test_a_second_meeting_on_the_same_recorder_has_a_take_a_video_and_a_proof_of_its_own(tmp_path: Path) -> None:
    with recorder(tmp_path, faked=()) as house:
        link = house.link()
        for number, meeting in enumerate(MEETINGS):
            # Nobody has closed the first one: another ledger is another meeting all the same.
            link.tell(house.stand(of(meeting)))
            recorded(link, meeting, 1)
            mark(link, meeting, f"i{number}")
            recorded(link, meeting, 4)
        link.tell(house.stand(msgspec.structs.replace(of(MEETINGS[1]), sitting=None)))
        link.until(lambda s: s["stage"] == "idle" and s["take"] is None, "the end")
        found = [published(link, house, meeting) for meeting in MEETINGS]
        assert len(house.takes) == 2
        for number, (meeting, one) in enumerate(zip(MEETINGS, found, strict=True)):
            (take,) = one["takes"]
            assert take["take"] == house.takes[number]
            assert json.loads(house.layout.take(take["take"]).note.read_bytes())["ledger"] == meeting
            assert [chapter["id"] for chapter in one["chapters"]] == [f"i{number}"]
            assert one["seconds"] >= 2
        assert house.stop() == 0
    assert main(["verify", "--config", str(house.config)]) == 0


def test_without_an_appliance_nothing_is_ever_shown_and_the_camera_is_off(tmp_path: Path) -> None:
    """The standing file is from before the appliance was lost: it says that all may see."""
    with recorder(tmp_path, faked=(), started=False, settings={"unknown_after_seconds": 6.0}) as house:
        house.stand(standing())
        house.start()
        until(lambda: house.takes, "a take: the file says that all may see")
        until(house.segments, "pictures")
        until(lambda: not house.children("source"), "the camera off: nobody says so any more")
        until(lambda: live_state(house) == "unknown", "the public told that nobody knows")
        assert not list(house.layout.live.glob("*.m4s"))
        assert not (house.layout.live / "index.m3u8").exists()
        assert not house.layout.video(standing().ledger).exists()
        # Once somebody is there the take goes on, and is published as usual.
        link = house.public()
        link.until(lambda state: state["stage"] == "recording" and state["live"], "on air")
        link.tell(house.stand(standing(sitting=None)))
        link.until(lambda state: state["stage"] == "idle" and state["take"] is None, "the end")
        gaps = published(link, house, standing().ledger)["gaps"]
        assert [gap["reason"] for gap in gaps] == ["unknown"]
        assert house.stop() == 0
