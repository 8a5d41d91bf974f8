"""The first half of `tests.witness.theft`: a meeting and its copies, a theft, and a bare machine that is restored."""

import hashlib
import re
import subprocess
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any, Final

from appliance.adapters.clock import SystemClock
from appliance.adapters.sql.registry import SqlRegistry
from appliance.services.on_file import Put
from appliance.services.registry import Registry
from tests.beds.hall import Hall
from tests.beds.inside import shown
from tests.faults.council import CHAIR, CLERK, put_on_file
from tests.house import PROFILE, name_of
from tests.papers import files
from tests.papers.house import PLAN
from tests.witness.findings import Findings
from tests.witness.image import expect, verified
from tests.witness.two_boxes import MEMBERS, TwoBoxes, copies, host_key, report_of

DATA: Final = "/var/lib/nghi-truong"
PAPERS: Final = "/var/lib/nghi-truong-papers"
TAKES: Final = "/var/lib/nghi-truong-recorder/takes"
FOLDERS: Final = (DATA, PAPERS, "/var/lib/nghi-truong-panels", "/var/lib/nghi-truong-standing")
PAPER: Final = "bao-cao.pdf"
PATIENCE_SECONDS: Final = 120.0
POLL: Final = "p1"
PRESENT: Final = 9
"""Of the members, in the meeting that is stolen."""
_OWNERS: Final = "find {} -not -name '*-wal' -not -name '*-shm' -not -path '*/.*' -printf '%p %u:%g %m\\n' | sort"


def prepare(found: Findings, place: TwoBoxes) -> None:
    """A meeting is held, its copies are made, the drill is run, the standby is ready; the next meeting is to vote."""
    first = place.first
    _on_file(first)
    place.answers(first)
    with found.step("a meeting with a paper, a recording and a vote"):
        _meeting(place)
    for name in ("backup", "drill"):
        with found.step(f"nghi-truong-{name}.service"):
            first.box.run(["systemctl", "start", f"nghi-truong-{name}.service"], check=False, seconds=900)
        told = shown(first.box, f"nghi-truong-{name}.service", "Result", "ExecMainStatus")
        said = first.box.run(f"journalctl -u nghi-truong-{name} --no-pager -n 30").stdout
        found.check(f"the unit of the {name} ends well", told == {"Result": "success", "ExecMainStatus": "0"}, said)
    timers = first.box.run("systemctl list-timers --no-pager --all").stdout
    found.check("the drill is due each month", "nghi-truong-drill.timer" in timers, timers)
    copied = {name: each["ok"] for name, each in report_of(first, "backup.json")["targets"].items()}
    found.check(
        "the copy is at all three places", copied == dict.fromkeys(("usb", "archive", "standby"), True), str(copied)
    )
    _next_meeting(place)
    standby_is_ready(found, place)
    for hall in (place.first, place.second):
        hall.box.stop()
        hall.box.keep()
        hall.box.boot()


def standby_is_ready(found: Findings, place: TwoBoxes) -> None:
    """Its own unit finds the files and the stream, and the stream is where the first box is."""
    unit = "nghi-truong-standby.service"

    def level() -> bool:
        place.second.box.run(["systemctl", "reset-failed", unit], check=False)  # so often nobody else starts it
        place.second.box.run(["systemctl", "start", unit], check=False, seconds=300)
        if shown(place.second.box, unit, "Result")["Result"] != "success":
            return False
        return bool(report_of(place.second, "standby.json")["head"]["hash"] == head_of(place.first)["hash"])

    try:
        place.second.box.wait_for(level, PATIENCE_SECONDS, "the stream")
        found.check("the standby is ready, and as far as the first box", True)
    except TimeoutError:
        said = place.second.box.run(f"journalctl -u {unit} --no-pager -n 30").stdout
        said += place.first.box.run("journalctl -u nghi-truong-replication --no-pager -n 20").stdout
        found.check("the standby is ready, and as far as the first box", False, said)


