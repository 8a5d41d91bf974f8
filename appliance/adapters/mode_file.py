"""The mode in a file of the data folder, and the rehearsal's own folder beside it."""

import os
import shutil
from pathlib import Path

import msgspec

from appliance.adapters.durable import sync_folder
from appliance.core.refusals import Code, Fault
from appliance.services.rehearsal import Mode


class ModeFile:
    """A ModeStore in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = folder / "mode.json"

    def read(self) -> Mode:
        """No file: the record. One that is damaged is a Fault: nobody may guess which of the two it was."""
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=Mode)
        except FileNotFoundError:
            return Mode()
        except (OSError, msgspec.DecodeError) as error:
            raise Fault(Code.STORAGE_FAULT, f"mode.json: {error}") from error

    def write(self, mode: Mode) -> None:
        """Whole or not at all. The folder of an earlier rehearsal goes before a new one is written down."""
        draft = self._file.with_name(".mode.json.new")
        try:
            if mode.rehearsal:
                self._emptied()
            with draft.open("wb") as file:
                file.write(msgspec.json.encode(mode))
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self._file)
            sync_folder(self._folder)
        except OSError as error:
            raise Fault(Code.STORAGE_FAULT, f"mode.json: {error}") from error

    def _emptied(self) -> None:
        folder = rehearsal_folder(self._folder)
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(mode=0o750)


def rehearsal_folder(data: Path) -> Path:
    """Where a rehearsal keeps its ledger and the key that seals it."""
    return data / "rehearsal"
