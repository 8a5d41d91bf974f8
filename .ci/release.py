"""usage: python .ci/release.py [--source DIR] [--out DIR] [--machine NAME …] [--sign KEY]   A release in one file.

Prints the file's path and its SHA-256. The same commit makes the same bytes, wherever and whenever it is built.
Wheels alone go in, each checked against its hash in the lock: nothing is compiled, here or on the box.
"""

import argparse
import gzip
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

from packaging.markers import Marker, default_environment

FORMAT = 1
PYTHON = "3.11"
"""Of Debian 12. The wheels are for it alone."""
MACHINES = ("x86_64", "aarch64")
GLIBC = 36
"""Debian 12 has 2.36; wheels for older ones run there too."""
TREE = Path(__file__).resolve().parents[1]
WEB = ("dist", "dist-portal", "src/words")
NAMESPACE = "release@nghi-truong"
"""Of the signature; `appliance/box/signed.py` asks for it."""
BESIDE = ("systemd", "firmware/pi")


def main() -> None:
    """Build everything in a folder of its own, then pack it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", type=Path, default=TREE, help="the tree to build; its screens must be built")
    parser.add_argument("--out", type=Path, default=Path("dist"))
    parser.add_argument("--machine", action="append", choices=MACHINES, help="without it: both")
    parser.add_argument("--sign", type=Path, help="with this ssh key (a public key: the agent has the other half)")
    parser.add_argument("--wheels", type=Path, default=TREE / "var/box/wheels", help="where downloads are kept")
    given = parser.parse_args()
    source, machines = given.source.resolve(), given.machine or list(MACHINES)
    with tempfile.TemporaryDirectory() as made:
        file = release(source, Path(made), machines, given.wheels.resolve())
        given.out.mkdir(parents=True, exist_ok=True)
        found = given.out / file.name
        shutil.copyfile(file, found)
    signature = found.with_name(f"{found.name}.sig")
    signature.unlink(missing_ok=True)  # it is that of another file
    if given.sign:
        subprocess.run(["ssh-keygen", "-Y", "sign", "-f", given.sign, "-n", NAMESPACE, found], check=True)
    print(f"{found}  sha256 {_sha256(found)}")


def release(source: Path, made: Path, machines: list[str], kept: Path) -> Path:
    """The release's file, in the folder `made`."""
    version = tomllib.loads((source / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    commit, seconds = _commit(source)
    body = made / f"nghi-truong-{version}"
    (body / "wheels").mkdir(parents=True)
    own = _own_wheel(source, body / "wheels", seconds)
    for machine in machines:
        for wheel in _download(source / "requirements.txt", machine, kept / machine, made):
            shutil.copyfile(wheel, body / "wheels" / wheel.name)
    shutil.copyfile(source / "requirements.txt", body / "requirements.txt")
    for name in WEB:
        _copy(source / "web" / name, body / "web" / name)
    # The server reads in it which files a page needs; without it no place in the room has a screen.
    if not (body / "web/dist/.vite/manifest.json").exists():
        raise SystemExit("web/dist is not built: there is no .vite/manifest.json in it")
    for name in BESIDE:
        _copy(source / name, body / name)
    _copy(source / "appliance/box", body / "box/appliance/box")
    shutil.copyfile(source / "appliance/__init__.py", body / "box/appliance/__init__.py")
    (body / "box/appliance/box/nghi-truong").rename(body / "box/nghi-truong")
    about = {
        "format": FORMAT,
        "product": "nghi-truong",
        "version": version,
        "commit": commit,
        "made": seconds,
        "python": PYTHON,
        "machines": sorted(machines),
        "schema": _schema(source),
        "wheel": f"wheels/{own}",
        "files": {str(file.relative_to(body)): _sha256(file) for file in _files(body)},
    }
    (body / "release.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    return _pack(body, seconds)


def _commit(source: Path) -> tuple[str, int]:
    """What it is built from, and when that was written. A tree with changes of its own says so."""
    git = ["git", "-C", str(source if (source / ".git").exists() else TREE)]
    said = subprocess.run([*git, "log", "-1", "--format=%H %ct"], capture_output=True, text=True, check=True).stdout
    commit, seconds = said.split()
    changed = subprocess.run([*git, "status", "--porcelain"], capture_output=True, text=True, check=True).stdout
    return commit + ("+changes" if changed or source != TREE else ""), int(seconds)


def _own_wheel(source: Path, into: Path, seconds: int) -> str:
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(seconds), "PYTHONHASHSEED": "0"}
    with tempfile.TemporaryDirectory() as clean:
        # setuptools leaves folders in the tree that it builds, and takes what an older build has left there.
        tree = Path(clean) / "tree"
        for name in ("appliance", "firmware", "recordings"):
            _copy(source / name, tree / name)
        for name in ("pyproject.toml", "README.md", "LICENSE"):
            shutil.copyfile(source / name, tree / name)
        build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(into), str(tree)]
        done = subprocess.run(build, env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise SystemExit(done.stdout + done.stderr)
    (wheel,) = into.glob("nghi_truong-*.whl")
    with zipfile.ZipFile(wheel) as packed:
        if strange := [name for name in packed.namelist() if name.startswith(("appliance/demo/", "tests/"))]:
            raise SystemExit(f"{wheel.name} carries {strange[0]}")
    return wheel.name


def _schema(source: Path) -> dict[str, object]:
    """The forms of the databases that this release works with, as its own program says."""
    say = [sys.executable, "-m", "appliance", "migrate", "--show"]
    said = subprocess.run(say, cwd=source, capture_output=True, text=True, check=True).stdout
    found: dict[str, object] = json.loads(said)["program"]
    return found


def _download(lock: Path, machine: str, kept: Path, made: Path) -> list[Path]:
    """The wheels of the lock for this kind of machine; those of an earlier build are used again."""
    kept.mkdir(parents=True, exist_ok=True)
    # pip asks the markers of the machine that it runs on, so they are answered here for the one that is meant.
    wanted = made / f"requirements-{machine}.txt"
    blocks = list(_wanted(lock.read_text(encoding="utf-8"), machine))
    wanted.write_text("\n".join(blocks) + "\n", encoding="utf-8")
    platforms = [f"manylinux_2_{minor}_{machine}" for minor in range(GLIBC, 4, -1)]
    platforms += [f"manylinux2014_{machine}", f"manylinux2010_{machine}", f"manylinux1_{machine}", f"linux_{machine}"]
    download = [
        sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input",
        "--require-hashes", "--no-deps", "--only-binary=:all:", "--python-version", PYTHON,
        "--implementation", "cp", "--abi", f"cp{PYTHON.replace('.', '')}", "--abi", "abi3", "--abi", "none",
        *(part for name in platforms for part in ("--platform", name)), "--dest", str(kept), "-r", str(wanted),
    ]  # fmt: skip
    if len(found := _kept(kept, blocks)) < len(blocks):
        subprocess.run(download, check=True)
        found = _kept(kept, blocks)
    if len(found) != len(blocks):
        raise SystemExit(f"{machine}: {len(blocks)} packages, but {len(found)} wheels in {kept}")
    return found


def _kept(folder: Path, blocks: list[str]) -> list[Path]:
    """Those that are there already, one for each package: what pip chose for this kind of machine."""
    hashes = set(re.findall(r"sha256:([0-9a-f]{64})", "\n".join(blocks)))
    return sorted(wheel for wheel in folder.glob("*.whl") if _sha256(wheel) in hashes)


def _wanted(lock: str, machine: str) -> Iterator[str]:
    """Each package of the lock that this kind of machine needs, with its hashes and without its marker."""
    environment = {
        **{name: str(value) for name, value in default_environment().items()},
        "platform_machine": machine,
        "sys_platform": "linux",
        "python_version": PYTHON,
        "python_full_version": f"{PYTHON}.2",
    }
    for block in re.split(r"\n(?=\S)", lock.strip()):
        first, _, hashes = block.partition("\\\n")
        name, _, marker = first.partition(";")
        if not marker.strip() or Marker(marker.strip()).evaluate(environment):
            yield f"{name.strip()} \\\n{hashes}"


def _copy(folder: Path, to: Path) -> None:
    ignored = shutil.ignore_patterns("__pycache__", "*.pyc", ".stamp")
    shutil.copytree(folder, to, ignore=ignored)


def _files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*") if file.is_file())


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _pack(body: Path, seconds: int) -> Path:
    """One tar, `release.json` first, so that whoever reads it knows at once what must follow."""
    packed = body.with_name(f"{body.name}.tar.gz")
    files = [body / "release.json", *(file for file in _files(body) if file.name != "release.json")]
    with (
        packed.open("wb") as raw,
        gzip.GzipFile(filename="", fileobj=raw, mode="wb", compresslevel=6, mtime=seconds) as zipped,
        tarfile.open(fileobj=zipped, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        for file in files:
            content = file.read_bytes()
            entry = tarfile.TarInfo(str(file.relative_to(body.parent)))
            entry.size, entry.mtime = len(content), seconds
            entry.mode = 0o755 if content.startswith(b"#!") else 0o644
            tar.addfile(entry, io.BytesIO(content))
    return packed


if __name__ == "__main__":
    main()
