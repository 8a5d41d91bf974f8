"""The standing file: whole or not at all, and a disk that refuses says so. (That it is fsynced: tests/faults.)"""

from pathlib import Path

import pytest

from appliance.adapters.standing_file import StandingFile
from appliance.core.refusals import Fault


def test_the_new_content_takes_the_old_ones_place(tmp_path: Path) -> None:
    file = StandingFile(tmp_path / "standing.json")
    file.write(b"a longer first content")
    file.write(b"second")
    assert (tmp_path / "standing.json").read_bytes() == b"second"
    assert [path.name for path in tmp_path.iterdir()] == ["standing.json"]


def test_only_its_own_user_and_group_read_it(tmp_path: Path) -> None:
    StandingFile(tmp_path / "standing.json").write(b"{}")
    assert (tmp_path / "standing.json").stat().st_mode & 0o007 == 0


def test_it_is_taken_away_also_when_it_is_not_there(tmp_path: Path) -> None:
    file = StandingFile(tmp_path / "standing.json")
    file.write(b"{}")
    file.remove()
    file.remove()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_gone_is_a_fault_and_not_a_new_folder(tmp_path: Path) -> None:
    file = StandingFile(tmp_path / "gone" / "standing.json")
    with pytest.raises(Fault):
        file.write(b"{}")
    with pytest.raises(Fault):
        file.remove()
    assert not (tmp_path / "gone").exists()


def test_a_full_disk_leaves_the_old_content(tmp_path: Path) -> None:
    file = StandingFile(tmp_path / "standing.json")
    file.write(b"old")
    (tmp_path / ".standing.json.new").symlink_to("/dev/full")
    with pytest.raises(Fault):
        file.write(b"new")
    assert (tmp_path / "standing.json").read_bytes() == b"old"
