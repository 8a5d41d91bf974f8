"""Which release a program is."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from appliance.adapters import release
from appliance.adapters.release import no_earlier_than, own_version


def installed(name: str) -> str:
    assert name == "nghi-truong"
    return "1.2.0"


def test_a_checkout_says_that_it_is_one() -> None:
    assert own_version().endswith("+source")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ({"commit": "d636501aa00112233"}, "1.2.0 (d636501)"),
        ({"commit": "d636501aa00112233+changes"}, "1.2.0 (d636501+)"),
        ({}, "1.2.0"),
        ([], "1.2.0"),
    ],
)
def test_an_installed_release_names_its_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: object, shown: str
) -> None:
    monkeypatch.setattr(release, "version", installed)
    (tmp_path / "release.json").write_text(json.dumps(said))
    assert own_version(tmp_path / "venv") == shown


def test_a_venv_of_another_origin_has_its_number_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(release, "version", installed)
    assert own_version(tmp_path / "venv") == "1.2.0"


@pytest.mark.parametrize("said", ["", "[]", '{"made": "yesterday"}', '{"made": 1e30}', "{}"])
def test_a_release_that_does_not_say_when_it_was_made_says_nothing_of_the_clock(tmp_path: Path, said: str) -> None:
    (tmp_path / "release.json").write_text(said)
    assert no_earlier_than(tmp_path / "venv") is None


def test_a_time_that_is_past_for_sure_is_the_day_before_the_release(tmp_path: Path) -> None:
    (tmp_path / "release.json").write_text('{"made": 1797555600}')
    assert no_earlier_than(tmp_path / "venv") == datetime(2026, 12, 18, 1, tzinfo=UTC) - timedelta(days=1)
