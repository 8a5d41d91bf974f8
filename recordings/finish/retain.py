"""`python -m recordings retain --config F [--delete]`: take away what was published, verified and kept long enough.

Without `--delete` it names what it would take away. Only a take's own segments go: its note, manifest, signed end and
the proofs stay, so that it can always be shown what there was. The meeting's published video stays too; its
segments are the same files under a second name, so the disk gets their room back when the council takes the video
from the public folder, and what is freed at once is told.
"""

import argparse
import logging
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from recordings.adapters.durable import replace_file, sync_folder
from recordings.adapters.take_check import read_manifest
from recordings.config import Config
from recordings.disk import TakeOnDisk, may_go
from recordings.finish.finishing import Published, alone
from recordings.finish.meeting import ended
from recordings.finish.takes import Removed, look_at, notes, open_take, verified
from recordings.layout import Layout, TakeFolder
from recordings.segments import TakeNote

log = logging.getLogger(__name__)


class Due(Struct, frozen=True, kw_only=True):
    """One take whose time is over."""

    take: str
    files: int
    bytes: int
    freed: int
    """Of them, those that the disk gets back at once."""


def run(config: Config, given: argparse.Namespace) -> int:
    """Names each take on a line, and takes it away if asked to. The exit code is 0."""
    layout = Layout(config.data, config.public)
    delete = bool(getattr(given, "delete", False))
    for due in retain(layout, datetime.now(UTC), config.keep_days, delete=delete):
        what = "taken away" if delete else "may be taken away (--delete does it)"
        print(f"{due.take}: {due.files} files, {due.bytes} bytes, {due.freed} freed: {what}")  # noqa: T201
    return 0


def retain(layout: Layout, now: datetime, keep_days: int, *, delete: bool) -> list[Due]:
    """The takes whose time is over. Before one is taken away, every byte of it is read once more."""
    found = {note.take: note for note in notes(layout)}
    due = may_go((_facts(layout, note) for note in found.values()), now, keep_days)
    done = []
    for take in due:
        with alone(layout, found[take].ledger):
            folder = layout.take(take)
            if not delete:
                done.append(_counted(folder, _segments(folder)))
                continue
            verified(layout, folder, every_byte=True)
            if may_go([_facts(layout, found[take])], now, keep_days):
                done.append(_take_away(folder, now))
            else:
                log.error("take %s stays: it is no longer what was verified", take)
    return done


def _facts(layout: Layout, note: TakeNote) -> TakeOnDisk:
    """What is known for sure; what cannot be read is not."""
    folder = layout.take(note.take)
    if note.take == open_take(layout) or (folder.path / "removed.json").exists():
        return TakeOnDisk(take=note.take, ended=None, manifest=None, verified=None, published=None)
    found = look_at(layout, note)
    published = _published(folder)
    return TakeOnDisk(
        take=note.take,
        ended=ended(found),
        manifest=found.manifest,
        verified=found.manifest if found.whole else None,
        published=published.manifest if published is not None and published.whole else None,
    )


def _published(folder: TakeFolder) -> Published | None:
    try:
        return msgspec.json.decode(folder.published.read_bytes(), type=Published)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None


def _segments(folder: TakeFolder) -> list[Path]:
    return [folder.path / segment.file for segment in read_manifest(folder).segments]


def _counted(folder: TakeFolder, files: list[Path]) -> Due:
    facts = [path.stat() for path in files if path.exists()]
    return Due(
        take=folder.path.name,
        files=len(facts),
        bytes=sum(fact.st_size for fact in facts),
        freed=sum(fact.st_size for fact in facts if fact.st_nlink == 1),
    )


def _take_away(folder: TakeFolder, now: datetime) -> Due:
    """`removed.json` first: whoever is killed in between leaves a take that says so."""
    files = _segments(folder)
    due = _counted(folder, files)
    replace_file(folder.path / "removed.json", msgspec.json.encode(Removed(at=now, files=due.files, bytes=due.bytes)))
    for path in files:
        path.unlink(missing_ok=True)
    sync_folder(folder.path)
    return due
