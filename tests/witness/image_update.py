"""From one release to the next and back on a box that the play has set up: `make box-update`.

    python -m tests.witness.image_update [--release FILE] [--onward FILE]

A bare machine is set up over ssh with the release of dist/ and holds a meeting over TLS. Then the play is given a
second release, built from this tree with one migration more, and `nghi-truong rollback` is said on the box. Asked each
time: which release serves, the form of the databases, whether the ledger is the same to the byte of its head, what
somebody at a tablet finds, and whether tablets kept their network. While a sitting is open the play and the command
are asked too, and have to refuse; so they must what nobody has signed who may. Needs root.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from appliance.adapters.sql.migrate import HEAD
from tests.beds.asked_box import SETTINGS
from tests.beds.hall import BOX_NAME, Hall
from tests.beds.signing import new_key, sign
from tests.beds.two_releases import LATER, LATER_UNIT, NEW, build
from tests.witness.findings import Findings
from tests.witness.image import APPLIANCE, HEALTH, ROOT, expect, first_clerk, meeting, newest, verified

WAIT_SECONDS: Final = 120
STAYS_UP: Final = "systemctl show --property=Id,ExecMainPID nghi-truong-dnsmasq@hall nghi-truong-dnsmasq@public"


def main() -> int:
    """Everything in turn; 1 when something was not as it should be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--release", type=Path, help="without it the newest of dist/")
    parser.add_argument("--onward", type=Path, help="the second one; without it it is built")
    given = parser.parse_args()
    found = Findings("an update by the play, and its rollback")
    with found.step("the whole"), tempfile.TemporaryDirectory() as made:
        onward = given.onward
        if onward is None:
            with found.step(f"build release {NEW}, whose registry has form {LATER}"):
                onward = build(NEW, Path(made))
        with Hall("img-upd", given.release or newest()).box_up() as hall:
            expect(found, "set up", hall.play())
            first_clerk(hall)
            meeting(found, hall)
            change_over(found, hall, onward)
    return found.close()


def change_over(found: Findings, hall: Hall, onward: Path) -> None:
    """Refused in a sitting; there; nothing more; back; there again by the play."""
    box, words = hall.box, ["-e", f"release_file={onward.resolve()}"]
    maker = new_key(hall.folder / "maker")
    signers = json.dumps({"appliance_release_signers": [maker.with_suffix(".pub").read_text().strip()]})
    first = box.run("readlink /opt/nghi-truong/current").stdout.strip().rpartition("/")[2]
    _refused_in_a_sitting(found, hall, onward)
    before, seen, network = verified(hall), _at_a_tablet(hall, "look"), box.run(STAYS_UP).stdout
    print(f"    on file before: {seen}")
    words += ["-e", signers]
    _refused_unless_signed(found, hall, onward, words)
    sign(onward, maker)
    expect(found, f"the play with {NEW}, signed", hall.play(*words))
    _serves(found, hall, NEW, LATER, before, seen)
    found.check("tablets kept their network", box.run(STAYS_UP).stdout == network, network)
    expect(found, f"the play with {NEW} once more", hall.play(*words), changed=0)
    with found.step("nghi-truong rollback"):
        print(f"    {box.run('nghi-truong rollback', seconds=600).stdout.strip()}")
    _serves(found, hall, first, HEAD, before, seen)
    found.check("tablets kept their network in the rollback", box.run(STAYS_UP).stdout == network, network)
    _at_a_tablet(hall, "open")
    _at_a_tablet(hall, "close")
    grown = verified(hall)
    found.check("the release before it goes on with the meeting", grown != before, grown)
    with found.step(f"nghi-truong activate {NEW}"):
        box.run(f"nghi-truong activate {NEW}", seconds=600)
    _serves(found, hall, NEW, LATER, grown, seen)


