"""The recorder's own Ed25519 key, which signs the ends of its manifests.

Like the appliance's it is a seal of integrity (*niêm phong điện tử*), not a digital signature in the law's sense.
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

from recordings.adapters.durable import sync_folder, write_new

_log = logging.getLogger(__name__)


class KeyFault(RuntimeError):
    """Error raised when the key's file cannot be used; it is left alone, for a new key would hide that it is gone."""


class RecorderKey:
    """The key in the file at `path` (PEM, mode 0600), which is made when it is not there. Raises KeyFault."""

    def __init__(self, path: Path) -> None:
        try:
            if not path.exists():
                _create(path)
            self._key = _load(path)
        except OSError as error:
            raise KeyFault(f"the recorder's key: {error}") from error

    def public_key(self) -> str:
        """64 hex digits."""
        return self._key.public_key().public_bytes_raw().hex()

    def sign(self, message: bytes) -> str:
        """128 hex digits."""
        return self._key.sign(message).hex()


def own_key(path: Path) -> str | None:
    """The public key of the recorder whose key file this is; None where there is none to be read."""
    return RecorderKey(path).public_key() if path.is_file() and os.access(path, os.R_OK) else None


def check(key: str, signature: str, message: bytes) -> bool:
    """Whether `signature` over `message` was made with `key` (both hex)."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(bytes.fromhex(signature), message)
    except (ValueError, InvalidSignature):
        return False
    return True


def _create(path: Path) -> None:
    """Whole or not at all, also in a power cut; an existing key is never overwritten."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        write_new(draft, pem, 0o600)
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            return  # another process was faster: its key is the key
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(path.parent)


def _load(path: Path) -> Ed25519PrivateKey:
    if path.stat().st_mode & 0o077:
        _log.warning("%s was readable by others; taking that back", path.name)
        path.chmod(0o600)
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError) as error:
        raise KeyFault(f"{path.name} is not a private key: {error}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyFault(f"{path.name} is not an Ed25519 key")
    return key
