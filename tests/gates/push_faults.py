"""`python -m tests.gates.push_faults`: an outside server that stalls, resets and refuses, a minute in all.

A real recorder films the test pattern, keeps it and pushes it to an RTMP server behind a line that is made bad. After
each fault the push must come back by itself. At the end every picture of the archive is decoded: by their times
none may be missing or there twice, by the clock that is burned into them no time may be missing, and the manifest
may name no gap and no lost packet. `--seconds 60`: a minute of each fault (`make push-faults`).
"""

import argparse
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple

import av

from tests.recordings.clock_blocks import read_clock
from tests.recordings.outside import Listener, Mode, Proxy
from tests.recordings.playing import free_port
from tests.recordings.recorder_process import Link, Recorder, recorder, standing, until

FAULTS: Final[tuple[Mode, ...]] = ("stall", "reset", "refuse")
RATE: Final = 15
BACK_WITHIN_SECONDS: Final = 60.0
BACK_BYTES: Final = 1_000_000
CLOCK_MAY_DIFFER_SECONDS: Final = 0.5
"""A busy machine draws a picture's clock a little late; what is missing is missing for good."""


class Picture(NamedTuple):
    """One of the archive."""

    at: float
    """By the stream."""
    clock: float
    """As it is burned in."""


def main() -> int:
    """0 when nothing was lost and the push came back each time."""
    parser = argparse.ArgumentParser(prog="python -m tests.gates.push_faults", description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0, help="of each fault")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        return trial(Path(folder), stack, given.seconds)


def trial(folder: Path, stack: ExitStack, seconds: float) -> int:
    """All the faults, one after another, in one take."""
    far = free_port()
    server, line = stack.enter_context(Listener("rtmp", far, folder)), stack.enter_context(Proxy(far))
    address = folder / "push-address"
    address.write_text(f"rtmp://127.0.0.1:{line.port}/live/key\n", encoding="utf-8")
    address.chmod(0o600)
    # So much a second that a stalled line fills up the kernel's buffers, megabytes on a loopback, and is felt.
    much = {"width": 960, "height": 540, "kilobits_per_second": 6000}
    settings = {"push_address_file": str(address), "unknown_after_seconds": 60.0, **much}
    house = stack.enter_context(recorder(folder, faked=("house", "preview", "finish", "clip"), settings=settings))
    link = house.public()
    link.until(lambda state: state["stage"] == "recording", "a recording")
    with attended(link):
        arrives(server)
        for fault in FAULTS:
            suffer(line, fault, seconds)
            if connected(link):
                raise AssertionError(f"{fault}: the recorder does not know that its push is down")
            begun = time.monotonic()
            arrives(server)
            print(f"{fault:<8} {seconds:.0f} s: back by itself {time.monotonic() - begun:.1f} s after its end")
    link.tell(house.stand(standing(sitting=None)))
    link.until(lambda state: state["stage"] == "idle" and state["take"] is None, "the take's end")
    return verdict(house, pictures(house), 3 * seconds)


def suffer(line: Proxy, fault: Mode, seconds: float) -> None:
    """So long a bad line; whoever resets does so again and again, at every attempt."""
    ends = time.monotonic() + seconds
    while (left := ends - time.monotonic()) > 0:
        line.mode = fault
        time.sleep(min(5.0, left))
    line.mode = "pass"


def arrives(server: Listener) -> None:
    """Until the outside server gets pictures again."""
    before = server.received()
    until(lambda: server.received() > before + BACK_BYTES, "the push to come back", BACK_WITHIN_SECONDS)


def connected(link: Link) -> bool:
    """What the recorder says of the push by now."""
    return bool([line["state"]["push"]["connected"] for line in tuple(link.lines) if "state" in line][-1])


@contextmanager
def attended(link: Link) -> Iterator[None]:
    """The appliance says its beats meanwhile."""
    over = threading.Event()

    def attend() -> None:
        while not over.is_set() and link.read():
            pass

    thread = threading.Thread(target=attend)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def pictures(house: Recorder) -> list[Picture]:
    """Every picture of the archive, by a decoder that knows nothing of us."""
    whole = house.folder / "whole.ts"
    take = house.layout.take(house.takes[-1]).path
    whole.write_bytes(b"".join((take / segment.file).read_bytes() for segment in house.segments()))
    found = []
    with av.open(str(whole)) as video:
        for frame in video.decode(video=0):
            clock = read_clock(frame.to_ndarray(format="gray"))
            if clock is None or frame.time is None:
                raise RuntimeError(f"a picture without a clock at {frame.time}")
            found.append(Picture(frame.time, clock))
    return found


def missing(found: Sequence[Picture]) -> tuple[int, int]:
    """How many pictures are missing, and how many are there twice, by their times in the stream."""
    steps = [round((after.at - before.at) * RATE) for before, after in pairwise(found)]
    return sum(step - 1 for step in steps if step > 1), sum(step < 1 for step in steps)


def verdict(house: Recorder, found: list[Picture], least: float) -> int:
    """What is said of it, and the exit code."""
    lost, twice = missing(found)
    shown, clock = found[-1].at - found[0].at, found[-1].clock - found[0].clock
    gaps, packets = len(house.gaps()), sum(segment.lost_packets for segment in house.segments())
    counted = sum(segment.frames for segment in house.segments())
    print(f"archive: {len(found)} pictures decoded, {counted} in the manifest; missing {lost}, twice {twice}")
    print(
        f"         {shown:.1f} s by the stream, {clock:.1f} s by the burned clock; gaps {gaps}, packets lost {packets}"
    )
    # The trial must be able to see what it looks for.
    seen = missing([*found[:100], *found[103:]]) == (3, 0)
    right = len(found) == counted and abs(shown - clock) < CLOCK_MAY_DIFFER_SECONDS and shown > least
    return 0 if seen and right and lost == twice == gaps == packets == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