def head_of(hall: Hall) -> dict[str, Any]:
    """Where the box's ledger ends."""
    program = (
        f"import sqlite3; c = sqlite3.connect('file:{DATA}/ledger.db?mode=ro', uri=True);"
        "print(*c.execute('SELECT seq, hash FROM entries ORDER BY position DESC LIMIT 1').fetchone())"
    )
    seq, digest = hall.box.run(["runuser", "-u", "nghi-truong", "--", "python3", "-c", program]).stdout.split()
    return {"seq": int(seq), "hash": digest}


def run(found: Findings, place: TwoBoxes) -> None:
    """The first box is gone; another is set up and restored, twice."""
    first, new = place.first, place.new
    place.answers(first)
    first.box.run(["systemctl", "start", "nghi-truong-backup.service"], seconds=900)
    before, ledger, password = (
        _facts(place, first),
        verified(first),
        first.box.run("cat /etc/nghi-truong/backup.password"),
    )
    manifests = _lists(first, TAKES)
    first.box.power_loss()
    if place.again and new.box.kept:
        new.box.take_up()
    else:
        new.box.set_before(_other_numbers)
        new.tell(**copies(host_key(place.archive)))
        new.box.__enter__()
        place.forget()
        expect(found, "set up a bare machine in its place", new.play())
        new.box.stop()
        new.box.keep()
        new.box.boot()
    place.admit(new)
    for source in ("usb", "archive"):
        new.box.run("umask 077; cat > /root/from-the-safe", stdin=password.stdout)
        began = time.monotonic()
        said = new.box.run(
            f"nghi-truong restore --from {source} --password-file /root/from-the-safe --yes", check=False
        )
        found.took(f"nghi-truong restore --from {source}", time.monotonic() - began, said.stdout.strip()[-90:])
        found.check(f"{source}: the restore ends well", said.returncode == 0, said.stdout + said.stderr)
        place.answers(new)
        found.took(f"until the hall is answered, with what was on the {source}", time.monotonic() - began)
        after = _facts(place, new)
        for what, was in before.items():
            found.check(f"{source}: {what} as before", after[what] == was, _unlike(was, after[what]))
        found.check(
            f"{source}: the restore verified the very head that was stolen", _head(ledger) in said.stdout, said.stdout
        )
        found.check(f"{source}: the ledger is good, with what the new start wrote", _good(verified(new)), verified(new))
        lists = _lists(new, "/var/lib/nghi-truong-backup/manifests")
        # The one that is being written has grown since.
        there = set(lists) == set(manifests) and all(manifests[take].startswith(lists[take]) for take in lists)
        found.check(f"{source}: the recordings' lists are there", there and all(lists.values()), str(set(lists)))
        mode = new.box.run(f"test -e {DATA}/mode.json", check=False).returncode
        found.check(f"{source}: the box begins in the record, not in a rehearsal", mode != 0)
        if source == "usb":
            new.box.stop()
            new.box.begin_again()
            new.box.boot()
    new.box.power_loss()


def _head(verdict: str) -> str:
    """Of the last ledger that `verify-ledger` tells of."""
    return str(re.findall(r"head ([0-9a-f]{64})", verdict)[-1])


def _unlike(was: Any, is_now: Any) -> str:
    """What is in one of them alone, where they are long."""
    if not (isinstance(was, dict) and all(isinstance(lines, list) for lines in was.values())):
        return f"{was}\n---\n{is_now}"
    return "\n".join(
        f"{sign} {line}"
        for place in was
        for sign, lines in (("-", set(was[place]) - set(is_now[place])), ("+", set(is_now[place]) - set(was[place])))
        for line in sorted(lines)
    )


def _good(verdict: str) -> bool:
    return verdict.strip().splitlines()[-1].startswith("good:")


def _other_numbers(root: Path) -> None:
    """On the new machine somebody else has the numbers that two of our users had on the old one."""
    for number in (700, 704):
        subprocess.run(["chroot", root, "useradd", "--no-create-home", f"--uid={number}", f"other{number}"], check=True)


