"""The hall's own authority: it vouches for the box, for nothing else, and opens with its passphrase alone."""

import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from appliance.adapters import certificate_authority as authority
from appliance.adapters.certificate_authority import CannotSign

NAME, ADDRESS = "hoitruong.lan", "10.77.0.1"
PASSPHRASE = "nước chảy đá mòn năm 2026"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    authority.found(tmp_path / "ca", NAME, ADDRESS, "HĐND xã Hồng Mẫu", PASSPHRASE)
    return tmp_path / "ca"


def request(names: Sequence[str], key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | None = None) -> bytes:
    """What the box hands out, by the tool that the play uses on it."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    command = ["openssl", "req", "-new", "-key", "/dev/stdin", "-subj", "/CN=box"]
    return subprocess.run(
        [*command, "-addext", f"subjectAltName={','.join(names)}"], input=pem, capture_output=True, check=True
    ).stdout


def verified(folder: Path, leaf: bytes, *options: str) -> bool:
    """What OpenSSL says of the chain."""
    (folder / "leaf.pem").write_bytes(leaf)
    command = ["openssl", "verify", "-CAfile", str(folder / "ca.pem"), "-purpose", "sslserver", *options]
    return subprocess.run([*command, str(folder / "leaf.pem")], capture_output=True, check=False).returncode == 0


def test_a_certificate_for_the_box_verifies_by_name_and_by_address(folder: Path) -> None:
    leaf = authority.sign(authority.opened(folder, PASSPHRASE), request([f"DNS:{NAME}", f"IP:{ADDRESS}"]))

    assert verified(folder, leaf, "-verify_hostname", NAME)
    assert verified(folder, leaf, "-verify_ip", ADDRESS)
    assert not verified(folder, leaf, "-verify_hostname", "example.org")


def test_a_certificate_is_good_for_less_than_398_days_and_from_before_now(folder: Path) -> None:
    now = datetime.now(UTC)
    leaf = authority.sign(authority.opened(folder, PASSPHRASE), request([f"DNS:{NAME}"]), now)
    shown = x509.load_pem_x509_certificate(leaf)

    assert shown.not_valid_after_utc - shown.not_valid_before_utc < timedelta(days=398)
    assert shown.not_valid_before_utc < now - timedelta(days=1)
    assert shown.not_valid_after_utc > now + timedelta(days=366)


@pytest.mark.parametrize("names", [["DNS:example.org"], [f"DNS:{NAME}", "IP:10.77.0.2"], ["DNS:xhoitruong.lan"]])
def test_other_names_are_refused(folder: Path, names: list[str]) -> None:
    with pytest.raises(CannotSign, match="may not vouch"):
        authority.sign(authority.opened(folder, PASSPHRASE), request(names))


def test_even_the_stolen_key_cannot_vouch_for_another_name(folder: Path) -> None:
    """What the refusal above cannot prevent, the constraint in the root does: clients refuse."""
    stolen = authority.opened(folder, PASSPHRASE)
    key = ec.generate_private_key(ec.SECP256R1())
    forged = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([]))
        .issuer_name(stolen.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(hours=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("bank.example")]), critical=True)
        .sign(stolen.key, hashes.SHA256())
    )

    assert not verified(folder, forged.public_bytes(serialization.Encoding.PEM), "-verify_hostname", "bank.example")


def test_a_weak_key_is_refused(folder: Path) -> None:
    weak = rsa.generate_private_key(65537, 1024)  # what some old device might still make

    with pytest.raises(CannotSign, match="too weak"):
        authority.sign(authority.opened(folder, PASSPHRASE), request([f"DNS:{NAME}"], weak))


def test_what_is_no_request_is_refused(folder: Path) -> None:
    with pytest.raises(CannotSign, match="not a request"):
        authority.sign(authority.opened(folder, PASSPHRASE), b"-----BEGIN NONSENSE-----\n")


def test_the_key_is_encrypted_and_its_owners_alone(folder: Path) -> None:
    key = folder / "ca.key"

    assert b"ENCRYPTED PRIVATE KEY" in key.read_bytes()
    assert key.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    with pytest.raises(CannotSign, match="another passphrase"):
        authority.opened(folder, "một câu mật khẩu khác")


def test_a_short_passphrase_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(CannotSign, match="fewer than"):
        authority.found(tmp_path / "ca", NAME, ADDRESS, "", "ngắn quá")

    assert not (tmp_path / "ca").exists()


def test_there_is_one_authority_a_folder_and_it_stays(folder: Path) -> None:
    before = (folder / "ca.pem").read_bytes()

    with pytest.raises(CannotSign, match="already"):
        authority.found(folder, NAME, ADDRESS, "", PASSPHRASE)
    assert (folder / "ca.pem").read_bytes() == before


def test_making_it_goes_on_after_a_cut_between_key_and_certificate(folder: Path) -> None:
    (folder / "ca.pem").unlink()

    authority.found(folder, NAME, ADDRESS, "", PASSPHRASE)

    assert verified(folder, authority.sign(authority.opened(folder, PASSPHRASE), request([f"DNS:{NAME}"])))


@pytest.mark.parametrize(("name", "address"), [("hoitruong", ADDRESS), ("hội.lan", ADDRESS), (NAME, "10.77.0.0/24")])
def test_an_authority_for_what_is_no_box_is_refused(tmp_path: Path, name: str, address: str) -> None:
    with pytest.raises(CannotSign):
        authority.found(tmp_path / "ca", name, address, "", PASSPHRASE)
