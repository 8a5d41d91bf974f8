"""`nghi-truong backup`: an encrypted copy of everything that cannot be made again, at every target.

    nghi-truong backup                     at every target, now
    nghi-truong backup --target usb        at one
    nghi-truong backup --prepare           first time: makes the password and the repositories

What goes along: the databases as they were at one moment, papers, keys, settings, the recorder's manifests. While a
poll is open or a secret vote is being taken nothing is copied: a copy that is on its way rests, and goes on afterwards.

Exit codes: 0 good; 1 refused; 69 a target is away or has failed, and the mark is as old as it was; 75 a vote was in the
way, the next time will do it.
"""

import argparse
import json
import os
import secrets
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from appliance.box import backup_settings, databases, going_on
from appliance.box.backup_settings import Settings, Target
from appliance.box.copying import copy_out, now, read_report, write_report
from appliance.box.restic import TAG, GaveWay, Repository, give_to_backup, handed_over
from appliance.box.telling import Away, Refused, Unable, say

AGAIN: Final = 75
UNABLE: Final = 69
_NEVER: Final = (
    "*-wal", "*-shm", "mode.json", "*.sock", "appliance.lock", "rehearsal", "incoming", "spool", ".restore-*",
    ".before-*", "*.password", ".*-litestream", "*certificate-authority*", "ca.key", "ca-key*", "lost+found",
)  # fmt: skip
"""Not by name: what is copied otherwise, is only of this moment, or must never leave its owner (the CA's key)."""


def main(arguments: Sequence[str]) -> int:
    """Copy, or make ready for it."""
    parser = argparse.ArgumentParser(prog="nghi-truong backup")
    parser.add_argument("--settings", type=Path, default=backup_settings.FILE)
    parser.add_argument("--target", help="only this one")
    parser.add_argument(
        "--prepare", action="store_true", help="make the password and the repositories that are missing"
    )
    parser.add_argument("--copy", action="store_true", help="only copy the databases for a backup (for the unit)")
    parser.add_argument("--quiet", action="store_true", help="never print the password (for the unit)")
    parser.add_argument("--check", action="store_true", help="only see whether the settings can be used")
    given = parser.parse_args(arguments)
    settings = backup_settings.load(given.settings)
    if given.check:
        return 0
    targets = [settings.target(given.target)] if given.target else list(settings.targets)
    if not targets:
        raise Refused("no backup target is set: name one in the settings")
    if given.copy:
        if not going_on.voting(settings.data):
            copy_out(settings)
        return 0
    if given.prepare:
        return prepare(settings, targets, tell=not given.quiet)
    return backup(settings, targets)


def prepare(settings: Settings, targets: Sequence[Target], *, tell: bool) -> int:
    """The password is made once, and printed once: it belongs in the council's safe. Targets that are away wait."""
    if not settings.password_file.exists():
        _make_password(settings.password_file, tell=tell)
    settings.state.mkdir(parents=True, exist_ok=True)
    away = 0
    for target in targets:
        repository = Repository(settings, target, settings.password_file)
        with handed_over(settings, target):
            try:
                if target.mount is not None and not os.path.ismount(target.mount):
                    raise Away(f"nothing is mounted at {target.mount}: plug the disk in")
                if repository.exists():
                    continue
                repository.make()
                say(f"{target.name}: ready")
            except (Away, Unable) as why:
                away += not target.optional
                say(f"{target.name}: {why}", error=True)
    return UNABLE if away else 0


def _make_password(path: Path, *, tell: bool) -> None:
    """Six groups of five: 150 bits, without letters that are mistaken for others."""
    letters = "23456789abcdefghjkmnpqrstuvwxyz0"
    password = "-".join("".join(secrets.choice(letters[:31]) for _ in range(5)) for _ in range(6))
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"{password}\n")
        file.flush()
        os.fsync(file.fileno())
    if os.geteuid() == 0:
        give_to_backup(path)
    if tell:
        say(
            "The password of all backups. Write it down now and lock it away: it is not shown again,\n"
            f"and without it no backup can be read.\n\n    {password}\n"
        )
    else:
        say(f"the password of all backups has been made: print {path} for the safe", error=True)