def _on_file(hall: Hall) -> None:
    """A council with everybody signed in, and a plan."""
    with tempfile.TemporaryDirectory() as folder:
        registry = Path(folder) / "registry.db"
        put_on_file(registry, MEMBERS)
        store = SqlRegistry(registry)
        Registry(store, PROFILE, SystemClock()).change("test", "test", lambda _: (Put(PLAN),))
        store.close()
        hall.box.run(["systemctl", "stop", "nghi-truong-replication.service", "nghi-truong-appliance.service"])
        hall.box.run(f"rm -f {DATA}/registry.db*")
        hall.box.copy(registry, f"{DATA}/registry.db")
        hall.box.run(f"chown nghi-truong: {DATA}/registry.db && chmod 600 {DATA}/registry.db")
        hall.box.run(["systemctl", "start", "nghi-truong.target", "nghi-truong-appliance.service"])
        hall.box.run(["systemctl", "start", "nghi-truong-replication.service"])


def _meeting(place: TwoBoxes) -> None:
    desk, box = place.desk, place.first.box
    form = {"id": uuid.uuid4().hex, "plan": PLAN.id}
    filed = place.ask(
        CLERK, "POST", "/api/papers", data=form, files={"file": (PAPER, files.report(3), "application/pdf")}
    )
    assert filed.json()["accepted"], filed.text
    desk.sit(PRESENT)
    desk.open_poll("p0")
    for i in range(1, PRESENT + 1):
        desk.give(name_of(i), "CastBallot", poll="p0", choice="for")
    desk.end_poll("p0")
    box.wait_for(lambda: _sums(place.first, f"{TAKES} -name manifest.jsonl -size +0") != [], 60, "a piece of recording")
    desk.give(CHAIR, "CloseSitting")
    signed = f"find {TAKES} -name head.json | grep -q ."
    box.wait_for(lambda: box.run(signed, check=False).returncode == 0, 60, "the recording's end")


def _next_meeting(place: TwoBoxes) -> None:
    """Everybody is in the hall, and the question is on the table."""
    desk = place.desk
    desk.give(CHAIR, "CloseMeeting")
    desk.sit(MEMBERS)
    desk.give(CLERK, "DraftPoll", item="i1", poll=POLL, question="Thông qua dự thảo Nghị quyết?")


def _facts(place: TwoBoxes, hall: Hall) -> dict[str, Any]:
    """What must be the same on the box that is restored."""
    owners = {folder: hall.box.run(_OWNERS.format(folder)).stdout.splitlines() for folder in FOLDERS}
    papers = place.ask(CLERK, "GET", "/api/papers", params={"plan": PLAN.id}).json()["papers"]
    one = papers[0]
    got = place.ask(CLERK, "GET", f"/api/papers/{one['document']}/{one['versions'][-1]['sha256']}/file")
    return {
        "everybody's files": owners,
        "the appliance's key": _sums(hall, f"{DATA} -maxdepth 1 -name appliance.key"),
        "the paper": (one["document"], hashlib.sha256(got.content).hexdigest()),
        "a tablet's sign-in": place.ask(name_of(7), "GET", "/api/snapshot").status_code,
        "what the clerk sees of the meeting": place.desk.view(CLERK)["meeting"],
    }


def _lists(hall: Hall, where: str) -> dict[str, str]:
    """What is recorded, by take."""
    paths = hall.box.run(f"find {where} -name manifest.jsonl").stdout.split()
    return {Path(path).parent.name: hall.box.run(["cat", path]).stdout for path in paths}


def _sums(hall: Hall, where: str) -> list[str]:
    """Of the files that `find` finds there."""
    said = hall.box.run(f"find {where} -type f -exec sha256sum '{{}}' +", check=False).stdout
    return sorted(line.split()[0] for line in said.splitlines())
