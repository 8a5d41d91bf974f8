"""The recorder's own small files after a power cut or on a failing disk: it records on, with the take that was open."""

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from recordings.adapters.child import Child
from recordings.adapters.read_json import read_json
from recordings.control import Marks
from recordings.process.memory import Memory
from tests.recordings.recorder_process import Recorder, recorder, until


def emptied(path: Path) -> None:
    """Its name came to the disk, its content did not."""
    path.write_bytes(b"")


def no_text(path: Path) -> None:
    """Letters that are none."""
    path.write_bytes(path.read_bytes().replace(b"hdnd", b"\xff\xfe\xff\xff"))


def a_folder(path: Path) -> None:
    """A file system that was repaired wrongly."""
    path.unlink()
    path.mkdir()


def files(house: Recorder) -> dict[str, Path]:
    """Those that a restart reads."""
    take = house.layout.take(house.takes[-1])
    memory = house.layout.data / "recorder.json"
    newest = max(int(path.stem[1:]) for path in take.path.glob("s*.ts"))
    opening = take.segment(newest + 1).with_suffix(".open")  # of the number that comes next
    opening.touch()  # an archive that heard of the end just before its own has closed it
    return {
        "memory": memory,
        "manifest": take.manifest,
        "head": take.head,
        "note": take.note,
        "opening": opening,
        "key": house.layout.key,
    }


@pytest.mark.parametrize("damage", [emptied, no_text, a_folder])
@pytest.mark.parametrize("name", ["memory", "manifest", "head", "note", "opening", "key"])
def test_a_recorder_goes_on_with_its_take_whatever_became_of(
    tmp_path: Path, name: str, damage: Callable[[Path], None]
) -> None:
    with recorder(tmp_path, settings={"fsync_seconds": 0.1}) as house:
        house.public().until(lambda state: state["stage"] == "recording" and state["seconds"] > 1, "recording")
        before = house.takes
        house.kill()
        damage(files(house)[name])
        house.start()
        link = house.public()
        link.until(lambda state: state["stage"] == "recording" and state["seconds"] > 1, "recording again")
        assert house.takes == before
        assert house.segments()[0].n == 1, "what was recorded before is not lost"


def test_what_was_not_published_is_when_the_memory_is_gone(tmp_path: Path) -> None:
    with recorder(tmp_path) as house:
        house.public().until(lambda state: state["seconds"] > 1, "recording")
        house.kill()
        (house.layout.data / "recorder.json").unlink()
        shutil.rmtree(house.layout.video("x").parent, ignore_errors=True)
        for note in house.layout.take(house.takes[0]).path.glob("*.open"):
            note.unlink()
        house.start()
        link = house.public(sitting=None)
        until(lambda: link.of("published"), "the video")
        assert not house.children("archive")


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff", b'{"ledger":"\xff","unfinished":["\xff"]}', b"[" * 100_000], ids=range(5)
)
def test_a_damaged_file_is_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file.json"
    path.write_bytes(content)
    assert read_json(path, Marks) is None
    memory = Memory(path)
    assert memory.lost
    memory.writing()()
    assert not Memory(path).lost


def test_an_order_is_answered_when_the_disk_does_not_let_it_be_remembered(tmp_path: Path) -> None:
    with recorder(tmp_path) as house:
        link = house.public()
        link.until(lambda state: state["stage"] == "recording", "recording")
        memory = house.layout.data / "recorder.json"
        memory.unlink()
        (memory / "in the way").mkdir(parents=True)
        assert link.order("stop")["accepted"]
        link.until(lambda state: state["stage"] == "idle", "the end of the take")


def test_an_order_whose_id_is_a_book_is_refused(tmp_path: Path) -> None:
    with recorder(tmp_path) as house:
        assert house.public().order("start", "x" * 100_000)["refusal"] == "malformed"


def test_a_take_whose_folder_is_removed_while_it_is_recorded_goes_on(tmp_path: Path) -> None:
    with recorder(tmp_path) as house:
        link = house.public()
        link.until(lambda state: state["seconds"] > 1, "recording")
        (take,) = house.takes
        house.layout.take(take).path.rename(tmp_path / "gone")
        (tmp_path / "gone" / "take.json").unlink()
        until(lambda: house.segments(take), "segments of the same take")
        link.until(lambda state: state["stage"] == "recording", "recording again")
        assert house.takes == [take]


def test_what_could_not_be_withdrawn_is_when_it_can_be(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "preview.jpg").mkdir()
    live = tmp_path / "public" / "live"
    with recorder(tmp_path, faked=("live", "house", "push")) as house:
        link = house.public(private=True)
        link.until(lambda state: state["private"], "private")
        live.mkdir(parents=True, exist_ok=True)
        (live / "index.m3u8").write_bytes(b"left")
        until(lambda: not (live / "index.m3u8").exists(), "withdrawn")


def test_children_run_when_their_logs_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "log").write_bytes(b"in the way")
    with recorder(tmp_path) as house:
        house.public().until(lambda state: state["stage"] == "recording", "recording")


def test_a_data_folder_that_cannot_be_used_is_told_by_the_exit_code(tmp_path: Path) -> None:
    (tmp_path / "data").write_bytes(b"in the way")
    with recorder(tmp_path) as house:
        assert house.process is not None
        assert house.process.wait(timeout=20) == 69


def test_a_child_that_cannot_be_started_leaves_no_pipe_open(tmp_path: Path) -> None:
    async def tried() -> None:
        for _ in range(10):
            with pytest.raises(OSError, match="No such file"):
                Child(["/no/such/program"], log=tmp_path / "log", heard=lambda _: None, ended=lambda _: None)

    asyncio.run(tried())
    before = len(list(Path("/proc/self/fd").iterdir()))
    asyncio.run(tried())
    assert len(list(Path("/proc/self/fd").iterdir())) == before
