"""A second box that can take the first one's place, when a person says so.

    nghi-truong standby      lays out the other box's newest files and tries its stream: run by a timer, changes nothing
    nghi-truong take-over    this box goes on with the other one's ledger, under its name and address

The stream lacks what the other box wrote in its last moment. So a poll that was still running is voided in the ledger,
with the reason, and can be repeated; unless a person has read the other box's head (from its disk, or a printed page)
and gives it with `--head-seen`. Both boxes must never run at once: the old one is off, and a person says so. Until then
this one keeps out of the hall (`zones_held.py`), so that both may hang on the hall's cable.
"""

import argparse
import os
import shutil
import socket
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from appliance.box import backup_settings, databases, zones_held
from appliance.box.backup_settings import Settings, Standby
from appliance.box.copying import now, read_report, write_report
from appliance.box.drill import newest
from appliance.box.durable import sync_folder
from appliance.box.ordering import ordered
from appliance.box.replacing import replace_folder
from appliance.box.restic import Repository
from appliance.box.restoring import Found, laid_out, restore_replica, start, stop, verify_ledger
from appliance.box.telling import Refused, say

REASON: Final = "Chuyển sang máy dự phòng vì máy chính không còn hoạt động"
"""What the minutes say of a poll that was voided; `--reason` says it otherwise."""
LAYOUT: Final = "layout.json"
_ANSWER_SECONDS: Final = 2.0


def standby(arguments: Sequence[str]) -> int:
    """Keep this box warm. The report is `standby.json` in the state folder."""
    parser = argparse.ArgumentParser(prog="nghi-truong standby")
    parser.add_argument("--settings", type=Path, default=backup_settings.FILE)
    settings = backup_settings.load(parser.parse_args(arguments).settings)
    role = _role(settings)
    if not settings.waiting:
        say("standby: this box has taken over; there is nothing to be kept ready")
        return 0
    began = time.monotonic()
    page = _warm_up(settings, role)
    trial = role.warm / "trial.db"
    try:
        restore_replica(settings, role.replica / "ledger.db", trial)
        verdict = verify_ledger(settings, trial, role.warm)
        end = databases.head(trial)
    finally:
        trial.unlink(missing_ok=True)
    settings.state.mkdir(parents=True, exist_ok=True)
    report = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"), "ok": True, "files_of": page["at"],
        "stream_of": newest(role.replica), "head": vars(end) if end else None, "verified": verdict.splitlines()[-1],
        "seconds": round(time.monotonic() - began, 1),
    }  # fmt: skip
    write_report(settings.state / "standby.json", report)
    ends = f"head {end.hash[:16]}, entry {end.seq}" if end else "no ledger yet"
    say(f"standby: ready, files of {page['at']}, stream of {report['stream_of']}, {ends}")
    return 0


