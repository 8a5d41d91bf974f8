"""`python -m tests.bench.losses`: how much picture is lost when a part of the recorder is killed, with real ffmpeg.

One take of a real recorder; archive, source and the recorder itself are killed (SIGKILL) in turn, some times each. What
is lost is what the manifest says of each gap: from the last picture before it to the first one after it. That nothing
else is missing the tests hold. What a power cut costs `make power-cut` prints.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.bench import machine
from tests.recordings.recorder_process import Link, Recorder, recorder, standing

GOAL_SECONDS: Final = 1.0


def main() -> int:
    """0 when all was measured; goals that are not reached are printed, not punished."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.losses", description=__doc__)
    parser.add_argument("--times", type=int, default=5, help="that each is killed")
    given = parser.parse_args()
    print(f"{machine.line()}; {time.strftime('%Y-%m-%d')}\n")
    print(f"{'picture lost when killed':<26}{'median':>9}{'most':>9}{'goal':>9}   of {given.times}")
    settings = {"unknown_after_seconds": 60.0, "lost_after_seconds": 3.0}
    with tempfile.TemporaryDirectory() as folder, recorder(Path(folder), settings=settings) as house:
        link = filmed(house.public(), 0)
        for name, kill in (("archive", _archive), ("source", _source), ("recorder", _recorder)):
            lost = []
            for _ in range(given.times):
                link = kill(house, link)
                lost.append(house.gaps()[-1].seconds)
            reached = "" if statistics.median(lost) <= GOAL_SECONDS else "   NOT REACHED"
            cells = "".join(f"{value:>7.2f} s" for value in (statistics.median(lost), max(lost), GOAL_SECONDS))
            print(f"{name:<26}{cells}{reached}", flush=True)
    return 0


def filmed(link: Link, gaps: int) -> Link:
    """Until it records again, and two seconds more."""
    now = link.until(lambda state: state["stage"] == "recording" and state["gaps"] >= gaps, f"gap {gaps}")
    link.until(lambda state: state["seconds"] >= now["seconds"] + 2, "two seconds")
    return link


def _child(name: str) -> Callable[[Recorder, Link], Link]:
    def kill(house: Recorder, link: Link) -> Link:
        before = len(house.gaps())
        house.signal(name)
        return filmed(link, before + 1)

    return kill


_archive, _source = _child("archive"), _child("source")


def _recorder(house: Recorder, link: Link) -> Link:
    before = len(house.gaps())
    link.close()
    house.links.remove(link)
    house.kill()
    house.start()
    link = house.link()
    link.tell(house.stand(standing()))
    return filmed(link, before + 1)


if __name__ == "__main__":
    raise SystemExit(main())
