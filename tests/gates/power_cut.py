"""`make power-cut`: cut the power under the real ledger at random moments; no acknowledged ballot may be lost.

The Chamber, the group-commit thread, the SQLite ledger and its key are the appliance's own: three polls, in
the first every ballot waits for its answer, in the others all members press at once, and between polls the
log is moved into the file as the appliance does when it is quiet. Beside it runs the negative control with
synchronous=NORMAL: if that loses nothing, this gate sees nothing, and fails.
"""

import argparse
import queue
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

from sqlalchemy import event
from sqlalchemy.pool import Pool

from appliance.adapters.clock import SystemClock
from appliance.adapters.group_commit import GroupCommitWriter
from appliance.adapters.keys import ApplianceKey
from appliance.adapters.memory import MemoryFacts
from appliance.adapters.sql.ledger import SqlLedger
from appliance.adapters.sql.verify import verify_ledger
from appliance.core import commands as c
from appliance.core.people import Actor
from appliance.core.refusals import Fault
from appliance.core.state import Meeting
from appliance.services.answers import Accepted, Answer
from appliance.services.chamber import Chamber
from tests.gates.write_logged_disk import WriteLoggedDisk, mounted, what_is_missing
from tests.house import accepted, announce_poll, command_of, convene, facts, member, open_poll, seq_of, sit

MEMBERS: Final = 27
CHOICES: Final = ("for", "against", "abstain")
Row = tuple[int, str, bytes]


class Promise(NamedTuple):
    """An answer as the tablet got it, and where the disk's log stood at that moment."""

    seq: int
    log_position: int


@dataclass(slots=True)
class Ending:
    """What one recording wrote and promised."""

    promises: list[Promise] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    begins: int = 0
    ends: int = 0


class OnDisk:
    """The appliance's own parts on a folder, driven from one thread as its hub would."""

    def __init__(self, folder: Path, position: Callable[[], int]) -> None:
        self._calls: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._position = position
        self.ending = Ending()
        self.ledger = SqlLedger(folder / "ledger.db")
        self.writer = GroupCommitWriter(self.ledger, self._calls.put)
        signer = ApplianceKey(folder / "key.pem")
        self.chamber = Chamber(self.ledger, self.writer, MemoryFacts(facts(MEMBERS)), SystemClock(), signer)
        self.chamber.load()
        self.ending.begins = position()

    @property
    def state(self) -> Meeting:
        """What is durable."""
        return self.chamber.durable

    def give(self, actor: Actor, kind: type[c.Command], /, *, in_room: bool = False, **fields: Any) -> object:
        """One command, and its answer once that is durable."""
        return self.give_all([(actor, command_of(kind, fields))], in_room=in_room)[0]

    def give_all(self, orders: list[tuple[Actor, c.Command]], *, in_room: bool = False) -> list[Answer]:
        """All at once; each answer becomes a promise at the moment it is given."""
        answers: list[Answer] = []

        def answered(answer: Answer) -> None:
            answers.append(answer)
            if isinstance(answer, Accepted):
                self.ending.promises.append(Promise(answer.seq, self._position()))

        for actor, command in orders:
            self.chamber.handle(command, actor, answered, in_room=in_room)
        while len(answers) < len(orders):
            self._calls.get(timeout=60)()
        return answers

    def close(self) -> Ending:
        """Stop the writer and close the files."""
        self.writer.stop()
        self.ending.rows = list(self.ledger.rows(self.chamber.head.ledger))
        self.ending.ends = self._position()
        self.ledger.close()
        return self.ending


@contextmanager
def without_fsync_per_commit() -> Iterator[None]:
    """The negative control: whatever the ledger set, its connections commit without waiting for the disk."""

    def loosen(connection: Any, *_: object) -> None:
        connection.execute("PRAGMA synchronous = NORMAL")

    event.listen(Pool, "checkout", loosen)
    try:
        yield
    finally:
        event.remove(Pool, "checkout", loosen)


