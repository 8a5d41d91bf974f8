"""`python -m tests.gates.push_faults`: an outside server that stalls, resets and refuses for a minute each.

A real source, a real push, an RTMP server behind a line that is made bad. At the port of the archive somebody counts:
not one picture and not one packet may be missing, and after each fault the push must come back by itself.
"""

import argparse
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from tests.recordings.outside import Counter, Listener, Mode, Proxy
from tests.recordings.playing import free_port, small, source, told, until

FAULTS: Final[tuple[Mode, ...]] = ("stall", "reset", "refuse")
BACK_WITHIN_SECONDS = 60.0


def main() -> int:
    """0 when nothing was lost and the push came back each time."""
    parser = argparse.ArgumentParser(prog="python -m tests.gates.push_faults", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="of each fault")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        return trial(Path(folder), stack, given.seconds)


def trial(folder: Path, stack: ExitStack, seconds: float) -> int:
    """All the faults, one after another, in one run of the source."""
    far = free_port()
    server, line = stack.enter_context(Listener("rtmp", far, folder)), stack.enter_context(Proxy(far))
    address = folder / "push-address"
    address.write_text(f"rtmp://127.0.0.1:{line.port}/live/key\n", encoding="utf-8")
    address.chmod(0o600)
    config, file = small(folder, push_address_file=str(address))
    counter = stack.enter_context(Counter(config.ports.archive))
    camera = stack.enter_context(source(config, folder / "source.log"))
    stack.enter_context(told("push", file, "live"))

    def receives() -> float:
        begun, before = time.monotonic(), server.received()
        until(lambda: server.received() > before + 300_000, "the push does not come back", BACK_WITHIN_SECONDS)
        return time.monotonic() - begun

    receives()
    for fault in FAULTS:
        line.mode = fault
        until_over = time.monotonic() + seconds
        while time.monotonic() < until_over:
            # Whoever resets does so again and again, at every attempt.
            time.sleep(min(5.0, seconds))
            line.mode = fault
        before = server.received()
        line.mode = "pass"
        back = receives()
        print(f"{fault:<8} {seconds:.0f} s: back after {back:.1f} s; {server.received() - before} bytes since")
    sent = camera.end()
    until(lambda: counter.pictures >= sent, f"{sent - counter.pictures} pictures are missing")
    print(f"pictures sent {sent}, at the archive's port {counter.pictures}, packets lost {counter.lost}")
    return 0 if counter.pictures == sent and counter.lost == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
