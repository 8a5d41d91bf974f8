"""The papers' folder, from the server's side: files come in, jobs are given, what was made of them is read.

`services/paper_spool.py` has the page on what lies where. A file is on file only when it is whole and on disk.
"""

import hashlib
import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import msgspec

from appliance.adapters.durable import sync_folder
from appliance.adapters.paper_sniff import sniff
from appliance.core.refusals import Code, Fault, Refusal
from appliance.services.paper_shelf import Incoming
from appliance.services.paper_spool import (
    ALIVE,
    INCOMING,
    JOB,
    MADE,
    PDF,
    PDF_MEDIA,
    PROGRESS,
    PUBLIC,
    SOURCE,
    SPOOL,
    TEXT,
    VOTING,
    WIDTHS,
    Alive,
    Job,
    Made,
    Progress,
    page_name,
)

KEEP_FREE: Final = 512 << 20
"""The ledger must never find the disk full because of a paper."""
COMPARING: Final = "appliance.papers.comparing"
COMPARE_SECONDS: Final = 60.0
STALE_SECONDS: Final = 6 * 3600


class IncomingFile:
    """One file that is coming; hashed as it is written. Not safe for several threads at once."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / secrets.token_hex(16)
        self._file = self.path.open("xb")
        self._hash = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> None:
        """More of it. Raises OSError."""
        self._file.write(data)
        self._hash.update(data)
        self.size += len(data)

    @property
    def sha256(self) -> str:
        """Of what has come."""
        return self._hash.hexdigest()

    def whole(self) -> None:
        """It has all come: on disk. Raises OSError."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def drop(self) -> None:
        """It is not wanted (any more)."""
        self._file.close()
        self.path.unlink(missing_ok=True)


