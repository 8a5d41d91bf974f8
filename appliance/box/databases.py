"""Whole copies of SQLite files that somebody else is writing, by SQLite's own backup interface.

The files are only read: the backup's user may not write them. A copy is one state of the file, with everything that
had been committed when it was begun.
"""

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import quote

from appliance.box.telling import Unable

T = TypeVar("T")
NAMES: Final = ("ledger.db", "registry.db", "papers.db")
TRIES: Final = 20
PAUSE_SECONDS: Final = 0.25


@dataclass(frozen=True)
class Head:
    """Where a ledger file ends."""

    ledger: str
    seq: int
    hash: str


def copy(source: Path, into: Path) -> None:
    """A consistent copy, on the disk when this returns. Raises Unable when the file cannot be read, or is spoiled."""
    into.unlink(missing_ok=True)
    _patiently(source, "copied", lambda: _copy(source, into))


def _copy(source: Path, into: Path) -> None:
    with closing(_open(source)) as found, closing(sqlite3.connect(into)) as made:
        found.backup(made)
        made.execute("PRAGMA journal_mode = DELETE")  # one file, nothing beside it
        (verdict,) = made.execute("PRAGMA quick_check").fetchone()
    if verdict != "ok":
        raise sqlite3.DatabaseError(verdict)


def _open(path: Path) -> sqlite3.Connection:
    """For reading. A file whose log is gone has no writer: without one SQLite could not make the log's index."""
    if not path.is_file():
        raise Unable(f"there is no {path}")
    still = "" if path.with_name(f"{path.name}-wal").exists() else "&immutable=1"
    connection = sqlite3.connect(f"file:{quote(str(path))}?mode=ro{still}", uri=True, timeout=10)
    connection.execute("PRAGMA query_only = 1")
    return connection


def head(path: Path) -> Head | None:
    """Where the ledger at `path` ends; None: it is empty. Raises Unable."""
    rows = _ask(path, "SELECT ledger, seq, hash FROM entries ORDER BY position DESC LIMIT 1")
    return Head(*rows[0]) if rows else None


def holds(path: Path, end: Head) -> bool:
    """Whether the ledger at `path` has this very entry, so that a copy that ends there is a beginning of it."""
    return bool(
        _ask(path, "SELECT 1 FROM entries WHERE ledger = ? AND seq = ? AND hash = ?", end.ledger, end.seq, end.hash)
    )


def _ask(path: Path, question: str, *values: str | int) -> list[tuple[Any, ...]]:
    def ask() -> list[tuple[Any, ...]]:
        with closing(_open(path)) as connection:
            return connection.execute(question, values).fetchall()

    return _patiently(path, "read", ask)


def _patiently(path: Path, done: str, do: Callable[[], T]) -> T:
    """What it gives; again where the file is busy, or its log was just taken away by an appliance that ended."""
    for left in range(TRIES, -1, -1):
        try:
            return do()
        except sqlite3.OperationalError as error:
            if not left:
                raise Unable(f"{path} cannot be {done}: {error}") from error
            time.sleep(PAUSE_SECONDS)
        except sqlite3.DatabaseError as error:
            raise Unable(f"{path} is spoiled: {error}") from error
    raise AssertionError
