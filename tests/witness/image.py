"""From a bare Debian image to a working meeting over TLS, and back from every cut: `make image-test`.

    python -m tests.witness.image [--release FILE] [--cuts N] [--apart] [--only-cuts] [--short] [--seed N]

1. A bare machine is looked at (`--check`), set up over ssh, set up again (nothing changes), looked at again (clean).
2. A meeting is held over TLS from the hall's network: sign-in, cards, check-in, a poll, its result on the wall.
3. The power is cut under the machine, and the machine boots alone: the result is still on the wall.
4. On a further bare machine the power is cut in the middle of the play, or the laptop is unplugged, five times one
   after the other; the play is run again and converges, and once more, and nothing changes.

Prints what it found; the exit code says whether all of it was so. Needs root.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Final

from tests.beds.asked_box import AS_APPLIANCE, PYTHON, SETTINGS
from tests.beds.hall import BOX_NAME, Hall, Played
from tests.witness.findings import Findings

ROOT: Final = Path(__file__).parents[2]
ACCOUNT: Final = "thu-ky"
PASSWORD: Final = "bình minh trên sông"
CUT_AT: Final = (
    "Install what every role relies on",
    "Make the languages",
    "Install firewall, names and addresses",
    "Install the release beside the one in use",
    "Change over to the release",
)
"""Tasks under which the power is cut, a moment after they began: apt, a generator, apt again, pip, the update."""
APPLIANCE: Final = f"{AS_APPLIANCE} {PYTHON} -m appliance"
HEALTH: Final = "python3 -c 'import urllib.request as u; u.urlopen(\"http://127.0.0.1:8080/healthz\")'"


def main() -> int:
    """Everything in turn; 1 when something was not as it should be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--release", type=Path, help="without it the newest of dist/")
    parser.add_argument("--cuts", type=int, default=len(CUT_AT), help="how often the play is cut off")
    parser.add_argument("--apart", action="store_true", help="each cut on a machine of its own; five times as long")
    parser.add_argument("--only-cuts", action="store_true", help="nothing before them")
    parser.add_argument("--short", action="store_true", help="set up twice and a meeting; no cuts (for CI)")
    parser.add_argument("--seed", type=int, default=1, help="how long after a task began it is cut")
    given = parser.parse_args()
    release = given.release or newest()
    found = Findings("from a bare Debian to a meeting over TLS")
    with found.step("the whole"):
        if not given.only_cuts:
            _from_bare_to_a_meeting(found, release, short=given.short)
        if not given.short:
            cut_off(found, release, given.seed, given.cuts, apart=given.apart)
    return found.close()


def _from_bare_to_a_meeting(found: Findings, release: Path, *, short: bool) -> None:
    with Hall("b4-image", release).box_up() as hall:
        set_up(found, hall, short=short)
        first_clerk(hall)
        meeting(found, hall)
        _power_cut(found, hall)
        _down_and_up(found, hall)


def set_up(found: Findings, hall: Hall, *, short: bool = False) -> None:
    """Looked at, set up, set up again, looked at again."""
    if not short:
        expect(found, "look at the bare machine (--check)", hall.play("--check"))
    expect(found, "set up", hall.play())
    expect(found, "set up again", hall.play(), changed=0)
    if not short:
        expect(found, "look at what is set up (--check --diff)", hall.play("--check", "--diff"), changed=0)
    failed = hall.box.run("systemctl --failed --no-legend --plain", check=False).stdout.strip()
    found.check("no unit has failed", not failed, failed)


def first_clerk(hall: Hall) -> None:
    """The one account that the technician makes on the box."""
    account = f"create-account {ACCOUNT} --name 'Phan Thị Mẫu Ghi' --role clerk"
    hall.box.run(f"{APPLIANCE} {account} {SETTINGS}", stdin=f"{PASSWORD}\n")