def take_over(arguments: Sequence[str]) -> int:
    """Go on as the other box. Refused while that one answers, and without the name that a person types."""
    parser = argparse.ArgumentParser(prog="nghi-truong take-over")
    parser.add_argument("--settings", type=Path, default=backup_settings.FILE)
    parser.add_argument("--reason", default=REASON, help="stands in the ledger and in the minutes")
    parser.add_argument("--head-seen", help="the old box's head, 16 hex digits or more, read by a person")
    given = parser.parse_args(arguments)
    settings = backup_settings.load(given.settings)
    role = _role(settings)
    if not settings.waiting:
        say(f"this box has taken over before ({read_report(role.taken).get('at', '?')}): what it holds stays")
        _go_into_the_hall(settings, role)
        return 0
    _must_be_off(role)
    say("The old box must be off, and must stay off: two boxes with one ledger would each keep votes the other lacks.")
    if input(f"To confirm that it is off, type the name it had ({settings.box_name}): ").strip() != settings.box_name:
        raise Refused("that is not its name")
    began = time.monotonic()
    if not (role.warm / LAYOUT).is_file():
        _warm_up(settings, role)
    streamed = newest(role.replica)
    folder = _next_data(settings, role)
    try:
        verify_ledger(settings, folder / "ledger.db", folder)
        end = databases.head(folder / "ledger.db")
        begun = _begin_epoch(settings, folder, given.reason, given.head_seen) if end else "there was no ledger yet"
        _own(folder, read_report(role.warm / LAYOUT))
        stop(settings)
        _put_in_place(settings, role, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    write_report(role.taken, {"at": now(), "stream_of": streamed, "head": vars(end) if end else None})
    sync_folder(role.taken.parent)
    _go_into_the_hall(settings, role)
    ends = f"the stream ended with head {end.hash}, entry {end.seq}" if end else "the stream had no entry"
    say(f"{begun}\n{ends}, last written {streamed}\ntaken over in {time.monotonic() - began:.1f} s")
    return 0


def _go_into_the_hall(settings: Settings, role: Standby) -> None:
    """Under its name and address; what is so already stays so."""
    zones = zones_held.let_go(role.held, role.networks)
    for command in role.activate:
        ordered(command)
    start(settings)
    for silent in zones_held.announce(zones):
        say(
            f"nobody could be told that {silent} is here now: devices find it by themselves within a minute", error=True
        )


def _role(settings: Settings) -> Standby:
    if settings.standby is None:
        raise Refused("this box is nobody's standby: [standby] is missing from the settings")
    return settings.standby


def _must_be_off(role: Standby) -> None:
    """A box that still answers is not off, whatever anybody types. Silence proves nothing; so a person is asked too."""
    if not role.old_box:
        return
    address, _, port = role.old_box.rpartition(":")
    try:
        with socket.create_connection((address, int(port)), timeout=_ANSWER_SECONDS):
            pass
    except OSError:
        return
    raise Refused(f"the old box still answers at {role.old_box}: switch it off first")


def _warm_up(settings: Settings, role: Standby) -> dict[str, Any]:
    """The newest backup's files, laid out where a take-over needs them; nothing to do when they are."""
    repository = Repository(settings, settings.target(role.files), settings.password_file)
    repository.must_be_there()
    chosen = repository.snapshot()
    laid = read_report(role.warm / LAYOUT)
    if laid.get("snapshot") == chosen["id"]:
        return laid
    with laid_out(settings, repository, str(chosen["id"]), into=role.warm.parent) as found:
        found.verify()
        fresh = _arranged(found)
        shutil.rmtree(role.warm, ignore_errors=True)
        fresh.rename(role.warm)
    return read_report(role.warm / LAYOUT)


def _arranged(found: Found) -> Path:
    """The data folder, with the others beside it by number, and the page."""
    fresh = found.data
    for number, place in enumerate(found.page["folders"]):
        if found.at(place).is_dir():
            found.at(place).rename(fresh / f".folder-{number}")
    write_report(fresh / LAYOUT, found.page)
    return fresh


def _next_data(settings: Settings, role: Standby) -> Path:
    """The data folder to be: the warm files, copied, with the databases as they were streamed last."""
    told = read_report(role.warm / LAYOUT)["databases"]
    folder = settings.data.with_name(f".restore-{os.getpid()}")
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(role.warm, folder, symlinks=True, ignore=shutil.ignore_patterns(".folder-*", LAYOUT, "*.db"))
    for name in databases.NAMES:
        if (role.replica / name).is_dir():
            restore_replica(settings, role.replica / name, folder / name)
        elif (role.warm / name).is_file():
            shutil.copy2(role.warm / name, folder / name)
        if name in told and (folder / name).is_file():
            (folder / name).chmod(told[name]["mode"])
    return folder


def _begin_epoch(settings: Settings, folder: Path, reason: str, seen: str | None) -> str:
    words = [*settings.appliance, "begin-epoch", "--data", str(folder), "--reason", reason]
    return ordered([*words, *(("--head-seen", seen) if seen else ())])


def _own(folder: Path, page: dict[str, Any]) -> None:
    """As it was on the other box, by name; what the page does not name belongs to whom the ledger does."""
    told = page["databases"].get("ledger.db")
    if told is None or os.geteuid() != 0:
        return
    for path in [folder, *folder.rglob("*")]:
        shutil.chown(path, told["user"], told["group"])


def _put_in_place(settings: Settings, role: Standby, folder: Path) -> None:
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    page = read_report(role.warm / LAYOUT)
    for number, place in enumerate(page["folders"]):
        laid, here = role.warm / f".folder-{number}", settings.folder(place)
        if here is not None and laid.is_dir():
            replace_folder(here, laid, stamp)
    (role.warm / LAYOUT).unlink()  # what was laid out is used up
    replace_folder(settings.data, folder, stamp)
