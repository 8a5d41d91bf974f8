"""restic, as the box uses it: one repository a target, everything encrypted before it leaves the box."""

import json
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from appliance.box.backup_settings import USER, Settings, Target
from appliance.box.telling import Away, Refused, Unable

LOOK_SECONDS: Final = 0.5
TAG: Final = "nghi-truong"
Rest = Callable[[], str]
"""Why the work must rest now; empty: it need not."""


class GaveWay(Exception):
    """The work rested for a vote until its patience was over, and was ended. The next time will do it."""


@dataclass(frozen=True)
class Repository:
    """One target's repository."""

    settings: Settings
    target: Target
    password_file: Path

    def must_be_there(self) -> None:
        """Raises Away. A folder under which nothing is mounted is the box's own disk, and never written to."""
        mount, folder = self.target.mount, self.target.folder
        if mount is not None and not os.path.ismount(mount):
            raise Away(f"nothing is mounted at {mount}: plug the disk in")
        if folder is not None and not (folder / "config").is_file():
            if not folder.parent.is_dir():
                raise Away(f"there is no {folder.parent}")
            raise Away(f"{folder} holds no backups yet: `nghi-truong backup --prepare` makes it ready")

    def exists(self) -> bool:
        """Whether it has been made ready."""
        folder = self.target.folder
        return (folder / "config").is_file() if folder is not None else self._run(["cat", "config"]).returncode == 0

    def make(self) -> None:
        """Make it ready. Raises Unable."""
        self.ask(["init"])

    def ask(self, words: Sequence[str], rest: Rest = lambda: "") -> str:
        """What restic says. Raises Unable with its own words, GaveWay."""
        done = self._run(words, rest)
        if done.returncode != 0:
            raise Unable(f"{self.target.name}: restic {words[0]}: {_last(done.stderr or done.stdout)}")
        return done.stdout

    def snapshots(self) -> list[dict[str, Any]]:
        """Oldest first. Raises Unable."""
        told: list[dict[str, Any]] = json.loads(self.ask(["snapshots", "--json", "--tag", TAG]) or "[]") or []
        return sorted(told, key=lambda each: str(each["time"]))

    def snapshot(self, name: str = "latest") -> dict[str, Any]:
        """One of them, by the beginning of its name. Raises Refused, Unable."""
        for found in reversed(self.snapshots()):
            if name == "latest" or str(found["id"]).startswith(name):
                return dict(found)
        raise Refused(f"{self.target.name} has no backup {name!r}")

    def _run(self, words: Sequence[str], rest: Rest = lambda: "") -> subprocess.CompletedProcess[str]:
        if shutil.which("restic") is None:
            raise Unable("restic is not installed")
        options = [word for option in self.target.options for word in ("-o", option)]
        state = self.settings.state
        environment = {
            **os.environ, **_environment(self.target), "RESTIC_REPOSITORY": self.target.repository,
            "RESTIC_PASSWORD_FILE": str(self.password_file), "RESTIC_CACHE_DIR": str(state / "cache"),
            "HOME": str(state),
        }  # fmt: skip
        with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as complained:
            process = subprocess.Popen(
                ["restic", *options, *words], env=environment, stdin=subprocess.DEVNULL, stdout=said,
                stderr=complained, start_new_session=True,
            )  # fmt: skip
            code = _attend(process, rest, self.settings.patience_seconds)
            return subprocess.CompletedProcess(words, code, _text(said), _text(complained))


def _attend(process: subprocess.Popen[bytes], rest: Rest, patience: float) -> int:
    """Until it ends; stopped for as long as it must rest, and ended when that is longer than `patience` seconds."""
    since: float | None = None
    try:
        while True:
            try:
                return process.wait(LOOK_SECONDS)
            except subprocess.TimeoutExpired:
                pass
            if not rest():
                if since is not None:
                    os.killpg(process.pid, signal.SIGCONT)
                since = None
            elif since is None:
                os.killpg(process.pid, signal.SIGSTOP)
                since = time.monotonic()
            elif time.monotonic() - since > patience:
                raise GaveWay(rest())
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)  # it takes its lock away with it
            os.killpg(process.pid, signal.SIGCONT)
            process.wait()


def _environment(target: Target) -> dict[str, str]:
    if target.environment is None:
        return {}
    try:
        lines = target.environment.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise Unable(f"{target.name}: {error}") from error
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return {name.strip(): value.strip() for name, value in pairs}


def _text(file: Any) -> str:
    file.seek(0)
    return str(file.read().decode("utf-8", "replace"))


def _last(said: str) -> str:
    """What restic complained about, without what it tells on the way."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return " / ".join(lines[-4:]) or "it ended without a word"


@contextmanager
def handed_over(settings: Settings, target: Target) -> Iterator[None]:
    """What root writes into a repository here is the backup user's afterwards, or its timer could not go on."""
    try:
        yield
    finally:
        if os.geteuid() == 0:
            for place in (target.folder, settings.state):
                if place is not None:
                    give_to_backup(place)


def give_to_backup(place: Path) -> None:
    """Give a folder and everything of root's in it to the backup's user, where there is one."""
    try:
        user = pwd.getpwnam(USER)
    except KeyError:
        return
    for path in [place, *place.rglob("*")]:
        if path.lstat().st_uid == 0:
            os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)
