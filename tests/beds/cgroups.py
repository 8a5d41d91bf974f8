"""Control groups of its own for a machine under test, in every hierarchy that this machine has.

In the groups of whoever started it, a container may not write, and every MemoryMax of its units would be a wish.
"""

import os
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

ROOT: Final = Path("/sys/fs/cgroup")
_PATIENCE_SECONDS: Final = 10.0


def make(name: str) -> list[Path]:
    """The groups, empty, one a hierarchy; give them to `join`."""
    groups = of(name)
    for group in groups:
        group.mkdir(exist_ok=True)
        if (cpus := group / "cpuset.cpus").exists():  # v1 hands none down
            cpus.write_text((group.parent / "cpuset.cpus").read_text())
            (group / "cpuset.mems").write_text((group.parent / "cpuset.mems").read_text())
    return groups


def of(name: str) -> list[Path]:
    """Where the groups of a machine are, whether or not they have been made."""
    return [hierarchy / f"nsp-{name}" for hierarchy in _hierarchies()]


def join(groups: list[Path]) -> None:
    """Put this process into them, and with it what it starts."""
    for group in groups:
        (group / "cgroup.procs").write_text(str(os.getpid()))


def remove(groups: list[Path]) -> None:
    """Take them away with all groups below; whatever is still in them is given a moment to end."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    for group in groups:
        while group.exists() and time.monotonic() < deadline:
            for folder, _, _ in os.walk(group, topdown=False):
                with suppress(OSError):
                    Path(folder).rmdir()
            if group.exists():
                time.sleep(0.05)


def _hierarchies() -> list[Path]:
    if (ROOT / "cgroup.controllers").exists():  # v2 alone
        return [ROOT]
    return [folder for folder in ROOT.iterdir() if folder.is_dir() and not folder.is_symlink()]
