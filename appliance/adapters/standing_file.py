"""The standing file: the appliance's word on who may watch, which outlives the appliance.

The recorder reads it when nobody answers it; a file that is not there says *private*. What has been written here
is on the disk, content and name, or the old content is.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from appliance.adapters.durable import sync_folder
from appliance.core.refusals import Code, Fault


@dataclass(frozen=True, slots=True)
class StandingFile:
    """A StandingStore on one file. Its folder is not made: it must be there, and on a disk that keeps what it says."""

    path: Path

    def write(self, body: bytes) -> None:
        """Put `body` in the old content's place, durably. Raises Fault; then the old content stands."""
        fresh = self.path.with_name(f".{self.path.name}.new")
        try:
            file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o640)
            try:
                os.write(file, body)
                os.fsync(file)
            finally:
                os.close(file)
            fresh.rename(self.path)
            sync_folder(self.path.parent)
        except OSError as error:
            raise Fault(Code.STORAGE_FAULT, f"the standing file: {error}") from error

    def remove(self) -> None:
        """Take it away, durably. Raises Fault."""
        try:
            self.path.unlink(missing_ok=True)
            sync_folder(self.path.parent)
        except OSError as error:
            raise Fault(Code.STORAGE_FAULT, f"the standing file: {error}") from error