def backup(settings: Settings, targets: Sequence[Target]) -> int:
    """One copy, brought to every target. The mark is touched when none of those that must be there has failed."""
    if settings.waiting:
        say("backup: this box is a standby; it backs up once it has taken over")
        return 0
    why = going_on.voting(settings.data)
    if why:
        say(f"backup: waits for the next time: {why}")
        return AGAIN
    began, results = time.monotonic(), dict[str, dict[str, Any]]()
    copy_out(settings)
    for target in targets:
        with handed_over(settings, target):
            results[target.name] = _bring(settings, target)
    good = _well(targets, results)
    _report(settings, results, round(time.monotonic() - began, 1))
    if good:
        settings.mark.touch()
        os.utime(settings.mark)
        return 0
    waited = any(each.get("gave_way") for each in results.values())
    return AGAIN if waited else UNABLE


def _well(targets: Sequence[Target], results: dict[str, dict[str, Any]]) -> bool:
    """At least one has it, and none that must have it has not."""
    needed = all(results[target.name]["ok"] for target in targets if not target.optional)
    return needed and any(each["ok"] for each in results.values())


def _bring(settings: Settings, target: Target) -> dict[str, Any]:
    """To one target. Never raises: the next target has its turn whatever happened here."""
    began = time.monotonic()
    repository = Repository(settings, target, settings.password_file)
    never = [*_NEVER, *settings.exclude, *(str(settings.data / name) for name in databases.NAMES)]
    places = [settings.data, *settings.folders, *settings.settings, *_manifests(settings)]
    words = ["backup", "--json", "--quiet", "--tag", TAG, "--host", settings.box_name, "--one-file-system"]
    words += [word for each in never for word in ("--exclude", each)]
    try:
        repository.must_be_there()
        repository.ask(["unlock"])  # of a backup that was cut off by the power; a living one's lock stays
        said = repository.ask([*words, *map(str, filter(Path.exists, places))], lambda: going_on.voting(settings.data))
    except (Away, Unable, OSError) as why:
        say(f"backup to {target.name}: {'away' if isinstance(why, Away) else 'FAILED'}: {why}", error=True)
        return {"ok": False, "at": now(), "why": str(why), "away": isinstance(why, Away)}
    except GaveWay as why:
        say(f"backup to {target.name}: gave way: {why}", error=True)
        return {"ok": False, "at": now(), "why": str(why), "gave_way": True}
    told = _summary(said)
    say(
        f"backup to {target.name}: good, snapshot {told.get('snapshot_id', '?')}, {told.get('data_added', 0)} bytes new"
    )
    return {
        "ok": True, "at": now(), "snapshot": told.get("snapshot_id"), "added_bytes": told.get("data_added"),
        "files": told.get("total_files_processed"), "seconds": round(time.monotonic() - began, 1),
    }  # fmt: skip


def _manifests(settings: Settings) -> list[Path]:
    found = [each for pattern in settings.manifests for each in sorted(Path("/").glob(str(pattern).lstrip("/")))]
    return [*found, settings.old_manifests]


def _summary(said: str) -> dict[str, Any]:
    for line in reversed(said.splitlines()):
        if '"summary"' in line:
            return dict(json.loads(line))
    return {}


def _report(settings: Settings, results: dict[str, dict[str, Any]], seconds: float) -> None:
    """`backup.json` in the state folder: what each target last said, and when it last was good."""
    path = settings.state / "backup.json"
    before = read_report(path).get("targets", {})
    for name, result in results.items():
        result["last_good"] = result["at"] if result["ok"] else before.get(name, {}).get("last_good")
    write_report(path, {"at": now(), "seconds": seconds, "targets": {**before, **results}})
