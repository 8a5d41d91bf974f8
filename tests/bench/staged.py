"""The appliance with a stop watch in it: `python -m tests.bench.staged <file> <arguments of the appliance>`.

Only for `--profile`; the bench proper runs the appliance untouched. A stage's time is CPU time of the hub's thread
while that stage is the innermost one in the running greenlet, so the stages add up to the whole and what nobody
claims stays with the loop. SIGUSR1 writes the totals since the last one to the file.
"""

import functools
import gc
import json
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import gevent
import greenlet

LOOP: Final = "gevent's loop: select, wake-ups, callbacks"
TASKS: Final = "greenlets: switches, the library's queues"
GARBAGE: Final = "Python's garbage collection"
WRITER: Final = "commit: SQLAlchemy, SQLite, fsync (writer thread)"
_NOW: Final = time.thread_time_ns

# stage, module, class (or ""), function
STAGES: Final = (
    ("receive: recv, WebSocket frame, unmask", "appliance.server.websocket", "Wire", "_read_frame"),
    ("the handler", "appliance.server.events", "Events", "take"),
    ("door: decode, for whom", "appliance.services.door", "Door", "give"),
    ("chamber: content hash, receipt, entry", "appliance.services.chamber", "Chamber", "handle"),
    ("decide", "appliance.services.chamber", "", "decide"),
    ("seal: canonical JSON, SHA-256", "appliance.core.ledger", "", "seal"),
    ("evolve", "appliance.services.chamber", "", "evolve"),
    ("queue to the writer", "appliance.adapters.group_commit", "GroupCommitWriter", "submit"),
    ("settle: durable state, replies", "appliance.services.chamber", "Chamber", "_settled"),
    ("answer: JSON", "appliance.server.errors", "Answers", "json"),
    ("answer and own section: write to the socket", "appliance.server.live.frames", "Link", "write"),
    ("live screens: what has changed, for whom", "appliance.server.live.screens", "Screens", "told"),
    ("progress: sections for all, encoding", "appliance.server.live.screens", "Screens", "_flush"),
    ("broadcast: to each client", "appliance.server.live.frames", "FrameOutlet", "broadcast"),
)


class Watch:
    """One stop watch, always running for exactly one stage."""

    def __init__(self) -> None:
        self.ns: Counter[str] = Counter()
        self.calls: Counter[str] = Counter()
        self.writer_ns = 0
        self.thread = threading.get_ident()
        self._hub = gevent.get_hub()
        self._stage = self._struck = TASKS
        self._since = _NOW()
        self._left: dict[greenlet.greenlet, str] = {}

    def enter(self, stage: str) -> str:
        """From now on `stage`; gives the one before."""
        now = _NOW()
        self.ns[self._stage] += now - self._since
        before, self._stage, self._since = self._stage, stage, now
        return before

    def switched(self, event: str, between: tuple[greenlet.greenlet, greenlet.greenlet]) -> None:
        """greenlet's trace: another greenlet runs, in the stage it was left in."""
        origin, target = between
        before = self.enter(self._left.pop(target, LOOP if target is self._hub else TASKS))
        if not origin.dead:
            self._left[origin] = before

    def wrap(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, timed; on other threads untouched."""

        @functools.wraps(function)
        def timed(*args: Any, **kwargs: Any) -> Any:
            if threading.get_ident() != self.thread:
                return function(*args, **kwargs)
            before = self.enter(stage)
            self.calls[stage] += 1
            try:
                return function(*args, **kwargs)
            finally:
                self.enter(before)

        return timed

    def collected(self, phase: str, info: dict[str, int]) -> None:
        """gc's callback: a collection strikes whoever allocates next, so it gets a line of its own."""
        if threading.get_ident() != self.thread:
            return
        if phase == "start":
            self._struck = self.enter(GARBAGE)
            self.calls[GARBAGE] += 1
        else:
            self.enter(self._struck)

    def commits(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The writer thread's turns, by its own CPU clock."""

        def timed(*args: Any, **kwargs: Any) -> Any:
            before = _NOW()
            try:
                return function(*args, **kwargs)
            finally:
                self.writer_ns += _NOW() - before

        return timed

    def dump(self, path: Path) -> None:
        """Write what was found since the last time, and start anew."""
        self.enter(self._stage)
        totals = {**self.ns, WRITER: self.writer_ns}
        path.with_suffix(".new").write_text(json.dumps({"ns": totals, "calls": self.calls, "tick": _tick()}))
        path.with_suffix(".new").rename(path)
        self.ns.clear()
        self.calls.clear()
        self.writer_ns, self._since = 0, _NOW()


def _tick() -> float:
    """What one look at the clock costs, in ns: twice for each timed call."""
    start = _NOW()
    for _ in range(1000):
        _NOW()
    return (_NOW() - start) / 1000


def fit(watch: Watch) -> None:
    """Put the watch around each stage."""
    for stage, module, owner, name in STAGES:
        __import__(module)
        place = getattr(sys.modules[module], owner) if owner else sys.modules[module]
        setattr(place, name, watch.wrap(stage, getattr(place, name)))
    from appliance.adapters.group_commit import GroupCommitWriter

    GroupCommitWriter._turn = watch.commits(GroupCommitWriter._turn)  # type: ignore[method-assign]


def main(path: Path, arguments: list[str]) -> None:
    """Run the appliance with the watch on."""
    watch = Watch()
    fit(watch)
    greenlet.settrace(watch.switched)
    gc.callbacks.append(watch.collected)
    gevent.signal_handler(signal.SIGUSR1, lambda: watch.dump(path))
    sys.argv = ["appliance", *arguments]
    from appliance.__main__ import main as appliance

    appliance()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
