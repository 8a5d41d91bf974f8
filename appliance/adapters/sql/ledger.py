"""The ledger on SQLite: one file, append-only, fsynced before an append returns.

WAL with synchronous=FULL: a commit is one fsync of the log. The log is moved into the file only by
`checkpoint` (between polls), so that no ballot waits for it. An append takes the write lock first and
then looks where the ledger really ends, so of two writers that expect the same head one wins.

May be used from several threads at once: the writer appends, the hub reads, each on its own connection.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, Final

from sqlalchemy import (
    URL,
    Column,
    Connection,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    Row,
    Table,
    Text,
    UniqueConstraint,
    create_engine,
    event,
    func,
    insert,
    select,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from appliance.core.ledger import EMPTY, Head, Sealed
from appliance.core.refusals import Code, Fault
from appliance.services.ports import HeadMoved

SCHEMA: Final = 1
"""Kept in SQLite's `user_version`. A newer file is not opened: its entries could mean something else."""

BUSY_MS: Final = 5_000
PROBE_BYTES: Final = 32 * 1024
"""A probe writes as much as a group of ballots would, so that it does not call a disk healthy too early."""

_metadata = MetaData()
entries: Final = Table(
    "entries",
    _metadata,
    Column("position", Integer, primary_key=True),
    Column("ledger", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("hash", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    UniqueConstraint("ledger", "seq"),
    sqlite_strict=True,
)

# An INSERT OR REPLACE deletes without a delete trigger; the third trigger is against that.
_RULES: Final = """
CREATE TRIGGER entries_no_update BEFORE UPDATE ON entries
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;;
CREATE TRIGGER entries_no_delete BEFORE DELETE ON entries
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;;
CREATE TRIGGER entries_no_replace BEFORE INSERT ON entries
WHEN EXISTS (SELECT 1 FROM entries WHERE position = NEW.position)
OR EXISTS (SELECT 1 FROM entries WHERE ledger = NEW.ledger AND seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;;
CREATE TABLE probe (id INTEGER PRIMARY KEY, turn INTEGER NOT NULL, filler BLOB NOT NULL) STRICT
"""

_newest: Final = (
    select(entries.c.position, entries.c.ledger, entries.c.seq, entries.c.hash)
    .order_by(entries.c.position.desc())
    .limit(1)
)
_NEWEST: Final = str(_newest.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}))
_INSERT: Final = str(insert(entries).compile(dialect=sqlite.dialect()))
"""The same two statements as text: an append runs them on the driver's connection, where they cost a fifth."""


