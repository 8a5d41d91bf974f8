"""`make power-cut`: cut the power under an update at random moments; the disk may have lost whatever was not flushed.

Releases, links, journal, copies and databases lie on a disk that logs every write (`write_logged_disk`). The update is
the real one, and so are the migrations; only the services are doubles. After each cut the box settles, as at its next
start: the release in use and the databases must fit, nothing on file may be gone, and an update that had been said to
be done must stay done. Beside it runs the negative control, an update that flushes nothing: it must be caught.
"""

import argparse
import io
import os
import random
import sqlite3
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from unittest.mock import patch

from appliance.box.places import Places
from appliance.box.releases import Releases
from appliance.box.service_manager import APPLIANCE, TARGET
from appliance.box.telling import Refused, Unable
from appliance.box.updating import Updates
from tests.beds.small_release import lay
from tests.gates.write_logged_disk import WriteLoggedDisk, mounted, what_is_missing

TREE: Final = Path(__file__).parents[2]
FORMS: Final = {"1.0.0": "0003", "1.1.0": "0004"}
"""Each release's form of the registry. This tree's program knows both, so it is the program of both."""
ORDER: Final = ("1.1.0", "1.0.0", "1.1.0")
PROGRAM: Final = f'#!/bin/sh\nshift 3\ncd {TREE}\nexec {sys.executable} -m appliance "$@"\n'
COUNCIL: Final = "Hội đồng nhân dân xã Yên Hòa"


@dataclass
class Services:
    """An appliance that runs when it is told to."""

    up: set[str] = field(default_factory=lambda: {APPLIANCE})

    def running(self) -> list[str]:
        """What was started."""
        return sorted(self.up)

    def stop(self, units: Sequence[str]) -> None:
        """At once."""
        self.up -= set(units)

    def start(self, units: Sequence[str]) -> None:
        """At once."""
        self.up |= set(units) - {TARGET}


@dataclass(frozen=True)
class Change:
    """One update: the log entries between which it was going on, and what was in use before and after."""

    begins: int
    ends: int
    before: str
    after: str


def main() -> int:
    """0: every cut has left a box that works, and the control was caught."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cuts", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    if missing := what_is_missing():
        print(f"cannot: {missing}", file=sys.stderr)
        return 69
    bad = _cuts(given.cuts, given.seed, control=False)
    caught = _cuts(given.cuts, given.seed, control=True)
    print(f"{given.cuts} cuts: {bad or 'none'} left a box that does not work; without flushes: {caught or 'none seen'}")
    return 0 if not bad and caught else 1


def _cuts(cuts: int, seed: int, *, control: bool) -> int:
    """How many cuts left a box that does not work."""
    chance = random.Random(seed)
    name = "without flushes" if control else "as it is"
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        disk = WriteLoggedDisk(Path(folder), megabytes=120)
        changes = _record(disk, control=control)
        writes = disk.writes()
        for number in range(1, cuts + 1):
            change = changes[number % len(changes)]
            # Every other cut comes just when the update has been said to be done.
            cut = change.ends if number % 2 else chance.randint(change.begins, change.ends)
            image = Path(folder) / "cut.img"
            disk.after_cut(writes, cut, chance, image)
            wrong = _wrong(image, Path(folder) / "after", change, done=cut >= change.ends)
            bad += bool(wrong)
            print(f"{name}: {number:3}  {change.before} → {change.after}  {wrong or 'works'}", flush=True)
            if control and bad:
                break
    return bad


def _record(disk: WriteLoggedDisk, *, control: bool) -> list[Change]:
    """Three updates on a disk that logs them."""
    changes = []
    with disk.recording() as root:
        updates = Updates(Places(root), Services(), lambda address, seconds: True)
        _prepare(updates)
        for version in ORDER:
            before, begins = updates.releases.current or "", disk.position()
            with _flushing(on=not control), updates.alone(), redirect_stdout(io.StringIO()):
                updates.activate(version, anyway=True)
            changes.append(Change(begins, disk.position(), before, version))
    return changes


def _prepare(updates: Updates) -> None:
    """Both releases installed, the first in use, a council on file: all of it on the disk."""
    places = updates.places
    places.data.mkdir(parents=True)
    for version, form in FORMS.items():
        lay(places, version, form)
        (places.releases / version / "venv/bin/python").write_text(PROGRAM)
    with updates.alone(), redirect_stdout(io.StringIO()):
        updates.activate("1.0.0", anyway=True)
    with closing(sqlite3.connect(places.data / "registry.db")) as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(councils)")]
        values = [COUNCIL if name == "name" else name for name in columns]
        connection.execute(f"INSERT INTO councils VALUES ({','.join('?' * len(columns))})", values)
        connection.commit()
    os.sync()


def _wrong(image: Path, where: Path, change: Change, *, done: bool) -> str:
    """What does not work after this cut, once the box has settled; empty: all does."""
    try:
        with mounted(image, where):
            updates = Updates(Places(where), Services(set()), lambda address, seconds: True)
            with updates.alone(), redirect_stdout(io.StringIO()):
                updates.settle(booting=True)
            return _unfit(updates.places, change, done=done)
    except (RuntimeError, OSError, sqlite3.Error, Refused, Unable) as error:
        return f"{type(error).__name__}: {error}"


def _unfit(places: Places, change: Change, *, done: bool) -> str:
    current = Releases(places).current
    allowed = {change.after} if done else {change.before, change.after}
    if current not in allowed:
        return f"{current} is in use"
    Releases(places).get(current)
    if (places.updates / "journal").exists():
        return "the journal is still there"
    with closing(sqlite3.connect(places.data / "registry.db")) as connection:
        (verdict,) = connection.execute("PRAGMA integrity_check").fetchone()
        (form,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        names = connection.execute("SELECT name FROM councils").fetchall()
    if verdict != "ok" or names != [(COUNCIL,)]:
        return f"the registry: {verdict}, {len(names)} councils"
    return "" if form == FORMS[current] else f"{current} is in use, and the registry has form {form}"


@contextmanager
def _flushing(*, on: bool) -> Iterator[None]:
    """Off: the update's own files reach the disk when the kernel pleases."""
    if on:
        yield
        return
    with patch("os.fsync"):
        yield


if __name__ == "__main__":
    sys.exit(main())
