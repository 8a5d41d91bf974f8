"""`python -m appliance ca …`: the hall's own certificate authority, on the technician's computer.

    ca new  --folder F --name hoitruong.lan --address 10.77.0.1 [--council NAME]
    ca sign --folder F --request box.csr --out box.pem
    ca show --folder F

The passphrase is asked for at a terminal, otherwise it is the first line of the input; never an argument, which every
user of the machine could read.
"""

import argparse
import sys
from getpass import getpass
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives import serialization

from appliance.adapters import certificate_authority as authority
from appliance.adapters.certificate_authority import CannotSign

REFUSED: Final = 1


def run(given: argparse.Namespace) -> int:
    """Do what `ca` was asked for; the result is the exit code."""
    try:
        if given.what == "new":
            authority.found(given.folder, given.name, given.address, given.council, _passphrase(twice=True))
        elif given.what == "sign":
            _sign(given)
            return 0
        _show(given.folder)
    except CannotSign as why:
        sys.stderr.write(f"not done: {why}\n")
        return REFUSED
    return 0


def _sign(given: argparse.Namespace) -> None:
    if given.request is None:
        raise CannotSign("--request is missing")
    try:
        request = given.request.read_bytes()
    except OSError as error:
        raise CannotSign(str(error)) from error
    certificate = authority.sign(authority.opened(given.folder, _passphrase(twice=False)), request)
    if given.out is None:
        sys.stdout.write(certificate.decode())
    else:
        given.out.write_bytes(certificate)


def _show(folder: Path) -> None:
    root = authority.certificate_of(folder)
    sys.stdout.write(root.public_bytes(serialization.Encoding.PEM).decode())
    sys.stderr.write(f"until {root.not_valid_after_utc:%Y-%m-%d}, SHA-256 {authority.fingerprint(root)}\n")


def _passphrase(*, twice: bool) -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    given = getpass("passphrase of the authority: ")
    if twice and getpass("the same again: ") != given:
        raise CannotSign("the two passphrases differ")
    return given
