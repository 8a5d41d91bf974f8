"""Chromium as a child whose page can be asked how it is: the DevTools protocol over a pipe that nobody else holds.

A debugging port, even on loopback, would let every process of the machine write onto the hall's screen. The pipe
(`--remote-debugging-pipe`: commands at descriptor 3, answers at 4, each ended by a zero byte) is its parent's alone.
"""

import fcntl
import json
import os
import select
import signal
import time
from collections.abc import Sequence
from typing import Any, Final

_FREE: Final = 10
"""Descriptors from here on cannot collide with 3 and 4."""
_LONGEST: Final = 64 << 20


class Silent(Exception):
    """The browser, or the page in it, does not answer any more."""


class Closed(Silent):
    """It has closed its pipe, as it does when it ends."""


class Browser:
    """One running Chromium. `ask` after `attach`; `end` leaves nothing of it."""

    def __init__(self, command: Sequence[str]) -> None:
        there_read, self._write = _pipe()
        self._read, there_write = _pipe()
        actions = [
            (os.POSIX_SPAWN_DUP2, there_read, 3),
            (os.POSIX_SPAWN_DUP2, there_write, 4),
            # Hundreds of lines about buses and batteries that a kiosk has not.
            (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
        ]
        self.pid = os.posix_spawnp(command[0], [*command, "--remote-debugging-pipe"], os.environ, file_actions=actions,
                                   setsid=True)  # fmt: skip
        os.close(there_read)
        os.close(there_write)
        os.set_blocking(self._write, False)
        self._rest = b""
        self._number = 0
        self._page: str | None = None
        self._gone = False

    def attach(self, patience: float) -> None:
        """Find the page and get hold of it. Raises Silent."""
        until = time.monotonic() + patience
        while True:
            targets = self.ask("Target.getTargets", {}, max(0.1, until - time.monotonic()))["targetInfos"]
            pages = [target["targetId"] for target in targets if target["type"] == "page"]
            if pages:
                break
            if time.monotonic() > until:
                raise Silent("no page")
            time.sleep(0.1)
        told = self.ask("Target.attachToTarget", {"targetId": pages[0], "flatten": True}, patience)
        self._page = told["sessionId"]

    def ask(self, method: str, values: dict[str, Any], patience: float) -> dict[str, Any]:
        """The answer to one command; events are passed over. Raises Silent, also for an error in answer."""
        self._number += 1
        question: dict[str, Any] = {"id": self._number, "method": method, "params": values}
        if self._page is not None:
            question["sessionId"] = self._page
        until = time.monotonic() + patience
        self._send(json.dumps(question).encode() + b"\0", until)
        while True:
            said = json.loads(self._next(until))
            if said.get("id") == self._number:
                if "error" in said:
                    raise Silent(str(said["error"])[:200])
                answer: dict[str, Any] = said["result"]
                return answer

    def evaluate(self, expression: str, patience: float) -> Any:
        """The value of an expression in the page. Raises Silent."""
        told = self.ask(
            "Runtime.evaluate", {"expression": expression, "returnByValue": True, "awaitPromise": True}, patience
        )
        if "exceptionDetails" in told:
            raise Silent(str(told["exceptionDetails"].get("text", ""))[:200])
        return told["result"].get("value")

    def alive(self) -> bool:
        """Whether the process is still there."""
        if not self._gone:
            self._gone = os.waitpid(self.pid, os.WNOHANG)[0] == self.pid
        return not self._gone

    def end(self) -> None:
        """It and all its children, at once: a profile in its own folder survives that."""
        if not self._gone:
            os.killpg(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self._gone = True
        for descriptor in (self._write, self._read):
            os.close(descriptor)

    def _send(self, data: bytes, until: float) -> None:
        while data:
            _, ready, _ = select.select([], [self._write], [], max(0.0, until - time.monotonic()))
            if not ready:
                raise Silent("takes no more commands")
            try:
                data = data[os.write(self._write, data) :]
            except BrokenPipeError as error:
                raise Closed("has closed its pipe") from error

    def _next(self, until: float) -> bytes:
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._read], [], [], max(0.0, until - time.monotonic()))
            if not ready:
                raise Silent("does not answer")
            more = os.read(self._read, 1 << 20)
            if not more or len(self._rest) > _LONGEST:
                raise Closed("has closed its pipe")
            self._rest += more
        line, _, self._rest = self._rest.partition(b"\0")
        return line


def _pipe() -> tuple[int, int]:
    """Both ends closed in a child unless it is given them."""
    ends = os.pipe()
    moved = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, _FREE) for end in ends]
    for end in ends:
        os.close(end)
    return moved[0], moved[1]
