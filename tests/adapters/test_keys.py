"""The appliance's key and its clock."""

from pathlib import Path

import pytest

from appliance.adapters.clock import SystemClock
from appliance.adapters.keys import ApplianceKey, check
from appliance.core.refusals import Fault


def test_the_key_is_made_once_and_kept(tmp_path: Path) -> None:
    first = ApplianceKey(tmp_path / "seal.pem")
    assert ApplianceKey(tmp_path / "seal.pem").public_key() == first.public_key()
    assert len(first.public_key()) == 64
    assert [p.name for p in tmp_path.iterdir()] == ["seal.pem"]


def test_nobody_else_can_read_the_key(tmp_path: Path) -> None:
    path = tmp_path / "seal.pem"
    ApplianceKey(path)
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o644)
    ApplianceKey(path)
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_signature_holds_for_its_message_and_its_key_alone(tmp_path: Path) -> None:
    key, other = ApplianceKey(tmp_path / "a.pem"), ApplianceKey(tmp_path / "b.pem")
    signature = key.sign(b"sealed")
    assert len(signature) == 128
    assert check(key.public_key(), signature, b"sealed")
    assert not check(key.public_key(), signature, b"sealed.")
    assert not check(other.public_key(), signature, b"sealed")
    assert not check(key.public_key(), signature[:-1] + "0", b"sealed" + b"!")


@pytest.mark.parametrize(
    ("key", "signature"), [("", ""), ("zz" * 32, "00" * 64), ("00" * 31, "00" * 64), ("00" * 32, "x")]
)
def test_rubbish_is_no_signature(key: str, signature: str) -> None:
    assert not check(key, signature, b"sealed")


@pytest.mark.parametrize("content", [b"", b"no key", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_a_spoiled_key_is_a_fault_and_is_not_replaced(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "seal.pem"
    path.write_bytes(content)
    with pytest.raises(Fault):
        ApplianceKey(path)
    assert path.read_bytes() == content


def test_a_folder_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(Fault):
        ApplianceKey(tmp_path / "nowhere" / "seal.pem")


def test_the_clock_tells_utc_and_never_runs_backwards() -> None:
    clock = SystemClock()
    first, second = clock.now(), clock.now()
    assert first.utc.utcoffset() is not None
    assert second.uptime_ms >= first.uptime_ms
