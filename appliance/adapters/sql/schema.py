"""The forms of all database files together: what is found, what this program works with, and the way between.

An update needs the way forward and the way back: the release that knows the newer form goes both. The registry has a
migration for each step, each with its undoing. The ledger and the papers' store are in their first form; when one
gets a second, its step goes beside `_only_form`, in both directions.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import quote

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from appliance.adapters.sql.ledger import SCHEMA, SqlLedger
from appliance.adapters.sql.migrate import HEAD, current, migrate
from appliance.adapters.sql.papers import FORM, SqlPapers
from appliance.adapters.sql.registry import open_engine
from appliance.core.refusals import Code, Fault


class Schema(Struct, frozen=True, forbid_unknown_fields=True):
    """One form for each file. Empty or 0: that file is not there."""

    registry: str = ""
    """The newest migration that has been run."""
    ledger: int = 0
    papers: int = 0
    """SQLite's `user_version`."""


OWN: Final = Schema(HEAD, SCHEMA, FORM)
"""What this program works with."""


def wanted(text: str) -> Schema:
    """`0003`, or `registry=0003,ledger=1,papers=1`; the rest stays as this program has it. Raises ValueError."""
    if "=" not in text:
        return replace(OWN, registry=text)
    named = dict(part.strip().split("=", 1) for part in text.split(","))
    if unknown := named.keys() - {"registry", "ledger", "papers"}:
        raise ValueError(f"no such file: {', '.join(sorted(unknown))}")
    numbers = {name: int(named[name]) for name in ("ledger", "papers") if name in named}
    return Schema(named.get("registry", OWN.registry), **{"ledger": OWN.ledger, "papers": OWN.papers, **numbers})


def found(data: Path) -> Schema:
    """What is in the data folder now; nothing is made or changed. Raises Fault."""
    registry = data / "registry.db"
    revision = ""
    if registry.exists():
        with _registry(registry) as engine, engine.connect() as connection:
            revision = current(connection) or ""
    return Schema(revision, _user_version(data / "ledger.db"), _user_version(data / "papers.db"))


def bring(data: Path, to: Schema) -> Schema:
    """Bring every file to `to`, making those that are not there; the answer is what is found afterwards.

    Each file is one transaction, so a power cut leaves it in one form or the other, and the same call ends the work.
    Nobody else may have the files open. Raises Fault; files before the faulty one have been brought there.
    """
    _only_form("ledger.db", SCHEMA, to.ledger)
    _only_form("papers.db", FORM, to.papers)
    with _registry(data / "registry.db") as engine:
        migrate(engine, to.registry)
    SqlLedger(data / "ledger.db").close()
    SqlPapers(data / "papers.db").close()
    return found(data)


@contextmanager
def _registry(path: Path) -> Iterator[Engine]:
    engine = open_engine(path)
    try:
        yield engine
    except DBAPIError as error:
        raise Fault(Code.STORAGE_FAULT, f"{path.name}: {error.orig}") from error
    finally:
        engine.dispose()


def _only_form(name: str, own: int, to: int) -> None:
    if to != own:
        raise Fault(Code.STORAGE_FAULT, f"{name}: this program knows form {own} and no way to {to}")


def _user_version(path: Path) -> int:
    if not path.exists():
        return 0
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path.resolve()))}?mode=ro", uri=True)) as connection:
            return int(connection.execute("PRAGMA user_version").fetchone()[0])
    except sqlite3.Error as error:
        raise Fault(Code.STORAGE_FAULT, f"{path.name}: {error}") from error
