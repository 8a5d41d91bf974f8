"""The disk of a box that the play has set up: two releases installed, a council on file, nobody has met yet.

The play runs over ssh on a bare machine in a container (`tests/beds/hall.py`), with a recorder (a small test picture)
and a place for backups; then the disk is packed into an image, with the modules of User Mode Linux's kernel, so that
`tests/beds/uml.py` can boot it with a kernel of its own. Made once for these sources below `var/box/`, some minutes.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.beds import rootfs, two_releases
from tests.beds.hall import Hall
from tests.faults.council import put_on_file
from tests.gates.write_logged_disk import run

MEMBERS: Final = 27
DATA: Final = "/var/lib/nghi-truong"
STICK: Final = "NT-BACKUP"
"""What the backup disk's file system is called."""
GIGABYTES: Final = 4
MODULES: Final = Path("/usr/lib/uml/modules")
MACS: Final = {"hall0": "02:00:00:00:77:01", "svc0": "02:00:00:00:79:01"}
"""By these the kernel's `vec0` and `vec1` are known for what the play calls them."""
SETTINGS: Final[dict[str, Any]] = {
    "public_interface": "",
    "papers_office": False,
    "has_camera": True,
    # User Mode Linux encodes slowly: how large the picture is changes nothing of how it is kept.
    "recorder_settings": {
        "source": "test",
        "width": 160,
        "height": 90,
        "frames_per_second": 10,
        "kilobits_per_second": 100,
        "lost_after_seconds": 20,
        "preset": "ultrafast",
        "live": False,
        "house_viewers": 0,
        "make_files": False,
    },
    "backup_disks": [{"name": "usb", "label": STICK}],
    "backup_targets": [{"name": "usb", "disk": "usb"}],
}


@dataclass(frozen=True)
class SetUp:
    """What is needed to switch such a box on and to talk with it."""

    folder: Path

    @property
    def image(self) -> Path:
        """The disk: ext4, no partitions. Copied before it is written to."""
        return self.folder / "disk.img"

    @property
    def key(self) -> Path:
        """The technician's key for ssh."""
        return self.folder / "key"

    @property
    def authority(self) -> Path:
        """The hall's own certificate authority, which tablets believe."""
        return self.folder / "ca.pem"


def made() -> SetUp:
    """As it is kept, or made now. Raises RuntimeError when the play does not come to its end."""
    done = SetUp(rootfs.CACHE / f"set-up-{_of_these_sources()}")
    with rootfs.alone(rootfs.CACHE / "set-up.lock"):
        if not done.folder.exists():
            for older in rootfs.CACHE.glob("set-up-*/"):
                shutil.rmtree(older)
            half = SetUp(done.folder.with_suffix(".half"))
            half.folder.mkdir()
            _make(half)
            half.folder.rename(done.folder)
    return done


def _of_these_sources() -> str:
    """Changes with whatever is set up: our own code, the play, the units, the locks."""
    tree = two_releases.TREE
    listed = ["git", "-C", str(tree), "ls-files", "-z", "appliance", "recordings", "firmware", "systemd", "ansible"]
    names = subprocess.run(listed, capture_output=True, text=True, check=True).stdout.split("\0")
    files = [tree / name for name in sorted(names) if name] + [tree / "requirements.txt", Path(__file__)]
    total = hashlib.sha256()
    for file in files:
        total.update(file.read_bytes() if file.is_file() else b"")
    return total.hexdigest()[:12]


def _make(into: SetUp) -> None:
    releases = into.folder / "releases"
    releases.mkdir()
    old, new = (two_releases.build(version, releases) for version in (two_releases.OLD, two_releases.NEW))
    with Hall("c1-disk", old, **SETTINGS).box_up() as hall:
        played = hall.play()
        if not played.well:
            raise RuntimeError(f"the play did not come to its end:\n{played.said[-3000:]}")
        hall.box.copy(new, "/root/release.tar.gz")
        hall.box.run("nghi-truong install /root/release.tar.gz && rm /root/release.tar.gz", seconds=900)
        hall.box.run("systemctl stop nghi-truong.target 'nghi-truong-*'")
        registry = into.folder / "registry.db"
        put_on_file(registry, MEMBERS)
        hall.box.copy(registry, f"{DATA}/registry.db")
        hall.box.run(f"rm -f {DATA}/registry.db-*; chown nghi-truong: {DATA}/registry.db; chmod 600 {DATA}/registry.db")
        hall.box.stop()
        shutil.copyfile(hall.folder / "ca/ca.pem", into.authority)
        shutil.copy(hall.folder / "key", into.key)
        _fit_for_the_other_kernel(hall.box.root)
        run("truncate", "-s", f"{GIGABYTES}G", str(into.image))
        run("mke2fs", "-q", "-t", "ext4", "-d", str(hall.box.root), str(into.image))
    shutil.rmtree(releases)


def _fit_for_the_other_kernel(root: Path) -> None:
    """Its modules, and its wires by the names that the play has put them under."""
    for release in MODULES.iterdir():
        shutil.copytree(release, root / "lib/modules" / release.name, dirs_exist_ok=True)
    for name, mac in MACS.items():
        link = root / f"etc/systemd/network/05-{name}.link"
        link.write_text(f"[Match]\nMACAddress={mac}\n[Link]\nName={name}\n", encoding="utf-8")


def stick(into: Path, megabytes: int = 512) -> Path:
    """A new disk for backups, as a technician would have made it with mkfs.ext4 -L."""
    run("truncate", "-s", f"{megabytes}M", str(into))
    run("mke2fs", "-q", "-t", "ext4", "-L", STICK, str(into))
    return into


def copied(image: Path, to: Path) -> Path:
    """Another disk with the same bytes, holes left holes."""
    run("cp", "--sparse=always", "--reflink=auto", str(image), str(to))
    return to


@contextmanager
def seen(image: Path, where: Path) -> Iterator[Path]:
    """Its files, while no machine runs from it; the journal is replayed, as at a boot."""
    where.mkdir(exist_ok=True)
    run("mount", "-o", "loop", str(image), str(where))
    try:
        yield where
    finally:
        run("umount", str(where))


if __name__ == "__main__":
    print(made().folder if os.geteuid() == 0 else sys.exit("needs root"))
