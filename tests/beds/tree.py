"""This tree in the place of an installed release: on a machine under test at once, without building and installing one.

What the units start is `/opt/nghi-truong/current/venv`, which holds what requirements.txt says, made once; the packages
of this tree are seen in it as they are now. How a real release is made and installed is what other tests are about.
"""

import hashlib
import shutil
import subprocess
from pathlib import Path
from typing import Final

from tests.beds import rootfs
from tests.beds.machine import Machine

ROOT: Final = Path(__file__).parents[2]
AT: Final = "/opt/nghi-truong/releases/tree"
PACKAGES: Final = ("appliance", "firmware", "recordings")
PYTHON: Final = "/usr/bin/python3"
"""Debian's own, which the machine has too."""


def binds() -> dict[Path, str]:
    """What the machine must see of this one, for `Machine(binds=…)`."""
    seen = {ROOT / name: f"{AT}/src/{name}" for name in (*PACKAGES, "web")}
    return {**seen, ROOT / "systemd": f"{AT}/systemd", _venv(): f"{AT}/venv"}


def install(box: Machine, settings: str, recorder: str = "") -> None:
    """Users, folders, units and settings; nothing is started. `settings` come behind those of systemd/README.md."""
    box.run(f"ln -sfn {AT} /opt/nghi-truong/current")
    for kind in ("sysusers.d", "tmpfiles.d", "journald.conf.d"):
        to = "/etc/systemd/journald.conf.d" if kind == "journald.conf.d" else f"/etc/{kind}"
        box.run(f"mkdir -p {to} && cp {AT}/systemd/{kind}/* {to}/")
    box.run("systemd-sysusers && systemd-tmpfiles --create nghi-truong.conf")
    box.run(f"find {AT}/systemd -maxdepth 1 -type f ! -name '*.md' -exec cp -t /etc/systemd/system '{{}}' +")
    box.run("cat > /etc/nghi-truong/appliance.toml", stdin=documented("appliance") + settings)
    box.run("cat > /etc/nghi-truong/recorder.toml", stdin=documented("recorder") + recorder)
    box.run("systemctl daemon-reload")


def documented(name: str) -> str:
    """The settings that systemd/README.md prints for this file."""
    page = (ROOT / "systemd" / "README.md").read_text(encoding="utf-8")
    body = page.partition(f"# /etc/nghi-truong/{name}.toml\n")[2].partition("```")[0]
    return body.replace('"/opt/nghi-truong/current/web"', f'"{AT}/src/web"')


def _venv() -> Path:
    """Made now if requirements.txt has changed since."""
    wanted = ROOT / "requirements.txt"
    folder = rootfs.CACHE / f"tree-{hashlib.sha256(wanted.read_bytes()).hexdigest()[:12]}"
    with rootfs.alone(rootfs.CACHE / "tree.lock"):
        if folder.exists():
            return folder
        half = folder.with_suffix(".half")
        if half.exists():
            shutil.rmtree(half)
        subprocess.run([PYTHON, "-m", "venv", "--without-pip", half], check=True)
        uv = [str(ROOT / ".venv/bin/uv"), "pip", "install", "--quiet", "--python", str(half / "bin/python")]
        subprocess.run([*uv, "--no-deps", "--only-binary=:all:", "--require-hashes", "-r", str(wanted)], check=True)
        (site,) = half.glob("lib/python3.*/site-packages")
        (site / "tree.pth").write_text(f"{AT}/src\n", encoding="utf-8")
        half.rename(folder)
    return folder