def _refused_in_a_sitting(found: Findings, hall: Hall, onward: Path) -> None:
    """By the play at once, and by the command on the box; nothing has changed, and the sitting goes on."""
    _at_a_tablet(hall, "open")
    before = hall.box.run("readlink /opt/nghi-truong/current; ls /opt/nghi-truong/releases").stdout
    played = hall.play("-e", f"release_file={onward.resolve()}")
    found.took("the play in a sitting", played.seconds, f"failed={played.failed}")
    found.check("the play refuses in a sitting", not played.well and "A sitting is open" in played.said, played.said)
    hall.box.copy(onward, "/root/next.tar.gz")
    with found.step("nghi-truong install in a sitting, which disturbs nobody"):
        hall.box.run("nghi-truong install /root/next.tar.gz", seconds=900)
    done = hall.box.run(f"nghi-truong activate {NEW}", check=False)
    refused = done.returncode == 1 and "sitting" in done.stderr
    found.check("nghi-truong activate refuses in a sitting", refused, f"{done.returncode} {done.stderr}")
    print(f"    {done.stderr.strip()}")
    hall.box.run("nghi-truong prune && rm /root/next.tar.gz")
    after = hall.box.run("readlink /opt/nghi-truong/current; ls /opt/nghi-truong/releases").stdout
    found.check("nothing was changed in the sitting", before == after, f"{before}\n{after}")
    _at_a_tablet(hall, "close")


def _refused_unless_signed(found: Findings, hall: Hall, onward: Path, words: list[str]) -> None:
    """Without a signature, and with a stranger's; nothing is laid beside the release in use."""
    there = "ls /opt/nghi-truong/releases"
    before = hall.box.run(there).stdout
    played = hall.play(*words)
    found.check("the play refuses a release without a signature", "is not signed" in played.said, played.said[-2000:])
    sign(onward, new_key(hall.folder / "stranger"))
    played = hall.play(*words)
    told = not played.well and "Could not verify signature" in played.said
    found.check("the play refuses a stranger's signature", told, played.said[-2000:])
    hall.box.copy(onward, "/root/next.tar.gz")
    done = hall.box.run("nghi-truong install /root/next.tar.gz", check=False)
    print(f"    {done.stderr.strip()}")
    found.check("nghi-truong install refuses it too", done.returncode == 1 and "not signed" in done.stderr, done.stderr)
    hall.box.run("rm /root/next.tar.gz")
    found.check("nothing of it is on the box", hall.box.run(there).stdout == before, before)


def _serves(found: Findings, hall: Hall, version: str, form: str, ledger: str, seen: str) -> None:
    """This release, with databases of its form, a ledger that is the same, and everything on file."""
    box = hall.box
    box.wait_for(lambda: box.run(HEALTH, check=False).returncode == 0, WAIT_SECONDS, f"{version} to answer")
    current = box.run("readlink -f /opt/nghi-truong/current").stdout.strip().rpartition("/")[2]
    found.check(f"{version} is in use", current == version, current)
    told = json.loads(box.run(f"{APPLIANCE} migrate --show {SETTINGS}").stdout)["files"]["registry"]
    found.check(f"{version}: the registry has form {form}", told == form, told)
    same = verified(hall)
    found.check(f"{version}: the ledger is whole and the same", same == ledger, f"{ledger}\n---\n{same}")
    here = _at_a_tablet(hall, "look")
    found.check(f"{version}: a tablet finds the same on file", here == seen, f"{seen}\n{here}")
    unit = box.run("systemctl show -P Description nghi-truong-appliance.service").stdout.strip()
    found.check(f"{version}: it is started by its own unit", (unit == LATER_UNIT) == (version == NEW), unit)
    journal = box.run("test ! -e /var/lib/nghi-truong-update/journal", check=False)
    found.check(f"{version}: no update is left half-way", journal.returncode == 0)
    failed = box.run("systemctl --failed --no-legend --plain", check=False).stdout.strip()
    found.check(f"{version}: no unit has failed", not failed, failed)


def _at_a_tablet(hall: Hall, what: str) -> str:
    words = [sys.executable, "-m", "tests.witness.sitting", what, "--base", f"https://{BOX_NAME}"]
    done = subprocess.run(
        hall.box.from_client("tablet", [*words, "--ca", hall.folder / "ca/ca.pem"]),
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
