"""The registry on SQLite: one file, every change one transaction with its audit line, fsynced.

The audit's last line is the registry's version. A commit takes the write lock first and then looks
whether the version is still the one that was expected, so of two writers one wins. May be used from
several threads at once, each on its own connection.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec
from sqlalchemy import URL, Connection, Engine, RowMapping, create_engine, delete, event, func, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from appliance.adapters.sql import tables
from appliance.adapters.sql.migrate import migrate
from appliance.core.refusals import Code, Fault
from appliance.services.on_file import KINDS, Change, Drop, Note, OnFile, Record
from appliance.services.registry import RegistryMoved

_T = TypeVar("_T")
BUSY_MS: Final = 5_000
_version: Final = select(func.coalesce(func.max(tables.audit.c.version), 0))
_live: Final = {"sessions": tables.sessions.c.ended.is_(None)}
"""Sessions that have ended stay in the table, but nobody needs them in memory."""


class SqlRegistry:
    """A RegistryStore in the SQLite file at `path`, made or brought up to date when opened. Raises Fault."""

    def __init__(self, path: Path) -> None:
        self.engine = open_engine(path)
        with _faults():
            migrate(self.engine)

    def version(self) -> int:
        """How many changes there have been."""
        with _faults(), self.engine.connect() as connection:
            return _version_of(connection)

    def load(self) -> OnFile:
        """Everything on file, as it stood at one moment."""
        with _faults(), self._transaction("BEGIN") as connection:
            version = _version_of(connection)
            kinds = {name: _records(connection, kind, name) for kind, name in KINDS.items()}
        return msgspec.convert({"version": version, **kinds}, OnFile)

    def commit(self, expected: int, changes: tuple[Change, ...], note: Note) -> None:
        """One transaction: take the lock, see that nobody was faster, write, fsync."""
        with _faults(), self._transaction("BEGIN IMMEDIATE") as connection:
            if _version_of(connection) != expected:
                raise RegistryMoved
            for change in changes:
                _write(connection, change)
            row = {"version": expected + 1, **msgspec.structs.asdict(note)}
            connection.execute(tables.audit.insert(), row)

    def noted(self, command: str) -> Note | None:
        """The audit's line about this desk command."""
        query = select(tables.audit).where(tables.audit.c.command == command)
        with _faults(), self.engine.connect() as connection:
            row = connection.execute(query).mappings().one_or_none()
        return None if row is None else _as(Note, row)

    def audit(self, after: int = 0) -> Iterator[tuple[int, Note]]:
        """The lines behind `after`."""
        query = select(tables.audit).where(tables.audit.c.version > after).order_by(tables.audit.c.version)
        with _faults(), self.engine.connect() as connection:
            for row in connection.execute(query).mappings():
                yield row["version"], _as(Note, row)

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[Connection]:
        """What fails in it is rolled back when the connection goes back to its pool."""
        with self.engine.connect() as connection:
            connection.exec_driver_sql(begin)
            yield connection
            connection.exec_driver_sql("COMMIT")


def open_engine(path: Path) -> Engine:
    """Connections to the registry's file that begin and commit only when told to."""
    url = URL.create("sqlite", database=str(path))
    engine = create_engine(url, isolation_level="AUTOCOMMIT", connect_args={"timeout": BUSY_MS / 1000})

    @event.listens_for(engine, "connect")
    def _(connection: Any, record: ConnectionPoolEntry) -> None:
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def _version_of(connection: Connection) -> int:
    return int(connection.execute(_version).scalar_one())


def _records(connection: Connection, kind: type[Record], name: str) -> dict[str, Record]:
    table = tables.metadata.tables[name]
    query = select(table).order_by(table.c.id)
    if name in _live:
        query = query.where(_live[name])
    rows = connection.execute(query).mappings()
    return {row["id"]: _as(kind, row) for row in rows}


def _as(kind: type[_T], row: RowMapping) -> _T:
    # Names that SQL reserves come as a subclass of str, which a strict reader refuses.
    return msgspec.convert({str(name): value for name, value in row.items()}, kind)


def _write(connection: Connection, change: Change) -> None:
    record = change.record
    table = tables.metadata.tables[KINDS[type(record)]]
    if isinstance(change, Drop):
        connection.execute(delete(table).where(table.c.id == record.id))
        return
    row = msgspec.structs.asdict(record)
    others = {name: value for name, value in row.items() if name != "id"}
    statement = insert(table).values(row).on_conflict_do_update(index_elements=[table.c.id], set_=others)
    connection.execute(statement)


@contextmanager
def _faults() -> Iterator[None]:
    """What SQLite cannot do is a Fault; the detail never shows the values of a statement."""
    try:
        yield
    except DBAPIError as error:
        raise Fault(Code.STORAGE_FAULT, str(error.orig)) from error
