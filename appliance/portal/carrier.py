"""Keeps a copy of the public folder at another place (the commune's portal, a CDN's storage): by rclone, in rounds.

Each round looks what has changed here (`carrying`), and rclone carries that. What has been carried is kept on
account in a file of ours, so a round that was broken off is gone on with, also after a restart. The live picture has
rounds of its own, short ones, so that an hour of video on demand never holds it up; while the ledger says họp kín
nothing of it is carried, and what was is deleted there at once.

Never in the way of the recording: a process of its own, at the lowest priority, that only reads; its line may be
limited (`carry_limit`). rclone's file with the password is named, never read here; rclone's complaints go to our log.
"""

import logging
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Final

import msgspec
from msgspec import Struct

from appliance.portal import carrying as c
from appliance.portal.main import PRIVATE

LIVE_EVERY_SECONDS: Final = 2.0
REST_EVERY_SECONDS: Final = 10.0
FIRST_WAIT_SECONDS: Final = 2.0
LONGEST_WAIT_SECONDS: Final = 60.0
log = logging.getLogger(__name__)


class Carrying(Struct, frozen=True):
    """What is carried, where to, and where we keep account of it."""

    public: Path
    remote: str
    accounts: Path
    config: Path | None = None
    limit: str = ""


def command(step: c.Step, to: Carrying, *, live: bool) -> list[str]:
    """rclone's command line; the names come on its standard input."""
    places = ["delete", to.remote] if step.do == "remove" else ["copy", str(to.public), to.remote]
    return [
        "rclone", *places, "--files-from-raw", "-", "--no-traverse",
        *(["--ignore-times"] if step.do == "replace" else ["--size-only"]),
        "--config", str(to.config) if to.config is not None else os.devnull,
        *(["--bwlimit", to.limit] if to.limit else []),
        "--transfers", "4", "--checkers", "4", "--buffer-size", "1M", "--retries", "1", "--low-level-retries", "2",
        "--contimeout", "5s", "--timeout", "10s" if live else "60s",
        # The recorder may take a file away or write it anew at any moment: the next round sees it.
        "--local-no-check-updated", "--log-level", "ERROR", "--stats", "0",
    ]  # fmt: skip


@dataclass(slots=True)
class Rounds:
    """One kind of round, again and again; after a failure it waits longer and longer, up to a minute."""

    name: str
    to: Carrying
    here: Callable[[c.Account], c.Account]
    """Of all files, those that these rounds carry."""
    every: float
    stop: Event
    _carried: dict[str, c.Stamp] = field(default_factory=dict)
    _wait: float = 0.0
    _process: "subprocess.Popen[bytes] | None" = None

    def go_on(self) -> None:
        """Until `stop` is set."""
        while not self.stop.is_set():
            if self.once():
                if self._wait:
                    log.warning("%s: carried again", self.name)
                self._wait = 0.0
            elif not self.stop.is_set():
                if not self._wait:
                    log.error("%s: cannot be carried now; trying on", self.name)
                self._wait = min(LONGEST_WAIT_SECONDS, self._wait * 2 or FIRST_WAIT_SECONDS)
            self.stop.wait(self._wait or self.every)

    def once(self) -> bool:
        """One round; tells whether all of it was carried. The first step that fails ends it: what names pictures must
        not be there before them."""
        if not self._carried:
            self._carried = self._read()
        here = self.here(dict(files(self.to.public)))
        for step in c.plan(here, dict(self._carried)):
            if self.stop.is_set() or not self._done(step):
                return False
            for name in step.names:
                if step.do == "remove":
                    self._carried.pop(name, None)
                else:
                    self._carried[name] = here[name]
            self._write()
        return True

    def halt(self) -> None:
        """End the run that is under way."""
        process = self._process
        if process is not None and process.poll() is None:
            process.terminate()

    def _done(self, step: c.Step) -> bool:
        words = command(step, self.to, live=self.name == "live")
        try:
            self._process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        except FileNotFoundError:
            log.error("rclone is not installed")
            return False
        if self.stop.is_set():
            self._process.terminate()  # told to stop while it was being started
        self._process.communicate("".join(f"{name}\n" for name in step.names).encode())
        return self._process.returncode == 0

    @property
    def _account(self) -> Path:
        return self.to.accounts / f"carried-{self.name}.json"

    def _write(self) -> None:
        """An account that is lost costs a look at what is there already, nothing else: it need not be fsynced."""
        beside = self._account.with_suffix(".new")
        beside.write_bytes(msgspec.json.encode({"to": self.to.remote, "carried": self._carried}))
        beside.rename(self._account)

    def _read(self) -> dict[str, c.Stamp]:
        try:
            kept = msgspec.json.decode(self._account.read_bytes(), type=_Kept)
        except (OSError, msgspec.MsgspecError):
            return {}
        return kept.carried if kept.to == self.to.remote else {}


class _Kept(Struct):
    to: str
    carried: dict[str, c.Stamp]


def files(public: Path) -> Iterator[tuple[str, c.Stamp]]:
    """Every file that the web server would serve, by its name below the folder."""
    for folder, folders, names in os.walk(public):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if name.startswith(".") or "\n" in name:
                continue
            path = Path(folder, name)
            try:
                stat = path.stat()
            except FileNotFoundError:
                continue  # taken away at this moment
            yield path.relative_to(public).as_posix(), (stat.st_size, stat.st_mtime_ns)


def rounds(to: Carrying, stop: Event) -> tuple[Rounds, Rounds]:
    """The two kinds: the live picture, and everything else."""
    private = to.public / PRIVATE

    def live(here: c.Account) -> c.Account:
        return c.live_only(here, private=private.exists())

    return (
        Rounds("live", to, live, LIVE_EVERY_SECONDS, stop),
        Rounds("site", to, c.all_but_live, REST_EVERY_SECONDS, stop),
    )


def run(to: Carrying, alive: Callable[[], None] = lambda: None) -> int:
    """Carry until SIGTERM or SIGINT; `alive` is told often while both kinds of rounds go on."""
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    os.nice(19)
    both = rounds(to, stop)
    threads = [Thread(target=kind.go_on, name=kind.name) for kind in both]
    for thread in threads:
        thread.start()
    while not stop.is_set():
        if all(thread.is_alive() for thread in threads):
            alive()
        stop.wait(LIVE_EVERY_SECONDS)
    for kind in both:
        kind.halt()
    for thread in threads:
        thread.join()
    return 0
