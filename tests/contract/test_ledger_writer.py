"""What every ledger writer promises: order, groups, one answer for each token, on the hub."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from queue import SimpleQueue

import pytest

from appliance.adapters.group_commit import GroupCommitWriter
from appliance.adapters.memory import InlineWriter, MemoryLedger
from appliance.core.ledger import EMPTY, Sealed
from appliance.core.refusals import Code, Fault
from appliance.services.ports import LedgerWriter
from tests.house import entries_after

PATIENCE_SECONDS = 30


class TidyMemory(MemoryLedger):
    """A MemoryLedger with nothing to tidy."""

    def checkpoint(self) -> None:
        """Nothing."""


@dataclass
class Bench:
    """A writer, and the test's thread as its hub."""

    store: TidyMemory
    writer: LedgerWriter
    posted: SimpleQueue[Callable[[], None]]
    stop: Callable[[], None]
    told: list[tuple[object, Fault | None]] = field(default_factory=list)

    def settled(self, tokens: Sequence[object], fault: Fault | None) -> None:
        """Note down what came."""
        self.told += [(token, fault) for token in tokens]

    def submit(self, written: Sequence[Sealed], after: Sealed | None = None, first: int = 0) -> None:
        """Queue a chain; the tokens are its numbers from `first`."""
        previous = after.head if after is not None else EMPTY
        for i, sealed in enumerate(written):
            self.writer.submit(previous, sealed, first + i)
            previous = sealed.head

    def wait_for(self, tokens: int) -> list[tuple[object, Fault | None]]:
        """Be the hub until so many tokens have been told."""
        if isinstance(self.writer, InlineWriter):
            self.writer.flush()
        while len(self.told) < tokens:
            self.posted.get(timeout=PATIENCE_SECONDS)()
        return self.told


@pytest.fixture(params=["inline", "group commit"])
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    store, posted = TidyMemory(), SimpleQueue[Callable[[], None]]()
    if request.param == "inline":
        bench = Bench(store, InlineWriter(store, at_once=False), posted, lambda: None)
    else:
        writer = GroupCommitWriter(store, posted.put)
        bench = Bench(store, writer, posted, writer.stop)
    bench.writer.start(bench.settled)
    yield bench
    bench.stop()


def test_each_token_comes_back_once_in_order_when_its_entry_is_durable(bench: Bench) -> None:
    written = entries_after(EMPTY, 200, "k1")
    bench.submit(written)
    assert bench.wait_for(200) == [(i, None) for i in range(200)]
    assert bench.store.entries == written


def test_a_disk_that_refuses_is_told_and_nothing_is_written(bench: Bench) -> None:
    bench.store.broken = True
    bench.submit(entries_after(EMPTY, 3, "k1"))
    told = bench.wait_for(3)
    assert [token for token, _ in told] == [0, 1, 2]
    assert all(fault is not None and fault.code is Code.STORAGE_FAULT for _, fault in told)
    assert bench.store.entries == []


def test_what_follows_a_failed_entry_fails_too_and_what_starts_afresh_succeeds(bench: Bench) -> None:
    lost = entries_after(EMPTY, 2, "k1", filler="mất")
    bench.store.broken = True
    bench.submit(lost[:1])
    bench.wait_for(1)
    bench.store.broken = False
    bench.submit(lost[1:], after=lost[0], first=1)
    bench.wait_for(2)
    good = entries_after(EMPTY, 2, "k1")
    bench.submit(good, first=2)
    told = bench.wait_for(4)
    assert [fault is None for _, fault in told] == [False, False, True, True]
    assert bench.store.entries == good


def test_another_writer_who_was_faster_is_a_fault(bench: Bench) -> None:
    bench.store.append(EMPTY, entries_after(EMPTY, 1, "k1", filler="người khác"))
    bench.submit(entries_after(EMPTY, 1, "k1"))
    ((token, fault),) = bench.wait_for(1)
    assert token == 0
    assert fault is not None
    assert fault.code is Code.STORAGE_FAULT
