"""`make box-clock`: a box that is switched on in 1970, and a clock that is really set.

    python -m tests.witness.own_clock [--set-up FOLDER]

The clock of a machine in a container is its host's and must not be touched; under User Mode Linux (`uml`) it is its
own. A box that the play has set up is switched on as a Pi is whose clock has no battery: no document is issued, and a
whole vote is held. Then the clock is set, by the technician's command and by the technician's page (through
`nghi-truong-clock.socket`), documents are issued, and after the next power cut it is as it was. Prints a line a step;
the exit code says whether all was so.
"""

import argparse
import random
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from tests.beds import set_up_disk
from tests.beds.asked_box import AS_APPLIANCE, LONG, PYTHON, SETTINGS, Box
from tests.beds.callers import voting
from tests.beds.first_stage import IN_1970
from tests.beds.set_up_disk import MEMBERS
from tests.faults.council import CLERK
from tests.witness.cut_trials import Ballots, utc
from tests.witness.power_cuts import switched_on

TECHNICIAN: Final = "ky-thuat"
PASSWORD: Final = "mưa nguồn trên thác"
NEAR: Final = timedelta(seconds=90)
"""A slow machine takes its time between a question and its answer."""


def main() -> int:
    """0: all was so."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set-up", type=Path, help="a disk that was kept (python -m tests.beds.set_up_disk)")
    given = parser.parse_args()
    made = set_up_disk.SetUp(given.set_up) if given.set_up else set_up_disk.made()
    with switched_on(made, random.Random(1), "c1-clock", IN_1970) as box:
        good = [step(box) for step in (unset, a_vote_all_the_same, set_by_command, set_by_page, after_a_cut)]
    print("all as it should be" if all(good) else "NOT ALL AS IT SHOULD BE")
    return 0 if all(good) else 1


def unset(box: Box) -> bool:
    """Nothing speaks for the clock: no document."""
    now = clock_of(box)
    stage = box.machine.run("dmesg | grep -o 'first stage: .*' || true").stdout.strip()
    status, body = box.people.get("/minutes")
    return told(
        f"{stage}; once it is up its clock says {now:%Y-%m-%d %H:%M}; the minutes: {status} {body.get('refusal')}",
        (status, body.get("refusal")) == (409, "clock-unset") and "1970" in stage,
    )


def a_vote_all_the_same(box: Box) -> bool:
    """A whole vote is held, and in the sitting nobody sets the clock."""
    box.sit()
    refused = box.machine.run(["nghi-truong", "clock", "--set", "2026-12-18 07:58"], check=False)
    trial = Ballots(box)
    box.people.open_poll("p1")
    trial.hands, trial.books = voting(box.people, "p1", MEMBERS, box.chance)
    box.machine.wait_for(trial.answered, 240, "a first answer for everybody")
    what = trial.after(utc())
    return told(f"a vote: {what}", not trial.wrong, *trial.wrong) & told(
        f"the command in the sitting: {refused.stderr.strip()}", refused.returncode == 1
    )


def set_by_command(box: Box) -> bool:
    """`nghi-truong clock --set` at the box."""
    wanted = (utc() + timedelta(hours=1)).replace(second=0, microsecond=0)
    zone = box.machine.run(f"date --date=@{wanted.timestamp():.0f} '+%Y-%m-%d %H:%M'").stdout.strip()
    said = box.machine.run(["nghi-truong", "clock", "--set", zone]).stdout
    now = clock_of(box)
    held = until_true(box, lambda: box.people.get("/minutes")[0] == 200)
    return told(
        f"nghi-truong clock --set '{zone}': it says {now:%Y-%m-%d %H:%M:%S} UTC", near(now, wanted), said
    ) & told("documents are issued, the appliance goes on", held and box.people.is_well())


def set_by_page(box: Box) -> bool:
    """The technician's page, through the socket unit."""
    account = f"create-account {TECHNICIAN} --name 'Đỗ Văn Mẫu' --role technician"
    box.machine.run(f"{AS_APPLIANCE} {PYTHON} -m appliance {account} {SETTINGS}", stdin=f"{PASSWORD}\n")
    box.people.sign_in(TECHNICIAN, PASSWORD)
    wanted = utc() + timedelta(hours=3)
    _, answer = box.people.post("/api/box/clock", {"utc": wanted.isoformat()}, TECHNICIAN)
    now = clock_of(box)
    _, nobody = box.people.post("/api/box/clock", {"utc": wanted.isoformat()}, CLERK)
    return told(
        f"the technician's page: accepted {answer.get('accepted')}; it says {now:%Y-%m-%d %H:%M:%S} UTC",
        bool(answer.get("accepted")) and near(now, wanted), str(answer),
    ) & told(f"the clerk may not: {nobody.get('refusal')}", nobody.get("refusal") == "not-allowed")  # fmt: skip


def after_a_cut(box: Box) -> bool:
    """Switched on again without a battery: nobody has set this clock."""
    box.machine.power_cut(box.chance)
    box.people.hang_up()
    box.machine.boot(IN_1970)
    box.machine.wait_for(box.people.is_well, LONG, "an answer over TLS")
    status, body = box.people.get("/minutes")
    wrong = box.verified()
    return told(
        f"after a power cut it says {clock_of(box):%Y-%m-%d %H:%M}; the minutes: {status} {body.get('refusal')}; "
        f"the ledger: {wrong or 'verified'}",
        body.get("refusal") == "clock-unset" and not wrong,
    )


def clock_of(box: Box) -> datetime:
    """What the machine's clock says."""
    return datetime.fromtimestamp(float(box.machine.run("date +%s").stdout), UTC)


def near(one: datetime, other: datetime) -> bool:
    """As near as a slow machine can be."""
    return timedelta(0) <= one - other < NEAR


def until_true(box: Box, so: Callable[[], bool]) -> bool:
    """The appliance looks at its clock from time to time."""
    try:
        box.machine.wait_for(so, 120, "it")
    except TimeoutError:
        return False
    return True


def told(what: str, so: bool, *why: str) -> bool:  # the verdict of that line
    """One line."""
    print(f"{'yes' if so else 'NO '}  {what}" + ("" if so else "".join(f"\n     {line}" for line in why)), flush=True)
    return so


if __name__ == "__main__":
    sys.exit(main())
