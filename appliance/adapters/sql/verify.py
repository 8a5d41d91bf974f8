"""Checking a ledger file from outside: is every entry, in every ledger, the one that was written?

Reads only; the appliance may be running. What `core.ledger.verify` finds in one ledger is put together
here for the whole file, and the ledgers' own chain (each names the head of the one before) is walked too.
A file that lost its last entries still fits in itself: compare the head with one noted elsewhere, or with
the last signed checkpoint.
"""

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Final
from urllib.parse import quote

from msgspec import MsgspecError, Struct
from sqlalchemy import Connection, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from appliance.adapters.keys import check
from appliance.adapters.sql.ledger import SCHEMA
from appliance.core import ledger as lg
from appliance.core.events import MeetingConvened, RecordingSealed
from appliance.services.recorder_words import TakeHead

_ROWS: Final = "SELECT position, ledger, seq, hash, body FROM entries ORDER BY position"
Row = tuple[int, str, int, str, bytes]
"""Place in the file, ledger, number in the ledger, hash, body."""


class CheckedLedger(Struct, frozen=True):
    """One meeting's ledger, as far as it fits."""

    ledger: str
    entries: int
    head: lg.Head
    signed_seq: int
    keys: tuple[str, ...]


class LedgerReport(Struct, frozen=True):
    """What was found in a file. `why` is empty when all of it fits; else the first bad entry is named."""

    ledgers: tuple[CheckedLedger, ...]
    bad_ledger: str = ""
    bad_seq: int = 0
    why: str = ""

    @property
    def ok(self) -> bool:
        """Whether every entry fits: the exit code is 0, otherwise 1."""
        return not self.why

    def lines(self) -> tuple[str, ...]:
        """The report as it is printed."""
        told = [
            f"ledger {found.ledger}: {found.entries} entries, head {found.head.hash}, "
            f"signed up to {found.signed_seq}" + "".join(f", key {key}" for key in found.keys)
            for found in self.ledgers
        ]
        if self.why:
            return (*told, f"BAD: ledger {self.bad_ledger or '-'}, entry {self.bad_seq}: {self.why}")
        return (*told, f"good: {sum(found.entries for found in self.ledgers)} entries")


def verify_ledger(path: Path, key: str | None = None) -> LedgerReport:
    """Walk every ledger in the file at `path` in order; the first bad entry is named.

    With `key` (64 hex digits) a checkpoint that another key signed is bad too. Raises FileNotFoundError.
    """
    if not path.is_file():
        raise FileNotFoundError(path)
    done: list[CheckedLedger] = []
    walk = _Walk()

    def holds(by: str, signature: str, message: bytes) -> bool:
        return key in {None, by} and check(by, signature, message)

    for name, rows in groupby(walk.over(path), key=itemgetter(1)):
        found = lg.verify(((seq, hash_, body) for _, _, seq, hash_, body in rows), holds)
        done.append(CheckedLedger(name, found.entries, found.head, found.signed_seq, found.keys))
        if found.bad is not None:
            return LedgerReport(tuple(done), name, found.bad.seq, found.bad.why)
    if walk.why:
        return LedgerReport(tuple(done), walk.ledger, walk.seq, walk.why)
    return LedgerReport(tuple(done))


def recorded_heads(path: Path) -> Iterator[TakeHead]:
    """The recorder's signed ends, as it signed them: for `python -m recordings verify --heads`.

    Of a file that `verify_ledger` has found whole.
    """
    for *_, body in _read(path):
        if b'"RecordingSealed"' in body:
            events = lg.unseal(body).entry.events
            yield from (_head(event) for event in events if isinstance(event, RecordingSealed))


def _head(event: RecordingSealed) -> TakeHead:
    return TakeHead(
        take=event.take,
        ledger=event.ledger,
        lines=event.lines,
        segments=event.segments,
        seconds=event.milliseconds / 1000,
        hash=event.head,
        key=event.key,
        signature=event.signature,
    )


class _Misfit(Exception):
    """A row that shows already from outside that it does not belong."""


class _Walk:
    """Passes rows on after looking at what only shows across ledgers; ends at the first one out of place."""

    def __init__(self) -> None:
        self.ledger, self.seq, self.position, self.hash, self.why = "", 0, 0, lg.NO_ENTRY, ""
        self._ended: set[str] = set()

    def over(self, path: Path) -> Iterator[Row]:
        """All rows, as long as they fit; afterwards `why` tells why there are no more, if that is bad."""
        try:
            for row in _read(path):
                begins = row[1] != self.ledger
                self.ledger, self.seq = row[1], row[2]
                self._look(row, begins)
                self.position, self.hash = row[0], row[3]
                yield row
        except _Misfit as misfit:
            self.why = str(misfit)
        except DBAPIError as error:
            self.seq += 1
            self.why = f"unreadable: {error.orig}"

    def _look(self, row: Row, begins: bool) -> None:
        position, name, seq, _, body = row
        if position != self.position + 1:
            raise _Misfit(f"at place {position} in the file, expected {self.position + 1}")
        if not begins:
            return
        if name in self._ended:
            raise _Misfit("this ledger had ended before")
        self._ended.add(name)
        try:
            entry = lg.unseal(body).entry
        except MsgspecError as error:
            raise _Misfit(f"unreadable: {error}") from error
        first = entry.events[0] if entry.events else None
        if not isinstance(first, MeetingConvened) or not seq == entry.seq == 1:
            raise _Misfit("does not open a meeting")
        if not name == entry.ledger == first.ledger:
            raise _Misfit("belongs to another ledger")
        if entry.prev != self.hash:
            raise _Misfit("does not follow the ledger before")


def _read(path: Path) -> Iterator[Row]:
    with _open(path) as connection:
        version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
        if version != SCHEMA:
            raise _Misfit(f"not a ledger of this version (schema {version}, expected {SCHEMA})")
        for position, name, seq, hash_, body in connection.exec_driver_sql(_ROWS):
            # Whoever forged the file may have changed the columns' types too.
            blob = body if isinstance(body, bytes) else str(body).encode()
            yield position, str(name), seq, str(hash_), blob


def _open(path: Path) -> Connection:
    """Read-only. As long as a process has the file open there is a log beside it. Without one nobody
    writes, and SQLite is told so: it then leaves nothing beside the file and needs nothing there, so that
    a copy on a read-only medium can be checked too."""
    log = path.with_name(path.name + "-wal")
    uri = f"sqlite:///file:{quote(str(path.absolute()))}?uri=true&mode=ro"
    return create_engine(uri if log.exists() else f"{uri}&immutable=1", poolclass=NullPool).connect()