def meeting(found: Findings, hall: Hall) -> None:
    """As the council would hold it, from the tablet's place in the network."""
    words = [sys.executable, "-m", "tests.beds.meeting", "--base", f"https://{BOX_NAME}", "--account", ACCOUNT]
    with found.step("a meeting over TLS"):
        done = subprocess.run(
            hall.box.from_client("tablet", [*words, "--ca", hall.folder / "ca/ca.pem"]), input=f"{PASSWORD}\n",
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
    if done.returncode != 0:
        found.check("the meeting was held", False, done.stderr[-2000:])
        return
    shown = json.loads(done.stdout)
    counted = shown.get("result") or shown
    print(f"    the wall: {json.dumps(counted, ensure_ascii=False)[:300]}")
    found.check("the result is announced", shown.get("state") == "announced", str(shown))


def _power_cut(found: Findings, hall: Hall) -> None:
    """The machine is on again by itself; nothing of the meeting is missing."""
    before = verified(hall)
    hall.box.power_loss()
    with found.step("from the power cut to an answer"):
        hall.box.boot()
        hall.box.wait_for(lambda: hall.box.run(HEALTH, check=False).returncode == 0, 60, "the appliance to answer")
    after = verified(hall)
    found.check("the ledger is whole and the same", before == after, f"{before}\n---\n{after}")


def _down_and_up(found: Findings, hall: Hall) -> None:
    """An interface that goes down and comes up again, as hostapd has it, has its routes back: the kernel's and ours."""
    hall.box.run("ip link set hall0 down && ip link set hall0 up")

    def routes() -> str:
        return hall.box.run("ip route show dev hall0").stdout

    with suppress(TimeoutError):
        hall.box.wait_for(lambda: "initcwnd" in routes() and "metric 1024" in routes(), 30, "the hall's routes")
    found.check("the hall's routes come back with its link", "initcwnd" in (said := routes()) and "1024" in said, said)


def cut_off(found: Findings, release: Path, seed: int, count: int, *, apart: bool) -> None:
    """Power cuts and laptops unplugged in the middle of the play, one after the other or each on a machine of its own.

    On one machine each further run of the play meets what the cuts before it have left, and is cut itself; `apart`
    takes five times as long.
    """
    chance = random.Random(seed)
    cuts = [(number, task, chance.uniform(0.2, 3.0)) for number, task in enumerate(CUT_AT[:count])]
    for some in [[cut] for cut in cuts] if apart else [cuts]:
        what = f"after the cut into »{some[0][1]}«" if apart else f"after {len(some)} cuts, one after the other"
        with Hall(f"b4-cut{some[0][0]}", release, papers_office=False).box_up() as hall:
            for number, task, seconds in some:
                _cut(found, hall, task, seconds, unplug=number % 2 == 1)
            expect(found, f"{what}: again", hall.play())
            expect(found, f"{what}: once more", hall.play(), changed=0)
            answers = hall.box.run("systemctl is-active nghi-truong-appliance", check=False).stdout.strip()
            found.check(f"{what}: the appliance runs", answers == "active", answers)
            failed = hall.box.run("systemctl --failed --no-legend --plain", check=False).stdout.strip()
            found.check(f"{what}: no unit has failed", not failed, failed)


def _cut(found: Findings, hall: Hall, task: str, seconds: float, *, unplug: bool) -> None:
    """The power goes, or the laptop is unplugged, a moment after a task of a running play began."""
    began = time.monotonic()
    running = hall.laptop()
    assert running.stdout is not None
    said, reached = [], False
    for line in running.stdout:
        said.append(line)
        reached = line.startswith("TASK [") and task in line
        if reached:
            break
    time.sleep(seconds)  # no synchronisation: this is where chance cuts
    if not unplug:
        hall.box.power_loss()
    with suppress(ProcessLookupError):
        os.killpg(running.pid, signal.SIGKILL)
    running.communicate()
    if not unplug:
        hall.box.boot()
    what = f"{'laptop unplugged' if unplug else 'power cut'} {seconds:.1f} s into »{task}«"
    found.took(what, time.monotonic() - began)
    found.check(f"{what}: the play came so far", reached, "".join(said)[-2000:])


def expect(found: Findings, what: str, played: Played, changed: int | None = None) -> None:
    """A run of the play came to its end, and changed no more than this."""
    found.took(what, played.seconds, f"ok={played.ok} changed={played.changed} failed={played.failed}")
    moved = [line for line in played.said.splitlines() if line.startswith(("changed:", "TASK"))]
    told = [before for before, line in pairwise(moved) if line.startswith("changed:")]
    if not played.well:
        found.check(what, False, played.said[-3000:])
    elif changed is not None:
        found.check(f"{what}: changed={changed}", played.changed == changed, "\n".join(told))


def verified(hall: Hall) -> str:
    """What the appliance on the box says of its ledger. Raises AssertionError where it does not verify."""
    return hall.box.run(f"{APPLIANCE} verify-ledger {SETTINGS}").stdout


def newest() -> Path:
    """The release that was made last. Raises SystemExit."""
    found = sorted((ROOT / "dist").glob("nghi-truong-*.tar.gz"), key=lambda file: file.stat().st_mtime)
    if not found:
        raise SystemExit("there is no release in dist/: `make release` makes one")
    return found[-1]


if __name__ == "__main__":
    sys.exit(main())
