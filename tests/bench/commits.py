"""What SQLite and the disk can do at most: the same rows at the same times, group commit, nothing else.

A process of its own. It reads one JSON line a task and answers with one:
  {"votes": [offsets in ns], "bytes": n}  →  how long each row took to be durable, in ns
  {"fsyncs": k}                           →  how long each fdatasync after 4 KiB appended took, in ns
"""

import json
import os
import sqlite3
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue

Token = int


class GroupCommit:
    """One thread takes all that is queued, commits it as one transaction, and tells `durable` once a group."""

    def __init__(self, path: Path, durable: Callable[[list[Token]], None]) -> None:
        self.queue: SimpleQueue[tuple[Token, bytes]] = SimpleQueue()
        self._path = path
        self._durable = durable
        threading.Thread(target=self._write, daemon=True).start()

    def _write(self) -> None:
        """The thread. When it fails nobody would ever get an answer, so the process goes with it."""
        try:
            self._live()
        except BaseException:  # noqa: BLE001 - whatever it is
            traceback.print_exc()
            os._exit(1)

    def _live(self) -> None:
        database = sqlite3.connect(self._path, isolation_level=None)
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=FULL")
        database.execute("PRAGMA wal_autocheckpoint=0")
        database.execute(
            "CREATE TABLE IF NOT EXISTS entries (position INTEGER PRIMARY KEY, ledger TEXT NOT NULL, "
            "seq INTEGER NOT NULL, hash TEXT NOT NULL, body BLOB NOT NULL, UNIQUE (ledger, seq))"
        )
        seq = 1
        while True:
            group = [self.queue.get()]
            while not self.queue.empty():
                group.append(self.queue.get())
            rows = [(seq + i, "bench", seq + i, "0" * 64, body) for i, (_, body) in enumerate(group)]
            database.execute("BEGIN IMMEDIATE")
            database.executemany("INSERT INTO entries VALUES (?, ?, ?, ?, ?)", rows)
            database.execute("COMMIT")
            seq += len(group)
            self._durable([token for token, _ in group])


class Storm:
    """Rows at given times, and how long each took."""

    def __init__(self, path: Path) -> None:
        self._commit = GroupCommit(path, self._group_done)
        self._took: list[int] = []
        self._expected = 0
        self._done = threading.Event()

    def run(self, offsets: list[int], size: int) -> list[int]:
        """Rows of `size` bytes at these times from now; waits until the last one is durable."""
        self._took, self._expected, body = [], len(offsets), os.urandom(size)
        self._done.clear()
        start = time.perf_counter_ns()
        for offset in offsets:
            wait = start + offset - time.perf_counter_ns()
            if wait > 0:
                time.sleep(wait / 1e9)
            self._commit.queue.put((time.perf_counter_ns(), body))
        self._done.wait()
        return self._took

    def _group_done(self, arrived: list[Token]) -> None:
        now = time.perf_counter_ns()
        self._took.extend(now - at for at in arrived)
        if len(self._took) == self._expected:
            self._done.set()


def fsyncs(path: Path, count: int) -> list[int]:
    """The disk alone."""
    took = []
    with path.open("wb", buffering=0) as file:
        for _ in range(count):
            file.write(b"x" * 4096)
            start = time.perf_counter_ns()
            os.fdatasync(file.fileno())
            took.append(time.perf_counter_ns() - start)
    path.unlink()
    return took


def main(folder: Path) -> None:
    """Answer tasks until the input ends."""
    storm = Storm(folder / "sqlite.db")
    for line in sys.stdin:
        task = json.loads(line)
        if "fsyncs" in task:
            answer = fsyncs(folder / "fsync.bin", task["fsyncs"])
        else:
            answer = storm.run(task["votes"], task["bytes"])
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
