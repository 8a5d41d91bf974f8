"""What every RegistryStore promises, on memory and on SQLite."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from appliance.adapters.memory_registry import MemoryRegistry
from appliance.adapters.sql.registry import SqlRegistry
from appliance.core.people import Role
from appliance.services.on_file import (
    Absence,
    Account,
    Card,
    Change,
    Committee,
    Council,
    Drop,
    Group,
    Guest,
    Member,
    Note,
    OnFile,
    Pairing,
    Put,
    Readiness,
    RetiredPanel,
    SeatMap,
    Session,
    TabletRequest,
    apply,
)
from appliance.services.registry import RegistryMoved, RegistryStore

AT = datetime(2026, 12, 18, 1, 0, 0, 123456, tzinfo=UTC)
NOTE = Note(at=AT, by="clerk", what="Test", before="{}", after='{"ố":1}')
MEMBER = Member(
    "m01", "Nguyễn Văn Mẫu An", "Tổ 1", "A1", "Trưởng ban", position=1, committee="Ban Kinh tế", unit="Đông"
)
EVERYTHING: tuple[Change, ...] = (
    Put(Council("Hội đồng nhân dân", "2026 - 2031", "Hội trường")),
    Put(MEMBER),
    Put(Group("g01", "Tổ 1", "thôn Đông", 1)),
    Put(Committee("c01", "Ban Kinh tế - Ngân sách", 1)),
    Put(Guest("k01", "Mai Văn Mẫu Khách", "Trưởng thôn", "Thôn Đông")),
    Put(SeatMap((("A1", "", "A2"), ("B1",)))),
    Put(Account("chair", "Vũ Đình Mẫu", Role.CHAIR, "hash", "m01", devices=("d1", "d2"))),
    Put(Card("c1", "m01", AT, AT + timedelta(days=1), None, "hash", "d1")),
    Put(Session("s1", Role.DELEGATE, "m01", MEMBER.name, "d1", AT, "m01")),
    Put(TabletRequest("r1", "c1", "m01", "d2", AT)),
    Put(Pairing("123456", "hall:1", AT, "d3", AT)),
    Put(Readiness("v1", AT, "technician", "Hồ Quang", "Kỳ họp", "k1", "p1", "amber", 9, 2, 0, "{}", "00", "11", "22")),
    Put(RetiredPanel("gpio:A1", "A1", AT, "clerk")),
    Put(Absence("a1", "m01", "ốm", AT, "ledger", "s1")),
)

Open = Callable[[], RegistryStore]


@pytest.fixture(params=["memory", "sql"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    """Opens the store, each time the same one: as another process would, or after a restart."""
    memory, files = MemoryRegistry(), list[SqlRegistry]()

    def open_again() -> RegistryStore:
        if request.param == "memory":
            return memory
        files.append(SqlRegistry(tmp_path / "registry.db"))
        return files[-1]

    yield open_again
    for file in files:
        file.close()


def test_a_new_registry_has_nothing_on_file(opened: Open) -> None:
    assert opened().load() == OnFile()
    assert opened().version() == 0


def test_what_was_put_is_on_file_after_a_restart(opened: Open) -> None:
    opened().commit(0, EVERYTHING, NOTE)
    assert opened().load() == apply(OnFile(), EVERYTHING, 1)


def test_a_record_put_again_takes_the_place_of_the_old_one(opened: Open) -> None:
    store = opened()
    store.commit(0, EVERYTHING, NOTE)
    moved = replace(MEMBER, seat="B7")
    store.commit(1, (Put(moved),), NOTE)
    assert opened().load().members == {"m01": moved}
    assert opened().load().cards.keys() == {"c1"}


def test_what_was_dropped_is_on_file_no_more(opened: Open) -> None:
    store = opened()
    store.commit(0, EVERYTHING, NOTE)
    store.commit(1, (Drop(store.load().tablet_requests["r1"]), Drop(store.load().pairings["123456"])), NOTE)
    assert not opened().load().tablet_requests
    assert not opened().load().pairings


def test_a_session_that_has_ended_is_not_taken_up_again(opened: Open) -> None:
    store = opened()
    store.commit(0, EVERYTHING, NOTE)
    store.commit(1, (Put(replace(store.load().sessions["s1"], ended=AT)),), NOTE)
    assert not opened().load().sessions


def test_a_change_decided_on_an_old_version_writes_nothing(opened: Open) -> None:
    opened().commit(0, EVERYTHING, NOTE)
    with pytest.raises(RegistryMoved):
        opened().commit(0, (Put(replace(MEMBER, name="Ai khác")),), NOTE)
    assert opened().load().members == {"m01": MEMBER}
    assert len(list(opened().audit())) == 1


def test_of_two_writers_that_expect_the_same_version_one_wins(opened: Open) -> None:
    opened().commit(0, EVERYTHING, NOTE)
    stores = [opened(), opened()]
    outcomes: list[str] = []
    ready = threading.Barrier(2)

    def write(store: RegistryStore, name: str) -> None:
        ready.wait()
        try:
            store.commit(1, (Put(replace(MEMBER, name=name)),), NOTE)
        except RegistryMoved:
            outcomes.append("moved")
        else:
            outcomes.append(name)

    threads = [threading.Thread(target=write, args=(s, n)) for s, n in zip(stores, "AB", strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    winner = next(o for o in outcomes if o != "moved")
    assert sorted(outcomes) == sorted(["moved", winner])
    assert opened().load().members["m01"].name == winner


def test_the_audit_has_a_line_for_each_change_in_order(opened: Open) -> None:
    store = opened()
    store.commit(0, EVERYTHING, NOTE)
    store.commit(1, (), replace(NOTE, what="Second", command="id-2", content="hash", seq=9))
    assert [(version, note.what) for version, note in opened().audit()] == [(1, "Test"), (2, "Second")]
    assert [note.what for _, note in opened().audit(after=1)] == ["Second"]
    assert next(iter(opened().audit())) == (1, NOTE)


def test_a_desk_command_is_found_again_by_its_id(opened: Open) -> None:
    note = replace(NOTE, command="id-1", content="hash", seq=9)
    opened().commit(0, (), note)
    assert opened().noted("id-1") == note
    assert opened().noted("id-2") is None


def test_a_change_without_records_still_counts_as_a_version(opened: Open) -> None:
    opened().commit(0, (), NOTE)
    assert opened().version() == opened().load().version == 1
