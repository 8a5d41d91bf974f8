"""What only the registry's SQLite file promises: durable, append-only audit, its rules kept by the database."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.exc import StatementError

from appliance.adapters.sql.registry import SqlRegistry
from appliance.core.refusals import Code, Fault
from appliance.services.on_file import Absence, Change, Member, Note, Put
from tests.services.reception import HOME, Reception, signed

NOTE = Note(at=datetime(2026, 12, 18, tzinfo=UTC), by="clerk", what="Test")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "registry.db"


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit SET by = 'nobody'",
        "DELETE FROM audit",
        "INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE version = 1",
    ],
)
def test_the_audit_cannot_be_rewritten_even_in_sql(file: Path, tampering: str) -> None:
    SqlRegistry(file).commit(0, (), NOTE)
    raw = sqlite3.connect(file)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        raw.execute(tampering)
    raw.close()
    assert [note for _, note in SqlRegistry(file).audit()] == [NOTE]


@pytest.mark.parametrize(
    "changes",
    [
        (Put(Member("m01", "A", seat="A1")), Put(Member("m02", "B", seat="A1"))),
        (Put(Member("m01", "A")), Put(Absence("a1", "nobody", "ốm", NOTE.at))),
    ],
    ids=["two members on one seat", "an absence of nobody"],
)
def test_what_contradicts_itself_is_not_written_at_all(file: Path, changes: tuple[Change, ...]) -> None:
    store = SqlRegistry(file)
    with pytest.raises(Fault):
        store.commit(0, changes, NOTE)
    assert store.load().members == {}
    assert store.version() == 0


def test_a_commit_is_fsynced_before_it_is_told(file: Path) -> None:
    with SqlRegistry(file).engine.connect() as connection:
        pragmas = {p: connection.exec_driver_sql(f"PRAGMA {p}").scalar() for p in ("journal_mode", "synchronous")}
    assert pragmas == {"journal_mode": "wal", "synchronous": 2}


def test_a_moment_without_a_time_zone_is_refused(file: Path) -> None:
    naive = datetime(2026, 12, 18)  # noqa: DTZ001 - this is what must not get in
    with pytest.raises(StatementError, match="without a time zone"):
        SqlRegistry(file).commit(0, (), Note(at=naive, by="clerk", what="Test"))


def test_a_disk_that_refuses_is_a_fault_and_nothing_has_changed(file: Path) -> None:
    store = SqlRegistry(file)
    house = Reception.of(store)
    card = house.card("m02")
    with store.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    store.engine.dispose()

    def full(connection: sqlite3.Connection, _: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages}")

    event.listen(store.engine, "connect", full)
    before = house.on_file
    with pytest.raises(Fault) as caught:
        house.enrolment.add_members([Member(f"x{i}", "N" * 4000) for i in range(100)])
    assert caught.value.code is Code.STORAGE_FAULT
    assert house.on_file == before == SqlRegistry(file).load()
    event.remove(store.engine, "connect", full)
    store.engine.dispose()
    signed(house.sign_in.with_card(card, "2846", "tablet", HOME))


def test_no_secret_is_in_the_file(file: Path) -> None:
    house = Reception.of(SqlRegistry(file))
    card = house.card("m02")
    token = signed(house.sign_in.with_card(card, "28461937", "tablet-cookie", HOME)).token
    written = b"".join(path.read_bytes() for path in file.parent.iterdir())
    for secret in (card, "28461937", token, "tablet-cookie"):
        assert secret.encode() not in written
