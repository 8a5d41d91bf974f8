"""Which panels belong to the hall: on disk before it counts, for no other to read, refused when it cannot be."""

import stat
from pathlib import Path

import msgspec
import pytest

from appliance.panels.bus.pairing_file import Paired, PairingFile, PairingFileError

ONE = Paired("e66038b713a5b72c", 1, "a", "0f" * 16, "A1")
TWO = Paired("e66038b713a5b72d", 2, "b", "1f" * 16)


def test_what_was_written_is_read_by_the_next_start(tmp_path: Path) -> None:
    file = PairingFile(tmp_path / "panels.json")
    file.change(ONE, TWO)
    file.change(msgspec.structs.replace(TWO, seat="A2"), drop=ONE.serial)
    again = PairingFile(tmp_path / "panels.json")
    assert again.panels == {TWO.serial: msgspec.structs.replace(TWO, seat="A2")}
    assert (again.at("A2"), again.at("A1"), again.free_address()) == (again.panels[TWO.serial], None, 1)
    assert [panel.serial for panel in again.of_bus("b")] == [TWO.serial]


def test_nobody_else_may_read_it_and_no_log_shows_a_key(tmp_path: Path) -> None:
    (tmp_path / "panels.new").touch(0o666)
    PairingFile(tmp_path / "panels.json").change(ONE)
    assert stat.S_IMODE((tmp_path / "panels.json").stat().st_mode) == 0o600
    assert ONE.key not in repr(ONE)
    assert ONE.key not in repr([ONE])


def test_a_disk_that_refuses_leaves_all_as_it_was(tmp_path: Path) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    file = PairingFile(folder / "panels.json")
    file.change(ONE)
    (folder / "panels.json").unlink()
    folder.rmdir()
    with pytest.raises(OSError, match="No such file"):
        file.change(TWO)
    assert list(file.panels) == [ONE.serial]


@pytest.mark.parametrize(
    "panels",
    [
        [ONE, msgspec.structs.replace(TWO, address=1)],
        [ONE, msgspec.structs.replace(TWO, seat="A1")],
        [ONE, ONE],
    ],
)
def test_a_file_in_which_two_are_in_each_others_way_is_refused_and_kept(tmp_path: Path, panels: list[Paired]) -> None:
    path = tmp_path / "panels.json"
    path.write_bytes(msgspec.json.encode({"version": 1, "panels": panels}))
    before = path.read_bytes()
    with pytest.raises(PairingFileError, match=ONE.serial):
        PairingFile(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("body", [b"", b"{", b'{"version": 2, "panels": []}', b'{"version": 1, "panels": [{}]}'])
def test_a_file_that_is_none_is_refused(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "panels.json").write_bytes(body)
    with pytest.raises(PairingFileError, match=r"panels\.json"):
        PairingFile(tmp_path / "panels.json")
