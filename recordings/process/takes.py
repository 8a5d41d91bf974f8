"""Takes and marks on disk: opened, remembered, ended. Every write waits for the disk in a thread of its own."""

import re
import secrets
from datetime import UTC, datetime
from typing import Final

import msgspec

from recordings.adapters.durable import replace_file, sync_folder
from recordings.adapters.read_json import read_json
from recordings.config import Config
from recordings.control import Mark, Marks
from recordings.layout import Layout
from recordings.recorder import Subject
from recordings.segments import Head, TakeNote

HEADS: Final = 10
"""Of so many takes the end is told again to an appliance that connects."""


def new_take(config: Config, layout: Layout, subject: Subject, title: str, now: datetime) -> TakeNote:
    """A take's folder with its note, on disk when this returns."""
    sitting = re.sub(r"[^A-Za-z0-9]+", "", subject.sitting or "") or "hand"
    name = f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{sitting[:40]}-{secrets.token_hex(2)}"
    note = TakeNote(
        take=name,
        ledger=subject.ledger,
        sitting=subject.sitting or "",
        title=title,
        started=now,
        width=config.width,
        height=config.height,
        frames_per_second=config.frames_per_second,
    )
    replace_file(layout.take(name).note, msgspec.json.encode(note))
    sync_folder(layout.takes)
    return note


def last_heads(layout: Layout) -> dict[str, Head]:
    """The signed ends of the newest takes: what was not told before a restart is told after it."""
    found: dict[str, Head] = {}
    names = sorted(path.name for path in layout.takes.glob("*/"))[-HEADS:]
    for name in names:
        if (head := read_json(layout.take(name).head, Head)) is not None:
            found[name] = head
    return found


def left_open(layout: Layout) -> TakeNote | None:
    """The newest take, if its folder says that it was being recorded when all else was forgotten."""
    newest = max(layout.takes.glob("*/"), default=None)
    if newest is None or not any(newest.glob("s*.open")):
        return None
    return read_json(layout.take(newest.name).note, TakeNote)


def unpublished(layout: Layout) -> list[str]:
    """The meetings of which takes have never been published."""
    folders = [layout.take(path.name) for path in layout.takes.glob("*/")]
    notes = [read_json(folder.note, TakeNote) for folder in folders if not folder.published.exists()]
    return sorted({note.ledger for note in notes if note is not None})


def stored_marks(layout: Layout, ledger: str) -> tuple[Mark, ...]:
    """The chapter marks of a meeting, as last told."""
    found = read_json(layout.marks(ledger), Marks)
    return () if found is None else found.marks


def store_marks(layout: Layout, told: Marks) -> bool:
    """Put what was told in place of everything from its number on; whether anything has changed."""
    before = stored_marks(layout, told.ledger)
    marks = before[: told.from_] + told.marks
    if marks == before:
        return False
    replace_file(layout.marks(told.ledger), msgspec.json.encode(Marks(ledger=told.ledger, marks=marks)))
    return True
