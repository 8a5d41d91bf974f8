"""What every ExcuseFiles promises: a file is found with its own excuse, and with no other."""

import hashlib
from pathlib import Path
from types import SimpleNamespace

import pytest

from appliance.adapters.excuse_files import KEEP_FREE, FolderExcuseFiles, MemoryExcuseFiles
from appliance.services.excuses import ExcuseFiles


@pytest.fixture(params=["memory", "folder"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> ExcuseFiles:
    return MemoryExcuseFiles() if request.param == "memory" else FolderExcuseFiles(tmp_path)


def test_what_was_put_is_what_is_found_by_its_digest(files: ExcuseFiles) -> None:
    name = str(files.put("a1", b"one"))
    assert name == hashlib.sha256(b"one").hexdigest()
    assert files.get("a1", name) == b"one"
    assert files.put("a1", b"one") == name


def test_a_newer_file_takes_the_place_of_all_but_the_one_that_is_still_named(files: ExcuseFiles) -> None:
    first = files.put("a1", b"one")
    other = files.put("a2", b"one")
    second = files.put("a1", b"two", keep=first)
    assert (files.get("a1", str(first)), files.get("a1", str(second))) == (b"one", b"two")
    third = files.put("a1", b"three", keep=second)
    assert (files.get("a1", str(first)), files.get("a1", str(second))) == (None, b"two")
    assert files.get("a1", str(third)) == b"three"
    assert files.get("a2", str(other)) == b"one"


def test_a_digest_opens_nothing_beside_its_own_excuse(files: ExcuseFiles) -> None:
    name = str(files.put("a1", b"one"))
    assert files.get("a2", name) is None
    assert files.get("a1", "0" * 64) is None


def test_no_certificate_takes_the_last_room_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=KEEP_FREE + 2))
    assert FolderExcuseFiles(tmp_path).put("a1", b"three") is None
    assert not list((tmp_path / "a1").iterdir())
