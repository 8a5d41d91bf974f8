"""The daily look at the hall's certificate, as the box runs it: what it says, when it renews, what it does not take.

The script is the box's own; only its folder is a test's, and systemctl writes down what it was told.
"""

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.beds.zones import NAME, ROOT

SCRIPT = ROOT / "ansible/roles/web_server/files/nghi-truong-certificate"


def make(folder: Path, days: int, name: str = NAME) -> None:
    """A chain and its key, as an issuer with a real name would give them."""
    folder.mkdir(exist_ok=True)
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    files: list[str | Path] = ["-keyout", folder / "hall.key", "-out", folder / "hall.pem"]
    subject = ["-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}", "-days", str(days)]
    subprocess.run([*command, *files, *subject], check=True, capture_output=True)


@dataclass
class Box:
    """Its TLS folder, what the hook will hand out, and what systemctl was told."""

    folder: Path

    @property
    def tls(self) -> Path:
        return self.folder / "tls"

    @property
    def told(self) -> str:
        path = self.folder / "told"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def hook(self, body: str) -> None:
        path = self.folder / "certificate-hook"
        path.write_text(f"#!/bin/sh\nset -eu\n{body}\n", encoding="utf-8")
        path.chmod(0o700)

    def look(self) -> subprocess.CompletedProcess[str]:
        text = SCRIPT.read_text(encoding="utf-8").replace("/etc/nghi-truong", str(self.folder))
        path = {"PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}"}
        return subprocess.run(
            ["bash", "-c", text], capture_output=True, text=True, check=False, env={**os.environ, **path}
        )


@pytest.fixture
def box(tmp_path: Path) -> Box:
    (tmp_path / "bin").mkdir()
    systemctl = tmp_path / "bin" / "systemctl"
    systemctl.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path / "told"}\n', encoding="utf-8")
    systemctl.chmod(0o755)
    make(tmp_path / "tls", 20)
    (tmp_path / "tls" / "name").write_text(f"{NAME}\n", encoding="utf-8")
    return Box(tmp_path)


def test_a_good_certificate_is_told_and_left_alone(box: Box) -> None:
    make(box.tls, 200)
    box.hook("exit 1")

    done = box.look()

    assert done.returncode == 0
    assert re.fullmatch("<6>the hall's certificate is good for (199|200) days more\n", done.stdout)


def test_one_that_ends_soon_is_a_warning(box: Box) -> None:
    done = box.look()

    assert done.returncode == 0
    assert re.fullmatch("<4>the hall's certificate is good for (19|20) days more\n", done.stdout)


def test_in_the_last_days_the_hook_renews_it_and_the_web_server_is_told(box: Box) -> None:
    make(box.folder / "new", 90)
    box.hook(f'cp {box.folder}/new/hall.* "$1"')

    assert box.look().returncode == 0
    for name in ("hall.key", "hall.pem"):
        assert (box.tls / name).read_bytes() == (box.folder / "new" / name).read_bytes()
    assert (box.tls / "hall.key").stat().st_mode & 0o777 == 0o640
    assert box.told == "reload nghi-truong-hall-web.service\n"


@pytest.mark.parametrize(
    ("days", "name", "why"),
    [(90, "example.org", "another name"), (10, NAME, "it ends no later than the old one")],
)
def test_a_certificate_that_is_no_better_is_not_taken(box: Box, days: int, name: str, why: str) -> None:
    before = (box.tls / "hall.pem").read_bytes()
    make(box.folder / "new", days, name)
    box.hook(f'cp {box.folder}/new/hall.* "$1"')

    done = box.look()

    assert done.returncode == 1
    assert why in done.stderr
    assert (box.tls / "hall.pem").read_bytes() == before
    assert box.told == ""


def test_a_key_that_does_not_belong_to_it_is_not_taken(box: Box) -> None:
    before = (box.tls / "hall.key").read_bytes()
    make(box.folder / "new", 90)
    box.hook(f'cp {box.folder}/new/hall.pem "$1" && cp {box.tls}/hall.key "$1"')

    done = box.look()

    assert done.returncode == 1
    assert "another key" in done.stderr
    assert (box.tls / "hall.key").read_bytes() == before


def test_a_hook_that_fails_changes_nothing(box: Box) -> None:
    before = (box.tls / "hall.pem").read_bytes()
    box.hook('echo half > "$1/hall.pem"; exit 3')

    assert box.look().returncode == 3
    assert (box.tls / "hall.pem").read_bytes() == before
    assert box.told == ""


def test_a_renewal_that_was_cut_between_key_and_chain_is_finished_by_the_web_servers_unit(box: Box) -> None:
    make(box.folder / "new", 90)
    (box.folder / "new" / "hall.key").replace(box.tls / "hall.key")
    (box.folder / "new" / "hall.pem").replace(box.tls / "hall.pem.next")
    unit = (ROOT / "systemd/nghi-truong-hall-web.service").read_text(encoding="utf-8")
    mend = unit.partition('ExecStartPre=-+/bin/sh -c "')[2].partition('"\n')[0]

    subprocess.run(["sh", "-c", mend.replace("/etc/nghi-truong", str(box.folder))], check=True)

    keys = [
        subprocess.run(["openssl", *words], capture_output=True, check=True, cwd=box.tls).stdout
        for words in (["x509", "-in", "hall.pem", "-noout", "-pubkey"], ["pkey", "-in", "hall.key", "-pubout"])
    ]
    assert keys[0] == keys[1]
