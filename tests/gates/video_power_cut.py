"""`make power-cut`: cut the power under the real archive at random moments; about a second of picture may be lost.

The archive is the shipped process, its data on a disk that remembers every write and flush; a camera sends it a real
stream in real time. Each cut is a moment of that time; what the recovery then finds is held against what the camera
had sent by then. Beside it runs the negative control with `fsync_seconds = 0`: if that loses no more, this gate sees
nothing, and fails.
"""

import argparse
import bisect
import logging
import random
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from recordings.adapters.keys import own_key
from recordings.adapters.take_check import check_take
from recordings.archive.recover import NoTake
from recordings.archive.take import recovered
from recordings.config import load
from recordings.layout import Layout
from tests.gates.write_logged_disk import Write, WriteLoggedDisk, mounted, what_is_missing
from tests.recordings.archive_child import TAKE, archive, camera
from tests.recordings.footage import FRAMES_PER_SECOND, footage

MOST_LOST: Final = 1.5
"""Seconds. `fsync_seconds` is 1; on a slow disk the sync itself takes its time."""
BEGINS: Final = 3.0
"""Seconds after the first picture: a take has then been made and opened."""


class Sample(NamedTuple):
    """Where the disk's log stood at a moment."""

    at: float
    position: int


@dataclass(slots=True)
class Watch:
    """Looks at the disk's log while the camera sends."""

    disk: WriteLoggedDisk
    samples: list[Sample] = field(default_factory=list)
    _ending: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        while not self._ending.wait(0.01):
            self.samples.append(Sample(time.monotonic(), self.disk.position()))

    def end(self) -> None:
        self._ending.set()

    def position(self, at: float) -> int:
        """How much of the log was there at that moment."""
        return self.samples[max(0, bisect.bisect_right([s.at for s in self.samples], at) - 1)].position


def record(disk: WriteLoggedDisk, seconds: int, fsync_seconds: float) -> tuple[Watch, float]:
    """Record in real time; gives the log's growth and when the first picture was sent."""
    watch, picture = Watch(disk), footage(seconds)
    with disk.recording() as where, archive(where / "data", fsync_seconds=fsync_seconds, segment_seconds=4) as one:
        one.start()
        one.until(lambda: any(report.head for report in one.said))
        thread = threading.Thread(target=watch.run)
        thread.start()
        try:
            with camera(one) as source:
                began = time.monotonic()
                source.send_live(picture)
        finally:
            watch.end()
            thread.join()
        one.kill()
    return watch, began


def seconds_after(folder: Path) -> tuple[float, str]:
    """Seconds of picture that a recovery finds, and what is then wrong with the take (or '')."""
    config = load(None, data=folder / "data", public=folder / "public")
    layout = Layout(config.data, config.public)
    try:
        with recovered(config, TAKE, lambda _: None) as (take, _, file):
            file.sign()
        report = check_take(take, own_key(layout.key))
    except (NoTake, OSError) as trouble:
        return 0.0, repr(trouble)
    return report.seconds, "; ".join(f"{f.name}: {f.what}" for f in report.findings)


class Cuts(NamedTuple):
    """Most and middle of what was lost, in seconds, and how many cuts left a take that is not whole."""

    most: float
    middle: float
    spoilt: int


def cut_often(name: str, seconds: int, fsync_seconds: float, cuts: int, seed: int) -> Cuts:
    """Record once, cut often, print what was found."""
    with tempfile.TemporaryDirectory(prefix="video-power-cut-") as temporary:
        folder, chance = Path(temporary), random.Random(seed)
        disk = WriteLoggedDisk(folder)
        watch, began = record(disk, seconds, fsync_seconds)
        writes = disk.writes()
        lost, spoilt = [], 0
        for number in range(cuts):
            moment = chance.uniform(BEGINS, seconds - 0.5)
            found, wrong = after_cut(disk, writes, watch.position(began + moment), chance, folder)
            if wrong:
                spoilt += 1
                print(f"  cut {number + 1}, after {moment:.1f} s: {wrong}", flush=True)
            lost.append(max(0.0, moment + 1 / FRAMES_PER_SECOND - found))
        lost.sort()
        result = Cuts(lost[-1], lost[len(lost) // 2], spoilt)
        print(
            f"{name}: {seconds} s recorded, {cuts} cuts: lost at most {result.most:.2f} s of picture, "
            f"in the middle {result.middle:.2f} s; takes that were not whole after recovery: {spoilt}",
            flush=True,
        )
        return result


def after_cut(
    disk: WriteLoggedDisk, writes: list[Write], position: int, chance: random.Random, folder: Path
) -> tuple[float, str]:
    """What is found on the disk as that cut leaves it."""
    disk.after_cut(writes, position, chance, folder / "cut.img")
    with mounted(folder / "cut.img", folder / "after") as where:
        return seconds_after(where)


def main() -> int:
    """0 when the archive loses about a second at most and the control more."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cuts", type=int, default=25)
    parser.add_argument("--seconds", type=int, default=16)
    parser.add_argument("--seed", type=int, default=20261218)
    options = parser.parse_args()
    logging.disable(logging.WARNING)  # a recovery tells what it found: here that is what is counted
    missing = what_is_missing()
    if missing:
        print(f"The power cannot be cut on this machine: {missing}.")
        return 2
    ours = cut_often("fsync every second", options.seconds, 1.0, options.cuts, options.seed)
    control = cut_often("no fsync (the control)", options.seconds, 0.0, options.cuts, options.seed)
    if ours.most > MOST_LOST or ours.spoilt:
        print(f"FAILED: a power cut took more than {MOST_LOST} s of picture, or a take is not whole")
        return 1
    if control.most <= 2 * MOST_LOST:
        print("FAILED: the control without fsync lost no more, so this gate proves nothing here")
        return 1
    print(f"passed: at most {ours.most:.2f} s of picture lost; without fsync {control.most:.2f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
