"""A disk that is full, or becomes full half-way, leaves the box as it was."""

import os
import subprocess
from pathlib import Path

from appliance.box.places import Places
from appliance.box.releases import Releases
from tests.beds.small_release import about, contents, diary, lay, pack

TREE = Path(__file__).parents[2]
BEGIN = "import sys; sys.path.insert(0, sys.argv.pop(1)); from appliance.box.__main__ import main; sys.exit(main())"
SCRIPT = """
set -e
mount -t tmpfs -o size=$1 none "$2"
shift 2
code=0
"$@" || code=$?
echo "code $code"
find "$PLACE" -mindepth 1
"""
"""Mounts a small disk where it is told, for this command alone, and lists what is on it afterwards."""


def on_a_small_disk(megabytes: int, place: Path, *words: str) -> tuple[str, str]:
    """What was told, and the exit code with what is on the disk afterwards."""
    place.mkdir(parents=True, exist_ok=True)
    command = ["/usr/bin/python3", "-I", "-S", "-c", BEGIN, str(TREE), *words]
    small = ["unshare", "--map-root-user", "--mount", "sh", "-c", SCRIPT, "sh", f"{megabytes}m", str(place), *command]
    environment = {"PATH": os.environ["PATH"], "PLACE": str(place), "LC_ALL": "C.UTF-8"}
    done = subprocess.run(small, capture_output=True, text=True, check=True, env=environment)
    return done.stderr, done.stdout[done.stdout.index("code ") :]


def test_without_room_a_release_is_refused(tmp_path: Path) -> None:
    box = tmp_path / "box"
    file = pack(tmp_path / "r.tar.gz", {**contents(), "web/dist/big": os.urandom(3 << 20)}, about("1.2.0"))
    said, left = on_a_small_disk(8, box / "opt", "install", str(file), "--root", str(box))
    assert left.startswith("code 1\n")
    assert "12 MB are needed" in said
    assert "1.2.0" not in left


def test_a_disk_that_becomes_full_leaves_nothing_of_the_release(tmp_path: Path) -> None:
    """There is room for the files, but not for the packages that come out of them."""
    box = tmp_path / "box"
    file = pack(tmp_path / "r.tar.gz", contents(), about("1.2.0"))
    said, left = on_a_small_disk(6, box / "opt", "install", str(file), "--root", str(box))
    assert left.startswith("code 69\n")
    assert "nothing is left of it (0 MB are free)" in said
    assert "1.2.0" not in left


def test_without_room_for_copies_no_update_is_begun(tmp_path: Path) -> None:
    places = Places(tmp_path / "box")
    lay(places, "1.0.0", "0004")
    lay(places, "1.1.0", "0005")
    Releases(places).use("1.0.0", None)
    said, left = on_a_small_disk(30, places.root / "var", "activate", "1.1.0", "--root", str(places.root))
    assert left.startswith("code 1\n")
    assert "no room for copies" in said
    assert "journal" not in left
    assert diary(places) == []
    assert Releases(places).current == "1.0.0"
