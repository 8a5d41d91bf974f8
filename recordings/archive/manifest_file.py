"""A take's manifest on disk: lines are added and its end is signed; nothing in it is ever changed."""

import logging
import os
from pathlib import Path
from typing import Final, Protocol, TypeVar

import msgspec

from recordings import manifest as m
from recordings.adapters.durable import replace_file
from recordings.adapters.keys import check
from recordings.adapters.take_check import DAMAGED, read_manifest
from recordings.layout import TakeFolder
from recordings.segments import Head

_log: Final = logging.getLogger(__name__)
L = TypeVar("L", bound=m.AnyLine)


class Signer(Protocol):
    """The recorder's key."""

    def public_key(self) -> str:
        """64 hex digits."""

    def sign(self, message: bytes) -> str:
        """128 hex digits."""


class ManifestFile:
    """Opened by the one archive that holds the take. A torn end is taken off; what is worse is set aside."""

    def __init__(self, folder: TakeFolder, ledger: str, signer: Signer, *, sync: bool = True) -> None:
        self._folder, self._ledger, self._signer, self._sync = folder, ledger, signer, sync
        try:
            self.manifest = read_manifest(folder)
        except OSError as error:
            # Nothing that can be read: the recovery will add all segments anew.
            aside = _free_name(folder.manifest)
            folder.manifest.replace(aside)
            _log.error("%s: %s; set aside as %s", folder.manifest, error.strerror, aside.name)
            self.manifest = read_manifest(folder)
        if self.manifest.why:
            self._repair()
        self._set_aside_a_contradicting_head()
        self._descriptor = os.open(folder.manifest, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o640)

    def append(self, *lines: L) -> tuple[L, ...]:
        """Add the lines, each chained to the one before, and return them when they are on disk. Raises OSError."""
        now, whole = self.manifest, b""
        added: list[L] = []
        for line in lines:
            chained = msgspec.structs.replace(line, prev=now.hash)
            added.append(chained)
            written = m.encoded(chained)
            whole += written + b"\n"
            size = now.whole + len(written) + 1
            now = m.Manifest((*now.lines, chained), (*now.hashes, m.hash_of(written)), size)
        try:
            written_bytes = os.write(self._descriptor, whole)
            if written_bytes < len(whole):
                os.write(self._descriptor, whole[written_bytes:])
            if self._sync:
                os.fsync(self._descriptor)
        except OSError:
            os.ftruncate(self._descriptor, self.manifest.whole)
            raise
        self.manifest = now
        return tuple(added)

    def sign(self) -> Head:
        """Sign the end, and return the head when it is on disk. Raises OSError."""
        head = m.unsigned_head(self._folder.path.name, self._ledger, self.manifest, self._signer.public_key())
        head = msgspec.structs.replace(head, signature=self._signer.sign(m.head_message(head)))
        replace_file(self._folder.head, msgspec.json.encode(head))
        return head

    def close(self) -> None:
        """No more lines."""
        os.close(self._descriptor)

    def _repair(self) -> None:
        """Go on after the last whole line. One torn line is what a crash leaves; more than that is kept to be looked
        at, and `verify` names it."""
        path = self._folder.manifest
        content = path.read_bytes()
        if content[self.manifest.whole :].strip(b"\0").count(b"\n"):
            aside = _free_name(path)
            replace_file(aside, content)
            _log.error("%s: %s; a copy is in %s", path, self.manifest.why, aside.name)
        else:
            _log.warning("%s: %s; it is taken off", path, self.manifest.why)
        replace_file(path, content[: self.manifest.whole])
        self.manifest = m.read(content[: self.manifest.whole])

    def _set_aside_a_contradicting_head(self) -> None:
        path = self._folder.head
        try:
            head = msgspec.json.decode(path.read_bytes(), type=Head)
            wrong = m.head_findings(self.manifest, head, path.name, check, self._signer.public_key())
        except FileNotFoundError:
            return
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            wrong = [m.Finding("head", path.name, "malformed")]
        if wrong:
            aside = _free_name(path)
            path.replace(aside)
            _log.error("%s: %s; set aside as %s", path, wrong[0].what, aside.name)


def _free_name(path: Path) -> Path:
    number = 1
    while (aside := path.with_name(f"{path.stem}.{DAMAGED}-{number}{path.suffix}")).exists():
        number += 1
    return aside
