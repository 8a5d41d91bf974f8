"""Copies of the databases from before an update, for the day on which the way back fails."""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final
from urllib.parse import quote

from appliance.box.databases import NAMES, copy
from appliance.box.durable import remove, sync_folder
from appliance.box.releases import Schema
from appliance.box.telling import Refused, Unable, say

_BESIDE: Final = ("-wal", "-shm")
SPARE: Final = 64 << 20
"""Bytes that must stay free beside the copies, for the migration itself."""


class Copies:
    """In a folder of root's own; those of the last update alone."""

    def __init__(self, folder: Path, data: Path) -> None:
        self._folder, self._data = folder, data

    def must_fit(self) -> None:
        """Raises Refused: asked before anything is stopped. The migration may need as much room once more."""
        files = [self._data / f"{name}{end}" for name in NAMES for end in ("", "-wal")]
        needed = 2 * sum(file.stat().st_size for file in files if file.exists()) + SPARE
        place = next(folder for folder in (self._folder, *self._folder.parents) if folder.exists())
        if (free := min(shutil.disk_usage(place).free, shutil.disk_usage(_there(self._data)).free)) < needed:
            raise Refused(f"there is no room for copies: {needed >> 20} MB are needed, {free >> 20} MB are free")

    def make(self) -> None:
        """Of all that are there, whole, on the disk when this returns. Nobody writes them now. Raises Unable."""
        remove(self._folder)
        self._folder.mkdir(mode=0o700, parents=True)
        for name in NAMES:
            if (self._data / name).exists():
                copy(self._data / name, self._folder / name)
                # Registry and texts are their owner's alone, the ledger is read by others: each copy remembers.
                (self._folder / name).chmod((self._data / name).stat().st_mode & 0o7777)
                _sync(self._folder / name)
        sync_folder(self._folder)
        sync_folder(self._folder.parent)

    def put_back(self, schema: Schema) -> None:
        """Each database whose form is not the one of `schema` is replaced by its copy; the replaced one is kept.

        What has the right form already holds all that was written, so it stays. May be given again after a power cut.
        """
        aside = self._folder / "replaced"
        aside.mkdir(mode=0o700, exist_ok=True)
        for name in NAMES:
            if (self._folder / name).exists() and not _has_form(self._data / name, schema):
                say(f"{name} is put back from its copy; the other one is kept in {aside}", error=True)
                self._replace(name, aside)

    def _replace(self, name: str, aside: Path) -> None:
        file = self._data / name
        owner = self._data.stat()
        fresh = file.with_name(f".{name}.back")
        shutil.copyfile(self._folder / name, fresh)
        fresh.chmod((self._folder / name).stat().st_mode & 0o7777)
        if os.geteuid() == 0:
            os.chown(fresh, owner.st_uid, owner.st_gid)
        _sync(fresh)
        for end in ("", *_BESIDE):
            if (other := file.with_name(name + end)).exists():
                shutil.copyfile(other, aside / other.name)
        # A log of the other file must never be read into this one, so it goes first.
        for end in _BESIDE:
            file.with_name(name + end).unlink(missing_ok=True)
        sync_folder(self._data)
        fresh.rename(file)
        sync_folder(self._data)


def _has_form(file: Path, schema: Schema) -> bool:
    """Read without a log's index of one's own making; a file that cannot be read has no form."""
    try:
        with closing(sqlite3.connect(f"file:{quote(str(file))}?mode=ro", uri=True)) as connection:
            if file.name == "registry.db":
                (found,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
                return bool(found == schema.registry)
            (number,) = connection.execute("PRAGMA user_version").fetchone()
            return bool(number == (schema.ledger if file.name == "ledger.db" else schema.papers))
    except (sqlite3.Error, TypeError):
        return False


def _there(folder: Path) -> Path:
    return next(place for place in (folder, *folder.parents) if place.exists())


def _sync(file: Path) -> None:
    try:
        with file.open("rb") as opened:
            os.fsync(opened.fileno())
    except OSError as error:
        raise Unable(f"{file}: {error}") from error
