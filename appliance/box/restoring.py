"""`nghi-truong restore`: a bare box becomes the one that was backed up; one command, also after a theft.

    nghi-truong restore --from usb
    nghi-truong restore --from sftp:council@archive:/restic --snapshot 1a2b3c4d --password-file /root/password
    nghi-truong restore --from usb --replica /media/second/replica      with the newest databases of the second disk

Nothing of what is there is touched until the restored ledger has been verified. What was there is put aside
(`.before-…` beside it) for 30 days. The settings of this box stay; those of the backup are laid into the state folder.
"""

import argparse
import getpass
import grp
import json
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from appliance.box import backup_settings, databases, going_on
from appliance.box.backup_settings import Settings
from appliance.box.copying import COPY, numbers
from appliance.box.ordering import ordered
from appliance.box.replacing import replace_folder
from appliance.box.restic import Repository, give_to_backup
from appliance.box.telling import Away, Refused, Unable, say

STOP_SECONDS: Final = 30.0
"""How long a service of ours may take to end; systemd kills it after twenty."""
FOLDERS: Final = Path("/etc/tmpfiles.d/nghi-truong.conf")
"""Which folders the services find, and with which rights."""


def main(arguments: Sequence[str]) -> int:
    """Restore, and start the box again."""
    parser = argparse.ArgumentParser(prog="nghi-truong restore")
    parser.add_argument("--settings", type=Path, default=backup_settings.FILE)
    parser.add_argument("--from", dest="source", required=True, help="a target, or a repository's path or address")
    parser.add_argument("--snapshot", default="latest")
    parser.add_argument("--password-file", type=Path, help="without it the box's own, or the question for it")
    parser.add_argument("--replica", type=Path, help="a folder into which the databases were streamed: they are newer")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    given = parser.parse_args(arguments)
    settings = backup_settings.load(given.settings)
    if going_on.voting(settings.data) and going_on.running(settings.data):
        raise Refused(f"{going_on.voting(settings.data)}: a restore would end it")
    target = settings.target(given.source)
    _ask_first(settings, given.yes)
    began = time.monotonic()
    with password(settings, given.password_file) as secret:
        repository = Repository(settings, target, secret)
        with laid_out(settings, repository, given.snapshot) as found:
            if given.replica is not None:
                found.take_replica(given.replica)
            verified = found.verify()
            stop(settings)
            found.put_in_place()
    start(settings)
    say(verified)
    say(f"restored from {given.source} in {time.monotonic() - began:.0f} s: the backup of {found.page['at']}")
    return 0


def _ask_first(settings: Settings, yes: bool) -> None:
    """Whoever restores over data that are there says so by the box's name."""
    if yes or not (settings.data / "ledger.db").exists():
        return
    if (
        input(f"There are data on this box. To put them aside, type its name ({settings.box_name}): ")
        != settings.box_name
    ):
        raise Refused("that is not its name")


@contextmanager
def password(settings: Settings, given: Path | None) -> Iterator[Path]:
    """The file with the repository's password; what a person types lies in memory for as long as it is needed."""
    file = given or settings.password_file
    if file.is_file():
        yield file
        return
    if given is not None:
        raise Refused(f"there is no {given}")
    with tempfile.NamedTemporaryFile("w", dir="/dev/shm", encoding="utf-8") as typed:
        typed.write(getpass.getpass("The password of the backups (from the safe): "))
        typed.flush()
        yield Path(typed.name)


class Found:
    """A backup that has been laid out in a folder, with the page that says what is where."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.settings, self.folder = settings, folder
        pages = list(folder.rglob(f"{COPY}/backup.json"))
        if len(pages) != 1:
            raise Unable("the backup does not say what is in it: it was not made by this box's command")
        self.page: dict[str, Any] = json.loads(pages[0].read_text(encoding="utf-8"))
        self.data = self.at(self.page["data"])
        self.data.mkdir(parents=True, exist_ok=True)
        for name in self.page["databases"]:
            pages[0].with_name(name).replace(self.data / name)
        shutil.rmtree(pages[0].parent)
        if os.geteuid() == 0:
            self._renumber()

    def _renumber(self) -> None:
        """A user has another number on another box: what was one's there is the same one's here."""
        here, there = numbers(), self.page.get("numbers", {"users": {}, "groups": {}})
        users, groups = (_others(there[kind], here[kind]) for kind in ("users", "groups"))
        if not users and not groups:
            return
        for path in self.folder.rglob("*"):
            told = path.lstat()
            user, group = users.get(told.st_uid, -1), groups.get(told.st_gid, -1)
            if (user, group) != (-1, -1):
                os.chown(path, user, group, follow_symlinks=False)
                if not path.is_symlink():
                    path.chmod(told.st_mode & 0o7777)  # a new owner takes the bits away that pass a group on

    def at(self, place: str) -> Path:
        """Where a folder of the old box lies now."""
        return self.folder / place.lstrip("/")

    def take_replica(self, replica: Path) -> None:
        """The databases as they were streamed, in place of the backup's."""
        for name in self.page["databases"]:
            restore_replica(self.settings, replica / name, self.data / name)

    def verify(self) -> str:
        """What the ledger's check said. Raises Unable: it is not whole, and nothing has been changed."""
        if "ledger.db" not in self.page["databases"]:
            return "there was no ledger yet"
        return verify_ledger(self.settings, self.data / "ledger.db", self.data)

    def put_in_place(self) -> None:
        """Papers first, the data with the ledger last: a power cut between them leaves the old ledger, which fits."""
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
        self._own()
        for place in self.page["folders"]:
            here = self.settings.folder(place)
            if here is not None and self.at(place).is_dir():
                replace_folder(here, self.at(place), stamp)
        for place in self.page["settings"]:
            if self.at(place).is_dir():
                beside = self.settings.state / f"settings-{stamp}"
                shutil.copytree(self.at(place), beside / Path(place).name, symlinks=True)
                beside.chmod(0o700)
        self._lay_manifests()
        replace_folder(self.settings.data, self.data, stamp)

    def _lay_manifests(self) -> None:
        """What was recorded, there and before. Not among the recorder's own: it would take them for spoiled takes."""
        into = self.settings.old_manifests
        patterns = [*self.page.get("manifests", ()), f"{self.page.get('state', self.settings.state)}/manifests/*/*"]
        for found in [each for pattern in patterns for each in self.folder.glob(pattern.lstrip("/"))]:
            (into / found.parent.name).mkdir(parents=True, exist_ok=True)
            shutil.copy2(found, into / found.parent.name / found.name)
        if os.geteuid() == 0:
            give_to_backup(self.settings.state)

    def _own(self) -> None:
        """Databases belong to whom they belonged, by name; restic has seen to everything else."""
        for name, told in self.page["databases"].items():
            path = self.data / name
            path.chmod(told["mode"])
            if os.geteuid() == 0:
                os.chown(path, _number(pwd.getpwnam, told["user"]), _number(grp.getgrnam, told["group"]))


