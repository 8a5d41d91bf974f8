"""`python -m tests.bench.bad_network`: a whole hall behind a bad line, beside the same hall behind a good one.

The real appliance behind the role's nginx, TLS and firewall; each tablet at an address of its own, its client behaving
as the screen's program does; and a real Chromium that opens the delegates' page. Between them and the box is one line
for all (`tests/beds/bad_line.py`): 5 % of the frames lost each way, each up to 200 ms late each way and overtaking one
another, 10 Mbit/s for everybody together, 0.4 s of queue at most. Needs root. Not a Pi.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from tests.beds.bad_line import BAD, GOOD, Quality
from tests.bench import machine
from tests.bench.audit import audit
from tests.bench.far_hall import FarHall, far_hall
from tests.bench.far_meeting import FarMeeting, Figures
from tests.bench.far_page import Pages
from tests.bench.limits import percentile

LIMITS: Final = {
    "open → last tablet": 2.0,
    "ballot → durable answer": 2.0,
    "result → last tablet": 2.0,
    "page, from nothing": 5.0,
    "page, once more": 5.0,
}
"""Seconds. What is not here has no limit of its own and is printed all the same."""


def main() -> int:
    """0 when every acknowledged ballot is in the ledger, once; a limit that is missed is printed, not punished."""
    given = arguments()
    began = time.monotonic()
    with far_hall(given.tablets, given.seed) as hall:
        bad = replace(BAD, loss_percent=given.loss, delay_ms=given.delay, jitter_ms=given.jitter, mbit=given.mbit)
        found, faults, kept = asyncio.run(both(hall, {"good": GOOD, "bad": bad}, given))
    print(f"{machine.line('TLS')}; {given.tablets} tablets; {time.strftime('%Y-%m-%d')}")
    print(
        f"bad line: {bad.loss_percent:g} % lost each way, {bad.delay_ms:g} ± {bad.jitter_ms:g} ms, {bad.mbit:g} Mbit/s"
    )
    print()
    print(table(found))
    print(
        f"\nballots acknowledged {kept[0]}, in the ledger {kept[1]}: "
        + ("; ".join(faults) or "none lost, none doubled")
    )
    print(f"{time.monotonic() - began:.0f} s in all")
    return 1 if faults or kept[0] != kept[1] else 0


def arguments() -> argparse.Namespace:
    """What may be asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.bad_network", description=__doc__)
    parser.add_argument("--tablets", type=int, default=60)
    parser.add_argument("--polls", type=int, default=5, help="on each line")
    parser.add_argument(
        "--pages", type=int, default=10, help="loads by Chromium on each line, each from nothing and again"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--loss", type=float, default=BAD.loss_percent, help="percent, each way")
    parser.add_argument("--delay", type=float, default=BAD.delay_ms, help="milliseconds, each way")
    parser.add_argument("--jitter", type=float, default=BAD.jitter_ms, help="milliseconds more and less")
    parser.add_argument("--mbit", type=float, default=BAD.mbit, help="for everybody together")
    return parser.parse_args()


async def both(
    hall: FarHall, lines: dict[str, Quality], given: argparse.Namespace
) -> tuple[dict[str, Figures], list[str], tuple[int, int]]:
    """The same meeting on each line, one after the other; the audit of all its ballots."""
    found: dict[str, Figures] = {}
    meeting = FarMeeting(hall)
    async with meeting.live(), Pages(hall) as pages:
        await meeting.convene()
        for name, quality in lines.items():
            hall.line.be(quality)
            hall.line.stats()
            figures = found[name] = Figures()
            said = _say(name)
            for turn in range(given.polls):
                said(f"poll {turn + 1}")
                await meeting.poll(figures)
            said("the line is cut for ten seconds")
            await meeting.outage(figures, quality)
            said("pages")
            await pages.loads(figures, given.pages)
            figures.stats.append(hall.line.stats())
            said("all pages at once")
            await meeting.all_pages(figures)
            figures.stats.append(hall.line.stats())
            hall.line.be(GOOD)
    counted, faults = audit(hall.ledger, meeting.acknowledged)
    return found, faults, (len(meeting.acknowledged), counted)


def _say(line: str) -> Callable[[str], None]:
    return lambda what: print(f"{time.strftime('%H:%M:%S')}  {line} line: {what}", file=sys.stderr, flush=True)


def table(found: dict[str, Figures]) -> str:
    """For people: the good line beside the bad one, and the limit that the bad one is held against."""
    heads = "".join(f"{f'{name} line':>27}" for name in found)
    shares = "".join(f"{'p50':>9}{'p99':>9}{'max':>9}" for _ in found)
    lines = [f"{'seconds':<34}{heads}{'limit':>8}", f"{'':<34}{shares}"]
    for what in next(iter(found.values())).seconds:
        cells = "".join(_cells(figures.seconds.get(what, [])) for figures in found.values())
        limit = LIMITS.get(what)
        worst = max(found["bad"].seconds.get(what, [0.0]))
        verdict = "" if limit is None else f"{limit:>8g}" + ("" if worst <= limit else "   NOT REACHED")
        lines.append(f"{what:<34}{cells}{verdict}")
    for name, figures in found.items():
        page = f"a page from nothing is {figures.page_octets / 1000:.0f} kB" if figures.page_octets else ""
        lag = max(one.latest_ms for one in figures.stats)
        frames, lost, crowded = (
            sum(getattr(one, f) for one in figures.stats) for f in ("frames", "lost", "crowded_out")
        )
        lines.append(
            f"{name} line: {frames} frames, {lost} lost, {crowded} crowded out of the queue; the forwarder's lag at "
            f"most {lag:.0f} ms; {figures.new_lines} lines opened anew; {page}"
        )
    return "\n".join(lines)


def _cells(values: list[float]) -> str:
    if not values:
        return f"{'–':>27}"
    nanoseconds = [int(value * 1e9) for value in values]
    return "".join(f"{percentile(nanoseconds, share) / 1e9:>9.2f}" for share in (0.5, 0.99, 1.0))


if __name__ == "__main__":
    raise SystemExit(main())
