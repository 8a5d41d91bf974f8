"""System calls seen, and made to fail, from outside: the server under test is the one that is shipped."""

import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

SYNCS: Final = frozenset({"fsync", "fdatasync"})


@contextmanager
def attached(pid: int, output: Path, *options: str) -> Iterator[None]:
    """`strace` on all threads of a running process, from the moment this yields until the block ends."""
    command = ["strace", "-f", "-p", str(pid), "-o", str(output), *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as strace:
        assert strace.stderr is not None
        try:
            said = strace.stderr.readline()
            assert "attached" in said, f"strace could not attach: {said}"
            yield
        finally:
            strace.send_signal(signal.SIGINT)
            strace.communicate(timeout=30)


class Call(NamedTuple):
    """One system call: what it was given, and what it gave back."""

    name: str
    text: str


def calls(trace: Path) -> Iterator[Call]:
    """In order; a sync stands where it *returned*, every other call where it *began*: the order that a promise
    of durability needs."""
    begun: dict[tuple[str, str], str] = {}
    for line in trace.read_text(errors="replace").splitlines():
        whole = _WHOLE.match(line)
        resumed = None if whole else _RESUMED.match(line)
        if whole:
            thread, name, text = whole.groups()
            begun[thread, name] = text
            if name not in SYNCS or not text.endswith("<unfinished ...>"):
                yield Call(name, text)
        elif resumed:
            thread, name, text = resumed.groups()
            if name in SYNCS:
                yield Call(name, begun[thread, name] + text)


_WHOLE: Final = re.compile(r"^(\d+) +(\w+)\((.*)$")
_RESUMED: Final = re.compile(r"^(\d+) +<\.\.\. (\w+) resumed>(.*)$")
