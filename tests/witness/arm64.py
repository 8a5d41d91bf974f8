"""The release on a Pi's kind of processor: `make arm64-test`.

    python -m tests.witness.arm64 [--release FILE]

A bare Debian of arm64, its programs run by QEMU, gets the release as `nghi-truong install` lays it, from its own
wheels and with no network. Then: is everything native in it made for aarch64, does that code work, and does the
installed appliance hold a whole meeting (sign-in, cards, a WebSocket, a poll, its result) whose ledger verifies?

What it cannot show is a Pi: its pins, its camera, its speed. The seconds are an emulator's. Needs root.
"""

import argparse
import json
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.witness.arm64_root import NAME, Emulated, emulated
from tests.witness.findings import Findings
from tests.witness.image import ACCOUNT, PASSWORD, newest

ROOT: Final = Path(__file__).parents[2]
WORK: Final = Path(__file__).with_name("arm64_work.py")
OPT: Final = Path("/opt/nghi-truong")
PYTHON: Final = str(OPT / "current/venv/bin/python")
BASE: Final = "http://127.0.0.1:8080"
AARCH64: Final = 183
"""EM_AARCH64 of ELF."""
WAIT_SECONDS: Final = 1200.0
SETTINGS: Final = f"""
data = "/var/lib/nghi-truong"
papers = "/var/lib/nghi-truong-papers"
socket = "/var/lib/nghi-truong/panels.sock"
web = "{OPT}/current/web"
council = "Hội đồng nhân dân xã Hồng Mẫu"
"""


def main() -> int:
    """Everything in turn; 1 when something was not as it should be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--release", type=Path, help="without it the newest of dist/")
    release = (parser.parse_args().release or newest()).resolve()
    found = Findings("arm64, emulated")
    with found.step("the whole"), emulated() as pi:
        install(found, pi, release)
        work(found, pi)
        meet(found, pi)
    return found.close()


def install(found: Findings, pi: Emulated, release: Path) -> None:
    """As the play does it, by the release's own command."""
    found.check("the processor is an aarch64", pi.run(["uname", "-m"]) == "aarch64\n")
    lay = (
        "cd /srv && tar -xzf release.tar.gz --strip-components=1 --wildcards '*/box/*' && "
        "python3 -I box/nghi-truong install release.tar.gz"
    )
    with found.step("nghi-truong install, from its own wheels, without a network"):
        said = pi.run(["sh", "-c", lay], (release, "/srv/release.tar.gz"))
    print(f"    {said.strip()}")
    version = said.split()[1]
    pi.run(["ln", "-s", f"releases/{version}", f"{OPT}/current"])
    told = pi.run([PYTHON, "-I", "-m", "appliance", "--version"]).strip()
    found.check("the installed program says which release it is", version in told, told)
    print(f"    {told}")
    native = list(_native(pi.root / f"opt/nghi-truong/releases/{version}"))
    alien = [name for name, machine in native if machine != AARCH64]
    print(f"    {len(native)} files of native code, {len(alien)} of them for another processor")
    found.check("everything native is for aarch64", bool(native) and not alien, "\n".join(alien))


def _native(folder: Path) -> Iterator[tuple[str, int]]:
    """Every ELF file in a release, with the processor that it is for."""
    for file in sorted(folder.rglob("*")):
        if file.is_symlink() or not file.is_file():
            continue
        with file.open("rb") as opened:
            head = opened.read(20)
        if head.startswith(b"\x7fELF"):
            yield str(file.relative_to(folder)), struct.unpack_from("<H", head, 18)[0]


def work(found: Findings, pi: Emulated) -> None:
    """Its packages' native code, one deed each; then the binaries that came as wheels."""
    done = subprocess.run(
        pi.words([PYTHON, "-I", "/srv/work.py"], (WORK, "/srv/work.py")), capture_output=True, text=True, check=False
    )
    told = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    found.check("all deeds were tried", done.returncode in {0, 1} and bool(told), done.stderr[-2000:])
    for each in told:
        found.took(each["name"], each["seconds"], each["came"])
        found.check(each["name"], each["well"], each["came"])
    said = pi.run([str(OPT / "current/venv/bin/litestream"), "version"]).strip()
    found.check("litestream runs", bool(said), said)
    print(f"    litestream {said}")


def meet(found: Findings, pi: Emulated) -> None:
    """The installed appliance, and the people of a council in front of it."""
    (pi.root / "etc/nghi-truong").mkdir()
    (pi.root / "etc/nghi-truong/appliance.toml").write_text(SETTINGS, encoding="utf-8")
    settings = ["--config", "/etc/nghi-truong/appliance.toml"]
    account = ["create-account", ACCOUNT, "--name", "Phan Thị Mẫu Ghi", "--role", "clerk"]
    pi.run([PYTHON, "-I", "-m", "appliance", *account, *settings], stdin=f"{PASSWORD}\n")
    with _serving(found, pi, [PYTHON, "-I", "-m", "appliance", "serve", *settings]):
        words = [sys.executable, "-m", "tests.beds.meeting", "--base", BASE, "--ca", "/dev/null", "--account", ACCOUNT]
        with found.step("a meeting: cards, check-in, five ballots, the result on the wall"):
            done = subprocess.run(
                ["ip", "netns", "exec", NAME, *words], input=f"{PASSWORD}\n", cwd=ROOT, capture_output=True, text=True,
                check=False,
            )  # fmt: skip
        shown = json.loads(done.stdout) if done.returncode == 0 else {}
        found.check("the result is announced", shown.get("state") == "announced", done.stderr[-2000:])
    said = pi.run([PYTHON, "-I", "-m", "appliance", "verify-ledger", *settings])
    print("\n".join(f"    {line}" for line in said.splitlines()))
    found.check("the ledger verifies there", bool(said))


@contextmanager
def _serving(found: Findings, pi: Emulated, command: list[str]) -> Iterator[None]:
    """The appliance is up; ended, and waited for, afterwards. Raises TimeoutError with what it said."""
    log = pi.root.parent / "serve.log"
    with log.open("wb") as said:
        running = subprocess.Popen(pi.words(command), stdin=subprocess.DEVNULL, stdout=said, stderr=said)
        try:
            with found.step("from its start until it answers"):
                until = time.monotonic() + WAIT_SECONDS
                while not _well():
                    if running.poll() is not None or time.monotonic() > until:
                        raise TimeoutError(log.read_text(encoding="utf-8", errors="replace")[-3000:])
                    time.sleep(0.5)
            yield
        finally:
            running.terminate()
            running.wait()


def _well() -> bool:
    ask = f"import urllib.request; urllib.request.urlopen('{BASE}/healthz', timeout=20)"
    command = ["ip", "netns", "exec", NAME, sys.executable, "-c", ask]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
