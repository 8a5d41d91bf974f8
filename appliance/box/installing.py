"""Lays a release beside the one in use. Nothing that runs is touched; cut off at any point, it leaves a leftover.

The folder has its final name from the start, because a venv cannot be moved: its programs name their interpreter by
its path. What says that a release is whole is the mark `.complete`, written when everything else is on the disk.
"""

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from appliance.box.durable import remove, sync_folder, write
from appliance.box.places import Places
from appliance.box.release_file import About, check, unpack
from appliance.box.releases import ABOUT, COMPLETE, Release, Releases
from appliance.box.signed import must_be_signed
from appliance.box.telling import Refused, Unable, say

ROOM: Final = 4
"""A release takes so many times its unpacked size while it is installed: wheels, and the packages out of them."""
MACHINES: Final = ("x86_64", "aarch64")


def install(places: Places, file: Path, sha256: str | None = None, *, system_packages: bool = False) -> Release:
    """Check the file, then lay the release beside. Raises Refused or Unable; then nothing of it is left.

    `system_packages` lets the release see Debian's Python packages too: libcamera comes with Raspberry Pi OS alone.
    """
    must_be_signed(places, file)
    about = check(file, sha256)
    releases = Releases(places)
    folder = places.releases / about.version
    if (folder / COMPLETE).exists():
        if (folder / ABOUT).read_bytes() != about.raw:
            raise Refused(f"another release {about.version} is installed already; a release's number is used once")
        say(f"already installed: {about.version}")
        return releases.get(about.version)
    _must_suit(about)
    places.releases.mkdir(parents=True, exist_ok=True)
    for leftover in releases.leftovers():
        remove(leftover)
    if shutil.disk_usage(places.releases).free < ROOM * about.bytes:
        raise Refused(f"there is no room: {ROOM * about.bytes >> 20} MB are needed; `nghi-truong prune` may help")
    try:
        _lay(file, about, folder, system_packages=system_packages)
    except (Refused, OSError, subprocess.SubprocessError) as error:
        free = shutil.disk_usage(places.releases).free >> 20
        remove(folder)
        if isinstance(error, Refused):
            raise
        raise Unable(f"not installed, nothing is left of it ({free} MB are free): {error}") from error
    say(f"installed: {about.version} ({about.commit[:7]})")
    return releases.get(about.version)


def _must_suit(about: About) -> None:
    """The wheels are for some machines and one Python."""
    machine, python = platform.machine(), ".".join(platform.python_version_tuple()[:2])
    if machine not in about.machines:
        raise Refused(f"the release is for {', '.join(about.machines)}, this machine is {machine}")
    if python != about.python:
        raise Refused(f"the release is for Python {about.python}, this machine has {python}")


def _lay(file: Path, about: About, folder: Path, *, system_packages: bool) -> None:
    others = tuple(f"_{name}.whl" for name in MACHINES if name != platform.machine())
    folder.mkdir(mode=0o755)
    unpack(file, about, folder, lambda name: not name.endswith(others))
    (folder / ABOUT).write_bytes(about.raw)
    seeing = ["--system-site-packages"] if system_packages else []
    _run([sys.executable, "-m", "venv", *seeing, str(folder / "venv")])
    python = str(folder / "venv/bin/python")
    pip = [python, "-I", "-m", "pip", "install", "--quiet", "--no-input", "--no-index", "--no-deps", "--no-cache-dir"]
    pip += ["--disable-pip-version-check", "--ignore-installed", "--root-user-action=ignore", "--only-binary=:all:"]
    wheels = ["--find-links", str(folder / "wheels")]
    _run([*pip, *wheels, "--require-hashes", "--requirement", str(folder / "requirements.txt")])
    _run([*pip, str(folder / about.wheel)])
    said = _run([python, "-I", "-m", "appliance", "--version"])
    if about.version not in said.split():
        raise OSError(f"the installed program says that it is {said.strip()!r}")
    shutil.rmtree(folder / "wheels")
    os.sync()
    write(folder / COMPLETE, b"", 0o644)
    sync_folder(folder.parent)


def _run(command: Sequence[str]) -> str:
    """What it printed. Raises OSError with its last words."""
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "PIP_CONFIG_FILE": os.devnull}
    done = subprocess.run(
        command, cwd="/", env=environment, capture_output=True, text=True, errors="replace", check=False
    )
    if done.returncode != 0:
        last = (done.stderr or done.stdout).strip().splitlines()[-3:]
        raise OSError(f"{Path(command[0]).name} {' '.join(command[1:4])} … failed: {' '.join(last)}")
    return done.stdout
