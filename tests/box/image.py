"""From a bare Debian image to a working meeting over TLS, and back from every cut: `make image-test`.

    python -m tests.box.image [--release FILE] [--cuts N] [--short] [--seed N]

1. A bare machine is looked at (`--check`), set up over ssh, set up again (nothing changes), looked at again (clean).
2. A meeting is held over TLS from the hall's network: sign-in, cards, check-in, a poll, its result on the wall.
3. The power is cut under the machine, and the machine boots alone: the result is still on the wall.
4. On further bare machines the power is cut in the middle of the play, or the laptop is unplugged; the play is run
   again and converges, and once more, and nothing changes.

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
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Final

from tests.box.hall import BOX_NAME, Hall, Played

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
_AS_APPLIANCE: Final = (
    "cd /var/lib/nghi-truong && runuser -u nghi-truong -- /opt/nghi-truong/current/venv/bin/python -m appliance"
)
_SETTINGS: Final = "--config /etc/nghi-truong/appliance.toml"
_wrong: list[str] = []


def main() -> int:
    """Everything in turn; 1 when something was not as it should be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--release", type=Path, help="without it the newest of dist/")
    parser.add_argument("--cuts", type=int, default=len(CUT_AT), help="how many machines are cut in the middle")
    parser.add_argument("--short", action="store_true", help="set up twice and a meeting; no cuts (for CI)")
    parser.add_argument("--seed", type=int, default=1, help="how long after a task began it is cut")
    given = parser.parse_args()
    release = given.release or _newest()
    with _step("the whole"):
        with Hall("b4-image", release).box_up() as hall:
            set_up(hall, short=given.short)
            _first_clerk(hall)
            _meeting(hall)
            _power_cut(hall)
        if not given.short:
            chance = random.Random(given.seed)
            for number, task in enumerate(CUT_AT[: given.cuts]):
                _cut(release, number, task, chance.uniform(0.2, 3.0))
    print("\n".join(f"NOT AS IT SHOULD BE: {line}" for line in _wrong) or "all as it should be")
    return 1 if _wrong else 0


def set_up(hall: Hall, *, short: bool = False) -> None:
    """Looked at, set up, set up again, looked at again."""
    if not short:
        _expect("look at the bare machine (--check)", hall.play("--check"))
    _expect("set up", hall.play())
    _expect("set up again", hall.play(), changed=0)
    if not short:
        _expect("look at what is set up (--check --diff)", hall.play("--check", "--diff"), changed=0)
    failed = hall.box.run("systemctl --failed --no-legend --plain", check=False).stdout.strip()
    _check("no unit has failed", not failed, failed)


def _first_clerk(hall: Hall) -> None:
    """The one account that the technician makes on the box."""
    account = f"create-account {ACCOUNT} --name 'Phan Thị Mẫu Ghi' --role clerk"
    hall.box.run(f"{_AS_APPLIANCE} {account} {_SETTINGS}", stdin=f"{PASSWORD}\n")


def _meeting(hall: Hall) -> None:
    """As the council would hold it, from the tablet's place in the network."""
    words = [sys.executable, "-m", "tests.box.meeting", "--base", f"https://{BOX_NAME}", "--account", ACCOUNT]
    with _step("a meeting over TLS"):
        done = subprocess.run(
            hall.box.from_client("tablet", [*words, "--ca", hall.folder / "ca/ca.pem"]), input=f"{PASSWORD}\n",
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
    if done.returncode != 0:
        _check("the meeting was held", False, done.stderr[-2000:])
        return
    shown = json.loads(done.stdout)
    counted = shown.get("result") or shown
    print(f"    the wall: {json.dumps(counted, ensure_ascii=False)[:300]}")
    _check("the result is announced", shown.get("state") == "announced", str(shown))


def _power_cut(hall: Hall) -> None:
    """The machine is on again by itself; nothing of the meeting is missing."""
    verify = (
        "/opt/nghi-truong/current/venv/bin/python -m appliance verify-ledger --config /etc/nghi-truong/appliance.toml"
    )
    before = hall.box.run(f"cd /var/lib/nghi-truong && runuser -u nghi-truong -- {verify}").stdout
    hall.box.power_loss()
    with _step("from the power cut to an answer"):
        hall.box.boot()
        health = "python3 -c 'import urllib.request as u; u.urlopen(\"http://127.0.0.1:8080/healthz\")'"
        hall.box.wait_for(lambda: hall.box.run(health, check=False).returncode == 0, 60, "the appliance to answer")
    after = hall.box.run(verify).stdout
    _check("the ledger is whole and the same", before == after, f"{before}\n---\n{after}")


def _cut(release: Path, number: int, task: str, seconds: float) -> None:
    """A bare machine whose power goes, or whose laptop is unplugged, a moment after a task began."""
    unplug = number % 2 == 1
    what = f"{'laptop unplugged' if unplug else 'power cut'} {seconds:.1f} s into »{task}«"
    with Hall(f"b4-cut{number}", release, papers_office=False).box_up() as hall:
        running = hall.laptop()
        assert running.stdout is not None
        for line in running.stdout:
            if line.startswith("TASK [") and task in line:
                break
        time.sleep(seconds)  # no synchronisation: this is where chance cuts
        if not unplug:
            hall.box.power_loss()
        os.killpg(running.pid, signal.SIGKILL)
        running.communicate()
        if not unplug:
            hall.box.boot()
        _expect(f"{what}: again", hall.play())
        _expect(f"{what}: once more", hall.play(), changed=0)
        answers = hall.box.run("systemctl is-active nghi-truong-appliance", check=False).stdout.strip()
        _check(f"{what}: the appliance runs", answers == "active", answers)


def _expect(what: str, played: Played, changed: int | None = None) -> None:
    print(
        f"{what:75} {played.seconds:5.0f} s  ok={played.ok} changed={played.changed} failed={played.failed}", flush=True
    )
    moved = [line for line in played.said.splitlines() if line.startswith(("changed:", "TASK"))]
    told = [before for before, line in pairwise(moved) if line.startswith("changed:")]
    if not played.well:
        _check(what, False, played.said[-3000:])
    elif changed is not None:
        _check(f"{what}: changed={changed}", played.changed == changed, "\n".join(told))


def _check(what: str, so: bool, why: str) -> None:
    if not so:
        _wrong.append(what)
        print(f"NOT AS IT SHOULD BE: {what}\n{why}", flush=True)


@contextmanager
def _step(what: str) -> Iterator[None]:
    began = time.monotonic()
    yield
    print(f"{what:75} {time.monotonic() - began:5.0f} s", flush=True)


def _newest() -> Path:
    found = sorted((ROOT / "dist").glob("nghi-truong-*.tar.gz"), key=lambda file: file.stat().st_mtime)
    if not found:
        raise SystemExit("there is no release in dist/: `make release` makes one")
    return found[-1]


if __name__ == "__main__":
    sys.exit(main())
