"""`python -m appliance join`: writes the help pages into a folder, or the sheet to print into a file, or both.

The Wi-Fi's passphrase is the first line of the input, when a network is named; never an argument.
"""

import argparse
import sys
from pathlib import Path

from cryptography import x509

from appliance.joining.pages import Joining, Pages, Wifi


def run(given: argparse.Namespace, words: Path) -> int:
    """Prints `changed` when a file is another than it was; the result is the exit code."""
    try:
        box = _box(given)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"not written: {error}\n")
        return 1
    pages = Pages(words)
    files: dict[Path, str] = {}
    if given.folder is not None:
        files = {given.folder / name: text for name, text in pages.help(box).items()}
    if given.sheet is not None:
        files[given.sheet] = pages.sheet(box)
    changed = [_write(path, text, secret=path == given.sheet) for path, text in files.items()]
    if any(changed):
        sys.stdout.write("changed\n")
    return 0


def _box(given: argparse.Namespace) -> Joining:
    certificate = x509.load_pem_x509_certificate(given.ca.read_bytes()) if given.ca is not None else None
    wifi = Wifi(given.ssid, sys.stdin.readline().strip(), given.security) if given.ssid else None
    return Joining(
        council=given.council,
        name=given.name,
        address=given.address,
        certificate=certificate,
        wifi=wifi,
        public_name=given.public_name,
    )


def _write(path: Path, text: str, *, secret: bool) -> bool:
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    beside.unlink(missing_ok=True)
    beside.touch(mode=0o600 if secret else 0o644)
    beside.write_text(text, encoding="utf-8")
    if not secret:
        beside.chmod(0o644)  # whatever the umask: the web server reads it
    beside.replace(path)
    return True
