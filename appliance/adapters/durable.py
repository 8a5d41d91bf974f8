"""What is on the disk, also after a power cut."""

import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Return when the names in the folder are on disk. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
