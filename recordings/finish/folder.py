"""The meeting's folder under `<public>/video/`: each file is put in its place whole, by one rename, or not at all."""

import logging
import os
import secrets
import shutil
from contextlib import suppress
from pathlib import Path

from recordings.adapters.durable import replace_file, sync_folder

log = logging.getLogger(__name__)
READABLE = 0o644
ENTERED = 0o755
"""The web server is another user."""


class PublicFolder:
    """What is put here is seen by the public at once; half a file never is."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._kept: set[Path] = set()

    def write(self, name: str, content: bytes) -> None:
        """A small file; one that has this content already is left alone, so that caches keep it."""
        path = self.keep(name)
        with suppress(OSError):
            if path.read_bytes() == content:
                return
        self._enter(path.parent)
        replace_file(path, content, READABLE)
        path.chmod(READABLE)

    def link(self, name: str, source: Path) -> None:
        """The very file, under a second name; on another file system a copy."""
        path = self.keep(name)
        facts = source.stat()
        with suppress(OSError):
            there = path.stat()
            if (there.st_dev, there.st_ino) == (facts.st_dev, facts.st_ino):
                return
            if there.st_dev != facts.st_dev and (there.st_size, there.st_mtime_ns) == (
                facts.st_size,
                facts.st_mtime_ns,
            ):
                return
        self._enter(path.parent)
        draft = _draft(path)
        source.chmod(READABLE)
        try:
            draft.hardlink_to(source)
        except OSError:
            shutil.copy2(source, draft)
            _sync(draft)
        draft.replace(path)

    def move(self, name: str, made: Path) -> int:
        """A big file that was made elsewhere; gives its size."""
        path = self.keep(name)
        self._enter(path.parent)
        made.chmod(READABLE)
        _sync(made)
        size = made.stat().st_size
        try:
            made.replace(path)
        except OSError:
            draft = _draft(path)
            shutil.copyfile(made, draft)
            draft.chmod(READABLE)
            _sync(draft)
            draft.replace(path)
            made.unlink()
        return size

    def _enter(self, folder: Path) -> None:
        """Make it if need be, whatever the service's umask says: the web server is to read it."""
        if not folder.is_dir():
            folder.mkdir(parents=True)
            folder.chmod(ENTERED)
            self.path.chmod(ENTERED)

    def keep(self, name: str) -> Path:
        """It belongs here: the sweep leaves it alone."""
        path = self.path / name
        self._kept.add(path)
        return path

    def size(self, name: str) -> int | None:
        """Of a file that is there; it is kept."""
        try:
            return self.keep(name).stat().st_size
        except OSError:
            return None

    def settle(self) -> None:
        """All names that were given so far are on disk."""
        for folder in {path.parent for path in self._kept if path.parent.is_dir()}:
            sync_folder(folder)

    def sweep(self) -> None:
        """Take away what was published earlier and no longer is, and what a killed run left half done."""
        for path in sorted(self.path.rglob("*"), reverse=True):
            if path.is_dir() and not path.is_symlink():
                with suppress(OSError):
                    path.rmdir()
            elif path not in self._kept:
                log.info("no longer published: %s", path.relative_to(self.path))
                path.unlink(missing_ok=True)


def _draft(path: Path) -> Path:
    return path.with_name(f".{path.name}.{secrets.token_hex(8)}")


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
