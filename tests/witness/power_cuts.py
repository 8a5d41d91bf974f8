"""`make box-power-cuts`: pull the plug of a whole box, many times, and let it come back by itself.

    python -m tests.witness.power_cuts [--cuts N] [--seed S] [--kind KIND]

A box that the play has set up (`set_up_disk`) runs with a kernel of its own under User Mode Linux (`uml`), its disk
and its backup disk with caches that a cut empties by chance (`logged_disk`). By turns a poll is open and everybody
presses, a sitting is recorded, an update goes on, a backup is made; at a random moment everything is killed at once.
Then the box boots alone, its ledger is verified, and what was promised is looked for (`cut_trials`). The same disk
lives through all cuts. Beside it two controls: the same cut on a drive that takes no notice of flushes, and a ledger
that does not wait for the disk; when they lose nothing, this command sees nothing, and fails.
"""

import argparse
import random
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Final

from tests.beds import rootfs, set_up_disk
from tests.beds.asked_box import LONG, Box
from tests.beds.callers import Callers
from tests.beds.logged_disk import LoggedDisk
from tests.beds.uml import Computer
from tests.witness.cut_controls import a_deaf_drive, a_ledger_that_does_not_wait
from tests.witness.cut_trials import KINDS, Ballots, Trial, uncut_backup, uncut_update, utc

NAME: Final = "c1-cuts"


@dataclass
class Score:
    """Of one kind of cut."""

    cuts: int = 0
    bad: int = 0
    boots: list[float] = field(default_factory=list)


def main() -> int:
    """0: every cut has left a box that works and kept every promise, and both controls were caught."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cuts", type=int, default=20)
    parser.add_argument("--seed", type=int, default=20261218)
    parser.add_argument("--kind", choices=KINDS, action="append", help="these alone; may be given again")
    parser.add_argument("--set-up", type=Path, help="a disk that was kept (python -m tests.beds.set_up_disk)")
    parser.add_argument("--no-controls", action="store_true", help="the cuts alone")
    parser.add_argument("--name", default=NAME, help="of the machine; two with different names may run side by side")
    given = parser.parse_args()
    made = set_up_disk.SetUp(given.set_up) if given.set_up else set_up_disk.made()
    scores = {name: Score() for name in given.kind or KINDS}
    with switched_on(made, random.Random(given.seed), given.name) as box:
        controls = not given.no_controls
        caught = cut_by_turns(box, given.cuts, scores, control=controls)
        if controls and not box.stuck:
            caught &= a_ledger_that_does_not_wait(box)
    return _summary(scores, caught)


def cut_by_turns(box: Box, cuts: int, scores: dict[str, Score], *, control: bool) -> bool:
    """All cuts, or up to the one after which the box does not go on. False: the control was not caught."""
    caught = True
    longest = _lengths(box, list(scores))
    for number, name in zip(range(1, cuts + 1), cycle(scores), strict=False):
        trial = KINDS[name](box, name, longest.get(name, 8.0))
        with_control = control and number == 1 and isinstance(trial, Ballots)
        caught &= one_cut(number, trial, scores[name], with_control=with_control)
        if box.stuck:
            print("the box does not go on: no further cut", flush=True)
            break
    return caught


@contextmanager
def switched_on(made: set_up_disk.SetUp, chance: random.Random, name: str = NAME, *parameters: str) -> Iterator[Box]:
    """A copy of that box, running, with a new backup disk; `parameters` are for its kernel."""
    folder = (rootfs.CACHE / "cuts" / name).resolve()
    for disk in ("card", "stick"):  # what a run that was killed has left
        LoggedDisk(folder / f"{disk}.img", folder / disk).take_away()
    try:
        card = LoggedDisk(set_up_disk.copied(made.image, folder / "card.img"), folder / "card")
        stick = LoggedDisk(set_up_disk.stick(folder / "stick.img"), folder / "stick")
        with Computer(name, [card, stick], made.key) as machine:
            people = Callers(name, made.authority)
            box = Box(machine, people, chance)
            seconds = machine.boot(*parameters)
            machine.wait_for(people.is_well, LONG, "an answer over TLS")
            print(f"switched on: {machine.run('uname -sr').stdout.strip()}, up after {seconds:.0f} s", flush=True)
            yield box
    finally:
        shutil.rmtree(folder)


def _lengths(box: Box, kinds: list[str]) -> dict[str, float]:
    """How long those last that come to an end by themselves; cuts fall also a little after it."""
    found: dict[str, float] = {}
    for name, length in (("update", uncut_update), ("backup", uncut_backup)):
        if name in kinds:
            seconds = length(box)
            print(f"uncut: {name}: {seconds:.0f} s", flush=True)
            found[name] = seconds * 1.2
    return found


def one_cut(number: int, trial: Trial, score: Score, *, with_control: bool = False) -> bool:
    """One line of the table. False: the control was not caught."""
    box, caught = trial.box, True
    trial.begin()
    seconds = box.chance.uniform(0, trial.longest)
    time.sleep(seconds)  # no synchronisation: this is where chance cuts
    positions = box.machine.freeze()
    cut = utc()
    box.machine.kill()
    positions[0] = trial.moment(positions[0])
    if with_control:
        caught = a_deaf_drive(box, trial, positions[0])
    lost = [disk.cut(at, box.chance) for disk, at in zip(box.machine.disks, positions, strict=True)]
    box.people.hang_up()
    score.cuts += 1
    found, took = "", 0.0
    try:
        took = box.machine.boot()
        box.machine.wait_for(box.people.is_well, LONG, "an answer over TLS")
        trial.wrong += [why for why in [box.verified()] if why]
        found = trial.after(cut)
        score.boots.append(took)
    except (TimeoutError, AssertionError, RuntimeError, OSError) as error:
        trial.wrong.append(f"{type(error).__name__}: {str(error)[-1500:]}")
        box.stuck = True
    score.bad += bool(trial.wrong)
    kept = f"card: {lost[0]}; stick: {lost[1]}"
    verdict = "; ".join([found, *(f"NOT AS IT SHOULD BE: {why}" for why in trial.wrong)])
    print(
        f"{number:3} {trial.name:9} cut after {seconds:5.1f} s ({kept}), up alone after {took:3.0f} s: {verdict}",
        flush=True,
    )
    return caught


def _summary(scores: dict[str, Score], caught: bool) -> int:
    print(f"\n{'cut during':12}{'cuts':>6}{'bad':>6}{'boots alone, seconds':>24}")
    for name, score in scores.items():
        boots = f"{min(score.boots):.0f} … {max(score.boots):.0f}" if score.boots else "none"
        print(f"{name:12}{score.cuts:6}{score.bad:6}{boots:>24}")
    bad = sum(score.bad for score in scores.values())
    print(
        f"{sum(score.cuts for score in scores.values())} cuts, {bad} bad"
        + ("" if caught else "; A CONTROL LOST NOTHING")
    )
    print("seconds are of User Mode Linux on this machine, not of a Pi")
    return 1 if bad or not caught else 0


if __name__ == "__main__":
    if shutil.which("linux.uml") is None:
        sys.exit("there is no linux.uml: `make uml-packages` installs it")
    sys.exit(main())
