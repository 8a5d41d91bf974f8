"""`nghi-truong drill`: could the box be restored today? Every target's newest backup is laid out and looked at.

The ledger is verified, its end must stand in the living ledger, and every paper must have the sum that it is named by.
What is laid out is gone afterwards. The report is `drill.json` in the state folder, and a line for each target.
Exit codes: 0 all good; 69 a target failed or is away (an optional one may be); 75 a vote was in the way.
"""

import argparse
import hashlib
import os
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from appliance.box import backup_settings, databases, going_on
from appliance.box.backing_up import AGAIN, UNABLE
from appliance.box.backup_settings import Settings, Target
from appliance.box.copying import living, now, write_report
from appliance.box.restic import Repository, handed_over
from appliance.box.restoring import Found, laid_out, restore_replica, verify_ledger
from appliance.box.telling import Refused, Unable, say


def main(arguments: Sequence[str]) -> int:
    """Try all of them; one that fails does not hide the next."""
    parser = argparse.ArgumentParser(prog="nghi-truong drill")
    parser.add_argument("--settings", type=Path, default=backup_settings.FILE)
    parser.add_argument(
        "--replica", type=Path, help="the folder into which the databases are streamed, when it is not the settings'"
    )
    given = parser.parse_args(arguments)
    settings = backup_settings.load(given.settings)
    why = going_on.voting(settings.data)
    if why:
        say(f"drill: waits for the next time: {why}")
        return AGAIN
    tried = [_try(settings, target) for target in settings.targets]
    replica = given.replica or settings.replica
    if replica is not None:
        tried.append(_stream(settings, replica))
    good = bool(tried) and all(each["ok"] for each in tried if not each.get("optional"))
    report = {"at": now(), "ok": good and any(each["ok"] for each in tried), "targets": tried}
    settings.state.mkdir(parents=True, exist_ok=True)
    write_report(settings.state / "drill.json", report)
    return 0 if report["ok"] else UNABLE


def _try(settings: Settings, target: Target) -> dict[str, Any]:
    began = time.monotonic()
    told: dict[str, Any] = {"name": target.name, "at": now(), "ok": False, "optional": target.optional}
    try:
        with handed_over(settings, target):
            repository = Repository(settings, target, settings.password_file)
            with laid_out(settings, repository, "latest", into=settings.state / "drill") as found:
                told |= _look(settings, found)
                told |= _ages(repository, found)
        told["ok"] = True
    except (Refused, Unable, OSError) as why:
        told["why"] = str(why)
    told["seconds"] = round(time.monotonic() - began, 1)
    _say(told)
    return told


def _look(settings: Settings, found: Found) -> dict[str, Any]:
    """What the restored data say of themselves, and whether the living ledger agrees. Raises Unable."""
    verdict = found.verify()
    ledger = found.data / "ledger.db"
    end = databases.head(ledger) if ledger.is_file() else None
    if end is not None and not databases.holds(living(settings), end):
        raise Unable(
            f"the living ledger has no entry {end.seq} of {end.ledger} as the backup has it: one of them is wrong"
        )
    papers = _papers(found)
    return {
        "head": vars(end) if end else None,
        "verified": verdict.splitlines()[-1],
        "papers": papers,
        "oldest_file_at": _oldest(found.folder),
    }


def _papers(found: Found) -> int:
    """How many papers there are; each has the SHA-256 that its folder is called. Raises Unable."""
    count = 0
    for source in found.folder.rglob("source"):
        if len(source.parent.name) == 64:
            count += 1
            with source.open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != source.parent.name:
                    raise Unable(f"the paper {source.parent.name} is not what it was")
    return count


def _ages(repository: Repository, found: Found) -> dict[str, Any]:
    kept = repository.snapshots()
    return {
        "snapshot": found.page["snapshot"],
        "backup_at": found.page["at"],
        "oldest_backup_at": _utc(str(kept[0]["time"])) if kept else None,
        "backups": len(kept),
    }


def _utc(said: str) -> str:
    """restic tells a moment by the clock on the wall."""
    return datetime.fromisoformat(said).astimezone(UTC).isoformat(timespec="seconds")


def _stream(settings: Settings, replica: Path) -> dict[str, Any]:
    """The stream on the second disk, restored and verified like a backup."""
    began = time.monotonic()
    told: dict[str, Any] = {"name": "stream", "at": now(), "ok": False}
    folder = settings.state / "drill" / "stream"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        if not (replica / "ledger.db").is_dir():
            raise Unable(f"{replica} is away, or nothing was streamed there yet")
        for name in databases.NAMES:
            if (replica / name).is_dir():
                restore_replica(settings, replica / name, folder / name)
        verify_ledger(settings, folder / "ledger.db", settings.data)
        end = databases.head(folder / "ledger.db")
        if end is not None and not databases.holds(living(settings), end):
            raise Unable(f"the living ledger has no entry {end.seq} of {end.ledger} as the stream has it")
        told |= {"ok": True, "head": vars(end) if end else None, "backup_at": newest(replica)}
    except (Unable, OSError) as why:
        told["why"] = str(why)
    finally:
        for left in folder.iterdir():
            left.unlink()
    told["seconds"] = round(time.monotonic() - began, 1)
    _say(told)
    return told


def newest(replica: Path) -> str | None:
    """When something was last streamed into the folder (ISO 8601, UTC); None: nothing ever was."""
    dates = [path.stat().st_mtime for path in _files(replica)]
    return datetime.fromtimestamp(max(dates), UTC).isoformat(timespec="milliseconds") if dates else None


def _files(folder: Path) -> Iterator[Path]:
    for above, _, names in os.walk(folder):
        yield from (Path(above) / name for name in names)


def _oldest(folder: Path) -> str | None:
    dates = [path.stat(follow_symlinks=False).st_mtime for path in _files(folder)]
    return datetime.fromtimestamp(min(dates), UTC).isoformat(timespec="seconds") if dates else None


def _say(told: dict[str, Any]) -> None:
    if told["ok"]:
        end = told["head"]
        ends = f"head {end['hash'][:16]}, entry {end['seq']}" if end else "no ledger yet"
        say(f"drill of {told['name']}: good in {told['seconds']} s, backup of {told['backup_at']}, {ends}")
    else:
        say(f"drill of {told['name']}: FAILED: {told['why']}", error=True)
