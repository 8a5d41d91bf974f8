"""The databases as they were at one moment, with the page that says what a backup is made of.

SQLite must write beside a file that it reads while another process writes it, so the copies are made by the data
folder's owner, into that folder; root becomes that owner for it. The backup's user, who may write nothing, takes them
from there.
"""

import grp
import json
import os
import pwd
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from appliance.box import databases, going_on
from appliance.box.backup_settings import Settings
from appliance.box.telling import Unable

COPY: Final = ".copy"
"""The folder in the data folder. It holds the databases and `backup.json`."""
OURS: Final = "nghi-truong"
"""How the names of the product's users and groups begin."""
FRESH_SECONDS: Final = 900
"""How old a copy may be that another process has made for this backup."""


def copy_out(settings: Settings) -> Path:
    """Where the copies are. Whoever may not make them takes those that were made just before. Raises Unable."""
    copy, told = settings.data / COPY, settings.data.stat()
    if os.geteuid() == told.st_uid:
        _make(settings, copy)
    elif os.geteuid() == 0:
        _as_owner(settings, copy, told.st_uid, told.st_gid)
    else:
        _must_be_fresh(copy)
    return copy


def living(settings: Settings) -> Path:
    """A ledger file to compare with: the living one, or for who may not open it the copy made just before."""
    if os.geteuid() in {0, settings.data.stat().st_uid}:
        return settings.data / "ledger.db"
    _must_be_fresh(settings.data / COPY)
    return settings.data / COPY / "ledger.db"


def _must_be_fresh(copy: Path) -> None:
    try:
        made = datetime.fromisoformat(json.loads((copy / "backup.json").read_text(encoding="utf-8"))["at"])
    except (OSError, ValueError, KeyError) as error:
        raise Unable(f"the databases have not been copied: {error}") from error
    age = (datetime.now(UTC) - made).total_seconds()
    if abs(age) > FRESH_SECONDS:
        raise Unable(f"the copy of the databases is {age:.0f} s old: `nghi-truong backup --copy` makes a new one")


def _as_owner(settings: Settings, copy: Path, user: int, group: int) -> None:
    """In a child that is the owner for good: a file that somebody else has written is never opened by root."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.setgroups([])
            os.setgid(group)
            os.setuid(user)
            _make(settings, copy)
            code = 0
        except (Unable, OSError) as why:
            os.write(2, f"{why}\n".encode())
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if status != 0:
        raise Unable("the databases cannot be copied")


def _make(settings: Settings, copy: Path) -> None:
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir(mode=0o700)
    there = [name for name in databases.NAMES if (settings.data / name).exists()]
    for name in there:
        databases.copy(settings.data / name, copy / name)
    end = databases.head(copy / "ledger.db") if "ledger.db" in there else None
    page = {
        "box": settings.box_name,
        "at": now(),
        "data": str(settings.data),
        "folders": [str(folder) for folder in settings.folders],
        "settings": [str(folder) for folder in settings.settings],
        "manifests": [str(pattern) for pattern in settings.manifests],
        "state": str(settings.state),
        "databases": {name: _owner(settings.data / name) for name in there},
        "numbers": numbers(),
        "head": vars(end) if end else None,
        "release": _release(),
        "voting": going_on.voting(settings.data),
    }
    (copy / "backup.json").write_text(json.dumps(page, indent=1), encoding="utf-8")


def _owner(path: Path) -> dict[str, str | int]:
    """Whose a file is, by name: numbers may differ on another box."""
    told = path.stat()
    try:
        user, group = pwd.getpwuid(told.st_uid).pw_name, grp.getgrgid(told.st_gid).gr_name
    except KeyError:
        user, group = str(told.st_uid), str(told.st_gid)
    return {"user": user, "group": group, "mode": told.st_mode & 0o7777}


def numbers() -> dict[str, dict[str, int]]:
    """Which number the product's users and groups have on this box: files in a backup belong to numbers."""
    users = {each.pw_name: each.pw_uid for each in pwd.getpwall() if each.pw_name.startswith(OURS)}
    groups = {each.gr_name: each.gr_gid for each in grp.getgrall() if each.gr_name.startswith(OURS)}
    return {"users": users, "groups": groups}


def _release() -> str:
    return str(read_report(Path("/opt/nghi-truong/current/release.json")).get("version", "?"))


def read_report(path: Path) -> dict[str, Any]:
    """A report that was written here; empty: there is none that can be read."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def write_report(path: Path, report: dict[str, Any]) -> None:
    """All or nothing; anybody on the box may read it."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(json.dumps(report, indent=1, ensure_ascii=False), encoding="utf-8")
    fresh.chmod(0o644)
    fresh.replace(path)


def now() -> str:
    """ISO 8601, UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
