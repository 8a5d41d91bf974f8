"""What must be caught, or the cuts prove nothing: a drive without flushes, a ledger that does not wait for its disk."""

import sqlite3
from pathlib import Path
from typing import Final

from appliance.core.refusals import Fault
from tests.beds import set_up_disk
from tests.beds.asked_box import LONG, Box
from tests.faults.books import entries_of
from tests.witness.cut_trials import Ballots, Trial, utc

TRIES: Final = 3
_LOOSE: Final = '''"""Read by Python before the appliance is: its connections commit without waiting for the disk."""
import sqlite3
plain = sqlite3.connect
class Loose(sqlite3.Connection):
    def execute(self, sql, *more):
        return super().execute("PRAGMA synchronous = OFF" if "synchronous" in sql.lower() else sql, *more)
    def cursor(self, factory=None):
        return super().cursor(LooseCursor)
class LooseCursor(sqlite3.Cursor):
    def execute(self, sql, *more):
        return super().execute("PRAGMA synchronous = OFF" if "synchronous" in sql.lower() else sql, *more)
def connect(*args, **more):
    more.setdefault("factory", Loose)
    return plain(*args, **more)
sqlite3.connect = sqlite3.dbapi2.connect = connect
'''


def a_deaf_drive(box: Box, trial: Trial, position: int) -> bool:
    """The same cut on a copy, the flushes unheard; True when ballots that were acknowledged are gone, or more."""
    assert isinstance(trial, Ballots)
    card = box.machine.disks[0]
    copy = set_up_disk.copied(card.image, card.image.with_name("deaf.img"))
    lost = card.cut(position, box.chance, deaf=True, onto=copy)
    found = _missing(copy, trial)
    print(f"    control, a drive that does not flush ({lost}): {found or 'nothing is missing'}", flush=True)
    copy.unlink()
    return bool(found)


def _missing(image: Path, trial: Ballots) -> str:
    """What the ledger on that disk lacks."""
    try:
        with set_up_disk.seen(image, image.with_name("seen")) as root:
            there = entries_of(root / "var/lib/nghi-truong/ledger.db")
    except (RuntimeError, OSError, sqlite3.Error, Fault, ValueError) as error:
        return f"the disk is spoilt: {str(error).splitlines()[0][-150:]}"
    told = [ballot for book in trial.books for ballot in book.told]
    gone = [ballot for ballot in told if ballot not in there]
    return f"{len(gone)} of {len(told)} acknowledged ballots are gone" if gone else ""


def a_ledger_that_does_not_wait(box: Box) -> bool:
    """A cut with `synchronous = OFF` in the appliance; True when it was caught. The box is not used afterwards."""
    box.machine.run("mkdir -p /opt/loose && cat > /opt/loose/sitecustomize.py", stdin=_LOOSE)
    folder = "/etc/systemd/system/nghi-truong-appliance.service.d"
    box.machine.run(
        f"mkdir -p {folder} && cat > {folder}/loose.conf", stdin="[Service]\nEnvironment=PYTHONPATH=/opt/loose\n"
    )
    box.machine.run("systemctl daemon-reload && systemctl restart nghi-truong-appliance && sync")
    box.machine.wait_for(box.people.is_well, LONG, "the appliance to answer again")
    for number in range(TRIES):
        trial = Ballots(box, "control")
        trial.begin()
        positions = box.machine.freeze()
        box.machine.kill()
        box.people.hang_up()
        for disk, at in zip(box.machine.disks, positions, strict=True):
            disk.cut(at, box.chance)
        missing = _missing(box.machine.disks[0].image, trial)
        print(f"    control, a ledger that does not wait: {missing or 'nothing is missing'}", flush=True)
        if missing:
            return True
        if number + 1 < TRIES:
            box.machine.boot()
            box.machine.wait_for(box.people.is_well, LONG, "an answer over TLS")
            trial.after(utc())
    return False
