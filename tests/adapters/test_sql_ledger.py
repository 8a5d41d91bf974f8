"""The ledger on SQLite: append-only, durable, alive after a full disk, never older than its file."""

import resource
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from appliance.adapters.sql.ledger import SCHEMA, SqlLedger
from appliance.core.ledger import EMPTY
from appliance.core.refusals import Code, Fault
from appliance.services.ports import HeadMoved
from tests.house import entries_after


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


@pytest.fixture
def store(path: Path) -> Iterator[SqlLedger]:
    with closing(SqlLedger(path)) as store:
        yield store


@contextmanager
def no_file_longer_than(size: int) -> Iterator[None]:
    """The kernel refuses to let any file of this process grow beyond `size`, as a full disk would."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def wal(path: Path) -> Path:
    return path.with_name(path.name + "-wal")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entries SET body = x'00'",
        "UPDATE entries SET hash = 'f' WHERE seq = 2",
        "DELETE FROM entries",
        "DELETE FROM entries WHERE seq = 3",
        "INSERT OR REPLACE INTO entries SELECT position, ledger, seq, 'f', body FROM entries",
        "REPLACE INTO entries SELECT position + 100, ledger, seq, 'f', body FROM entries",
        "INSERT INTO entries SELECT * FROM entries WHERE true ON CONFLICT (position) DO UPDATE SET hash = 'f'",
    ],
)
def test_what_is_written_can_be_neither_changed_nor_taken_away(store: SqlLedger, path: Path, statement: str) -> None:
    store.append(EMPTY, entries_after(EMPTY, 3, "k1"))
    before = list(store.rows("k1"))
    with closing(sqlite3.connect(path)) as other, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        other.execute(statement)
    assert list(store.rows("k1")) == before


def test_of_many_threads_that_expect_the_same_head_exactly_one_wins(path: Path) -> None:
    rounds, rivals = 10, 4
    SqlLedger(path).close()  # the race is for the head: a new file is made by the one appliance that has the folder
    start = threading.Barrier(rivals)
    won: list[tuple[int, int]] = []

    def race(me: int) -> None:
        with closing(SqlLedger(path)) as mine:
            for turn in range(rounds):
                head = mine.head()
                written = entries_after(head, 3, "k1", filler=f"{me}")
                start.wait(timeout=30)
                try:
                    mine.append(head, written)
                except HeadMoved:
                    pass
                else:
                    won.append((turn, me))
                start.wait(timeout=30)

    threads = [threading.Thread(target=race, args=(me,)) for me in range(rivals)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(turn for turn, _ in won) == list(range(rounds))
    with closing(SqlLedger(path)) as store:
        assert store.head().seq == rounds * 3


def test_a_full_disk_is_a_fault_writes_nothing_and_is_forgotten_when_there_is_room(
    store: SqlLedger, path: Path
) -> None:
    store.append(EMPTY, entries_after(EMPTY, 2, "k1"))
    head = store.head()
    big = entries_after(head, 40, filler="x" * 4_000)
    with no_file_longer_than(wal(path).stat().st_size + 8_192):
        for _ in range(3):
            with pytest.raises(Fault) as refused:
                store.append(head, big)
            assert refused.value.code is Code.STORAGE_FAULT
            with pytest.raises(Fault):
                store.probe()
            assert store.head() == head
            assert len(list(store.rows("k1"))) == 2
    store.probe()
    store.append(head, big)
    with closing(SqlLedger(path)) as again:
        assert again.head() == big[-1].head


def test_a_head_that_moved_leaves_no_lock_behind(store: SqlLedger, path: Path) -> None:
    written = entries_after(EMPTY, 1, "k1")
    store.append(EMPTY, written)
    with pytest.raises(HeadMoved):
        store.append(EMPTY, written)
    with closing(SqlLedger(path)) as other:
        other.append(written[0].head, entries_after(written[0].head, 1))


def test_a_file_of_a_newer_version_is_not_opened(store: SqlLedger, path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute(f"PRAGMA user_version = {SCHEMA + 1}")
    with pytest.raises(Fault, match="newer version") as refused:
        SqlLedger(path)
    assert str(SCHEMA + 1) in refused.value.detail


def test_a_file_that_is_no_ledger_is_a_fault(path: Path) -> None:
    path.write_bytes(b"x" * 10_000)
    with pytest.raises(Fault, match="not a database"):
        SqlLedger(path)


def test_a_folder_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(Fault):
        SqlLedger(tmp_path / "nowhere" / "ledger.db")


def test_a_checkpoint_moves_the_log_into_the_file_and_empties_it(store: SqlLedger, path: Path) -> None:
    store.append(EMPTY, entries_after(EMPTY, 100, "k1"))
    assert wal(path).stat().st_size > 0
    store.checkpoint()
    assert wal(path).stat().st_size == 0
    with closing(sqlite3.connect(f"file:{path}?immutable=1", uri=True)) as file:
        assert file.execute("SELECT count(*) FROM entries").fetchone() == (100,)


def test_a_checkpoint_does_not_wait_for_a_reader(store: SqlLedger) -> None:
    store.append(EMPTY, entries_after(EMPTY, 100, "k1"))
    reading = store.rows("k1")
    next(reading)
    store.append(store.head(), entries_after(store.head(), 10))
    store.checkpoint()
    assert [seq for seq, *_ in reading] == list(range(2, 101))
    assert store.head().seq == 110


def test_probes_take_the_place_of_one_another(store: SqlLedger, path: Path) -> None:
    for _ in range(20):
        store.probe()
    store.checkpoint()
    assert path.stat().st_size < 128 * 1024


def test_the_log_is_not_moved_by_an_append(store: SqlLedger, path: Path) -> None:
    """SQLite would do it at the 1000th page, in the middle of a poll."""
    before = path.stat().st_size
    store.append(EMPTY, entries_after(EMPTY, 1_500, "k1", filler="x" * 4_000))
    assert path.stat().st_size == before
