"""`python -m tests.bench.standby`: what a standby lacks when the first box dies in the middle of a poll.

A writer appends ballots to a real ledger, each with its fsync, while litestream streams it with the settings that the
role `backup` writes. Both are killed at a random moment, the stream first; the stream is restored and compared with
what the writer had acknowledged. Then one whole take-over is timed, with a backup's files and a ledger of that size.
The stream goes to a folder of this disk: a network between the boxes adds its own delay.
"""

import argparse
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import jinja2

from appliance.adapters.sql.ledger import SqlLedger
from appliance.box import databases
from appliance.core import events as e
from appliance.core import ledger as lg
from appliance.core.ballot_paper import Choice
from appliance.core.people import Actor, Role
from tests.beds.backed_up import NAME, ROOT, Box
from tests.bench import machine
from tests.faults.appliance_process import appliance
from tests.faults.council import CHAIR, CLERK

LITESTREAM: Final = Path(sys.executable).with_name("litestream")
TEMPLATE: Final = ROOT / "ansible" / "roles" / "backup" / "templates" / "litestream.yml"
LOST_BOUND_MS: Final = 500.0
"""What DECISIONS.md states as the bound; more than this is said, not hidden."""


def main() -> int:
    """0 when all was measured."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.standby", description=__doc__)
    parser.add_argument("--times", type=int, default=10, help="that the box dies")
    parser.add_argument("--rate", type=float, default=90.0, help="ballots a second")
    parser.add_argument("--write", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.write is not None:
        return _write(given.write, given.rate)
    print(f"{machine.line()}; {time.strftime('%Y-%m-%d')}\n")
    lost = [_death(given.rate, random.uniform(1.0, 4.0)) for _ in range(given.times)]
    ballots, milliseconds = [count for count, _ in lost], [ms for _, ms in lost]
    over = "" if max(milliseconds) <= LOST_BOUND_MS else f"   ABOVE {LOST_BOUND_MS:.0f} ms"
    print(f"lost at {given.rate:.0f} ballots/s, {given.times} deaths:   median   most")
    print(f"  ballots acknowledged and not streamed {statistics.median(ballots):>8.0f} {max(ballots):>6}")
    print(f"  milliseconds of the poll {statistics.median(milliseconds):>21.0f} {max(milliseconds):>6.0f}{over}")
    print(f"take-over, from the typed name to units started: {_take_over():.1f} s")
    return 0


def _write(file: Path, rate: float) -> int:
    """Ballots, one a commit; each is told on standard output once it is on the disk."""
    store, head = SqlLedger(file), lg.EMPTY
    actor, due = Actor(role=Role.DELEGATE, person="m01", member="m01"), time.monotonic()
    while True:
        seq = head.seq + 1
        event = e.BallotCast(poll="p1", member=f"m{seq % 60:02}", choice=Choice.FOR, by="tablet")
        entry = lg.LedgerEntry(
            ledger="ab" * 16, seq=seq, time=datetime.now(UTC), uptime_ms=int(time.monotonic() * 1000), prev=head.hash,
            actor=actor, events=(event,), v=lg.VERSION,
        )  # fmt: skip
        sealed = lg.seal(entry)
        store.append(head, [sealed])
        head = sealed.head
        print(json.dumps([seq, time.monotonic()]), flush=True)
        due += 1 / rate
        time.sleep(max(0.0, due - time.monotonic()))


def stream(folder: Path, data: Path, to: Path) -> "subprocess.Popen[bytes]":
    """litestream as the role sets it up."""
    settings = folder / "litestream.yml"
    variables = {"backup_replica": {"path": str(to)}, "backup_databases": str(data), "ansible_managed": "bench"}
    settings.write_text(jinja2.Template(TEMPLATE.read_text(), undefined=jinja2.StrictUndefined).render(variables))
    with (folder / "litestream.log").open("wb") as log:
        return subprocess.Popen([LITESTREAM, "replicate", "-config", settings], stdout=log, stderr=log)


def _death(rate: float, after: float) -> tuple[int, float]:
    """How many acknowledged ballots the stream lacks, and how long before the last one its own last one was."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data, to = folder / "data", folder / "replica"
        data.mkdir()
        SqlLedger(data / "ledger.db").close()
        streaming = stream(folder, data, to)
        words: list[str | Path] = [
            sys.executable,
            "-m",
            "tests.bench.standby",
            "--write",
            data / "ledger.db",
            "--rate",
            str(rate),
        ]
        writer = subprocess.Popen(words, stdout=subprocess.PIPE, cwd=ROOT)
        try:
            _until_streamed(to)
            time.sleep(after)
        finally:
            for process in (streaming, writer):
                process.kill()
        assert writer.stdout is not None
        told = [json.loads(line) for line in writer.stdout.read().splitlines() if line.endswith(b"]")]
        writer.stdout.close()
        for process in (streaming, writer):
            process.wait()
        restored = folder / "restored.db"
        subprocess.run(
            [LITESTREAM, "restore", "-o", restored, f"file://{to}/ledger.db"], check=True, capture_output=True
        )
        end = databases.head(restored)
    last_seq, last = told[-1]
    times = dict(told)
    kept = end.seq if end is not None else 0
    missing = max(0, last_seq - kept)
    return missing, (last - times[kept]) * 1000 if missing and kept in times else 0.0


def _until_streamed(to: Path) -> None:
    """Until ballots are on their way: what is measured is a poll that goes on, not its beginning."""
    deadline = time.monotonic() + 30
    while len(list((to / "ledger.db" / "ltx" / "0").glob("*.ltx"))) < 5:
        if time.monotonic() > deadline:
            raise TimeoutError("nothing was streamed")
        time.sleep(0.05)


def _take_over() -> float:
    """A whole one, in seconds, as a person would wait for it."""
    with tempfile.TemporaryDirectory() as name:
        first, second = Box.made(Path(name) / "first"), Box.made(Path(name) / "second")
        to = second.folder / "var" / "nghi-truong-standby" / "replica"
        first.did("backup", "--prepare")
        standby = {"replica": str(to), "files": "usb", "warm": str(to.with_name("warm"))}
        second.configure(target={"repository": str(first.repository)}, standby=standby)
        second.password.write_text(first.password.read_text())
        with appliance(first.data, members=60) as house:
            house.did(CLERK, "ConveneMeeting", title="Kỳ họp thứ 3")
            house.did(CHAIR, "OpenSitting")
            for _ in range(10):
                for i in range(1, 61):
                    house.did(CLERK, "CheckIn", member=f"m{i:02}")
                    house.did(CLERK, "CheckOut", member=f"m{i:02}")
            first.did("backup")
            streaming = stream(first.folder, first.data, to)
            _until(
                lambda: (to / "ledger.db").is_dir() and (to / "registry.db").is_dir() and (to / "papers.db").is_dir()
            )
            time.sleep(2)
            house.kill()
            streaming.kill()
            streaming.wait()
        second.did("standby")
        began = time.monotonic()
        second.did("take-over", typed=f"{NAME}\n")
        return time.monotonic() - began


def _until(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not what():
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(0.05)


if __name__ == "__main__":
    raise SystemExit(main())
