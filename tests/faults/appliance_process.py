"""The appliance as its own process on its own folder: started, killed, started again."""

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tests.bench.machine import free_port
from tests.faults.council import CHAIR, CLERK, cookie_of, put_on_file
from tests.faults.tablet import PATIENCE_SECONDS, Json, Tablet
from tests.house import fresh_id, name_of

ITEM: Final = "i1"
POLL: Final = "p1"


@dataclass(slots=True)
class Appliance:
    """`start`, `kill` (the power cord of a process), `stop`; `tablet` and `post` are its clients' ways in."""

    folder: Path
    before: Sequence[str] = ()
    """A program that the appliance is run under."""
    environment: Mapping[str, str] = field(default_factory=dict)
    config: Path | None = None
    """Its TOML file."""
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None
    tablets: list[Tablet] = field(default_factory=list)
    closing: list[Callable[[], None]] = field(default_factory=list)
    """What else a test has opened."""

    @property
    def ledger(self) -> Path:
        """The ledger's file."""
        return self.folder / "ledger.db"

    @property
    def registry(self) -> Path:
        """The registry's file."""
        return self.folder / "registry.db"

    @property
    def panel_socket(self) -> Path:
        """Where the panels process connects."""
        return self.folder / "panels.sock"

    @property
    def pid(self) -> int:
        """The appliance's own process."""
        assert self.process is not None
        return self.process.pid

    def start(self) -> float:
        """Start, and wait until it answers; gives how many seconds that took."""
        started = time.monotonic()
        with (self.folder / "appliance.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*self.before, sys.executable, "-m", "appliance", "serve", *self.arguments()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                env={**os.environ, **self.environment},
            )
        assert self.process.stdout is not None
        ready = self.process.stdout.readline()
        assert ready.startswith(b"ready"), f"the appliance did not come up:\n{self.said()}"
        return time.monotonic() - started

    def arguments(self) -> list[str]:
        """Where it keeps its files and listens."""
        config = ["--config", str(self.config)] if self.config is not None else []
        return [*config, "--data", str(self.folder), "--port", str(self.port)]

    def said(self) -> str:
        """Its log."""
        return (self.folder / "appliance.log").read_text(errors="replace")

    def kill(self) -> None:
        """`kill -9`: no last word, nothing tidied."""
        assert self.process is not None
        self.process.kill()
        self._gone()

    def stop(self) -> int:
        """Ask it to end, and wait; gives its exit code."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
        return self._gone()

    def _gone(self) -> int:
        assert self.process is not None
        assert self.process.stdout is not None
        self.process.stdout.close()
        return self.process.wait()

    def tablet(self, person: str, receive_buffer: int | None = None) -> Tablet:
        """A signed-in person's screen, with its snapshot."""
        tablet = Tablet(self.port, cookie_of(person), person, receive_buffer)
        self.tablets.append(tablet)
        tablet.until(lambda: tablet.view)
        return tablet

    def request(
        self, method: str, path: str, body: bytes | None = None, person: str = "", **headers: str
    ) -> tuple[int, Any]:
        """One HTTP request; the status and the JSON of the answer (or its text)."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        try:
            cookie = {"Cookie": cookie_of(person)} if person else {}
            connection.request(method, path, body, {"Content-Type": "application/json", **cookie, **headers})
            answer = connection.getresponse()
            text = answer.read()
        finally:
            connection.close()
        with suppress(ValueError):
            return answer.status, json.loads(text)
        return answer.status, text.decode(errors="replace")

    def post(self, person: str, type_: str, **fields: Any) -> Json:
        """A command over HTTP; the answer."""
        command = {"type": type_, "id": fresh_id(), **fields}
        answer: Json = self.request("POST", "/api/commands", json.dumps(command).encode(), person)[1]
        return answer

    def did(self, person: str, type_: str, **fields: Any) -> Json:
        """A command that must be accepted."""
        answer = self.post(person, type_, **fields)
        assert answer["accepted"], f"{type_}: {answer}"
        return answer

    def open_poll(self, present: int, **fields: Any) -> None:
        """A sitting with the first members present, and a poll that is open."""
        self.did(CLERK, "ConveneMeeting", title="Kỳ họp thứ 3")
        self.did(CLERK, "AddItem", item=ITEM, number="1", title="Nội dung 1")
        self.did(CHAIR, "OpenSitting")
        for i in range(1, present + 1):
            self.did(CLERK, "CheckIn", member=name_of(i))
        self.did(CHAIR, "StartItem", item=ITEM)
        self.did(CLERK, "DraftPoll", item=ITEM, poll=POLL, question="Thông qua dự thảo Nghị quyết?", **fields)
        self.did(CHAIR, "OpenPoll", poll=POLL, override_quorum=True)

    def close(self) -> None:
        """End everything that this test has started."""
        for close in [*(tablet.close for tablet in self.tablets), *self.closing]:
            close()
        if self.process is not None:
            self.stop()


@contextmanager
def appliance(folder: Path, members: int = 27, **more: Any) -> Iterator[Appliance]:
    """An appliance with a council on file, running; gone afterwards whatever happened."""
    folder.mkdir(parents=True, exist_ok=True)
    put_on_file(folder / "registry.db", members)
    house = Appliance(folder, **more)
    try:
        house.start()
        yield house
    finally:
        house.close()
