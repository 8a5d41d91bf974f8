"""Which release a program is."""

import json
from pathlib import Path

import pytest

from appliance.adapters import release
from appliance.adapters.release import own_version


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
