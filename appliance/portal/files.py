"""Writing what others read: each file is whole or not there, and one that has not changed is not touched."""

import os
import shutil
from collections.abc import Collection
from pathlib import Path


class Files:
    """The public folder. Everything in it may be read by everybody."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, name: str, content: bytes) -> bool:
        """Put `content` at `name`; tells whether it was another. Raises OSError."""
        path = self.folder / name
        if _same(path, content):
            return False
        self._make(path.parent)
        beside = path.with_name(f".{path.name}.new")
        beside.write_bytes(content)
        beside.chmod(0o644)
        beside.rename(path)
        return True

    def copy(self, source: Path, name: str) -> bool:
        """Put a copy of `source` at `name`, unless one of its size is there: only for names made from the content."""
        path = self.folder / name
        if path.exists() and path.stat().st_size == source.stat().st_size:
            return False
        self._make(path.parent)
        beside = path.with_name(f".{path.name}.new")
        shutil.copyfile(source, beside)
        beside.chmod(0o644)
        beside.rename(path)
        return True

    def mark(self, name: str, there: bool) -> None:
        """A file whose being there says something; on disk when this returns."""
        path = self.folder / name
        if path.exists() == there:
            return
        self._make(path.parent)
        path.touch(0o644) if there else path.unlink(missing_ok=True)
        handle = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def drop(self, folder: str, stay: Collection[str], between: tuple[float, float] | None = None) -> None:
        """Take away a folder's files, but for some; `between`: only those written between these two moments."""
        try:
            with os.scandir(self.folder / folder) as entries:
                for entry in entries:
                    if entry.name in stay or not entry.is_file(follow_symlinks=False):
                        continue
                    if between is None or between[0] <= entry.stat().st_mtime <= between[1]:
                        Path(entry.path).unlink(missing_ok=True)
        except FileNotFoundError:
            return  # the recorder takes them away at this moment, or there is none

    def _make(self, folder: Path) -> None:
        if folder.is_dir():
            return
        if folder != self.folder:
            self._make(folder.parent)
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)


def _same(path: Path, content: bytes) -> bool:
    try:
        return path.stat().st_size == len(content) and path.read_bytes() == content
    except FileNotFoundError:
        return False
