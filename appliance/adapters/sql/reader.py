"""The ledger's file, read by another process than the one that writes it: read-only, and never in its way.

SQLite's `data_version` tells cheaply whether anybody has written since; a read is over when the call returns,
so the writer may shorten its log at any time. Each entry is checked against its hash and the one before.
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final
from urllib.parse import quote

from appliance.core.ledger import Head, LedgerEntry, follow, take
from appliance.core.refusals import Code, Fault

BUSY_SECONDS: Final = 2.0


class LedgerReader:
    """Follows the ledger's file at `path`, which another process makes and writes. For one thread."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection: sqlite3.Connection | None = None
        self._version = -1
        self._position = 0
        self._head: Head | None = None

    def new(self) -> tuple[LedgerEntry, ...]:
        """What has been written since the last call, over all ledgers, oldest first. Raises Fault."""
        try:
            return self._new()
        except sqlite3.Error as error:
            self.close()
            raise Fault(Code.STORAGE_FAULT, f"{self.path.name}: {error}") from error

    def close(self) -> None:
        """Let go of the file; the next call opens it again and goes on."""
        if self._connection is not None:
            self._connection.close()
        self._connection, self._version = None, -1

    def _new(self) -> tuple[LedgerEntry, ...]:
        if self._connection is None:
            if not self.path.exists():
                return ()
            self._connection = sqlite3.connect(
                f"file:{quote(str(self.path.resolve()))}?mode=ro", uri=True, timeout=BUSY_SECONDS, isolation_level=None
            )
        version = self._connection.execute("PRAGMA data_version").fetchone()[0]
        if version == self._version:
            return ()
        query = "SELECT position, ledger, seq, hash, body FROM entries WHERE position > ? ORDER BY position"
        with closing(self._connection.execute(query, (self._position,))) as cursor:
            rows = cursor.fetchall()
        found = []
        for position, ledger, seq, stored, body in rows:
            sealed = take(seq, stored, body)
            if self._head is not None and self._head.ledger == ledger:
                follow(self._head, [sealed])
            self._head, self._position = sealed.head, position
            found.append(sealed.entry)
        self._version = version
        return tuple(found)
