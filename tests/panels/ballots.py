"""The ballots that are on disk, read from the ledger's file beside the running server."""

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

from appliance.core import events as e
from appliance.core.ledger import unseal

SECONDS = 120


def ballots_of(ledger: Path, at_least: int = 0) -> dict[str, list[str]]:
    """Each member's choices, oldest first; once there are so many of them in all."""
    waits = threading.Event()
    found: dict[str, list[str]] = {}
    for _ in range(SECONDS * 20):
        found = _read(ledger)
        if sum(map(len, found.values())) >= at_least:
            return found
        waits.wait(0.05)
    raise AssertionError(f"only {found} on disk")


def _read(ledger: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    with closing(sqlite3.connect(f"file:{ledger}?mode=ro", uri=True)) as file:
        for (body,) in file.execute("SELECT body FROM entries ORDER BY position"):
            for event in unseal(body).entry.events:
                if isinstance(event, e.BallotCast):
                    found.setdefault(event.member, []).append(event.choice.value)
    return found
