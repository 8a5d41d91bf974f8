"""What every ModeStore promises: what was written is what is read, also by the next process."""

from collections.abc import Callable
from pathlib import Path

import pytest

from appliance.adapters.memory import MemoryMode
from appliance.adapters.mode_file import ModeFile, rehearsal_folder
from appliance.core.refusals import Fault
from appliance.services.rehearsal import Mode, ModeStore

Open = Callable[[], ModeStore]


@pytest.fixture(params=["memory", "file"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Open:
    """Opens the same store again and again."""
    memory = MemoryMode()
    return (lambda: memory) if request.param == "memory" else (lambda: ModeFile(tmp_path))


def test_where_nothing_is_written_the_record_is_kept(store: Open) -> None:
    assert store().read() == Mode()


def test_the_next_process_finds_what_was_written_last(store: Open) -> None:
    store().write(Mode(rehearsal=True, command="1", plan="p1", by="clerk"))
    assert store().read() == Mode(rehearsal=True, command="1", plan="p1", by="clerk")
    store().write(Mode(rehearsal=False, command="2"))
    assert store().read() == Mode(rehearsal=False, command="2")


def test_a_rehearsal_begins_with_nothing_and_its_end_leaves_it_to_be_looked_at(tmp_path: Path) -> None:
    store, old = ModeFile(tmp_path), rehearsal_folder(tmp_path) / "ledger.db"
    store.write(Mode(rehearsal=True, command="1"))
    old.write_bytes(b"what was rehearsed")
    store.write(Mode(rehearsal=False, command="2"))
    assert old.exists()
    store.write(Mode(rehearsal=True, command="3"))
    assert not old.exists()


@pytest.mark.parametrize("content", [b"", b"{", b'{"rehearsal": 7}', b"\x00" * 20])
def test_nobody_guesses_what_a_damaged_file_said(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "mode.json").write_bytes(content)
    with pytest.raises(Fault):
        ModeFile(tmp_path).read()


def test_a_folder_that_takes_no_writes_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(Fault):
        ModeFile(tmp_path / "not there").write(Mode())
