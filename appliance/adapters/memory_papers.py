"""The store of papers in memory: for tests, and for reading how little it has to do."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from msgspec.structs import replace

from appliance.core.paper_search import fold, small, words_of
from appliance.services.paper_store import Found, Opened, PageNote


@dataclass(slots=True)
class MemoryPapers:
    """A PaperStore without a disk."""

    _texts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _notes: dict[tuple[str, str], PageNote] = field(default_factory=dict)
    _opened: dict[tuple[str, str, str], Opened] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def keep_text(self, sha256: str, pages: Sequence[str]) -> None:
        """In place of what was kept."""
        self._texts[sha256] = tuple(pages)

    def text(self, sha256: str) -> tuple[str, ...] | None:
        """Page by page."""
        return self._texts.get(sha256)

    def search(self, words: Sequence[str], among: Collection[str], at_most: int) -> list[Found]:
        """One page after another, three times."""
        if not words:
            return []
        pages = [
            Found(sha256, number, text)
            for sha256, texts in self._texts.items()
            if sha256 in among
            for number, text in enumerate(texts, 1)
        ]
        exact, plain = [small(w) for w in words], [fold(w) for w in words]
        best = [p for p in pages if _together([small(w) for w in words_in(p.text)], exact)]
        next_best = [p for p in pages if _together([fold(w) for w in words_in(p.text)], plain)]
        last = [p for p in pages if _anywhere([fold(w) for w in words_in(p.text)], plain)]
        return list(dict.fromkeys((*best, *next_best, *last)))[:at_most]

    def notes(self, member: str) -> list[PageNote]:
        """Oldest first."""
        return [note for (owner, _), note in self._notes.items() if owner == member]

    def keep_note(self, note: PageNote, at_most: int) -> bool:
        """Under the member's name and the note's id."""
        with self._lock:
            others = sum(1 for key in self._notes if key[0] == note.member and key[1] != note.id)
            if others >= at_most:
                return False
            self._notes[note.member, note.id] = note
            return True

    def drop_note(self, member: str, note: str) -> bool:
        """The member's own."""
        return self._notes.pop((member, note), None) is not None

    def opened(self, document: str, sha256: str, member: str, at: datetime) -> None:
        """Counted."""
        with self._lock:
            key = (document, sha256, member)
            before = self._opened.get(key, Opened(document, sha256, member, at, at, 0))
            self._opened[key] = replace(before, last=at, times=before.times + 1)

    def receipts(self, documents: Collection[str]) -> list[Opened]:
        """In the order of the first opening."""
        return [opened for opened in self._opened.values() if opened.document in documents]

    def forget(self, sha256: str) -> None:
        """Its text goes."""
        self._texts.pop(sha256, None)


def words_in(text: str) -> tuple[str, ...]:
    """All words of a page, however many."""
    found: list[str] = []
    for piece in text.split():
        found += words_of(piece)
    return tuple(found)


def _together(page: list[str], asked: list[str]) -> bool:
    size = len(asked)
    return any(
        page[i : i + size - 1] == asked[:-1] and page[i + size - 1].startswith(asked[-1])
        for i in range(len(page) - size + 1)
    )


def _anywhere(page: list[str], asked: list[str]) -> bool:
    return all(w in page for w in asked[:-1]) and any(w.startswith(asked[-1]) for w in page)
