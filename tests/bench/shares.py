"""`python -m tests.bench.shares`: how long a ballot's answer takes while what may wait wants the whole machine.

A machine under systemd with the product's units (root, systemd-container, mmdebstrap). In the control groups of
recorder and papers run programs that keep a processor busy each, or write to the disk and wait until it is there. Then
the same programs where they should not be, in the appliance's own group: what lies between is what the slices do.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from appliance.panels.wiring import standard
from tests.beds import tree
from tests.beds.inside import in_network, shown, words_of
from tests.beds.machine import Machine
from tests.bench import machine
from tests.faults.appliance_process import POLL, Appliance
from tests.faults.council import put_on_file, seat_of
from tests.house import name_of

MEMBERS: Final = 27
UNITS: Final = ("nghi-truong-appliance", "nghi-truong-papers", "nghi-truong-recorder")
MARK: Final = "/run/load"
BUSY: Final = 3
"""Programs of a kind in each unit."""


def main() -> int:
    """0 when all was measured."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.shares", description=__doc__)
    parser.add_argument("--ballots", type=int, default=200, help="in each case")
    given = parser.parse_args()
    print(f"{machine.line()}; {time.strftime('%Y-%m-%d')}\n")
    print(f"{'a ballot, given and answered':<44}{'median':>10}{'95 %':>10}{'most':>10}   of {given.ballots}")
    with tempfile.TemporaryDirectory() as folder, Machine("b2-share", binds=tree.binds()) as box:
        prepare(box, Path(folder))
        with in_network(box):
            hall = Appliance(Path(folder), port=8080)
            hall.open_poll(present=MEMBERS)
            tell("nothing else to do", hall, given.ballots)
            with load(box, "recorder", "papers"):
                tell("recorder and papers want everything", hall, given.ballots)
            with load(box, "appliance", "appliance"):
                tell("the same at the appliance's own place", hall, given.ballots)
    return 0


def prepare(box: Machine, folder: Path) -> None:
    """A council on file, and the units up."""
    put_on_file(folder / "registry.db", MEMBERS)
    tree.install(box, "simulated = true\n" + seats(), 'source = "test"\n')
    box.copy(folder / "registry.db", "/var/lib/nghi-truong/registry.db")
    box.run("chown nghi-truong: /var/lib/nghi-truong/registry.db")
    box.run(["systemctl", "start", *UNITS])
    box.wait_for(lambda: all(shown(box, u, "ActiveState")["ActiveState"] == "active" for u in UNITS), 60, "the units")


def seats() -> str:
    """One wired seat, so that the settings are those of a hall."""
    return f'[seats."{seat_of(1)}"]\n' + "".join(f"{k} = {v}\n" for k, v in standard([seat_of(1)])[seat_of(1)].items())


@contextmanager
def load(box: Machine, *names: str) -> Iterator[None]:
    """At the places of these units, programs that want all of processor and disk, for as long as a mark is there."""
    box.run(["touch", MARK])
    running = []
    for name in names:
        folder = "/var/lib/nghi-truong" if name == "appliance" else f"/var/lib/nghi-truong-{name}"
        for deed in (["spin_while", MARK], ["churn_while", MARK, folder]):
            running += [box.start(words_of(box, f"nghi-truong-{name}", deed)) for _ in range(BUSY)]
    time.sleep(3)  # what they are to measure is a load that is there, not one that begins
    try:
        yield
    finally:
        box.run(["rm", MARK])
        for one in running:
            one.communicate()


def tell(what: str, hall: Appliance, ballots: int) -> None:
    """One line: milliseconds from giving a ballot to its answer, which says that it is on the disk."""
    took = []
    for i in range(ballots):
        began = time.perf_counter()
        hall.did(name_of(1 + i % MEMBERS), "CastBallot", poll=POLL, choice=("for", "against")[i // MEMBERS % 2])
        took.append((time.perf_counter() - began) * 1000)
    cells = (statistics.median(took), statistics.quantiles(took, n=20)[-1], max(took))
    print(f"{what:<44}" + "".join(f"{value:>7.1f} ms" for value in cells), flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
