"""What is on the disk, also after a power cut: files, names and links that are changed in one step.

The appliance has its own such page; this one must not depend on a release.
"""

import os
import shutil
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Return when the names in the folder are on disk. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write(path: Path, content: bytes, mode: int = 0o600) -> None:
    """The whole content or the old one. Raises OSError."""
    fresh = path.with_name(f".{path.name}.new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, mode), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(path)
    sync_folder(path.parent)


def point(link: Path, target: Path | None) -> None:
    """Have a symbolic link point at a neighbour's folder, or take it away: in one step. Raises OSError."""
    if target is None:
        link.unlink(missing_ok=True)
    else:
        fresh = link.with_name(f".{link.name}.new")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(os.path.relpath(target, link.parent))
        fresh.rename(link)
    sync_folder(link.parent)


def remove(folder: Path) -> None:
    """A whole folder; its mark first, so that what is half removed is never taken for whole. Raises OSError."""
    if folder.exists():
        (folder / ".complete").unlink(missing_ok=True)
        sync_folder(folder)
        shutil.rmtree(folder)
        sync_folder(folder.parent)
