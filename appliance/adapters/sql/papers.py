"""The store of papers on SQLite: `papers.db`, a file of its own, so that its search never holds up the registry.

Its form is stamped with a number (`user_version`) and made here: texts can be made again from the papers, and notes and
receipts have one table each. Words are found by SQLite's own full-text index (FTS5), once as they are spelled and once
folded to plain letters.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final, TypeVar

import msgspec
from sqlalchemy import (
    Column,
    Float,
    Index,
    Integer,
    MetaData,
    RowMapping,
    Table,
    UniqueConstraint,
    delete,
    func,
    select,
    text,
)
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from appliance.adapters.sql.registry import open_engine
from appliance.adapters.sql.tables.base import NAMING, UtcDateTime
from appliance.adapters.sql.tables.base import text as words
from appliance.core.paper_search import fold, small
from appliance.core.refusals import Code, Fault
from appliance.services.paper_store import Found, Opened, PageNote

FORM: Final = 1
_T = TypeVar("_T")
_metadata: Final = MetaData(naming_convention=NAMING)
_pages: Final = Table(
    "pages",
    _metadata,
    Column("place", Integer, primary_key=True),
    words("sha256"),
    Column("page", Integer, nullable=False),
    words("text"),
    UniqueConstraint("sha256", "page"),
)
_notes: Final = Table(
    "notes",
    _metadata,
    Column("place", Integer, primary_key=True),
    words("member"),
    words("id"),
    words("document"),
    words("sha256"),
    Column("page", Integer, nullable=False),
    *(Column(name, Float, nullable=False) for name in ("x", "y", "w", "h")),
    words("colour"),
    words("text"),
    Column("changed", UtcDateTime, nullable=False),
    UniqueConstraint("member", "id"),
)
_opened: Final = Table(
    "opened",
    _metadata,
    words("document", primary_key=True),
    words("sha256", primary_key=True),
    words("member", primary_key=True),
    Column("first", UtcDateTime, nullable=False),
    Column("last", UtcDateTime, nullable=False),
    Column("times", Integer, nullable=False),
)
Index("ix_opened_first", _opened.c.first)
_INDEX: Final = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5(exact, plain, tokenize = 'unicode61 remove_diacritics 0')"
)
_LEARN: Final = text("INSERT INTO words (rowid, exact, plain) VALUES (:place, :exact, :plain)")
_SEARCH: Final = text(
    "SELECT pages.sha256 AS sha256, pages.page AS page, pages.text AS text FROM words "
    "JOIN pages ON pages.place = words.rowid WHERE words MATCH :match "
    "AND pages.sha256 IN (SELECT value FROM json_each(:among)) ORDER BY rank, pages.place LIMIT :at_most"
)


class SqlPapers:
    """A PaperStore in the SQLite file at `path`, made when opened. Raises Fault."""

    def __init__(self, path: Path) -> None:
        self._engine = open_engine(path)
        with self._writing() as connection:
            form = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
            if form > FORM:
                raise Fault(Code.STORAGE_FAULT, "papers.db was written by a newer version")
            if form < FORM:
                _metadata.create_all(connection)
                connection.exec_driver_sql(_INDEX)
                connection.exec_driver_sql(f"PRAGMA user_version = {FORM}")

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def keep_text(self, sha256: str, pages: Sequence[str]) -> None:
        """Pages and their index, in one transaction."""
        with self._writing() as connection:
            self._forget(connection, sha256)
            for number, page in enumerate(pages, 1):
                row = {"sha256": sha256, "page": number, "text": page}
                place = connection.execute(_pages.insert().returning(_pages.c.place), row).scalar_one()
                connection.execute(_LEARN, {"place": place, "exact": small(page), "plain": fold(page)})

    def text(self, sha256: str) -> tuple[str, ...] | None:
        """Page by page."""
        query = select(_pages.c.text).where(_pages.c.sha256 == sha256).order_by(_pages.c.page)
        with self._reading() as connection:
            return tuple(connection.execute(query).scalars()) or None

    def search(self, words: Sequence[str], among: Collection[str], at_most: int) -> list[Found]:
        """Three questions, the best answers first."""
        if not words:
            return []
        found: dict[tuple[str, int], Found] = {}
        asked = {"among": msgspec.json.encode(sorted(among)).decode(), "at_most": at_most}
        with self._reading() as connection:
            for match in _questions(words):
                for row in connection.execute(_SEARCH, {"match": match, **asked}).mappings():
                    page = _as(Found, row)
                    found.setdefault((page.sha256, page.page), page)
                if len(found) >= at_most:
                    break
        return list(found.values())[:at_most]

    def notes(self, member: str) -> list[PageNote]:
        """Oldest first."""
        columns = (c for c in _notes.c if c.name != "place")
        query = select(*columns).where(_notes.c.member == member).order_by(_notes.c.place)
        with self._reading() as connection:
            return [_as(PageNote, row) for row in connection.execute(query).mappings()]

    def keep_note(self, note: PageNote, at_most: int) -> bool:
        """Counted and written in one transaction."""
        row = msgspec.structs.asdict(note)
        others = select(func.count()).where(_notes.c.member == note.member, _notes.c.id != note.id)
        statement = insert(_notes).values(row)
        statement = statement.on_conflict_do_update(index_elements=["member", "id"], set_=row)
        with self._writing() as connection:
            if connection.execute(others).scalar_one() >= at_most:
                return False
            connection.execute(statement)
            return True

    def drop_note(self, member: str, note: str) -> bool:
        """The member's own."""
        with self._writing() as connection:
            gone = connection.execute(delete(_notes).where(_notes.c.member == member, _notes.c.id == note))
            return bool(gone.rowcount)

    def opened(self, document: str, sha256: str, member: str, at: datetime) -> None:
        """Counted by the database."""
        row = {"document": document, "sha256": sha256, "member": member, "first": at, "last": at, "times": 1}
        keys = ["document", "sha256", "member"]
        again = {"last": at, "times": _opened.c.times + 1}
        with self._writing() as connection:
            connection.execute(insert(_opened).values(row).on_conflict_do_update(index_elements=keys, set_=again))

    def receipts(self, documents: Collection[str]) -> list[Opened]:
        """In the order of the first opening."""
        names = select(func.json_each(msgspec.json.encode(sorted(documents)).decode()).table_valued("value").c.value)
        query = select(_opened).where(_opened.c.document.in_(names)).order_by(_opened.c.first)
        with self._reading() as connection:
            return [_as(Opened, row) for row in connection.execute(query).mappings()]

    def forget(self, sha256: str) -> None:
        """Its text goes."""
        with self._writing() as connection:
            self._forget(connection, sha256)

    @staticmethod
    def _forget(connection: Connection, sha256: str) -> None:
        places = select(_pages.c.place).where(_pages.c.sha256 == sha256)
        for place in connection.execute(places).scalars().all():
            connection.execute(text("DELETE FROM words WHERE rowid = :place"), {"place": place})
        connection.execute(delete(_pages).where(_pages.c.sha256 == sha256))

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with _faults(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with _faults(), self._engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection
            connection.exec_driver_sql("COMMIT")


def _questions(words: Sequence[str]) -> tuple[str, str, str]:
    """As FTS5 asks; words are letters and digits alone, so that nothing in them is a sign of its language."""
    exact, plain = [small(w) for w in words], [fold(w) for w in words]
    every = " AND ".join([*(f'"{w}"' for w in plain[:-1]), f'"{plain[-1]}"*'])
    return (f'exact : "{" ".join(exact)}" *', f'plain : "{" ".join(plain)}" *', f"plain : ({every})")


def _as(kind: type[_T], row: RowMapping) -> _T:
    return msgspec.convert({str(name): value for name, value in row.items()}, kind)


@contextmanager
def _faults() -> Iterator[None]:
    """What SQLite cannot do is a Fault; the detail never shows the values of a statement: they are private."""
    try:
        yield
    except DBAPIError as error:
        raise Fault(Code.STORAGE_FAULT, str(error.orig)) from error
