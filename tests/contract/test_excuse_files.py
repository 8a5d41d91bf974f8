"""What every ExcuseFiles promises: a file is found with its own excuse, and with no other."""

import hashlib
from pathlib import Path

import pytest

from appliance.adapters.excuse_files import FolderExcuseFiles, MemoryExcuseFiles
from appliance.services.excuses import ExcuseFiles


@pytest.fixture(params=["memory", "folder"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> ExcuseFiles:
    return MemoryExcuseFiles() if request.param == "memory" else FolderExcuseFiles(tmp_path)


def test_what_was_put_is_what_is_found_by_its_digest(files: ExcuseFiles) -> None:
    name = files.put("a1", b"one")
    assert name == hashlib.sha256(b"one").hexdigest()
    assert files.get("a1", name) == b"one"
    assert files.put("a1", b"one") == name


def test_a_digest_opens_nothing_beside_its_own_excuse(files: ExcuseFiles) -> None:
    name = files.put("a1", b"one")
    assert files.get("a2", name) is None
    assert files.get("a1", "0" * 64) is None
