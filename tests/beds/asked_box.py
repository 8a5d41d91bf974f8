"""A box that runs and is asked: its ledger, its release, its backups, as a technician at the service port would ask."""

import json
import random
from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from tests.beds.callers import Callers
from tests.beds.set_up_disk import MEMBERS
from tests.beds.uml import Computer

LONG: Final = 600.0
"""Seconds to wait for something on a machine that is many times slower than a Pi may be."""
PYTHON: Final = "/opt/nghi-truong/current/venv/bin/python"
AS_APPLIANCE: Final = "cd /var/lib/nghi-truong && runuser -u nghi-truong --"
SETTINGS: Final = "--config /etc/nghi-truong/appliance.toml"
RESTIC: Final = (
    "restic --no-cache --repo /media/nghi-truong/usb/restic --password-file /etc/nghi-truong/backup.password"
)
_RECEIPTS: Final = """
import json, sqlite3
from collections import defaultdict
from appliance.core.ledger import unseal
found = defaultdict(list)
file = sqlite3.connect("file:ledger.db?mode=ro", uri=True)
for (body,) in file.execute("SELECT body FROM entries ORDER BY position"):
    entry = unseal(body).entry
    if entry.receipt is not None:
        found[entry.receipt.id].append(entry.seq)
print(json.dumps(found))
"""


@dataclass
class Box:
    """The machine, its people, chance, and what was there before."""

    machine: Computer
    people: Callers
    chance: random.Random
    stuck: bool = False
    """It did not come back, or not as it was."""

    def receipts(self) -> dict[str, list[int]]:
        """Command id → the numbers of the entries that it became, as the box's own ledger has them."""
        said = self.machine.run(f"{AS_APPLIANCE} {PYTHON} -", stdin=_RECEIPTS).stdout
        found: dict[str, list[int]] = defaultdict(list)
        found.update(json.loads(said))
        return found

    def verified(self) -> str:
        """What is wrong with the ledger; empty: nothing."""
        done = self.machine.run(f"{AS_APPLIANCE} {PYTHON} -m appliance verify-ledger {SETTINGS}", check=False)
        return "" if done.returncode == 0 else f"the ledger: {done.stdout.strip()[-300:]}{done.stderr.strip()[-300:]}"

    def sit(self) -> None:
        """A sitting is open, in a meeting of its own."""
        self.people.sit(MEMBERS)

    def shown(self, unit: str, name: str) -> str:
        """One property of a unit."""
        return self.machine.run(["systemctl", "show", "--value", "--property", name, unit]).stdout.strip()

    def current(self) -> str:
        """The release in use."""
        return self.machine.run("readlink /opt/nghi-truong/current").stdout.strip().rpartition("/")[2]

    def entries(self) -> int:
        """How many the ledger has."""
        return int(self._asked("ledger.db", "SELECT count(*) FROM entries"))

    def registry_form(self) -> str:
        """The form of the registry, as it is in the file."""
        return self._asked("registry.db", "SELECT version_num FROM alembic_version")

    def snapshots(self) -> set[str]:
        """The names of all backups on the disk."""
        said = self.machine.run(f"{RESTIC} --no-lock snapshots --json", seconds=LONG).stdout
        return {str(each["id"]) for each in json.loads(said) or []}

    def _asked(self, file: str, query: str) -> str:
        opened = f'sqlite3.connect("file:{file}?mode=ro", uri=True)'
        program = f'import sqlite3; print({opened}.execute("{query}").fetchone()[0])'
        return self.machine.run(f"{AS_APPLIANCE} python3 -c '{program}'").stdout.strip()
