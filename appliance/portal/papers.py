"""The papers that the public may have: the appliance says which (`public.json` in their folder), this copies them.

What is published is always a PDF, named by the SHA-256 of the file that delegates were sent. What is no longer public
is taken away at the next look.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from appliance.core.public_record import PublicRecord
from appliance.portal.files import Files
from appliance.services.paper_spool import PDF, PDF_MEDIA, PUBLIC, SOURCE, PublicPaper, PublicPapers

FOLDER: Final = "papers"


class PublishedItem(Struct, frozen=True):
    """An item's papers; without a number and title: those of the whole meeting."""

    number: str
    title: str
    papers: tuple[PublicPaper, ...]


class Papers:
    """Follows one papers' folder; without one there are no papers."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._stamp = 0
        self._known: Mapping[str, tuple[PublicPaper, ...]] = {}

    def changed(self) -> frozenset[str]:
        """The meetings whose papers are others than at the last call."""
        if self._folder is None:
            return frozenset()
        path = self._folder / PUBLIC
        try:
            stamp = path.stat().st_mtime_ns
            if stamp == self._stamp:
                return frozenset()
            now = msgspec.json.decode(path.read_bytes(), type=PublicPapers).meetings
        except (FileNotFoundError, msgspec.MsgspecError):
            return frozenset()
        before, self._known, self._stamp = self._known, now, stamp
        return frozenset(m for m in before.keys() | now.keys() if before.get(m) != now.get(m))

    def of(self, ledger: str) -> tuple[PublicPaper, ...]:
        """A meeting's papers, in order."""
        return self._known.get(ledger, ())

    def publish(self, files: Files, records: Iterable[PublicRecord]) -> None:
        """Copy what these meetings' pages name, take away what is not named (any more). Raises OSError."""
        if self._folder is None:
            return
        shown = (item for record in records for item in by_item(record, self.of(record.ledger)))
        wanted = {paper.sha256: paper for item in shown for paper in item.papers}
        for sha256, paper in wanted.items():
            source = self._folder / sha256 / (SOURCE if paper.media == PDF_MEDIA else PDF)
            if source.is_file():
                files.copy(source, name_of(sha256))
        files.drop(FOLDER, {Path(name_of(sha256)).name for sha256 in wanted})


def name_of(sha256: str) -> str:
    """Where the public finds it."""
    return f"{FOLDER}/{sha256}.pdf"


def by_item(record: PublicRecord, papers: Sequence[PublicPaper]) -> tuple[PublishedItem, ...]:
    """Papers under the items that the public knows; one of an item that it does not know is not told of."""
    groups: defaultdict[str | None, list[PublicPaper]] = defaultdict(list)
    for paper in papers:
        groups[paper.item].append(paper)
    heads = [(None, "", ""), *((item.item, item.number, item.title) for item in record.items)]
    return tuple(PublishedItem(number, title, tuple(groups[item])) for item, number, title in heads if groups[item])
