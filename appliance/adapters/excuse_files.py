"""What was handed in with excuses: one folder an excuse, one file named by its SHA-256."""

import hashlib
import os
import re
import shutil
from pathlib import Path
from typing import Final

from appliance.adapters.durable import sync_folder
from appliance.core.refusals import Code, Fault

KEEP_FREE: Final = 512 << 20
"""The ledger must never find the disk full because of somebody's certificate."""
_NAME: Final = re.compile(r"[\w-]{1,64}")


class FolderExcuseFiles:
    """An ExcuseFiles in `folder`, for the appliance's own user alone."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, excuse: str, data: bytes, keep: str | None = None) -> str | None:
        """Beside its place, synced, then moved there; then what is no longer named goes."""
        sha256 = hashlib.sha256(data).hexdigest()
        place = self._place(excuse, sha256)
        try:
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
            if shutil.disk_usage(place.parent).free < KEEP_FREE + len(data):
                return None
            beside = place.with_suffix(".new")
            with beside.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(place)
            sync_folder(place.parent)
            for other in place.parent.iterdir():
                if other.name not in {sha256, keep}:
                    other.unlink(missing_ok=True)
        except OSError as error:
            raise Fault(Code.STORAGE_FAULT, str(error)) from error
        return sha256

    def get(self, excuse: str, sha256: str) -> bytes | None:
        """None when there is no such file with this excuse."""
        try:
            return self._place(excuse, sha256).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Fault(Code.STORAGE_FAULT, str(error)) from error

    def _place(self, excuse: str, sha256: str) -> Path:
        if _NAME.fullmatch(excuse) is None or _NAME.fullmatch(sha256) is None:
            raise Fault(Code.INTERNAL_ERROR, "a name that is no name")
        return self._folder / excuse / sha256


class MemoryExcuseFiles:
    """An ExcuseFiles without a disk, for tests."""

    def __init__(self) -> None:
        self._files: dict[tuple[str, str], bytes] = {}

    def put(self, excuse: str, data: bytes, keep: str | None = None) -> str | None:
        """Known by its digest."""
        sha256 = hashlib.sha256(data).hexdigest()
        kept = {key: file for key, file in self._files.items() if key[0] != excuse or key[1] == keep}
        self._files = {**kept, (excuse, sha256): data}
        return sha256

    def get(self, excuse: str, sha256: str) -> bytes | None:
        """With its own excuse alone."""
        return self._files.get((excuse, sha256))
