"""What is kept about papers beside the registry: their text to search in, private notes, read receipts. A promise.

Each is too large or too private for the registry, which is held in memory whole and audited for the auditor to read:
nobody but the member who wrote a note is ever given it.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct


class PageNote(Struct, frozen=True):
    """A member's own note or highlight on a page of a version; places are shares of the page's width and height."""

    id: str
    member: str
    document: str
    sha256: str
    page: int
    x: float
    y: float
    w: float
    h: float
    colour: str
    text: str
    changed: datetime


class Opened(Struct, frozen=True):
    """A member has opened a version: the first and the last time, and how often."""

    document: str
    sha256: str
    member: str
    first: datetime
    last: datetime
    times: int


class Found(Struct, frozen=True):
    """A page on which what was looked for stands."""

    sha256: str
    page: int
    text: str


class PaperStore(Protocol):
    """Durable. Safe to call from several threads. All raise Fault."""

    def keep_text(self, sha256: str, pages: Sequence[str]) -> None:
        """The text of a version, page by page, in NFC; in place of what was kept of it."""

    def text(self, sha256: str) -> tuple[str, ...] | None:
        """The text of a version, or None when none is kept."""

    def search(self, words: Sequence[str], among: Collection[str], at_most: int) -> list[Found]:
        """Pages of these versions that hold the words, the last of which may go on: those that have them one after
        another as they are spelled first, then so without diacritics, then anywhere on the page."""

    def notes(self, member: str) -> list[PageNote]:
        """A member's own, oldest first."""

    def keep_note(self, note: PageNote, at_most: int) -> bool:
        """Keep it, in place of the member's own of that id; False when the member has `at_most` others."""

    def drop_note(self, member: str, note: str) -> bool:
        """Take the member's own note away; False when there is none."""

    def opened(self, document: str, sha256: str, member: str, at: datetime) -> None:
        """A member opened a version."""

    def receipts(self, documents: Collection[str]) -> list[Opened]:
        """Who opened what."""

    def forget(self, sha256: str) -> None:
        """A version is not on file any more: its text goes. Notes stay their member's."""
