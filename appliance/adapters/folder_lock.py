"""One appliance a data folder: a second one is kept out before it has touched anything.

Two would not lose a ballot (an append names the head it expects), but the second would take the panels'
socket away and each would show only what it wrote itself. The kernel lets go of the lock when its holder
dies, however it dies, so a restart after a power cut or `kill -9` never finds it held.
"""

import fcntl
from pathlib import Path

from appliance.core.refusals import Code, Fault


class FolderLock:
    """Held from here until `release`, or the process's end. Raises Fault when another process holds it."""

    def __init__(self, folder: Path) -> None:
        try:
            self._file = (folder / "appliance.lock").open("ab")
        except OSError as error:
            raise Fault(Code.STORAGE_FAULT, f"the data folder cannot be used: {error}") from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._file.close()
            raise Fault(Code.STORAGE_FAULT, f"another appliance is running on {folder}") from error

    def release(self) -> None:
        """Let another one in."""
        self._file.close()
