"""Whether a release was made by somebody who may: an OpenSSH signature beside its file (ssh-keygen(1), `-Y`).

`/etc/nghi-truong/release_signers` names who may, in ssh-keygen's "allowed signers" form; the role appliance writes it.
Where it is not there, no signature is asked for: a council that builds for itself has nobody to ask.
"""

import subprocess
from pathlib import Path
from typing import Final

from appliance.box.places import Places
from appliance.box.telling import Refused, Unable

NAMESPACE: Final = "release@nghi-truong"
"""What a signature was given for: one for something else, by the same key, is none for a release."""
SIGNER: Final = "nghi-truong"
"""The name under which all signers stand."""


def must_be_signed(places: Places, file: Path) -> None:
    """Hold a release against the signature beside it, `….sig`. Raises Refused or Unable."""
    if not places.signers.exists():
        return
    signature = file.with_name(f"{file.name}.sig")
    if not signature.is_file():
        raise Refused(f"{file} is not signed: {signature.name} is not beside it")
    asked = [
        "ssh-keygen",
        "-Y",
        "verify",
        "-f",
        str(places.signers),
        "-I",
        SIGNER,
        "-n",
        NAMESPACE,
        "-s",
        str(signature),
    ]
    try:
        with file.open("rb") as content:
            done = subprocess.run(asked, stdin=content, capture_output=True, text=True, errors="replace", check=False)
    except OSError as error:
        raise Unable(f"the signature cannot be checked: {error}") from error
    if done.returncode != 0:
        raise Refused(f"{file} is not signed by anybody who may make a release: {(done.stdout + done.stderr).strip()}")
