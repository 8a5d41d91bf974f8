"""The helper that sets the clock. The clock of the machine that runs the tests is never set: what would do it is taken
out, and the journey of a real one is the machine test's."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from appliance.box import clock
from appliance.box.places import Places
from appliance.box.telling import Refused

RIGHT = 1_797_555_600.0


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What the wall clock would have been set to; no battery-backed one is touched."""
    put: list[float] = []
    monkeypatch.setattr(time, "clock_settime", lambda _which, at: put.append(at))
    monkeypatch.setattr(clock, "_put_rtc", lambda _device, _at: False)
    return put


def asked(**fields: Any) -> bytes:
    return json.dumps({"utc": RIGHT, "monotonic": time.monotonic(), **fields}).encode()


def test_it_sets_the_clock_makes_up_for_its_own_delay_and_leaves_its_mark(steps: list[float], tmp_path: Path) -> None:
    mark = tmp_path / "clock" / "set"
    assert clock.answer(asked(monotonic=time.monotonic() - 3), mark) == {"rtc": False}
    assert 3 <= steps[0] - RIGHT < 4
    assert json.loads(mark.read_text())["utc"] == round(steps[0], 3)


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(lambda: b"", id="nothing"),
        pytest.param(lambda: b"now\n", id="a word"),
        pytest.param(lambda: b"[]", id="a list"),
        pytest.param(lambda: b'{"utc": 1}', id="half"),
        pytest.param(lambda: asked(utc="x"), id="a text for the time"),
        pytest.param(lambda: asked(utc=float("nan")), id="no number"),
        pytest.param(lambda: asked(utc=0), id="1970"),
        pytest.param(lambda: asked(utc=5e9), id="2128"),
        pytest.param(lambda: asked(monotonic=time.monotonic() - 3600), id="said an hour ago"),
        pytest.param(lambda: asked(monotonic=time.monotonic() + 3600), id="said in an hour"),
    ],
)
def test_what_is_no_time_sets_nothing(steps: list[float], tmp_path: Path, line: Callable[[], bytes]) -> None:
    assert "error" in clock.answer(line(), tmp_path / "set")
    assert steps == []
    assert list(tmp_path.iterdir()) == []


def test_without_the_right_to_it_the_answer_says_so_and_no_mark_is_left(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refuse(_which: int, _at: float) -> None:
        raise PermissionError("Operation not permitted")

    monkeypatch.setattr(time, "clock_settime", refuse)
    assert "not permitted" in str(clock.answer(asked(), tmp_path / "set")["error"])
    assert list(tmp_path.iterdir()) == []


def test_a_person_at_the_service_port_is_refused_in_a_sitting_too(
    steps: list[float], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    activity = tmp_path / "activity.json"
    activity.write_text('{"sitting": true, "poll": false, "secret": false}')
    monkeypatch.setattr(clock, "ACTIVITY", activity)
    monkeypatch.setattr(clock, "MARK", tmp_path / "mark")
    with pytest.raises(Refused, match="sitting"):
        clock.main(["--set", "2026-12-18 08:00"])
    assert steps == []
    activity.write_text('{"sitting": false}')
    assert clock.main(["--set", "2026-12-18 08:00"]) == 0
    assert time.localtime(steps[0])[:5] == (2026, 12, 18, 8, 0)


def test_it_tells_what_speaks_for_the_time(tmp_path: Path) -> None:
    for name, at in (("rtc0", 12), ("rtc1", time.time() - 2)):
        (tmp_path / f"sys/class/rtc/{name}").mkdir(parents=True)
        (tmp_path / f"sys/class/rtc/{name}/since_epoch").write_text(f"{at:.0f}\n")
    found = clock.facts(tmp_path, tmp_path / "set")
    assert 1 <= float(str(found["rtc_offset"])) < 10
    assert (found["synchronised"], found["set_by_hand"]) == (False, False)
    (tmp_path / "run/systemd/timesync").mkdir(parents=True)
    (tmp_path / "run/systemd/timesync/synchronized").touch()
    (tmp_path / "set").touch()
    found = clock.facts(tmp_path, tmp_path / "set")
    assert (found["synchronised"], found["set_by_hand"]) == (True, True)


def test_a_time_before_the_release_in_use_was_made_is_a_slip_of_the_hand(tmp_path: Path) -> None:
    places = Places(tmp_path)
    release = places.releases / "1.0.0"
    release.mkdir(parents=True)
    assert clock.earliest(places) == clock.EARLIEST
    places.current.symlink_to(release)
    (release / "release.json").write_text(json.dumps({"made": RIGHT}))
    assert clock.earliest(places) == RIGHT - clock.DAY
    (release / "release.json").write_text("{}")
    assert clock.earliest(places) == clock.EARLIEST
