"""A box is stolen, a box dies in a vote: what is left, and how soon the hall goes on. `make restore-test`

    python -m tests.witness.theft [--release FILE] [--rounds N] [--rate BALLOTS/S] [--seed N] [--again]

1. Two boxes are set up by the play, the second as the first one's standby. A meeting is held, with a paper, a recording
   and a vote; backups go to a stick, to an archive by sftp and to the standby; the monthly drill's unit is run.
2. The first box is stolen. A bare machine is set up by the play and restored by one command, from the stick and again
   from the archive: the ledger's head, the paper, everybody's files and the tablets' sign-ins are what they were.
3. Several times over, the power of the first box goes while sixty tablets press; a person gives `nghi-truong take-over`
   on the second. Counted is what was acknowledged and is not there; timed is until the last tablet is back.

Prints what it found, and a table; the exit code says whether all of it was so. Needs root. `--again` takes the disks
that the last run has set up, and does 2 and 3 anew.
"""

import argparse
import random
import statistics
import sys
from pathlib import Path
from typing import Final

from tests.bench import machine
from tests.witness import dying, stolen
from tests.witness.findings import Findings
from tests.witness.image import newest
from tests.witness.two_boxes import MEMBERS, TwoBoxes

LOST_BOUND_MS: Final = 500.0
"""What DECISIONS.md promises of a standby; more than this is wrong."""


def main() -> int:
    """Everything in turn; 1 when something was not as it should be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--release", type=Path, help="without it the newest of dist/")
    parser.add_argument(
        "--rounds", type=int, default=5, help="how often the first box dies in a vote; 0: only the theft"
    )
    parser.add_argument("--rate", type=float, default=60.0, help="ballots a second, of all tablets together")
    parser.add_argument("--seed", type=int, default=1, help="when it dies")
    parser.add_argument("--again", action="store_true", help="with the disks that the last run has set up")
    parser.add_argument("--no-theft", action="store_true", help="only the standby")
    given = parser.parse_args()
    print(machine.line("two machines on one wire, TLS"), flush=True)
    found, chance = Findings("theft, and a standby that takes over"), random.Random(given.seed)
    with TwoBoxes(given.release or newest(), again=given.again).up() as place:
        place.set_up(found)
        if not given.again:
            stolen.prepare(found, place)
        if not given.no_theft:
            stolen.run(found, place)
        deaths = [
            dying.death(found, place, given.rate, chance.uniform(2.0, 6.0), first_time=number == 0)
            for number in range(given.rounds)
        ]
        if deaths:
            dying.same_head(found, place)
    if deaths:
        _table(found, given.rate, deaths)
    return found.close()


def _table(found: Findings, rate: float, deaths: list[dying.Death]) -> None:
    print(f"\n{MEMBERS} tablets at {rate:.0f} ballots/s over TLS, {len(deaths)} deaths     median    most")
    rows = (
        ("ballots acknowledged", [float(each.acknowledged) for each in deaths]),
        ("of them not on the standby", [float(each.lost) for each in deaths]),
        ("milliseconds of the poll that these are", [each.lost_ms for each in deaths]),
        ("take-over, from the typed name to its end, s", [each.taken_seconds for each in deaths]),
        ("from the typed name to the first tablet, s", [each.first_back for each in deaths]),
        ("from the typed name to the last tablet, s", [each.last_back for each in deaths]),
    )
    for what, values in rows:
        print(f"  {what:46} {statistics.median(values):9.1f} {max(values):7.1f}")
    most = max(each.lost_ms for each in deaths)
    found.check(f"no more than {LOST_BOUND_MS:.0f} ms of a poll are lost", most <= LOST_BOUND_MS, f"{most:.0f} ms")


if __name__ == "__main__":
    sys.exit(main())
