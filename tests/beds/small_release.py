"""Releases as small as can be: the file of one, and installed ones whose program is a script that keeps a diary."""

import hashlib
import io
import json
import platform
import tarfile
from collections.abc import Mapping
from pathlib import Path

from appliance.box.places import Places

PYTHON = ".".join(platform.python_version_tuple()[:2])
PROGRAM = """#!/bin/sh
# A release's interpreter: writes down what it was asked for, and fails while a file says so.
here=$(dirname "$(dirname "$(dirname "$0")")")
base=$(dirname "$(dirname "$here")")
echo "$(basename "$here") $*" >>"$base/diary"
case "$*" in
*" idle"*)
    if [ -e "$base/open" ]; then echo '{"sitting": true}'; exit 1; fi ;;
*" migrate "*)
    to=$(echo "$*" | sed 's/.*--to registry=\\([0-9]*\\).*/\\1/')
    if [ -e "$base/no-way-to-$to" ]; then echo "no way" >&2; exit 69; fi
    echo "$to" >"$base/form" ;;
esac
"""


def about(version: str, registry: str = "0004", **changes: object) -> dict[str, object]:
    """A `release.json` without its files."""
    return {
        "format": 1,
        "product": "nghi-truong",
        "version": version,
        "commit": f"{version}00ddba11",
        "python": PYTHON,
        "machines": [platform.machine()],
        "schema": {"registry": registry, "ledger": 1, "papers": 1},
        "wheel": "wheels/nghi_truong.whl",
        **changes,
    }


def contents() -> dict[str, bytes]:
    """Three files, none of them what it is called."""
    return {"requirements.txt": b"", "web/dist/index.html": b"<!doctype html>", "wheels/nghi_truong.whl": b"PK" * 500}


def pack(
    file: Path,
    files: Mapping[str, bytes],
    said: Mapping[str, object],
    *,
    named: Mapping[str, bytes] | None = None,
    folder: str | None = None,
) -> Path:
    """A release's file with these files; its list is of `named` where that is given."""
    listed = {name: hashlib.sha256(body).hexdigest() for name, body in (files if named is None else named).items()}
    first = json.dumps({**said, "files": listed}).encode()
    with tarfile.open(file, "w:gz") as tar:
        for name, body in [("release.json", first), *files.items()]:
            entry = tarfile.TarInfo(f"{folder or 'nghi-truong-' + str(said['version'])}/{name}")
            entry.size = len(body)
            tar.addfile(entry, io.BytesIO(body))
    return file


def lay(places: Places, version: str, registry: str = "0004") -> None:
    """An installed release, whose program writes `opt/nghi-truong/diary` and, when it migrates, `form`."""
    folder = places.releases / version
    (folder / "venv/bin").mkdir(parents=True)
    (folder / "release.json").write_text(json.dumps(about(version, registry)))
    program = folder / "venv/bin/python"
    program.write_text(PROGRAM)
    program.chmod(0o755)
    (folder / ".complete").touch()


def diary(places: Places) -> list[str]:
    """What the programs were asked for."""
    file = places.current.parent / "diary"
    return file.read_text().splitlines() if file.exists() else []


def form(places: Places) -> str:
    """The form that the databases were brought to last; empty: nobody migrated."""
    file = places.current.parent / "form"
    return file.read_text().strip() if file.exists() else ""
