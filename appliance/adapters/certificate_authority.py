"""The hall's own certificate authority: one root for one box, which can vouch for that box's names and nothing else.

The root is name-constrained (RFC 5280, 4.2.1.10): a tablet that trusts it believes it for the box's name and address
alone, so a stolen key opens no bank. Its key is encrypted with a passphrase (PKCS #8, scrypt, AES-256) and stays on the
technician's computer or USB stick; the box makes its own key and hands out a request.
"""

import ipaddress
import os
import subprocess
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from msgspec import Struct

from appliance.adapters.durable import sync_folder

ROOT_DAYS: Final = 3653
"""Ten years, two terms of a council: tablets are visited once."""
LEAF_DAYS: Final = 397
"""Below the 398 days that browsers ask of public certificates, above a year, so that a yearly visit is enough."""
EARLY: Final = timedelta(days=2)
"""Certificates are good from two days before they are made: a tablet's clock may be behind."""
PASSPHRASE_LETTERS: Final = 16
CERTIFICATE: Final = "ca.pem"
KEY: Final = "ca.key"


class CannotSign(ValueError):
    """Error raised when the authority cannot be made or used, or must not sign; the message says why."""


class Authority(Struct, frozen=True):
    """A root with its open key. Only ever in memory."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def found(folder: Path, name: str, address: str, council: str, passphrase: str) -> x509.Certificate:
    """Make a new authority for one box in `folder` (mode 0700). Raises CannotSign when there is one already."""
    if (folder / CERTIFICATE).exists():
        raise CannotSign(f"{folder}: there is an authority already")
    if len(passphrase) < PASSPHRASE_LETTERS:
        raise CannotSign(f"the passphrase has fewer than {PASSPHRASE_LETTERS} letters")
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _root(key, name, address, council)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    # The certificate last: with it the authority is whole. A key without one has signed nothing yet.
    _write(folder / KEY, _encrypted(key, passphrase), mode=0o600)
    _write(folder / CERTIFICATE, certificate.public_bytes(serialization.Encoding.PEM), mode=0o644)
    return certificate


def certificate_of(folder: Path) -> x509.Certificate:
    """The root of the authority in `folder`. Raises CannotSign."""
    try:
        return x509.load_pem_x509_certificate((folder / CERTIFICATE).read_bytes())
    except (OSError, ValueError) as error:
        raise CannotSign(f"{folder / CERTIFICATE}: {error}") from error


def opened(folder: Path, passphrase: str) -> Authority:
    """The authority, its key decrypted. Raises CannotSign for a wrong passphrase or other files than ours."""
    certificate = certificate_of(folder)
    try:
        key = serialization.load_pem_private_key((folder / KEY).read_bytes(), passphrase.encode())
    except (OSError, ValueError, TypeError) as error:
        raise CannotSign(f"{folder / KEY}: not there, damaged, or another passphrase") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != certificate.public_key():
        raise CannotSign(f"{folder}: the key does not belong to the certificate")
    return Authority(certificate, key)


def sign(authority: Authority, request_pem: bytes, now: datetime | None = None) -> bytes:
    """A server certificate (PEM) for the box's request, good for LEAF_DAYS. Raises CannotSign.

    Names come from the request and must lie within the root's; whatever else the request asks for is left out.
    """
    request = _request(request_pem)
    names = request.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    _within(authority.certificate, names)
    now = now or datetime.now(UTC)
    until = min(now + timedelta(days=LEAF_DAYS) - EARLY, authority.certificate.not_valid_after_utc)
    if until <= now:
        raise CannotSign("the authority's own certificate has run out")
    leaf = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, str(next(iter(names)).value)[:64])]))
        .issuer_name(authority.certificate.subject)
        .public_key(request.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(max(now - EARLY, authority.certificate.not_valid_before_utc))
        .not_valid_after(until)
        .add_extension(x509.SubjectAlternativeName(list(names)), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(request.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key()), critical=False)
        .sign(authority.key, hashes.SHA256())
    )
    return leaf.public_bytes(serialization.Encoding.PEM)


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 as people compare it: `AB:CD:…`, 32 pairs."""
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def _root(key: ec.EllipticCurvePrivateKey, name: str, address: str, council: str) -> x509.Certificate:
    now = datetime.now(UTC)
    # The address stands for itself alone; a name for itself and what is below it.
    permitted = [x509.DNSName(_host(name)), x509.IPAddress(ipaddress.ip_network(_address(address)))]
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, council[:64] or name[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, f"Nghi Truong {name} {now:%Y}"[:64]),
        ]
    )
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - EARLY)
        .not_valid_after(now + timedelta(days=ROOT_DAYS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .add_extension(x509.NameConstraints(permitted_subtrees=permitted, excluded_subtrees=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        key_cert_sign=signs,
        crl_sign=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _write(path: Path, content: bytes, mode: int) -> None:
    beside = path.with_suffix(".new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    sync_folder(path.parent)


def _host(name: str) -> str:
    labels = name.split(".")
    if len(labels) < 2 or not all(label.isascii() and label.replace("-", "").isalnum() for label in labels):
        raise CannotSign(f"{name}: not a name of the kind hoitruong.lan")
    return name.lower()


def _address(address: str) -> str:
    try:
        return str(ipaddress.ip_address(address))
    except ValueError as error:
        raise CannotSign(f"{address}: not an address") from error


def _request(pem: bytes) -> x509.CertificateSigningRequest:
    try:
        request = x509.load_pem_x509_csr(pem)
        key = request.public_key()
        request.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except (ValueError, x509.ExtensionNotFound) as error:
        raise CannotSign(f"not a request with names in it: {error}") from error
    strong = (isinstance(key, ec.EllipticCurvePublicKey) and key.key_size >= 256) or (
        isinstance(key, rsa.RSAPublicKey) and key.key_size >= 2048
    )
    if not strong or not request.is_signature_valid:
        raise CannotSign("the request's key is too weak, or somebody else signed it")
    return request


def _within(root: x509.Certificate, names: Iterable[x509.GeneralName]) -> None:
    allowed = root.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or ()
    for name in names:
        if not any(_covers(tree, name) for tree in allowed):
            raise CannotSign(f"{name.value}: this authority may not vouch for it")


def _covers(tree: x509.GeneralName, name: x509.GeneralName) -> bool:
    if isinstance(tree, x509.DNSName) and isinstance(name, x509.DNSName):
        return name.value.lower() == tree.value or name.value.lower().endswith(f".{tree.value}")
    if isinstance(tree, x509.IPAddress) and isinstance(name, x509.IPAddress):
        return ipaddress.ip_network(name.value).subnet_of(ipaddress.ip_network(tree.value))  # type: ignore[arg-type]
    return False


def _encrypted(key: ec.EllipticCurvePrivateKey, passphrase: str) -> bytes:
    """By OpenSSL's own command, since `cryptography` writes PBKDF2 of 2048 rounds only: a thief could guess."""
    plain = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    command = ["openssl", "pkcs8", "-topk8", "-scrypt", "-passout", "env:CA_PASSPHRASE"]
    try:
        done = subprocess.run(
            command, input=plain, capture_output=True, check=True, env={**os.environ, "CA_PASSPHRASE": passphrase}
        )
    except (OSError, subprocess.CalledProcessError) as error:
        raise CannotSign(f"openssl could not encrypt the key: {error}") from error
    return done.stdout
