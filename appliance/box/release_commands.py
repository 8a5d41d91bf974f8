"""The subcommands that change which release runs."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from appliance.box.durable import remove
from appliance.box.installing import install as lay
from appliance.box.places import Places
from appliance.box.releases import Releases
from appliance.box.service_manager import Systemd
from appliance.box.telling import Refused, say
from appliance.box.updating import Updates


def install(given: Sequence[str]) -> int:
    """Check a release and lay it beside the one in use."""
    parser = _parser("install", "check a release and lay it beside the one in use")
    parser.add_argument("file", type=Path, help="made by `make release`")
    parser.add_argument("--sha256", help="of the file, as it came by another way")
    parser.add_argument("--system-packages", action="store_true", help="it sees Debian's Python packages (libcamera)")
    said = parser.parse_args(given)
    updates = _updates(said)
    with updates.alone():
        lay(updates.places, said.file, said.sha256, system_packages=said.system_packages)
    return 0


def activate(given: Sequence[str]) -> int:
    """Use an installed release."""
    parser = _parser("activate", "use an installed release: databases are copied, then migrated")
    parser.add_argument("version")
    _add_change(parser)
    said = parser.parse_args(given)
    updates = _updates(said)
    with updates.alone():
        updates.activate(said.version, anyway=said.anyway)
    return 0


def rollback(given: Sequence[str]) -> int:
    """Use the release before this one again; given twice, it is this one again."""
    parser = _parser("rollback", "use the release before this one again: databases are migrated back")
    _add_change(parser)
    said = parser.parse_args(given)
    updates = _updates(said)
    with updates.alone():
        updates.settle(booting=False)
        previous = updates.releases.previous
        if previous is None:
            raise Refused("there is no release before this one")
        updates.activate(previous, anyway=said.anyway)
    return 0


def releases(given: Sequence[str]) -> int:
    """Which releases are here."""
    parser = _parser("releases", "which releases are here")
    parser.add_argument("--json", action="store_true", help="for programs")
    said = parser.parse_args(given)
    found = Releases(Places(said.root))
    rows = [
        {"version": each.version, "commit": each.commit, "schema": vars(each.schema), "use": _use(found, each.version)}
        for each in found.all()
    ]
    if said.json:
        say(json.dumps(rows))
    else:
        for row in rows:
            say(f"{row['version']:20} {str(row['commit'])[:7]:8} {row['use']}".rstrip())
    return 0


def prune(given: Sequence[str]) -> int:
    """Remove all releases but this one and the one before, and what installations that were cut off have left."""
    said = _parser("prune", "remove all releases but this one and the one before").parse_args(given)
    updates = _updates(said)
    with updates.alone():
        updates.settle(booting=False)
        found = updates.releases
        for folder in [*(each.folder for each in found.all() if not _use(found, each.version)), *found.leftovers()]:
            remove(folder)
            say(f"removed: {folder.name}")
    return 0


def settle(given: Sequence[str]) -> int:
    """End an update that was cut off."""
    parser = _parser("settle", "end an update that was cut off")
    parser.add_argument("--booting", action="store_true", help="before the services: none is stopped or started")
    said = parser.parse_args(given)
    updates = _updates(said)
    try:
        with updates.alone():
            found = updates.settle(booting=said.booting)
    except Refused:
        if not said.booting:
            raise
        return 0  # an update that lives starts services; it needs no help
    if not found and not said.booting:
        say("no update was cut off")
    return 0


def _use(found: Releases, version: str) -> str:
    return "current" if version == found.current else "previous" if version == found.previous else ""


def _parser(name: str, text: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"nghi-truong {name}", description=text)
    parser.add_argument("--root", type=Path, default=Path("/"), help="the box's file system, when it is not this one's")
    parser.set_defaults(patience=0.0)
    return parser


def _add_change(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--anyway", action="store_true", help="also while a sitting or a vote is open")
    parser.add_argument("--patience", type=float, default=120.0, help="seconds that the new appliance has to come up")


def _updates(said: argparse.Namespace) -> Updates:
    return Updates(Places(said.root), Systemd(), patience=said.patience)
