"""The recorder's key."""

from pathlib import Path

import pytest

from recordings.adapters.keys import KeyFault, RecorderKey, check, own_key


def test_the_key_is_made_once_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "data" / "recorder.key"
    assert own_key(path) is None
    first = RecorderKey(path)
    assert RecorderKey(path).public_key() == first.public_key() == own_key(path)
    assert len(first.public_key()) == 64
    assert [p.name for p in path.parent.iterdir()] == ["recorder.key"]


def test_nobody_else_can_read_the_key(tmp_path: Path) -> None:
    path = tmp_path / "recorder.key"
    RecorderKey(path)
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o644)
    RecorderKey(path)
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_signature_holds_for_its_message_and_its_key_alone(tmp_path: Path) -> None:
    key, other = RecorderKey(tmp_path / "a.key"), RecorderKey(tmp_path / "b.key")
    signature = key.sign(b"sealed")
    assert check(key.public_key(), signature, b"sealed")
    assert not check(key.public_key(), signature, b"sealed.")
    assert not check(other.public_key(), signature, b"sealed")
    assert not check("zz", signature, b"sealed")


@pytest.mark.parametrize("content", [b"", b"no key", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_a_spoiled_key_is_a_fault_and_is_not_replaced(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "recorder.key"
    path.write_bytes(content)
    with pytest.raises(KeyFault):
        RecorderKey(path)
    assert path.read_bytes() == content
