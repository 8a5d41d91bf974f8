"""The appliance and the recorder, both the real ones: a meeting is filmed, goes private, loses either of the two."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from appliance import __main__ as commands
from recordings.segments import Head
from tests.faults.appliance_process import ITEM, Appliance, appliance
from tests.faults.council import CHAIR, CLERK
from tests.faults.tablet import Tablet
from tests.recordings.recorder_process import Recorder, recorder


class Hall(NamedTuple):
    """Both, and the chair's screen."""

    house: Appliance
    recorder: Recorder
    chair: Tablet

    def sees(self, **wanted: Any) -> None:
        """Wait until the chair's screen says so of the recorder."""
        self.chair.until(lambda: all((self.chair.view.get("recording") or {}).get(k) == v for k, v in wanted.items()))

    @property
    def shown(self) -> dict[str, Any]:
        """What it says."""
        return dict(self.chair.view["recording"])


@contextmanager
def hall(folder: Path) -> Iterator[Hall]:
    """A sitting at an item, which the recorder films; what only shows pictures is played by fakes."""
    (folder / "house").mkdir()
    config = folder / "appliance.toml"
    with recorder(folder) as filming:
        config.write_text(
            f'recorder = "{filming.layout.data}"\nstanding = "{filming.standing_file}"\n', encoding="utf-8"
        )
        with appliance(folder / "house", members=3, config=config) as house:
            house.did(CLERK, "ConveneMeeting", title="Kỳ họp thứ 3")
            house.did(CLERK, "AddItem", item=ITEM, number="1", title="Nội dung 1")
            house.did(CHAIR, "OpenSitting")
            house.did(CHAIR, "StartItem", item=ITEM)
            both = Hall(house, filming, house.tablet(CHAIR))
            both.sees(online=True, stage="recording")
            yield both


def test_a_sitting_is_filmed_but_for_its_private_part_and_the_ledger_has_the_recordings_end(tmp_path: Path) -> None:
    with hall(tmp_path) as both:
        take = both.shown["take"]
        assert both.house.post(CHAIR, "StartRecording")["refusal"] == "already-recording"
        both.house.did(CHAIR, "GoPrivate")
        both.chair.until(lambda: both.chair.view["camera"]["state"] == "private")
        assert both.recorder.children("source") == []
        both.house.did(CHAIR, "GoPublic")
        both.sees(stage="recording", private=False)
        both.house.did(CHAIR, "StopRecording")
        both.sees(stage="idle")
        (gap,) = both.recorder.gaps(take)
        assert gap.reason == "private"
        last = msgspec.json.decode(both.recorder.layout.take(take).head.read_bytes(), type=Head)
        both.chair.until(lambda: last in _heads(both.house, tmp_path))
        assert _heads(both.house, tmp_path)[-1] == last


def test_a_server_that_was_killed_finds_the_recorder_again_and_the_take_goes_on(tmp_path: Path) -> None:
    with hall(tmp_path) as both:
        take = both.shown["take"]
        both.house.kill()
        both.house.start()
        again = Hall(both.house, both.recorder, both.house.tablet(CHAIR))
        again.sees(online=True, stage="recording", take=take)


def test_a_recorder_that_was_killed_is_told_everything_anew(tmp_path: Path) -> None:
    with hall(tmp_path) as both:
        take = both.shown["take"]
        both.recorder.kill()
        both.sees(online=False)
        assert both.chair.view["camera"]["state"] == "unknown"
        assert both.house.post(CHAIR, "StopRecording")["refusal"] == "recorder-absent"
        both.recorder.start()
        both.sees(online=True, stage="recording", take=take)
        both.house.did(CHAIR, "StopRecording")
        both.sees(stage="idle")


def _heads(house: Appliance, folder: Path) -> list[Head]:
    """What the ledger keeps of the recording, as an auditor gets it out."""
    file = folder / "heads.jsonl"
    assert commands.main(["verify-ledger", "--data", str(house.folder), "--heads", str(file)]) == 0
    return [msgspec.json.decode(line, type=Head) for line in file.read_bytes().splitlines()]
