"""The other ways to set up: a Pi's own settings, a Pi at a projector, and the box by itself: `make box-kinds`.

    python -m tests.witness.image_kinds [--release FILE] [--only pi|screen|pull]

* `pi`: what the play writes for a Pi's firmware and kernel, on a machine with the boot folder of Raspberry Pi OS.
* `screen`: the second play of site.yml, on a machine that is nothing but a hall's screen.
* `pull`: the whole box by `ansible-pull` on the machine itself, with Debian's own Ansible and no laptop; then a
  meeting over TLS.

Each is looked at bare, set up, and set up again, which changes nothing. Needs root.
"""

import argparse
import json
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from appliance.adapters import certificate_authority as authority
from tests.beds.hall import BOX_NAME, HALL_ADDRESS, Hall, Played
from tests.witness.findings import Findings
from tests.witness.image import ROOT, expect, first_clerk, meeting, newest

CMDLINE: Final = (
    "console=serial0,115200 console=tty1 root=PARTUUID=4e639091-02 rootfstype=ext4 fsck.repair=yes rootwait quiet "
    "cfg80211.ieee80211_regdom=VN\n"
)
"""As Raspberry Pi OS Bookworm writes it; Imager adds the country."""
MEMORY: Final = "cgroup_enable=memory"
CONFIG: Final = "dtparam=audio=on\ncamera_auto_detect=1\n[cm4]\notg_mode=1\n[all]\n"
_RECAP: Final = re.compile(r"^localhost +: ok=(\d+) +changed=(\d+) +unreachable=(\d+) +failed=(\d+)", re.MULTILINE)


def main() -> int:
    """Those that are asked for, in turn; 1 when something was not as it should be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--release", type=Path, help="without it the newest of dist/")
    parser.add_argument("--only", choices=("pi", "screen", "pull"), help="without it all three")
    given = parser.parse_args()
    release = given.release or newest()
    found = Findings("a Pi's settings, a screen's Pi, and a box without a laptop")
    with found.step("the whole"):
        if given.only in {None, "pi"}:
            pi(found, release)
        if given.only in {None, "screen"}:
            screen(found, release)
        if given.only in {None, "pull"}:
            pull(found, release)
    return found.close()


def pi(found: Findings, release: Path) -> None:
    """The lines of config.txt and cmdline.txt, the watchdog, and no swapping."""
    hall = Hall("img-pi", release, raspberry_pi=True, has_panels=True)
    with hall.box_up():
        box = hall.box
        box.run("mkdir -p /boot/firmware")
        for name, text in (("cmdline.txt", CMDLINE), ("config.txt", CONFIG)):
            box.run(f"cat >/boot/firmware/{name}", stdin=text)
        expect(found, "a Pi: look at it bare (--check)", hall.play("--tags", "base", "--check"))
        first = hall.play("--tags", "base")
        expect(found, "a Pi: base", first)
        found.check("it says that a restart is due", "restart the box once" in first.said)
        expect(found, "a Pi: base again", hall.play("--tags", "base"), changed=0)
        told = box.run("cat /boot/firmware/cmdline.txt").stdout
        found.check("one line for the kernel, and memory limits in it", told == f"{CMDLINE.strip()} {MEMORY}\n", told)
        lines = box.run("cat /boot/firmware/config.txt").stdout
        kept = lines.startswith(CONFIG) and "dtparam=watchdog=on" in lines and "enable_uart=0" in lines
        found.check("config.txt keeps what it had, and has the pins", kept, lines)
        seen = box.run("systemctl show -p RuntimeWatchdogUSec --value").stdout.strip()
        found.check("systemd has the watchdog's time for the next start", seen in {"15s", "0"}, seen)


def screen(found: Findings, release: Path) -> None:
    """A browser and a firewall, and nothing of the council's."""
    hall = Hall("img-scr", release, hall_display_start=False)
    with hall.box_up():
        inventory = json.loads((hall.folder / "inventory.yml").read_text(encoding="utf-8"))["all"]
        displays = {"all": {"children": {"displays": {"hosts": inventory["hosts"]}}}}
        (hall.folder / "inventory.yml").write_text(json.dumps(displays), encoding="utf-8")
        # The authority that the box was set up with: without it the browser would believe nobody.
        authority.found(hall.folder / "ca", BOX_NAME, HALL_ADDRESS, "HĐND xã Mẫu", "a passphrase of these tests")
        expect(found, "a screen: look at it bare (--check)", hall.play("--check"))
        expect(found, "a screen: set up", hall.play())
        expect(found, "a screen: set up again", hall.play(), changed=0)
        expect(found, "a screen: look at what is set up (--check --diff)", hall.play("--check", "--diff"), changed=0)
        enabled = hall.box.run("systemctl is-enabled nghi-truong-kiosk", check=False).stdout.strip()
        found.check("the browser starts with the machine", enabled == "enabled", enabled)
        theirs = hall.box.run("ls -d /opt/nghi-truong /var/lib/nghi-truong /etc/nghi-truong/tls", check=False)
        found.check("nothing of the council's is on it", theirs.stdout == "", theirs.stdout)


def pull(found: Findings, release: Path) -> None:
    """This tree as a repository on the machine (a stick, say), the release beside it, and one command."""
    hall = Hall("img-pull", release)
    with hall.box_up():
        box = hall.box
        tree = hall.folder / "nghi-truong.git"
        subprocess.run(["git", "clone", "--quiet", "--bare", ROOT, tree], check=True)
        box.copy(tree, "/srv/nghi-truong.git")
        box.copy(release.resolve(), "/srv/release.tar.gz")
        settings = {
            **hall.variables, "release_file": "/srv/release.tar.gz", "web_server_ca_folder": "/root/ca",
            "web_server_command": ["/opt/nghi-truong/current/venv/bin/python", "-m", "appliance"],
        }  # fmt: skip
        box.run("umask 077; cat >/root/hall.yml", stdin=json.dumps(settings, ensure_ascii=False))
        with found.step("without a laptop: apt install ansible-core git"):
            box.run("apt-get -q update && apt-get -q install -y --no-install-recommends ansible-core git", seconds=1800)
        expect(found, "without a laptop: ansible-pull", _pulled(hall))
        expect(found, "without a laptop: ansible-pull again", _pulled(hall), changed=0)
        (hall.folder / "ca").mkdir(exist_ok=True)
        (hall.folder / "ca/ca.pem").write_text(box.run("cat /root/ca/ca.pem").stdout, encoding="utf-8")
        first_clerk(hall)
        meeting(found, hall)


def _pulled(hall: Hall) -> Played:
    """As ansible/README.md says it, with an address of this machine's own."""
    began = time.monotonic()
    words = ["ansible-pull", "-U", "file:///srv/nghi-truong.git", "-i", "localhost,", "-e", "@/root/hall.yml"]
    done = hall.box.run([*words, "ansible/site.yml"], check=False, seconds=3600)
    said = done.stdout + done.stderr
    (hall.folder / f"pull-{int(began)}.log").write_text(said, encoding="utf-8")
    recaps = _RECAP.findall(said)  # the first one is of fetching the tree
    ok, changed, unreachable, failed = map(int, recaps[-1]) if recaps else (0, 0, 0, 1)
    return Played(time.monotonic() - began, ok, changed, unreachable + failed, said)


if __name__ == "__main__":
    sys.exit(main())
