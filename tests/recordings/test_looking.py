"""The camera looked at before a sitting: the desks see it, nobody else does, and nothing is kept."""

from pathlib import Path
from typing import Any

import pytest

from recordings.process.looking import LOOK_SECONDS, Looking
from recordings.recorder import Eyes, RecorderStage
from tests.recordings.recorder_process import SHOWERS, Link, Recorder, recorder, standing, until

AUDIENCES = ("live", "house")
REAL_PREVIEW = tuple(name for name in SHOWERS if name != "preview")


def looking(link: Link) -> dict[str, Any]:
    """Have the camera looked at; what the recorder says once it runs."""
    assert link.order("look")["accepted"]
    return link.until(lambda state: state["looking_until"] and state["source"]["running"], "the camera")


def shown(house: Recorder) -> set[str]:
    """All that anybody but the desks was ever told to show."""
    return {word for name in AUDIENCES for word in (house.folder / f"{name}.heard").read_text().split()}


def test_the_camera_is_seen_before_the_sitting_and_the_take_goes_on_with_it(tmp_path: Path) -> None:
    with recorder(tmp_path, faked=REAL_PREVIEW) as house:
        link = house.public(sitting=None)
        state = looking(link)
        assert (state["stage"], state["take"], state["live"]) == ("idle", None, False)
        until(house.layout.preview.exists, "a picture for the desks")
        assert house.takes == []
        assert not house.children("archive")
        assert shown(house) <= {"private", "off"}
        first = state["looking_until"]
        assert looking(link)["looking_until"] >= first
        camera = house.children("source")

        link.tell(house.stand(standing()))
        taken = link.until(lambda state: state["stage"] == "recording", "the take")
        assert taken["looking_until"] is None
        assert house.children("source") == camera
        assert link.order("look")["refusal"] == "already-recording"
        link.tell(house.stand(standing(sitting=None)))
        link.until(lambda state: state["stage"] == "idle" and not state["source"]["running"], "the end of both")
        until(lambda: not house.layout.preview.exists(), "the picture's end")


def test_looking_ends_with_privacy_and_does_not_begin_again_by_itself(tmp_path: Path) -> None:
    with recorder(tmp_path, faked=REAL_PREVIEW) as house:
        link = house.public(sitting=None)
        looking(link)
        until(house.layout.preview.exists, "a picture")
        link.tell(house.stand(standing(sitting=None, private=True)))
        until(lambda: not house.children("source") and not house.layout.preview.exists(), "the camera's end")
        link.until(lambda state: state["private"] and state["looking_until"] is None, "the word of it")
        assert link.order("look")["refusal"] == "recording-private"
        link.tell(house.stand(standing(sitting=None)))
        link.until(lambda state: not state["private"] and state["known"], "public again")
        assert not house.children("source")
        assert house.takes == []


def test_a_camera_that_is_not_there_is_told_while_it_is_looked_for(tmp_path: Path) -> None:
    (tmp_path / "source").write_text("absent")
    with recorder(tmp_path, faked=(*SHOWERS, "source")) as house:
        link = house.public(sitting=None)
        assert link.order("look")["accepted"]
        link.until(lambda state: "no-source" in state["problems"] and state["stage"] == "idle", "no-source")
        (tmp_path / "source").write_text("run")
        link.until(lambda state: state["source"]["running"] and state["problems"] == [], "the camera")


def test_a_microphone_that_is_not_there_is_told_while_the_camera_is_tried(tmp_path: Path) -> None:
    with recorder(tmp_path, settings={"sound": "hw:7,0"}) as house:
        link = house.public(sitting=None)
        looking(link)
        link.until(lambda state: state["problems"] == ["no-sound"], "no-sound")
        link.tell(house.stand(standing()))
        state = link.until(lambda state: state["stage"] == "recording", "pictures all the same")
        assert state["problems"] == ["no-sound"]


def test_nobody_must_remember_to_end_it() -> None:
    look = Looking()
    look.ask(10.0)
    look.look(10.0 + LOOK_SECONDS - 1, RecorderStage.IDLE, Eyes.PUBLIC)
    assert look.on
    look.ask(100.0)
    look.look(10.0 + LOOK_SECONDS, RecorderStage.IDLE, Eyes.HELD)
    assert look.on
    look.look(100.0 + LOOK_SECONDS, RecorderStage.IDLE, Eyes.PUBLIC)
    assert not look.on


@pytest.mark.parametrize(
    ("stage", "eyes"),
    [
        (RecorderStage.STARTING, Eyes.PUBLIC),
        (RecorderStage.IDLE, Eyes.PRIVATE),
        (RecorderStage.IDLE, Eyes.UNKNOWN),
    ],
)
def test_what_ends_it(stage: RecorderStage, eyes: Eyes) -> None:
    look = Looking()
    look.ask(0.0)
    look.look(0.1, stage, eyes)
    assert look.until is None
