"""The recorder's signed ends come out of the ledger as they were signed: the two chains hold each other."""

from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from appliance import __main__ as appliance
from appliance.adapters.keys import ApplianceKey
from appliance.adapters.memory import ManualTimers
from appliance.adapters.sql.ledger import SqlLedger
from appliance.core import commands as c
from appliance.services import recorder_words as w
from appliance.services.chronicle import Chronicle
from appliance.services.recorder import Recorder
from recordings.manifest import head_message
from recordings.segments import Head
from tests.house import CHAIR, House, accepted, convene, sit


class Mute:
    """A line that nobody is at."""

    def say(self, line: w.ToRecorder) -> bool:
        return False


@pytest.mark.parametrize("seconds", [0.0, 8.4, 29.0, 14_399.967, 0.001])
def test_a_signature_holds_over_what_the_ledger_kept(tmp_path: Path, seconds: float) -> None:
    key = Ed25519PrivateKey.from_private_bytes(b"\x02" * 32)
    head = Head(
        take="20261218T010000Z-s1-abcd", ledger="1" * 32, lines=12, segments=10, seconds=seconds, hash="ab" * 32,
        key=key.public_key().public_bytes_raw().hex(), signature="",
    )  # fmt: skip
    head = msgspec.structs.replace(head, signature=key.sign(head_message(head)).hex())
    with closing(SqlLedger(tmp_path / "ledger.db")) as store:
        house = sit(convene(House.of(3, ledger=store, signer=ApplianceKey(tmp_path / "appliance.key"))), present=2)
        recorder = Recorder(house.chamber, Chronicle(house.chamber, store, house.clock), ManualTimers(), Mute())
        recorder.heard(msgspec.json.decode(msgspec.json.encode({"head": head}), type=w.FromRecorder))
        accepted(house.give(CHAIR, c.CloseSitting))
    heads = tmp_path / "heads.jsonl"
    assert appliance.main(["verify-ledger", "--data", str(tmp_path), "--heads", str(heads)]) == 0
    (found,) = [msgspec.json.decode(line, type=Head) for line in heads.read_bytes().splitlines()]
    assert found == head
    Ed25519PublicKey.from_public_bytes(bytes.fromhex(found.key)).verify(
        bytes.fromhex(found.signature), head_message(found)
    )
