"""A take's folder held against its manifest: every byte read, everything that is wrong named."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from recordings import manifest as m
from recordings.adapters.keys import check
from recordings.layout import TakeFolder
from recordings.segments import Head, TakeNote

BLOCK: Final = 1 << 20
DAMAGED: Final = "damaged"
"""In the name of a manifest or head that a recovery found contradicting and set aside."""


class TakeReport(NamedTuple):
    """What a check found; `findings` empty: the take is whole."""

    take: str
    segments: int
    seconds: float
    findings: tuple[m.Finding, ...]
    signed_lines: int = 0
    """So many of the manifest's lines the signed end covers."""
    lines: int = 0

    @property
    def whole(self) -> bool:
        """Nothing is wrong, and all of it is signed."""
        return not self.findings and self.signed_lines == self.lines


def read_manifest(folder: TakeFolder) -> m.Manifest:
    """The take's manifest; one that is not there has no lines. Raises OSError when it cannot be read."""
    try:
        return m.read(folder.manifest.read_bytes())
    except FileNotFoundError:
        return m.read(b"")


def file_facts(path: Path) -> m.FileFacts:
    """Size and SHA-256 of a file that nobody writes any more. Raises OSError."""
    found, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            found.update(block)
            size += len(block)
    return m.FileFacts(size, found.hexdigest())


def check_take(folder: TakeFolder, key: str | None, heads: tuple[Head, ...] = ()) -> TakeReport:
    """Check every file, the chain, the signed end, and further `heads` of this take (the ledger's).

    `key`: the recorder's public key; None leaves a head that was forged with another key unfound.
    """
    try:
        manifest = read_manifest(folder)
    except OSError as error:
        manifest = m.Manifest((), (), 0, error.strerror or "cannot be read")
    findings = [m.Finding("manifest", folder.manifest.name, manifest.why)] if manifest.why else []
    head, wrong = _head(folder)
    findings += wrong
    if head is not None:
        findings += m.head_findings(manifest, head, folder.head.name, check, key)
        findings += _identity(folder, head)
    for number, other in enumerate(heads, 1):
        if other.take == folder.path.name:
            findings += m.head_findings(manifest, other, f"head {number} of the ledger", check, key)
    findings += _with_open_ones_told_apart(folder, m.file_findings(manifest, dict(_files(folder))))
    aside = sorted(folder.path.glob(f"*.{DAMAGED}-*"))
    findings += [m.Finding("manifest", path.name, "was found damaged and set aside") for path in aside]
    signed = min(head.lines, len(manifest.lines)) if head is not None else 0
    seconds = m.seconds_of(manifest.now)
    return TakeReport(folder.path.name, len(manifest.segments), seconds, _once(findings), signed, len(manifest.lines))


def _once(findings: list[m.Finding]) -> tuple[m.Finding, ...]:
    return tuple(dict.fromkeys(findings))


def _head(folder: TakeFolder) -> tuple[Head | None, list[m.Finding]]:
    name = folder.head.name
    try:
        return msgspec.json.decode(folder.head.read_bytes(), type=Head), []
    except FileNotFoundError:
        return None, [m.Finding("head", name, "there is no signed end")]
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        return None, [m.Finding("head", name, f"cannot be read: {error}")]


def _identity(folder: TakeFolder, head: Head) -> list[m.Finding]:
    """A head that is true, but of another take or meeting, is none."""
    if head.take != folder.path.name:
        return [m.Finding("head", folder.head.name, f"is of take {head.take}")]
    try:
        note = msgspec.json.decode(folder.note.read_bytes(), type=TakeNote)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        return [m.Finding("manifest", folder.note.name, f"cannot be read: {error}")]
    if (note.take, note.ledger) != (head.take, head.ledger):
        return [m.Finding("manifest", folder.note.name, "is of another take or meeting than the signed end")]
    return []


def _with_open_ones_told_apart(folder: TakeFolder, findings: list[m.Finding]) -> list[m.Finding]:
    """A file that has no line yet because it is being written is no stranger."""
    being_written = {path.with_suffix(".ts").name for path in folder.path.glob("s*.open")}
    what = "is still open: it is being recorded, or a crash left it and no recovery has followed"
    return [
        m.Finding("segment-open", f.name, what) if f.kind == "segment-not-listed" and f.name in being_written else f
        for f in findings
    ]


def _files(folder: TakeFolder) -> Iterator[tuple[str, m.FileFacts]]:
    for path in sorted(folder.path.glob("s*.ts")):
        try:
            yield path.name, file_facts(path)
        except OSError:
            continue  # unreadable: file_findings names it as missing