def _others(there: dict[str, int], here: dict[str, int]) -> dict[int, int]:
    """Number there -> number here, of the names that both have and that differ."""
    return {number: here[name] for name, number in there.items() if here.get(name, number) != number}


def _number(ask: Any, name: str) -> int:
    """Of a user or a group of this box. Raises Unable: the box has not been set up."""
    try:
        return int(name) if name.isdigit() else int(ask(name)[2])
    except KeyError as error:
        raise Unable(f"this box has no {name}: run the play first") from error


@contextmanager
def laid_out(settings: Settings, repository: Repository, snapshot: str, into: Path | None = None) -> Iterator[Found]:
    """A backup in a folder of its own, on the file system where it will be put in place. Raises Refused, Unable."""
    inside = os.path.ismount(settings.data)
    beside = into or (settings.data if inside else settings.data.parent)
    beside.mkdir(parents=True, exist_ok=True)
    try:
        repository.must_be_there()
        chosen = repository.snapshot(snapshot)
    except Away as why:
        raise Refused(str(why)) from why
    folder = Path(tempfile.mkdtemp(prefix=".restore-", dir=beside))
    try:
        repository.ask(["restore", str(chosen["id"]), "--target", str(folder)])
        found = Found(settings, folder)
        found.page["snapshot"] = chosen["id"]
        yield found
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def verify_ledger(settings: Settings, ledger: Path, key_in: Path) -> str:
    """What the check of a ledger file said; its seals must be of the key in the folder `key_in`. Raises Unable."""
    words = [*settings.appliance, "verify-ledger", "--data", str(key_in), str(ledger)]
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=False)
    except OSError as error:
        raise Unable(f"the ledger cannot be verified: {error}; install a release first") from error
    if done.returncode != 0:
        raise Unable(f"the ledger of the copy is NOT good:\n{done.stdout}{done.stderr}")
    return done.stdout.strip()


def restore_replica(settings: Settings, replica: Path, into: Path) -> None:
    """A database from what litestream streamed. Raises Unable; then `into` is as it was."""
    fresh = into.with_name(f".{into.name}.streamed")
    for left in (fresh, *(fresh.with_name(f"{fresh.name}{end}") for end in ("-wal", "-shm"))):
        left.unlink(missing_ok=True)
    words = [*settings.litestream, "restore", "-o", str(fresh), f"file://{replica.absolute()}"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode != 0 or not fresh.is_file():
        raise Unable(f"{replica}: the stream cannot be restored: {(done.stderr or done.stdout).strip()[-300:]}")
    whole = into.with_name(f".{into.name}.whole")
    databases.copy(fresh, whole)
    whole.replace(into)
    fresh.unlink()


def stop(settings: Settings) -> None:
    """Nobody works on the data from here on. Raises Unable."""
    ordered([*settings.systemctl, "stop", settings.units])
    deadline = time.monotonic() + STOP_SECONDS
    while going_on.running(settings.data) and time.monotonic() < deadline:
        time.sleep(0.1)  # the target is stopped at once; those that are part of it take their time
    if going_on.running(settings.data):
        raise Unable(f"an appliance still runs on {settings.data}: stop it")


def start(settings: Settings) -> None:
    """Everything again, and first the folders that no backup holds: a service may not give them all their rights."""
    if FOLDERS.is_file() and os.geteuid() == 0:
        subprocess.run(["systemd-tmpfiles", "--create", FOLDERS], capture_output=True, check=False)
    ordered([*settings.systemctl, "start", settings.units])
