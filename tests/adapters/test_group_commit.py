"""The writer's thread: groups, stale entries, tidying, stopping, and dying loudly."""

import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from queue import SimpleQueue

import pytest

from appliance.adapters import group_commit
from appliance.adapters.group_commit import GroupCommitWriter, Timing
from appliance.adapters.memory import MemoryLedger
from appliance.core.ledger import EMPTY, Head, Sealed
from appliance.core.refusals import Code, Fault
from tests.house import entries_after

PATIENCE_SECONDS = 30


@dataclass(slots=True)
class SlowLedger(MemoryLedger):
    """Waits in each append until the test lets it go; notes the groups, and when it was tidied."""

    groups: list[int] = field(default_factory=list)
    arrived: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    let_go: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    tidied: SimpleQueue[int] = field(default_factory=SimpleQueue)
    tidying_fails: bool = False

    def append(self, expected: Head, entries: Sequence[Sealed]) -> None:
        """Wait, then as ever."""
        self.arrived.release()
        assert self.let_go.acquire(timeout=PATIENCE_SECONDS)
        self.groups.append(len(entries))
        super(SlowLedger, self).append(expected, entries)

    def checkpoint(self) -> None:
        """Note down how much was written."""
        self.tidied.put(len(self.entries))
        if self.tidying_fails:
            raise Fault(Code.STORAGE_FAULT, "told to")


@dataclass
class Hub:
    """The test's thread as the hub."""

    posted: SimpleQueue[Callable[[], None]] = field(default_factory=SimpleQueue)
    told: list[tuple[list[object], Fault | None]] = field(default_factory=list)

    def settled(self, tokens: Sequence[object], fault: Fault | None) -> None:
        """Note down."""
        self.told.append((list(tokens), fault))

    def turn(self) -> None:
        """Run one posted call."""
        self.posted.get(timeout=PATIENCE_SECONDS)()


def submit(writer: GroupCommitWriter, written: Sequence[Sealed], previous: Head) -> None:
    for sealed in written:
        writer.submit(previous, sealed, sealed.entry.seq)
        previous = sealed.head


def test_asked_whether_it_is_there_it_answers_behind_what_it_was_given_before() -> None:
    store, hub = SlowLedger(), Hub()
    writer = GroupCommitWriter(store, hub.posted.put)
    writer.start(hub.settled)
    written = entries_after(EMPTY, 2, "k1")
    submit(writer, written[:1], EMPTY)
    assert store.arrived.acquire(timeout=PATIENCE_SECONDS)
    heard: list[int] = []
    writer.ask(lambda: heard.append(len(store.entries)))
    submit(writer, written[1:], written[0].head)
    assert hub.posted.empty(), "it is held up by its disk, and cannot say that it is there"
    store.let_go.release(2)
    while not heard:
        hub.turn()
    assert heard == [2], "what was waiting with the question was written with it"
    assert [tokens for tokens, _ in hub.told] == [[1], [2]]
    writer.stop()


def test_nothing_to_write_and_it_answers_all_the_same() -> None:
    hub = Hub()
    writer = GroupCommitWriter(SlowLedger(), hub.posted.put)
    writer.start(hub.settled)
    heard: list[str] = []
    writer.ask(lambda: heard.append("here"))
    hub.turn()
    assert heard == ["here"]
    writer.stop()


def test_all_that_waits_while_one_group_is_written_is_the_next_group() -> None:
    store, hub = SlowLedger(), Hub()
    timings: list[Timing] = []
    writer = GroupCommitWriter(store, hub.posted.put, timings.append)
    writer.start(hub.settled)
    written = entries_after(EMPTY, 100, "k1")
    submit(writer, written[:1], EMPTY)
    assert store.arrived.acquire(timeout=PATIENCE_SECONDS)
    submit(writer, written[1:], written[0].head)
    store.let_go.release(2)
    hub.turn()
    hub.turn()
    assert store.groups == [1, 99]
    assert hub.told == [([1], None), (list(range(2, 101)), None)]
    assert [timing.entries for timing in timings] == [1, 99]
    writer.stop()


def test_stale_entries_in_a_group_do_not_take_down_the_good_ones_behind_them() -> None:
    store, hub = SlowLedger(), Hub()
    writer = GroupCommitWriter(store, hub.posted.put)
    lost = entries_after(EMPTY, 3, "k1", filler="mất")
    good = entries_after(EMPTY, 2, "k1")
    store.let_go.release(9)
    submit(writer, lost[1:], lost[0].head)
    submit(writer, good, EMPTY)
    writer.start(hub.settled)
    hub.turn()
    assert [(tokens, fault is None) for tokens, fault in hub.told] == [([2, 3], False), ([1, 2], True)]
    assert hub.posted.empty()
    assert store.entries == good
    writer.stop()


def test_stopping_writes_what_still_waits() -> None:
    store, hub = SlowLedger(), Hub()
    writer = GroupCommitWriter(store, hub.posted.put)
    written = entries_after(EMPTY, 50, "k1")
    writer.start(hub.settled)
    store.let_go.release(50)
    submit(writer, written, EMPTY)
    writer.stop()
    writer.stop()
    assert store.entries == written
    with pytest.raises(RuntimeError):
        writer.submit(written[-1].head, entries_after(written[-1].head, 1)[0], 0)


def test_the_log_is_tidied_in_a_quiet_moment_and_never_while_told_not_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(group_commit, "QUIET_SECONDS", 0.01)
    store, hub = SlowLedger(tidying_fails=True), Hub()
    store.let_go.release(9)
    writer = GroupCommitWriter(store, hub.posted.put)
    writer.tidy = False
    writer.start(hub.settled)
    written = entries_after(EMPTY, 2, "k1")
    submit(writer, written[:1], EMPTY)
    hub.turn()
    submit(writer, written[1:], written[0].head)
    hub.turn()
    assert store.tidied.empty()
    writer.tidy = True
    assert store.tidied.get(timeout=PATIENCE_SECONDS) == 2
    more = entries_after(written[-1].head, 1)
    submit(writer, more, written[-1].head)
    hub.turn()
    assert hub.told[-1] == ([3], None)
    assert store.tidied.get(timeout=PATIENCE_SECONDS) == 3
    writer.stop()


DIES = """
from appliance.adapters.group_commit import GroupCommitWriter
from appliance.adapters.memory import MemoryLedger
from appliance.core.ledger import EMPTY
from tests.house import entries_after
import threading

class Buggy(MemoryLedger):
    def append(self, expected, entries):
        raise ZeroDivisionError("a bug")
    def checkpoint(self):
        pass

writer = GroupCommitWriter(Buggy(), lambda call: None)
writer.start(lambda tokens, fault: None)
writer.submit(EMPTY, entries_after(EMPTY, 1, "k1")[0], 0)
threading.Event().wait(60)
print("still alive")
"""


def test_a_bug_in_the_thread_takes_the_process_down_and_says_why() -> None:
    done = subprocess.run([sys.executable, "-c", DIES], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 70
    assert done.stdout == ""
    assert "a bug" in done.stderr
