"""Group commit: one native thread takes all that waits and makes it durable with one fsync.

While one group is being written the next one gathers, so the hub never waits for the disk and a storm
of ballots costs a few commits. The thread is an ordinary one and nothing here is monkey-patched:
SQLite holds it for milliseconds, and the hub must go on meanwhile.
"""

import logging
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from time import perf_counter_ns
from typing import Final, Protocol

from appliance.core.ledger import Head, Sealed
from appliance.core.refusals import Code, Fault
from appliance.services.ports import HeadMoved, LedgerStore, Settled

_log = logging.getLogger(__name__)

QUIET_SECONDS: Final = 1.0
"""How long nothing must have been written before the log is tidied."""

Post = Callable[[Callable[[], None]], None]
"""Runs a function on the hub, from any thread."""


class TidyStore(LedgerStore, Protocol):
    """A LedgerStore with something to tidy when nobody waits for it."""

    def checkpoint(self) -> None:
        """Move the log into the file. Raises Fault."""


class Waiting(tuple[Head, Sealed, object]):
    """An entry in the queue: the head it follows, itself, and the token that is handed back."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in the queue: is the writer there?"""

    answer: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Timing:
    """When a group went through which stage, in `perf_counter_ns`; for the bench."""

    entries: int
    taken: int
    durable: int


class GroupCommitWriter:
    """A LedgerWriter. `post` wakes the hub once a group; `watch`, if given, is told each group's timing.

    Set `tidy` to False while a poll runs and to True after it: only then is the log moved into the file.
    """

    def __init__(self, store: TidyStore, post: Post, watch: Callable[[Timing], None] | None = None) -> None:
        self.tidy = True
        self._store = store
        self._post = post
        self._watch = watch
        self._queue: SimpleQueue[Waiting | Asked | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._settled: Settled | None = None
        self._untidy = False
        self._stopped = False

    def start(self, settled: Settled) -> None:
        """Say where results go, and begin."""
        self._settled = settled
        self._thread = threading.Thread(target=self._live, name="ledger-writer", daemon=True)
        self._thread.start()

    def submit(self, previous: Head, entry: Sealed, token: object) -> None:
        """Queue one entry. Never blocks."""
        if self._stopped:
            raise RuntimeError("the ledger's writer has been stopped")
        self._queue.put(Waiting((previous, entry, token)))

    def ask(self, answer: Callable[[], None]) -> None:
        """Post `answer` once everything that was given before it has been settled. Never blocks; a writer that has
        been stopped, or that hangs, never answers."""
        self._queue.put(Asked(answer))

    def stop(self) -> None:
        """Write what still waits, then end. Results are posted as ever."""
        if self._thread is None or self._stopped:
            return
        self._stopped = True
        self._queue.put(None)
        self._thread.join()

    def _live(self) -> None:
        """The thread. A bug in it takes the process down: systemd starts it again and the ledger replays."""
        try:
            while self._turn():
                pass
        except BaseException:  # noqa: BLE001 - whatever it is, nobody may go on without the writer
            _log.critical("the ledger's writer has died; ending the process", exc_info=True)
            logging.shutdown()
            os._exit(70)

    def _turn(self) -> bool:
        """One group, or a moment of quiet. False when there is nothing more to come."""
        try:
            group = self._take()
        except Empty:
            self._tidy_up()
            return True
        more = None not in group
        waiting = [w for w in group if isinstance(w, Waiting)]
        if waiting:
            self._write(waiting)
        for asked in group:
            if isinstance(asked, Asked):
                self._post(asked.answer)
        return more

    def _take(self) -> list[Waiting | Asked | None]:
        """All that is queued; waits for the first. Raises Empty when it is quiet and something is untidy."""
        group = [self._queue.get(timeout=QUIET_SECONDS if self._untidy else None)]
        group += [self._queue.get_nowait() for _ in range(self._queue.qsize())]
        return group

    def _write(self, waiting: Sequence[Waiting]) -> None:
        taken = perf_counter_ns()
        results = [self._append(run) for run in _runs(waiting)]
        self._untidy = True
        if self._watch is not None:
            self._watch(Timing(len(waiting), taken, perf_counter_ns()))
        self._post(lambda: self._tell(results))

    def _append(self, run: Sequence[Waiting]) -> tuple[list[object], Fault | None]:
        tokens = [token for _, _, token in run]
        try:
            self._store.append(run[0][0], [sealed for _, sealed, _ in run])
        except Fault as fault:
            return tokens, fault
        except HeadMoved:
            return tokens, Fault(Code.STORAGE_FAULT, "another writer was faster")
        return tokens, None

    def _tell(self, results: Sequence[tuple[list[object], Fault | None]]) -> None:
        """On the hub."""
        if self._settled is not None:
            for tokens, fault in results:
                self._settled(tokens, fault)

    def _tidy_up(self) -> None:
        if not self.tidy:
            return
        try:
            self._store.checkpoint()
        except Fault as fault:
            # Nothing is lost: the log keeps growing, and the next moment of quiet tries again.
            _log.warning("the ledger's log could not be tidied: %s", fault)
        self._untidy = False


def _runs(waiting: Sequence[Waiting]) -> Iterator[list[Waiting]]:
    """Split where an entry does not follow the one before it: behind a failed group, stale entries may
    still come, and must not take down the good ones that follow them."""
    run: list[Waiting] = []
    for item in waiting:
        if run and item[0] != run[-1][1].head:
            yield run
            run = []
        run.append(item)
    if run:
        yield run