def record(folder: Path, ballots: int, position: Callable[[], int]) -> Ending:
    """A meeting with three polls, each ballot in the first for itself, in the others all members at once."""
    hall = sit(convene(OnDisk(folder, position)), present=MEMBERS)
    third = ballots // 3
    open_poll(hall, "p1")
    for number in range(third):
        accepted(hall.give(member(number % MEMBERS + 1), c.CastBallot, poll="p1", choice=CHOICES[number % 3]))
    for poll in ("p2", "p3"):
        announce_poll(hall, "p1" if poll == "p2" else "p2")
        hall.ledger.checkpoint()
        open_poll(hall, poll)
        for start in range(0, third, MEMBERS):
            wave = range(start, min(start + MEMBERS, third))
            pressed = [(member(i % MEMBERS + 1), CHOICES[(i + start) % 3]) for i in wave]
            orders = [(who, command_of(c.CastBallot, {"poll": poll, "choice": choice})) for who, choice in pressed]
            for answer in hall.give_all(orders):
                seq_of(answer)
    return hall.close()


def found_after(folder: Path) -> tuple[list[Row], str]:
    """The entries that are there after recovery, and what is wrong with them (or '')."""
    path = folder / "ledger.db"
    try:
        ledger = SqlLedger(path)
        try:
            rows = list(ledger.rows(ledger.head().ledger))
        finally:
            ledger.close()
        report = verify_ledger(path)
    except (Fault, OSError) as trouble:
        return [], repr(trouble)
    return rows, report.why


class Cuts(NamedTuple):
    """In how many cuts promised entries were gone, at most how many, and how many cuts left something wrong."""

    lost_in: int
    lost_most: int
    corrupt: int


def cut_often(name: str, ballots: int, cuts: int, seed: int) -> Cuts:
    """Record once, cut often, print what was found."""
    with tempfile.TemporaryDirectory(prefix="power-cut-") as temporary:
        folder, chance = Path(temporary), random.Random(seed)
        disk = WriteLoggedDisk(folder)
        started = time.monotonic()
        with disk.recording() as where:
            ending = record(where, ballots, disk.position)
        took = time.monotonic() - started
        writes = disk.writes()
        flushes = sum(1 for write in writes[ending.begins : ending.ends] if write.flags & 1)
        cast = sum(b'"BallotCast"' in body for _, _, body in ending.rows)
        print(
            f"synchronous={name}: {len(ending.promises)} commands acknowledged ({cast} ballots) in {took:.1f} s, "
            f"{ending.ends - ending.begins} writes, {flushes} flushes; {cuts} cuts",
            flush=True,
        )
        lost: list[int] = []
        corrupt = 0
        for number in range(cuts):
            cut = chance.randrange(ending.begins, ending.ends)
            disk.after_cut(writes, cut, chance, folder / "cut.img")
            with mounted(folder / "cut.img", folder / "after") as where:
                rows, wrong = found_after(where)
            promised = max((p.seq for p in ending.promises if p.log_position <= cut), default=0)
            wrong = wrong or ("" if rows == ending.rows[: len(rows)] else "the entries are not those that were written")
            if wrong:
                corrupt += 1
                print(f"  cut {number + 1}, behind write {cut}: {wrong}", flush=True)
            lost.append(max(0, promised - len(rows)))
        found = Cuts(sum(1 for n in lost if n), max(lost, default=0), corrupt)
        print(
            f"  acknowledged entries lost in {found.lost_in} of {cuts} cuts (at most {found.lost_most} of them); "
            f"spoilt ledgers: {found.corrupt}; {time.monotonic() - started:.0f} s",
            flush=True,
        )
        return found


def main() -> int:
    """0 when the appliance's setting loses nothing and the control does."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cuts", type=int, default=40)
    parser.add_argument("--ballots", type=int, default=240)
    parser.add_argument("--seed", type=int, default=20261218)
    options = parser.parse_args()
    missing = what_is_missing()
    if missing:
        print(f"The power cannot be cut on this machine: {missing}.")
        return 2
    ours = cut_often("FULL", options.ballots, options.cuts, options.seed)
    with without_fsync_per_commit():
        control = cut_often("NORMAL (the control)", options.ballots, options.cuts, options.seed)
    if ours.lost_in or ours.corrupt:
        print("FAILED: a power cut lost an acknowledged ballot or spoilt the ledger")
        return 1
    if not control.lost_in:
        print("FAILED: the control without fsync lost nothing, so this gate proves nothing here")
        return 1
    print(
        f"passed: 0 of {options.cuts} cuts lost an acknowledged ballot, nothing spoilt; "
        f"without an fsync per commit {control.lost_in} of {options.cuts} did"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
