"""The appliance's own Ed25519 key, which seals the ledger's checkpoints.

It is a seal of integrity (*niêm phong điện tử*), not a digital signature in the law's sense.
"""

import logging
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from appliance.adapters.durable import sync_folder
from appliance.core.refusals import Code, Fault

_log = logging.getLogger(__name__)


class ApplianceKey:
    """A Signer with the key in the file at `path` (PEM, mode 0600), which is made when it is not there.

    A file that cannot be read as a key is a Fault and is left alone: a new key in its place would hide
    that the old one is gone.
    """

    def __init__(self, path: Path) -> None:
        try:
            if not path.exists():
                _create(path)
            self._key = _load(path)
        except OSError as error:
            raise Fault(Code.STORAGE_FAULT, f"the appliance's key: {error}") from error

    def public_key(self) -> str:
        """64 hex digits."""
        return self._key.public_key().public_bytes_raw().hex()

    def sign(self, message: bytes) -> str:
        """128 hex digits."""
        return self._key.sign(message).hex()


def own_key(path: Path) -> str | None:
    """The public key of the appliance whose key file this is; None where there is none to be read."""
    return ApplianceKey(path).public_key() if path.is_file() and os.access(path, os.R_OK) else None


def check(key: str, signature: str, message: bytes) -> bool:
    """Whether `signature` over `message` was made with `key` (both hex, as the ledger has them)."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(bytes.fromhex(signature), message)
    except (ValueError, InvalidSignature):
        return False
    return True


def _create(path: Path) -> None:
    """Whole or not at all, also in a power cut; an existing key is never overwritten."""
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            return  # another process was faster: its key is the key
    finally:
        draft.unlink()
    sync_folder(path.parent)


def _load(path: Path) -> Ed25519PrivateKey:
    if path.stat().st_mode & 0o077:
        _log.warning("%s was readable by others; taking that back", path.name)
        path.chmod(0o600)
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError) as error:
        raise Fault(Code.STORAGE_FAULT, f"{path.name} is not a private key: {error}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise Fault(Code.STORAGE_FAULT, f"{path.name} is not an Ed25519 key")
    return key
