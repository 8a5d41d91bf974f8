"""What keeps backups good: `verify` reads them, `retention` lets old ones go.

    nghi-truong verify                   an eighth of every repository, another one each week
    nghi-truong verify --all             every byte
    nghi-truong retention                drop what is older than the settings keep

Exit codes: 0 good; 69 a repository is spoiled or away.
"""

import argparse
import os
import shutil
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from appliance.box import backup_settings, going_on
from appliance.box.backing_up import AGAIN, UNABLE
from appliance.box.backup_settings import Settings, Target
from appliance.box.copying import now, write_report
from appliance.box.restic import TAG, GaveWay, Repository, handed_over
from appliance.box.telling import Away, Unable, say

PARTS: Final = 8
_WEEK: Final = 7 * 86_400
_DAY: Final = 86_400


def verify(arguments: Sequence[str]) -> int:
    """Read what is in the repositories and compare it with its sums."""
    parser = argparse.ArgumentParser(prog="nghi-truong verify")
    parser.add_argument("--settings", type=Path, default=backup_settings.FILE)
    parser.add_argument("--all", action="store_true", help="every byte, however long it takes")
    given = parser.parse_args(arguments)
    settings = backup_settings.load(given.settings)
    part = int(time.time() // _WEEK) % PARTS + 1
    words = ["check", "--read-data" if given.all else f"--read-data-subset={part}/{PARTS}"]
    return _each(settings, "verify", words)


def retention(arguments: Sequence[str]) -> int:
    """Drop snapshots beyond what is kept, and data that a restore put aside long ago."""
    parser = argparse.ArgumentParser(prog="nghi-truong retention")
    parser.add_argument("--settings", type=Path, default=backup_settings.FILE)
    parser.add_argument("--asides", action="store_true", help="only what a restore has put aside (as root)")
    given = parser.parse_args(arguments)
    settings = backup_settings.load(given.settings)
    if given.asides or os.geteuid() == 0:
        _drop_asides(settings)
    if given.asides:
        return 0
    keep = [f"--keep-{name}={count}" for name, count in settings.keep.items()]
    return _each(settings, "retention", ["forget", "--prune", "--tag", TAG, "--group-by", "host", *keep])


def _drop_asides(settings: Settings) -> None:
    """What belongs to other users only root can take away."""
    for aside in _asides(settings):
        shutil.rmtree(aside)
        say(f"retention: {aside} was put aside {settings.aside_days} days ago and is gone")


def _asides(settings: Settings) -> list[Path]:
    """What a restore left behind, by now too old. Its age counts from when it was put aside."""
    limit = time.time() - settings.aside_days * _DAY
    around = {folder.parent for folder in (settings.data, *settings.folders)} | {settings.data, *settings.folders}
    found = [aside for folder in around if folder.is_dir() for aside in folder.glob(".before-*")]
    return [aside for aside in found if _put_aside(aside) < limit]


def _put_aside(aside: Path) -> float:
    """By its name: `.before-20261122T101500-nghi-truong`."""
    try:
        return datetime.strptime(f"{aside.name.split('-')[1]}+0000", "%Y%m%dT%H%M%S%z").timestamp()
    except (IndexError, ValueError):
        return time.time()


def _each(settings: Settings, what: str, words: Sequence[str]) -> int:
    """The same for every target; one that is spoiled does not hide the next one."""
    results = {target.name: _one(settings, target, what, words) for target in settings.targets}
    write_report(settings.state / f"{what}.json", {"at": now(), "targets": results})
    optional = {target.name for target in settings.targets if target.optional}
    if any(each.get("gave_way") for each in results.values()):
        return AGAIN
    bad = [name for name, each in results.items() if not each["ok"] and not (each.get("away") and name in optional)]
    return UNABLE if bad else 0


def _one(settings: Settings, target: Target, what: str, words: Sequence[str]) -> dict[str, Any]:
    repository = Repository(settings, target, settings.password_file)
    try:
        with handed_over(settings, target):
            repository.must_be_there()
            repository.ask(["unlock"])
            repository.ask(words, lambda: going_on.voting(settings.data))
    except (Unable, OSError) as why:
        say(f"{what} of {target.name}: BAD: {why}", error=True)
        return {"ok": False, "at": now(), "why": str(why)}
    except Away as why:
        say(f"{what} of {target.name}: away: {why}", error=True)
        return {"ok": False, "at": now(), "why": str(why), "away": True}
    except GaveWay as why:
        say(f"{what} of {target.name}: gave way: {why}", error=True)
        return {"ok": False, "at": now(), "why": str(why), "gave_way": True}
    say(f"{what} of {target.name}: good")
    return {"ok": True, "at": now()}
