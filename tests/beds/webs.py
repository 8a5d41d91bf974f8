"""The box's two web servers in the zones of a hall, as the roles configure them, certified by the hall's authority.

Paths are a test's own folder instead of the box's; nginx's workers are root's, who alone reads such a folder.
"""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from appliance.adapters import certificate_authority as authority
from tests.beds.zones import ADDRESS, NAME, PUBLIC, PUBLIC_NAME, ROOT, Zones, rendered, until, zone

PASSWORD: Final = "bình minh trên sông"
PASSPHRASE: Final = "nước chảy đá mòn năm 2026"


def certify(folder: Path) -> Path:
    """An authority in `folder/ca`, the box's key and certificate in `folder`; the authority's certificate."""
    authority.found(folder / "ca", NAME, ADDRESS, "HĐND xã Hồng Mẫu", PASSPHRASE)
    command: list[str | Path] = [
        "openssl",
        "req",
        "-new",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
    ]
    names = f"subjectAltName=DNS:{NAME},IP:{ADDRESS}"
    request = subprocess.run(
        [*command, "-keyout", folder / "hall.key", "-subj", f"/CN={NAME}", "-addext", names],
        capture_output=True, check=True,
    ).stdout  # fmt: skip
    signed = authority.sign(authority.opened(folder / "ca", PASSPHRASE), request)
    (folder / "hall.pem").write_bytes(signed)
    return folder / "ca" / "ca.pem"


def forge(folder: Path, name: str) -> Path:
    """What a thief of the authority's key could make: certificate and key for another name, in one file."""
    stolen = authority.opened(folder / "ca", PASSPHRASE)
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    forged = (
        x509.CertificateBuilder(stolen.certificate.subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(stolen.key, hashes.SHA256())
    )
    form = serialization.PrivateFormat.PKCS8
    secret = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    (folder / "forged.pem").write_bytes(forged.public_bytes(serialization.Encoding.PEM) + secret)
    return folder / "forged.pem"


def start_appliance(zones: Zones, folder: Path) -> None:
    """The real one, on the box's loopback; clerk `thu-ky` has PASSWORD."""
    settings = folder / "appliance.toml"
    settings.write_text(f'data = "{folder / "data"}"\nweb = "{ROOT / "web"}"\ntls = true\n', encoding="utf-8")
    account: list[str | Path] = [
        "create-account",
        "thu-ky",
        "--role",
        "clerk",
        "--name",
        "Nguyễn Thị Thư",
        "--config",
        settings,
    ]
    command = [sys.executable, "-m", "appliance"]
    subprocess.run([*command, *account], input=PASSWORD + "\n", text=True, check=True, cwd=ROOT, capture_output=True)
    log = folder / "appliance.log"
    zones.start("box", [*command, "serve", "--config", settings], log)
    until(lambda: "ready on" in log.read_text(encoding="utf-8"), "the appliance")


def start_hall_web(zones: Zones, folder: Path, **settings: object) -> None:
    """TLS in front of what listens at the box's loopback, and its help; `certify` has been here."""
    join: list[str | Path] = [
        "--name",
        NAME,
        "--address",
        ADDRESS,
        "--ca",
        folder / "ca" / "ca.pem",
        "--folder",
        folder / "joining/help",
    ]
    subprocess.run([sys.executable, "-m", "appliance", "join", *join], check=True, cwd=ROOT, capture_output=True)
    der: list[str | Path] = [
        "openssl",
        "x509",
        "-in",
        folder / "ca" / "ca.pem",
        "-outform",
        "der",
        "-out",
        folder / "joining" / "ca.crt",
    ]
    subprocess.run(der, check=True)
    text = rendered("web_server", "hall-web.conf.j2", **settings)
    for there, here in (
        ("/etc/nghi-truong/tls", folder),
        ("/var/lib/nghi-truong-joining", folder / "joining"),
        ("/var/cache/nghi-truong-hall-web", folder / "cache"),
    ):
        text = text.replace(there, str(here))
    (folder / "cache").mkdir()
    (folder / "hall-web.conf").write_text(text, encoding="utf-8")
    _nginx(zones, folder / "hall-web.conf", "user root; ")
    until(lambda: zones.ask("tablet", "reaches", ADDRESS, "443") == "open", "the hall's web server")


def start_public_web(zones: Zones, folder: Path) -> Path:
    """The public's, from the release's own command; the folder that it serves."""
    public, settings = folder / "public", folder / "public.toml"
    public.mkdir()
    (public / "index.html").write_text("trang công khai", encoding="utf-8")
    settings.write_text(f'public = "{public}"\npublic_listen = "{PUBLIC}:80"\n', encoding="utf-8")
    write: list[str | Path] = ["web-server", "--config", settings, "--prefix", folder / "web", "--write"]
    subprocess.run([sys.executable, "-m", "appliance", *write], check=True, cwd=ROOT)
    _nginx(zones, folder / "web" / "nginx.conf", "user root; ", pid=False)
    until(lambda: zones.ask("phone", "reaches", PUBLIC, "80") == "open", "the public's web server")
    return public


def start_names(zones: Zones, folder: Path) -> None:
    """The zones' names, as the role has them."""
    for name, who, host, at in (("hall", "tablet", NAME, ADDRESS), ("public", "phone", PUBLIC_NAME, PUBLIC)):
        text = rendered("network", "dnsmasq.conf.j2", zone=zone(name))
        path = folder / f"dnsmasq-{name}.conf"
        path.write_text(text.replace("/var/lib/nghi-truong-dnsmasq", str(folder)), encoding="utf-8")
        command = ["dnsmasq", "--keep-in-foreground", "--log-facility=-", "--pid-file=", "--user=root"]
        zones.start("box", [*command, f"--conf-file={path}"], path.with_suffix(".log"))
        until(lambda who=who, host=host, at=at: zones.ask(who, "name", at, host) == at, f"names: {name}")  # type: ignore[misc]


def _nginx(zones: Zones, settings: Path, more: str, *, pid: bool = True) -> None:
    given = more + (f"pid {settings.with_suffix('.pid')};" if pid else "")
    command: list[str | Path] = ["nginx", "-e", "stderr", "-g", given, "-c", settings]
    zones.start("box", command, settings.with_suffix(".log"))
