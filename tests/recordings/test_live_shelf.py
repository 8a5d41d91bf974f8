"""The live stream's folder: what can be withdrawn is, whatever else stands there."""

from pathlib import Path

from recordings.stream.shelf import PLAYLIST, Shelf, withdraw


def test_one_thing_that_cannot_be_removed_keeps_nothing_else_from_being_withdrawn(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "live")
    (shelf.folder / PLAYLIST).mkdir()
    shelf.put("r-1.m4s", b"picture")
    withdraw(shelf.folder)
    assert [path.name for path in shelf.folder.iterdir()] == [PLAYLIST]


def test_a_folder_that_is_none_hinders_nobody(tmp_path: Path) -> None:
    (tmp_path / "live").write_bytes(b"a file")
    withdraw(tmp_path / "live")
    withdraw(tmp_path / "gone")
