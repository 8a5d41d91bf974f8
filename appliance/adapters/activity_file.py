"""The activity file: what is going on, for backups and updates. It outlives the appliance and a power cut."""

import os
from dataclasses import dataclass
from pathlib import Path

from appliance.adapters.durable import sync_folder
from appliance.core.refusals import Code, Fault


@dataclass(frozen=True, slots=True)
class ActivityFile:
    """One small file, read by the backup's user through the data folder's group. Its folder must be there."""

    path: Path

    def write(self, body: bytes) -> None:
        """Put `body` in the old content's place, durably. Raises Fault; then the old content stands."""
        fresh = self.path.with_name(f".{self.path.name}.new")
        try:
            with fresh.open("wb") as file:
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self.path)
            sync_folder(self.path.parent)
        except OSError as error:
            raise Fault(Code.STORAGE_FAULT, f"the activity file: {error}") from error
