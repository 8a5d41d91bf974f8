"""What the machine says of itself: read from what a Pi has, and from a machine that has nothing of it."""

import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from appliance.adapters.host_facts import Places, host_facts, kernel_keeps_time, run
from appliance.services.readiness_facts import ClockFacts, HostFacts, PowerFacts, UpsFacts

NOW = 1_797_555_600.0


def nothing(_: Sequence[str]) -> str | None:
    return None


def a_pi(root: Path) -> Places:
    for path, text in {
        "sys/class/thermal/thermal_zone0/temp": "51540\n",
        "sys/class/thermal/thermal_zone1/temp": "48000\n",
        "sys/class/rtc/rtc0/since_epoch": f"{NOW - 90:.0f}\n",
        "etc/os-release": 'ID=debian\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n',
    }.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return Places(root, root=root)


def facts(places: Places, **said: str) -> HostFacts:
    return host_facts(places, lambda words: said.get("_".join(words).replace("-", "")), lambda: NOW, lambda: True)


def test_a_pi_tells_its_heat_clock_and_system(tmp_path: Path) -> None:
    found = facts(a_pi(tmp_path))
    assert found.temperature == 51.54
    assert found.clock == ClockFacts(synchronised=True, rtc_offset=90.0)
    assert found.versions["system"] == "Debian GNU/Linux 12 (bookworm)"
    assert found.free_bytes is not None


@pytest.mark.parametrize(
    ("said", "power"),
    [
        ("throttled=0x0\n", PowerFacts(low_now=False, low_before=False, slowed=False)),
        ("throttled=0x50005\n", PowerFacts(low_now=True, low_before=True, slowed=True)),
        ("throttled=0x50000\n", PowerFacts(low_now=False, low_before=True, slowed=False)),
        ("throttled=0x8\n", PowerFacts(low_now=False, low_before=False, slowed=True)),
        ("VCHI initialization failed\n", None),
        ("", None),
    ],
)
def test_the_firmware_tells_of_low_voltage(tmp_path: Path, said: str, power: PowerFacts | None) -> None:
    assert facts(Places(tmp_path, root=tmp_path), vcgencmd_get_throttled=said).power == power


def test_the_ups_tells_how_long_it_lasts(tmp_path: Path) -> None:
    said = {"upsc_l": "hall\n", "upsc_hall": "battery.charge: 97\nbattery.runtime: 2460.5\nups.status: OL CHRG\n"}
    assert facts(Places(tmp_path, root=tmp_path), **said).ups == UpsFacts("OL CHRG", 97, 2460)
    assert facts(Places(tmp_path, root=tmp_path), upsc_l="hall\n").ups is None
    odd = {"upsc_l": "hall\n", "upsc_hall": "battery.charge: lots\nnonsense\n"}
    assert facts(Places(tmp_path, root=tmp_path), **odd).ups == UpsFacts("?", None, None)


def test_a_machine_that_has_none_of_it_says_so_and_nothing_fails(tmp_path: Path) -> None:
    found = host_facts(Places(tmp_path / "gone", root=tmp_path), nothing, lambda: NOW, lambda: None)
    assert (found.temperature, found.power, found.free_bytes, found.ups) == (None, None, None, None)
    assert (found.clock, found.backup_wanted, found.certificate_wanted) == (ClockFacts(), False, False)
    assert {"appliance", "python", "kernel"} <= set(found.versions)


def test_a_backup_is_as_old_as_its_mark(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    missing = facts(Places(tmp_path, backup=mark, root=tmp_path))
    assert (missing.backup_wanted, missing.backup_seconds) == (True, None)
    mark.touch()
    os.utime(mark, (NOW - 7200, NOW - 7200))
    assert facts(Places(tmp_path, backup=mark, root=tmp_path)).backup_seconds == 7200.0


def test_a_certificate_tells_how_long_it_lasts(tmp_path: Path) -> None:
    shown = tmp_path / "hall.pem"
    key, name = Ed25519PrivateKey.generate(), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hall")])
    ends = datetime.fromtimestamp(NOW, UTC) + timedelta(days=12)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, ends - timedelta(days=90), ends).sign(key, None)
    shown.write_bytes(made.public_bytes(Encoding.PEM))
    assert facts(Places(tmp_path, certificate=shown, root=tmp_path)).certificate_seconds == 12 * 86400
    shown.write_bytes(b"no certificate")
    unreadable = facts(Places(tmp_path, certificate=shown, root=tmp_path))
    assert (unreadable.certificate_wanted, unreadable.certificate_seconds) == (True, None)


def test_damaged_files_of_the_kernel_are_no_facts(tmp_path: Path) -> None:
    places = a_pi(tmp_path)
    (tmp_path / "sys/class/thermal/thermal_zone0/temp").write_bytes(b"\xff\xfe")
    (tmp_path / "sys/class/thermal/thermal_zone1/temp").write_text("")
    (tmp_path / "sys/class/rtc/rtc0/since_epoch").write_text("soon")
    found = facts(places)
    assert (found.temperature, found.clock.rtc_offset) == (None, None)


def test_a_program_that_fails_or_is_not_there_says_nothing() -> None:
    assert run(["sh", "-c", "echo said"]) == "said\n"
    assert run(["sh", "-c", "exit 3"]) is None
    assert run(["no-such-program-anywhere"]) is None


def test_this_machines_own_kernel_answers() -> None:
    assert kernel_keeps_time() in {True, False}
    assert isinstance(host_facts(Places(Path("/"))), HostFacts)
