"""The takes of a meeting as they may be published: each held against its manifest first.

A segment that is missing, changed or unreadable is left out and named; all others are published. What the check
found is kept beside the take (`verified.json`), and a take whose files have not been touched since is not read again.
"""

import hashlib
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec
from msgspec import Struct

from recordings.adapters.durable import replace_file
from recordings.adapters.keys import KeyFault, own_key
from recordings.adapters.take_check import check_take, read_manifest
from recordings.layout import Layout, TakeFolder
from recordings.segments import Gap, Segment, TakeNote
from recordings.timeline import publishable

log = logging.getLogger(__name__)
WHY = {"segment-missing": "missing", "segment-changed": "changed", "segment-not-listed": "unreadable"}


class Verified(Struct, frozen=True, kw_only=True):
    """`verified.json`: what the last check of all bytes found."""

    at: datetime
    whole: bool
    """Nothing was wrong, and all lines were signed."""
    manifest: str
    """SHA-256 of the manifest's last line."""
    files: str
    """A digest of the files' names, sizes and times of change: the same, and they need not be read again."""
    findings: tuple[tuple[str, str, str], ...] = ()
    """Kind, file, and what is wrong."""


class Removed(Struct, frozen=True, kw_only=True):
    """`removed.json`: retention has taken the segments away; the manifest and its proof stay."""

    at: datetime
    files: int
    bytes: int


class Open(Struct, frozen=True):
    """The part of `recorder.json` that says which take is still being recorded."""

    take: TakeNote | None = None


@dataclass(frozen=True)
class FoundTake:
    """One ended take."""

    note: TakeNote
    folder: TakeFolder
    segments: tuple[Segment, ...]
    """That are whole and may be shown."""
    gaps: tuple[Gap, ...]
    left_out: dict[str, str]
    manifest: str
    """SHA-256 of the manifest's last line."""
    whole: bool
    removed: bool = False
    """The archive's files are gone; the published ones are used."""

    @property
    def bytes(self) -> int:
        """Of its segments."""
        return sum(segment.size for segment in self.segments)


def notes(layout: Layout) -> Iterator[TakeNote]:
    """All takes that can be read, by name. One that cannot is named in the log and passed over."""
    for folder in sorted(layout.takes.glob("*/")) if layout.takes.is_dir() else []:
        try:
            note = msgspec.json.decode((folder / "take.json").read_bytes(), type=TakeNote)
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
            log.warning("take %s is passed over: %s", folder.name, error)
            continue
        if note.take == folder.name:
            yield note
        else:
            log.warning("take %s is passed over: it calls itself %s", folder.name, note.take)


def open_take(layout: Layout) -> str | None:
    """The take that is not ended: later it may still turn out that a part of it was private."""
    try:
        found = msgspec.json.decode((layout.data / "recorder.json").read_bytes(), type=Open)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return found.take.take if found.take else None


def find(layout: Layout, ledger: str, progress: Callable[[float], None] = lambda share: None) -> list[FoundTake]:
    """The ended takes of a meeting, each checked."""
    still_open = open_take(layout)
    wanted = [note for note in notes(layout) if note.ledger == ledger and note.take != still_open]
    found = []
    for number, note in enumerate(wanted):
        try:
            found.append(look_at(layout, note))
        except OSError as error:
            log.error("take %s is left out: it cannot be read: %s", note.take, error)
            found.append(unreadable(layout, note))
        progress((number + 1) / len(wanted))
    return found


def look_at(layout: Layout, note: TakeNote) -> FoundTake:
    """One take, checked."""
    folder = layout.take(note.take)
    removed = (folder.path / "removed.json").exists()
    found = verified(layout, folder, again=not removed)
    broken = {name: WHY[kind] for kind, name, _ in found.findings if kind in WHY}
    manifest = read_manifest(folder)
    shown, left_out = publishable(manifest.now)
    return FoundTake(
        note=note,
        folder=folder,
        segments=tuple(segment for segment in shown if segment.file not in broken),
        gaps=tuple(line for line in manifest.now if isinstance(line, Gap)),
        left_out=left_out | broken,
        manifest=manifest.hash,
        whole=found.whole,
        removed=removed,
    )


def unreadable(layout: Layout, note: TakeNote) -> FoundTake:
    """A take of which not even the manifest can be read: it hinders no other."""
    folder = layout.take(note.take)
    return FoundTake(note, folder, (), (), {folder.manifest.name: "unreadable"}, "", whole=False)


def read_verified(folder: TakeFolder) -> Verified | None:
    """What the last check found, if there was one."""
    try:
        return msgspec.json.decode(folder.verified.read_bytes(), type=Verified)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None


def verified(layout: Layout, folder: TakeFolder, *, again: bool = True, every_byte: bool = False) -> Verified:
    """What the check finds, read anew if any file was touched since. `again` false: whatever it found last;
    `every_byte`: read anew in any case, for a disk that rots touches no file."""
    before = read_verified(folder)
    files = _stamp(folder)
    if before is not None and not every_byte and (before.files == files or not again):
        return before
    report = check_take(folder, _key(layout))
    found = Verified(
        at=datetime.now(UTC),
        whole=report.whole,
        manifest=read_manifest(folder).hash,
        files=files,
        findings=tuple(report.findings),
    )
    replace_file(folder.verified, msgspec.json.encode(found))
    return found


def _key(layout: Layout) -> str | None:
    try:
        return own_key(layout.key)
    except (KeyFault, OSError) as error:
        log.warning("the recorder's key cannot be read, signatures are checked by the key they name: %s", error)
        return None


def _stamp(folder: TakeFolder) -> str:
    digest = hashlib.sha256()
    for path in sorted([*folder.path.glob("s*.ts"), folder.manifest, folder.head]):
        try:
            facts = path.stat()
        except OSError:
            continue
        digest.update(f"{path.name} {facts.st_ino} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()
