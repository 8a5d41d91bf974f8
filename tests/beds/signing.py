"""Keys of people who make releases, and what they sign, as `make release SIGN=key` does it."""

import subprocess
from pathlib import Path

from appliance.box.signed import NAMESPACE


def new_key(path: Path) -> Path:
    """A key without a passphrase; the public half lies beside it, as `….pub`."""
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)
    return path


def sign(release: Path, key: Path, namespace: str = NAMESPACE) -> None:
    """Lay the signature beside the release, in the place of one that is there."""
    release.with_name(f"{release.name}.sig").unlink(missing_ok=True)
    subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-f", key, "-n", namespace, release], check=True)
