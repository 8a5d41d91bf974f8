"""`python -m tests.bench [--quick | --profile | --votes | --video]`: measure on this machine, print what was found."""

import argparse
import json
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

from tests.bench import machine, report
from tests.bench.council import seed
from tests.bench.rounds import Figures, measure, progress

SIZES = (27, 120, 500, 1000)
QUICK_SIZES = (27, 500)
KEPT = Path("var/bench")


def main() -> int:
    """0 when nothing was lost or doubled; goals that are not reached are printed, not punished."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two sizes, few rounds, under a minute")
    parser.add_argument("--profile", action="store_true", help="where one vote's time goes, stage by stage")
    parser.add_argument("--votes", action="store_true", help="the votes alone")
    parser.add_argument("--video", action="store_true", help="recording and streaming alone")
    parser.add_argument("--sizes", type=int, nargs="+", help="other sizes of council")
    parser.add_argument("--rounds", type=int, help="rounds a size and disk")
    given = parser.parse_args()
    machine.pin(machine.CLIENT_CORE)
    # So that the finally below also runs when somebody ends the bench.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    KEPT.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="run-", dir=KEPT))
    try:
        if given.profile:
            from tests.bench.profile import profile

            print(profile(folder))
            return 0
        failed = 0
        print(f"{machine.line()}; {time.strftime('%Y-%m-%d')}\n")
        if not given.video:
            failed = bench(
                folder, given.sizes or (QUICK_SIZES if given.quick else SIZES), given.rounds, quick=given.quick
            )
        if not given.votes:
            failed |= bench_video(folder, quick=given.quick)
        return failed
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def bench(folder: Path, sizes: tuple[int, ...], rounds: int | None, *, quick: bool) -> int:
    """All sizes on both disks; the table, the goals, and the JSON beside them."""
    started, found = time.monotonic(), list[Figures]()
    disks = (False, True) if machine.can_slow_fsync() else (False,)
    for n in sizes:
        council = seed(folder / f"council-{n}", n)
        for slow in disks:
            progress(f"N = {n}, {'each fsync 30 ms later' if slow else 'the disk as it is'}")
            turns = rounds or (3 if quick else 5)
            found.append(measure(council, folder, n, turns, slow=slow, convened=slow))
    took = time.monotonic() - started
    print(report.table(found), "\n")
    print(report.goals(found))
    if len(disks) == 1:
        print("  (fsync +30 ms was not measured: strace is not installed)")
    print(f"\nmedians of {rounds or (3 if quick else 5)} rounds, appliance and limits in turn; {took:.0f} s in all")
    last = {"machine": machine.line(), "seconds": round(took), "figures": report.as_json(found)}
    (KEPT / "last.json").write_text(json.dumps(last, ensure_ascii=False, indent=1), encoding="utf-8")
    return 1 if any(f.faults or f.acknowledged != f.in_ledger for f in found) else 0


def bench_video(folder: Path, *, quick: bool) -> int:
    """Recording and streaming: what they cost, how late the picture is, and what a vote notices of it."""
    from tests.bench import video

    started = time.monotonic()
    found = video.measure_video(folder, quick=quick)
    print(f"\n{video.report(found)}\n\n{time.monotonic() - started:.0f} s in all")
    last = {"machine": machine.line(), **video.as_json(found)}
    (KEPT / "last-video.json").write_text(json.dumps(last, ensure_ascii=False, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
