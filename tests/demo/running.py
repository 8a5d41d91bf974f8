"""A demo that runs: its processes, what they say, and a browser's part played by `requests`."""

import os
import queue
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import requests

ROOT: Final = Path(__file__).parents[2]
PATIENCE_SECONDS: Final = 60.0
STARTED_WITHIN_SECONDS: Final = 180.0
"""A deadline, not a pause: a machine that does much else at once takes its time to bring seven processes up."""
_NAMES: Final = {"--serve": "server", "panels": "panels", "--portal": "portal", "record": "recorder"}


class Process:
    """One command of the appliance, with its lines as they come."""

    def __init__(self, *arguments: str, environment: Mapping[str, str] | None = None) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "appliance", *arguments],
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )
        self.said: list[str] = []
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def hear(self, *parts: str, within: float = PATIENCE_SECONDS) -> str:
        """Wait until there was a new line with each of these, in whatever order; the line with the first."""
        ends, found = time.monotonic() + within, dict[str, str]()
        while missing := [part for part in parts if part not in found]:
            try:
                line = self._lines.get(timeout=max(0.0, ends - time.monotonic()))
            except queue.Empty:
                self.end(signal.SIGKILL)
                raise AssertionError(f"never said {missing}:\n" + "".join(self.said)) from None
            found |= {part: line for part in missing if part in line}
        return found[parts[0]]

    def children(self) -> dict[str, int]:
        """The supervisor's processes, by the words they were started with."""
        found: dict[str, int] = {}
        for pid in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text(encoding="ascii").split():
            words = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
            name = next((name for word, name in _NAMES.items() if word in words), "web")
            found[name] = int(pid)
        return found

    def end(self, number: int = signal.SIGINT) -> int:
        """Ask it to end, and wait until it has; the exit code."""
        self._process.send_signal(number)
        return self.ended()

    def ended(self) -> int:
        """Wait until it has ended by itself; the exit code."""
        code = self._process.wait(PATIENCE_SECONDS)
        self._reader.join(PATIENCE_SECONDS)
        if self._process.stdout is not None:
            self._process.stdout.close()
        return code

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.said.append(line)
            self._lines.put(line)


class Demo:
    """The demo of `python -m appliance demo` on a free port and a folder of its own; it records only with `video`."""

    def __init__(
        self, folder: Path, *more: str, video: bool = False, environment: Mapping[str, str] | None = None
    ) -> None:
        words = ["demo", "--port", "0", "--data", str(folder), *more, *([] if video else ["--no-video"])]
        self.process = Process(*words, environment=environment)
        ready = self.process.hear("ready:", "27 seats wired", within=STARTED_WITHIN_SECONDS)
        self.base = ready.split()[-1].removesuffix("/demo").replace("localhost", "127.0.0.1")
        self.addresses: dict[str, Any] = self.get("/demo.json").json()

    def get(self, path: str, by: requests.Session | None = None) -> requests.Response:
        with requests.Session() as nobody:
            return (by or nobody).get(self.base + path, timeout=PATIENCE_SECONDS)

    def post(self, path: str, body: object, by: requests.Session | None = None) -> requests.Response:
        with requests.Session() as nobody:
            return (by or nobody).post(self.base + path, json=body, timeout=PATIENCE_SECONDS)

    def sign_in(self, screen: str) -> requests.Session:
        """The visitor who opened this screen from /demo."""
        return self._signed_in(next(s for s in self.addresses["screens"] if s["name"] == screen)["sign_in"])

    def delegate(self, member: str) -> requests.Session:
        """A delegate at a tablet; each member has one."""
        found = next(m for m in self.addresses["members"] if m["member"] == member)
        return self._signed_in({"card": found["card"], "pin": found["pin"]})

    def _signed_in(self, body: object) -> requests.Session:
        visitor = requests.Session()
        assert self.post("/api/sign-in", body, visitor).status_code == 200
        return visitor

    def give(self, by: requests.Session, command_type: str, /, **fields: object) -> dict[str, Any]:
        command = {"type": command_type, "id": str(uuid.uuid4()), **fields}
        answer: dict[str, Any] = self.post("/api/commands", command, by).json()
        return answer

    def lights(self) -> dict[str, str]:
        """What each seat's panel shows."""
        return {seat["seat"]: seat["show"] for seat in self.get("/simulator.json").json()["seats"]}

    def until(self, holds: Callable[[], bool]) -> None:
        """Look again until it holds."""
        ends = time.monotonic() + PATIENCE_SECONDS
        pause = threading.Event()
        while not holds():
            assert time.monotonic() < ends, "it never came to hold"
            pause.wait(0.02)

    def kill(self, name: str) -> None:
        """kill -9 one of its processes."""
        os.kill(self.process.children()[name], signal.SIGKILL)
