"""The program of an installed release, asked as the user who owns the data."""

import http.client
import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from appliance.box.places import Places
from appliance.box.releases import Release, Schema
from appliance.box.telling import Unable

PATIENCE: Final = 900.0
"""Seconds for a migration, on a slow card with a long term's papers."""
PAUSE: Final = 0.5
STEADY: Final = 3
"""So many good answers, one after the other, half a second apart: one that dies again at once is not good."""


@dataclass(frozen=True)
class Program:
    """`python -m appliance` of one release."""

    places: Places
    release: Release

    def migrate(self, to: Schema) -> None:
        """Bring the databases to this form. Raises Unable."""
        done = self._run("migrate", "--to", to.text)
        if done.returncode != 0:
            raise Unable(f"{self.release.version} cannot migrate to {to.text}: {done.stderr.strip()[-500:]}")

    def open_matters(self) -> str:
        """What the ledger says is open; empty: nothing. Raises Unable."""
        done = self._run("idle")
        if done.returncode not in {0, 1}:
            raise Unable(f"the ledger cannot be asked what is open: {done.stderr.strip()[-500:]}")
        return "" if done.returncode == 0 else done.stdout.strip()

    def _run(self, *words: str) -> subprocess.CompletedProcess[str]:
        settings = ["--config", str(self.places.settings)] if self.places.settings.exists() else []
        command = [
            str(self.release.python),
            "-I",
            "-m",
            "appliance",
            *words,
            *settings,
            "--data",
            str(self.places.data),
        ]
        try:
            user, group = _owner(self.places.data)
            return subprocess.run(
                command, cwd="/", env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"}, capture_output=True, text=True,
                timeout=PATIENCE, check=False, start_new_session=True,
                user=user, group=group, extra_groups=None if user is None else [],
            )  # fmt: skip
        except (OSError, subprocess.SubprocessError) as error:
            raise Unable(f"{self.release.version} does not run: {error}") from error


def answers(address: tuple[str, int], seconds: float) -> bool:
    """Whether the appliance says within this time, and steadily, that it is well."""
    until = time.monotonic() + seconds
    steady = 0
    while steady < STEADY:
        steady = steady + 1 if _well(address) else 0
        if time.monotonic() > until:
            return False
        time.sleep(PAUSE)
    return True


def _well(address: tuple[str, int]) -> bool:
    connection = http.client.HTTPConnection(*address, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _owner(data: Path) -> tuple[int, int] | tuple[None, None]:
    """Files that are made must belong to whoever serves them."""
    if os.geteuid() != 0 or not data.exists():
        return None, None
    owner = data.stat()
    return owner.st_uid, owner.st_gid