class PaperFolder:
    """A PaperFiles on the folder `root`, made when it is not there. Raises Fault."""

    def __init__(self, root: Path) -> None:
        self.root = root
        with _faults():
            for place in (root, root / SPOOL, root / INCOMING):
                place.mkdir(parents=True, exist_ok=True)
                _open_to_group(place)
            for left in (root / INCOMING).iterdir():
                left.unlink()

    def incoming(self) -> Incoming:
        """Begin to take a file."""
        with _faults():
            return IncomingFile(self.root / INCOMING)

    def has_room(self, size: int) -> bool:
        """Whether so many bytes, and all that will be made of them, can be kept."""
        with _faults():
            return shutil.disk_usage(self.root).free > KEEP_FREE + 3 * size

    def sniff(self, incoming: Incoming) -> str | Refusal:
        """What it is, or why it may not be kept."""
        with _faults():
            incoming.whole()
            return sniff(incoming.path)

    def keep(self, incoming: Incoming, media: str) -> None:
        """Put it in its place, durably, and ask that it be prepared, unless that was done before."""
        with _faults():
            folder = self.root / incoming.sha256
            folder.mkdir(exist_ok=True)
            _open_to_group(folder)
            # The papers process may write it: a secret paper is overwritten before it goes.
            incoming.path.chmod(0o660)
            incoming.path.replace(folder / SOURCE)
            made = self.made(incoming.sha256)
            if made is not None and made.problem:
                (folder / MADE).unlink()  # whoever uploads it again wants it tried again
            sync_folder(folder)
            sync_folder(self.root)
        self.ask(incoming.sha256, media)

    def ask(self, sha256: str, media: str) -> None:
        """Ask that a file be prepared; what was asked already stays as it is."""
        job = self.root / SPOOL / f"{sha256}{JOB}"
        if self.made(sha256) is None and not job.exists():
            with _faults():
                _write(job, Job(sha256, media))

    def voting(self, on: bool) -> None:
        """Mark that a vote is open: the papers process rests for so long. Nothing is lost when the power takes it."""
        mark = self.root / SPOOL / VOTING
        with _faults():
            if on:
                mark.touch()
            else:
                mark.unlink(missing_ok=True)

    def made(self, sha256: str) -> Made | None:
        """How preparing it ended, or None."""
        found: Made | None = _read(self.root / sha256 / MADE, Made)
        return found

    def progress(self, sha256: str) -> Progress | None:
        """How far it is, or None while it waits."""
        found: Progress | None = _read(self.root / SPOOL / f"{sha256}{PROGRESS}", Progress)
        return found

    def alive(self) -> Alive | None:
        """What the papers process last said."""
        found: Alive | None = _read(self.root / SPOOL / ALIVE, Alive)
        return found

    def text(self, sha256: str) -> tuple[str, ...] | None:
        """The text that was found, page by page."""
        found: tuple[str, ...] | None = _read(self.root / sha256 / TEXT, tuple[str, ...])
        return found

    def page(self, sha256: str, page: int, width: int) -> bytes | None:
        """A page's picture at the next width up there is, or None: papers of earlier versions have fewer widths."""
        fitting = [w for w in WIDTHS if w >= width] or [WIDTHS[-1]]
        found = (_bytes(self.root / sha256 / page_name(page, fit)) for fit in fitting)
        return next((picture for picture in found if picture is not None), None)

    def file(self, sha256: str, media: str, *, as_pdf: bool) -> Path | None:
        """Where the file lies, or None."""
        name = PDF if as_pdf and media != PDF_MEDIA else SOURCE
        path = self.root / sha256 / name
        return path if path.is_file() else None

    def compare(self, old: str, new: str) -> bytes | None:
        """Two versions' texts line by line, as JSON: worked out in a process of its own, and kept."""
        kept = self.root / new / f"compared-{old}.json"
        found = _bytes(kept)
        if found is not None:
            return found
        with _faults(), suppress(subprocess.TimeoutExpired):
            done = subprocess.run(
                [sys.executable, "-m", COMPARING, str(self.root / old / TEXT), str(self.root / new / TEXT), old, new],
                stdin=subprocess.DEVNULL, capture_output=True, timeout=COMPARE_SECONDS, check=False,
            )  # fmt: skip
            if done.returncode == 0:
                _put(kept, done.stdout)
                return done.stdout
        return None

    def publish(self, papers: bytes) -> None:
        """Say what the public site may show."""
        path = self.root / PUBLIC
        if _bytes(path) != papers:
            with _faults():
                _put(path, papers)

    def tidy(self, wanted: Collection[str]) -> tuple[str, ...]:
        """Take away the folders of files that nothing on file names, once they are hours old; which ones."""
        now, gone = time.time(), []
        with _faults():
            for folder in self.root.iterdir():
                if (
                    len(folder.name) == 64
                    and folder.name not in wanted
                    and now - folder.stat().st_mtime > STALE_SECONDS
                ):
                    shutil.rmtree(folder, ignore_errors=True)
                    (self.root / SPOOL / f"{folder.name}{JOB}").unlink(missing_ok=True)
                    gone.append(folder.name)
        return tuple(gone)


def _open_to_group(folder: Path) -> None:
    """The papers process may be another user, of the folder's group. In a folder that it made, it has seen to it.

    Not 2770: under RestrictSUIDSGID= nobody may set that bit, and a new folder has its group already."""
    with suppress(PermissionError):
        if folder.stat().st_mode & 0o070 != 0o070:
            folder.chmod(0o770)


def _read(path: Path, kind: Any) -> Any:
    data = _bytes(path)
    if data is None:
        return None
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes() or None
    except OSError:
        return None


def _write(path: Path, what: msgspec.Struct) -> None:
    _put(path, msgspec.json.encode(what))


def _put(path: Path, data: bytes) -> None:
    beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with beside.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.chmod(0o640)
    beside.replace(path)
    sync_folder(path.parent)


@contextmanager
def _faults() -> Iterator[None]:
    """What the disk cannot do is a Fault."""
    try:
        yield
    except OSError as error:
        raise Fault(Code.STORAGE_FAULT, error.strerror or "") from error
