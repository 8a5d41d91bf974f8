"""What preparing papers costs a vote: 60 PDFs of 40 pages in the background, votes beside them and without them.

    python -m tests.bench.papers [--quick]

The papers process is the real one with its sandbox, on the data folder of the appliance that the votes are given to, so
that taking in what it made (texts, index, the registry) is part of what is measured. Votes alone are measured before
and after, votes beside it in between; a page takes a third of a second of one core here, so it is at work all the time.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from appliance.adapters.clock import SystemClock
from appliance.adapters.paper_folder import PaperFolder
from appliance.adapters.sql.registry import SqlRegistry
from appliance.config import load, rule_profile
from appliance.core.plan import MeetingKind, Plan
from appliance.services.on_file import Change, Document, PaperVersion, Put
from appliance.services.paper_spool import MADE, PDF_MEDIA, PROGRESS, SPOOL
from appliance.services.registry import Registry
from tests.bench import machine
from tests.bench.council import Seeded, seed
from tests.bench.hall import Hall, appliance, connect_members, convene
from tests.bench.limits import arrivals
from tests.bench.rounds import Figures, progress
from tests.bench.viewers import anywhere
from tests.papers.files import report as paper

MEMBERS: Final = 120
PAPERS, PAGES = 60, 40
LIMIT: Final = 1.3
"""Press → durable while papers are prepared, beside the same without."""


def measure(folder: Path, *, quick: bool) -> str:
    """Everything; the table."""
    papers, pages, rounds = (12, 40, 4) if quick else (PAPERS, PAGES, 12)
    council = seed(folder / "council", MEMBERS)
    progress(f"{papers} PDFs of {pages} pages")
    hashes = on_file(council, papers, pages)
    alone, beside = Figures(MEMBERS, slow=False), Figures(MEMBERS, slow=False)
    with appliance(council) as hall:
        convene(hall)
        connect_members(hall)
        _vote(hall, alone, 2, 90)
        alone.series.clear()  # the first ones warm up
        progress("votes alone")
        _vote(hall, alone, rounds // 2, 0)
        progress("votes beside the papers process")
        started = time.monotonic()
        with _preparing(council) as process:
            _until_at_work(council)
            _come_back(hall)
            hall.tablets.quiet(2.0, at_most=5.0)  # each page that is made is told to the clerk
            _vote(hall, beside, rounds, 0)
            took, done = time.monotonic() - started, _done(council, hashes)
            running = process.poll() is None
        _come_back(hall)
        _vote(hall, alone, rounds - rounds // 2, rounds // 2)
    ended = "; THE PROCESS HAS ENDED" if not running else "; NOTHING WAS LEFT TO DO" if done == papers else ""
    lines = [
        f"press → durable, N = {MEMBERS}, {papers} PDFs of {pages} pages in preparation, beside without",
        f"  {done} of {papers} papers ready after {took:.0f} s{ended}",
    ]
    for which in ("vote p50", "vote p99", "vote max"):
        a, b = alone.get(which) or 0.0, beside.get(which) or 0.0
        goal = "" if which == "vote max" else f"≤ {LIMIT}×  {'reached' if b <= LIMIT * a else 'NOT REACHED'}"
        lines.append(f"  {which.removeprefix('vote '):<6}{b:7.2f} / {a:.2f} ms = {b / a if a else 0:.2f}×  {goal}")
    return "\n".join(lines)


def on_file(council: Seeded, papers: int, pages: int) -> list[str]:
    """The papers, uploaded and not yet prepared; their SHA-256."""
    config = load(council.config)
    folder = PaperFolder(config.papers_folder)
    now = datetime.now(UTC)
    changes: list[Change] = [Put(Plan("bench", MeetingKind.REGULAR_YEAR_END, "Kỳ họp"))]
    hashes = []
    for number in range(papers):
        incoming = folder.incoming()
        incoming.write(paper(pages, f"Báo cáo {number}", seed=number))
        incoming.whole()
        folder.keep(incoming, PDF_MEDIA)
        version = PaperVersion(incoming.sha256, f"{number}.pdf", PDF_MEDIA, incoming.size, now, "clerk")
        changes.append(Put(Document(f"d{number}", "bench", None, f"Báo cáo {number}", versions=(version,))))
        hashes.append(incoming.sha256)
    store = SqlRegistry(config.data / "registry.db")
    Registry(store, rule_profile(config.rules), SystemClock()).change("bench", "Seed", lambda _: tuple(changes))
    store.close()
    return hashes


@contextmanager
def _preparing(council: Seeded) -> Iterator["subprocess.Popen[bytes]"]:
    """The papers process, on every core."""
    command = [sys.executable, "-m", "appliance", "papers", "--config", str(council.config)]
    with anywhere():
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        yield process
    finally:
        machine.end(process)


def _done(council: Seeded, hashes: list[str]) -> int:
    folder = load(council.config).papers_folder
    return sum((folder / sha256 / MADE).exists() for sha256 in hashes)


def _until_at_work(council: Seeded) -> None:
    """A page has been made, or half a minute is over: a machine that is busy otherwise gives it no time."""
    spool, over = load(council.config).papers_folder / SPOOL, time.monotonic() + 30
    while not any(spool.glob(f"*{PROGRESS}")) and time.monotonic() < over:
        time.sleep(0.1)


def _come_back(hall: Hall) -> None:
    """Everybody anew, so that nobody has missed a heartbeat."""
    everybody = [hall.chair, hall.clerk, *hall.members]
    hall.tablets.drop(everybody)
    hall.tablets.connect(everybody)


def _vote(hall: Hall, figures: Figures, rounds: int, first: int) -> None:
    for turn in range(rounds):
        hall.open_poll()
        took, _ = hall.vote(arrivals(len(hall.members), first + turn))
        figures.latencies("vote", took)
        hall.finish_poll()


if __name__ == "__main__":
    machine.pin(machine.CLIENT_CORE)
    with tempfile.TemporaryDirectory() as where:
        print(machine.line())
        print(measure(Path(where), quick="--quick" in sys.argv))
