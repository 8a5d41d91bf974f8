"""What every ledger store promises (services/ports.py), on memory and on SQLite."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from appliance.adapters.memory import MemoryLedger
from appliance.adapters.sql.ledger import SqlLedger
from appliance.core.ledger import EMPTY, Head, unseal
from appliance.services.ports import HeadMoved, LedgerStore
from tests.house import House, announce_poll, cast, convene, entries_after, open_poll, sit

Open = Callable[[], LedgerStore]


@pytest.fixture(params=["memory", "sql"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    """Opens the same ledger again, as another process would; the first call makes it."""
    memory = MemoryLedger()
    with ExitStack() as closing_all:

        def open_sql() -> LedgerStore:
            return closing_all.enter_context(closing(SqlLedger(tmp_path / "ledger.db")))

        yield open_sql if request.param == "sql" else lambda: memory


def bodies(store: LedgerStore, ledger: str = "k1", after: int = 0) -> list[tuple[int, str, bytes]]:
    return list(store.rows(ledger, after))


def test_a_new_ledger_is_empty(opened: Open) -> None:
    store = opened()
    assert store.head() == EMPTY
    assert store.ledgers() == ()
    assert bodies(store) == []


def test_what_was_appended_is_read_in_order_and_byte_for_byte(opened: Open) -> None:
    store, written = opened(), entries_after(EMPTY, 30, "k1")
    store.append(EMPTY, written[:1])
    store.append(written[0].head, written[1:])
    assert store.head() == written[-1].head
    assert bodies(store) == [(s.entry.seq, s.hash, s.body) for s in written]
    assert bodies(store, after=28) == [(s.entry.seq, s.hash, s.body) for s in written[28:]]
    assert unseal(bodies(store)[0][2]) == written[0]


def test_reopened_it_is_the_same(opened: Open) -> None:
    written = entries_after(EMPTY, 3, "k1")
    opened().append(EMPTY, written)
    again = opened()
    assert again.head() == written[-1].head
    assert bodies(again) == [(s.entry.seq, s.hash, s.body) for s in written]
    more = entries_after(again.head(), 1)
    again.append(again.head(), more)
    assert opened().head() == more[0].head


def test_of_two_writers_that_expect_the_same_head_exactly_one_wins(opened: Open) -> None:
    one, other = opened(), opened()
    first, second = entries_after(EMPTY, 2, "k1"), entries_after(EMPTY, 1, "k1", filler="khác")
    one.append(EMPTY, first)
    with pytest.raises(HeadMoved):
        other.append(EMPTY, second)
    assert one.head() == other.head() == first[-1].head
    assert len(bodies(other)) == 2


@pytest.mark.parametrize("wrong", [EMPTY, Head("k1", 1, "0" * 64), Head("k1", 3, "f" * 64), Head("k2", 2, "")])
def test_an_append_that_expects_another_head_writes_nothing(opened: Open, wrong: Head) -> None:
    store, written = opened(), entries_after(EMPTY, 2, "k1")
    store.append(EMPTY, written)
    with pytest.raises(HeadMoved):
        store.append(wrong, entries_after(written[-1].head, 1))
    assert store.head() == written[-1].head
    store.append(written[-1].head, entries_after(written[-1].head, 1))


def test_ledgers_are_kept_one_behind_another(opened: Open) -> None:
    store = opened()
    first = entries_after(EMPTY, 2, "later-in-the-alphabet")
    second = entries_after(first[-1].head, 3, "earlier")
    store.append(EMPTY, first)
    store.append(first[-1].head, second)
    assert store.ledgers() == ("later-in-the-alphabet", "earlier")
    assert store.head() == second[-1].head
    assert [seq for seq, *_ in store.rows("earlier")] == [1, 2, 3]
    assert [seq for seq, *_ in store.rows("later-in-the-alphabet")] == [1, 2]


def test_an_append_of_nothing_still_looks_at_the_head(opened: Open) -> None:
    store = opened()
    store.append(EMPTY, [])
    assert store.head() == EMPTY
    with pytest.raises(HeadMoved):
        store.append(Head("k1", 1, "f" * 64), [])


def test_a_probe_is_no_entry(opened: Open) -> None:
    store = opened()
    for _ in range(3):
        store.probe()
    assert store.head() == EMPTY


def test_reading_may_stop_half_way(opened: Open) -> None:
    store = opened()
    store.append(EMPTY, entries_after(EMPTY, 10, "k1"))
    reading = store.rows("k1")
    assert next(reading)[0] == 1
    store.append(store.head(), entries_after(store.head(), 1))
    del reading
    assert store.head().seq == 11


def test_a_whole_meeting_is_the_same_after_a_restart(opened: Open) -> None:
    house = House.of(27, ledger=opened())
    announce_poll(cast(open_poll(sit(convene(house))), yes=14, no=3))
    again = House.of(27, ledger=opened())
    assert again.state == house.state
    assert again.chamber.head == house.chamber.head