class SqlLedger:
    """A LedgerStore in the SQLite file at `path`, which is made when it is not there. Raises Fault."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._engine = _engine(path)
        self._lock = Lock()
        self._kept: PoolProxiedConnection | None = None
        with _faults():
            self._prepare()

    def head(self) -> Head:
        """The end of the newest ledger."""
        with _faults(), self._engine.connect() as connection:
            return _head(connection.execute(_newest).one_or_none())

    def append(self, expected: Head, entries: Sequence[Sealed]) -> None:
        """One transaction: take the lock, see that the ledger ends where expected, write, fsync."""
        with _faults(), self._appending() as driver:
            driver.execute("BEGIN IMMEDIATE")
            newest = driver.execute(_NEWEST).fetchone()
            position, head = (0, EMPTY) if newest is None else (newest[0], Head(*newest[1:]))
            if head != expected:
                raise HeadMoved
            driver.executemany(_INSERT, [_row(position + i, sealed) for i, sealed in enumerate(entries, 1)])
            driver.execute("COMMIT")

    def rows(self, ledger: str, after: int = 0) -> Iterator[tuple[int, str, bytes]]:
        """One ledger's entries behind `after`, as they stood when reading began."""
        query = select(entries.c.seq, entries.c.hash, entries.c.body)
        query = query.where(entries.c.ledger == ledger, entries.c.seq > after).order_by(entries.c.seq)
        with _faults(), self._engine.connect() as connection:
            yield from connection.execute(query)

    def ledgers(self) -> tuple[str, ...]:
        """Oldest first."""
        query = select(entries.c.ledger).group_by(entries.c.ledger).order_by(func.min(entries.c.position))
        with _faults(), self._engine.connect() as connection:
            return tuple(connection.execute(query).scalars())

    def probe(self) -> None:
        """Write a row that is no entry, durably, over the one before."""
        with _faults(), self._writing() as connection:
            connection.exec_driver_sql(
                "INSERT INTO probe (id, turn, filler) VALUES (1, 1, zeroblob(?)) "
                "ON CONFLICT (id) DO UPDATE SET turn = turn + 1, filler = excluded.filler",
                (PROBE_BYTES,),
            )

    def checkpoint(self) -> None:
        """Move the log into the file and shorten it, unless somebody is reading. Raises Fault."""
        with _faults(), self._engine.connect() as connection:
            busy, in_log, moved = connection.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)").one()
            if not busy and in_log == moved:
                connection.exec_driver_sql("PRAGMA busy_timeout = 0")
                try:
                    connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                finally:
                    connection.exec_driver_sql(f"PRAGMA busy_timeout = {BUSY_MS}")

    def close(self) -> None:
        """Close all connections; the last one moves the log into the file."""
        with self._lock:
            if self._kept is not None:
                self._kept.close()
                self._kept = None
        self._engine.dispose()

    @contextmanager
    def _appending(self) -> Iterator[DBAPICursor]:
        """The driver's cursor on the one connection kept for appends: taking one from the pool and giving it
        back costs as much as writing a ballot. When something fails it goes back, which rolls back."""
        with self._lock:
            if self._kept is None:
                self._kept = self._engine.raw_connection()
            try:
                yield self._kept.cursor()
            except BaseException:
                kept, self._kept = self._kept, None
                kept.close()
                raise

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """A transaction that holds the write lock. When it fails, returning the connection to its pool
        rolls back what SQLite has not rolled back by itself (on a full disk it already has)."""
        with self._engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection
            connection.exec_driver_sql("COMMIT")

    def _prepare(self) -> None:
        with self._engine.connect() as connection:
            version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
        if version > SCHEMA:
            known = f"this program knows {SCHEMA}"
            raise Fault(
                Code.STORAGE_FAULT,
                f"{self.path.name} was written by a newer version (its schema is {version}, {known}): "
                "start that version or a later one",
            )
        if version == SCHEMA:
            return
        with self._writing() as connection:
            # Another process may have made the tables while this one waited for the lock.
            if connection.exec_driver_sql("PRAGMA user_version").scalar_one() == 0:
                _metadata.create_all(connection)
                for statement in (*_RULES.split(";;"), f"PRAGMA user_version = {SCHEMA}"):
                    connection.exec_driver_sql(statement)


def _engine(path: Path) -> Engine:
    """Connections that begin and commit only when told to."""
    url = URL.create("sqlite", database=str(path))
    engine = create_engine(url, isolation_level="AUTOCOMMIT", connect_args={"timeout": BUSY_MS / 1000})

    @event.listens_for(engine, "connect")
    def _(connection: Any, record: ConnectionPoolEntry) -> None:
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "wal_autocheckpoint = 0"):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def _row(position: int, sealed: Sealed) -> tuple[int, str, int, str, bytes]:
    """In the table's order of columns."""
    return position, sealed.entry.ledger, sealed.entry.seq, sealed.hash, sealed.body


def _head(row: Row[int, str, int, str] | None) -> Head:
    return EMPTY if row is None else Head(row.ledger, row.seq, row.hash)


@contextmanager
def _faults() -> Iterator[None]:
    """What SQLite cannot do is a Fault; a bug (a closed connection, a wrong statement) stays one too: the
    hub must answer either way, and the detail says which it was."""
    try:
        yield
    except DBAPIError as error:
        raise Fault(Code.STORAGE_FAULT, str(error.orig)) from error
    except sqlite3.Error as error:
        raise Fault(Code.STORAGE_FAULT, str(error)) from error
