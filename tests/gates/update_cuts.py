"""`make update-cuts`: kill everything at random moments of an update; one whole release must be left.

Forward and back by turns, between two real releases with a schema change between them, the appliance serving. What is
killed is every process of the box at once, as the power does it; what the disk had not yet taken is not lost here, for
which `make power-cut` is. After each cut the box starts by itself: it settles, serves, its ledger verifies, nothing is
gone.
"""

import argparse
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.beds.two_releases import NEW, OLD, Box, build, switched_on, wait_for

STEPS = ("not begun, or ended", "begun", "stopped", "copied", "migrated", "swapped", "good")
LONGER = 1.6
"""Cuts fall also after the end of an update of ordinary length: then the next one goes the other way."""


def main() -> int:
    """0: every cut has left one whole release."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cuts", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    chance = random.Random(given.seed)
    bad = 0
    with _box() as box:
        began = time.monotonic()
        box.told("activate", NEW)
        seconds = time.monotonic() - began
        for number in range(1, given.cuts + 1):
            bad += not _cut(box, number, chance.uniform(0, seconds * LONGER))
    print(f"{given.cuts} cuts, an update takes {seconds:.1f} s here: {bad or 'none'} left no whole release")
    return 1 if bad else 0


def _cut(box: Box, number: int, after: float) -> bool:
    """One cut; the release that was not in use is the one that is wanted."""
    before, entries, on_file = box.current, box.entries, box.on_file
    wanted = OLD if before == NEW else NEW
    updater = box.command("activate", wanted)
    with suppress(subprocess.TimeoutExpired):
        updater.wait(after)
    step = STEPS[box.steps()]
    box.cut_the_power(updater)
    began = time.monotonic()
    box.start_the_machine()
    try:
        wait_for(box.is_well, "an appliance that is well")
        seconds = time.monotonic() - began
        whole = box.works() and (box.entries, box.on_file) == (entries, on_file)
    except TimeoutError:
        seconds, whole = time.monotonic() - began, False
    verdict = "whole" if whole else "NOT WHOLE"
    print(f"{number:3}  {before} → {wanted}  cut after {after:5.2f} s ({step}): {box.current}, {verdict}, "
          f"up after {seconds:.1f} s", flush=True)  # fmt: skip
    return whole


@contextmanager
def _box() -> Iterator[Box]:
    """Both installed, the first serving."""
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
        probe.close()
        with switched_on(Box(Path(folder) / "box", port)) as box:
            for version in (OLD, NEW):
                box.told("install", str(build(version, Path(folder))))
            box.told("activate", OLD)
            box.hold_a_meeting()
            box.start_the_machine()
            wait_for(box.is_well, "the first appliance")
            yield box


if __name__ == "__main__":
    sys.exit(main())
