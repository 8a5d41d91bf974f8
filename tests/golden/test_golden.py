"""Ledgers of earlier versions are read as they were meant."""

import json
from pathlib import Path
from typing import get_args

import pytest

from appliance.adapters.keys import check
from appliance.core.events import MeetingEvent
from appliance.core.ledger import read, sha256, verify
from appliance.core.meeting import replay
from appliance.core.state import Meeting
from tests.golden.make import FOLDER, main, play, summary

GOLDEN = sorted(FOLDER.glob("*.jsonl"))


def bodies(path: Path) -> list[bytes]:
    return path.read_bytes().split(b"\n")[:-1]


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_an_old_ledger_replays_to_what_it_meant(path: Path) -> None:
    expected = json.loads(path.with_suffix(".expected.json").read_text(encoding="utf-8"))
    happened = [(event, entry.time) for entry in read(bodies(path)) for event in entry.events]
    assert summary(replay(Meeting(), happened)) == expected["meeting"]


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_an_old_ledger_still_verifies_with_its_seals(path: Path) -> None:
    expected = json.loads(path.with_suffix(".expected.json").read_text(encoding="utf-8"))
    found = verify([(i, sha256(body), body) for i, body in enumerate(bodies(path), start=1)], check)
    assert found.bad is None
    assert (found.entries, found.head.hash) == (expected["entries"], expected["head"])
    assert found.checkpoints > 0


def test_every_kind_of_event_is_in_some_golden_ledger() -> None:
    kinds = {type(event) for path in GOLDEN for entry in read(bodies(path)) for event in entry.events}
    assert set(get_args(MeetingEvent)) - kinds == set()


def test_a_golden_ledger_is_never_written_over() -> None:
    before = {path: path.read_bytes() for path in FOLDER.iterdir() if path.is_file()}
    with pytest.raises(FileExistsError):
        main(GOLDEN[0].stem)
    assert {path: path.read_bytes() for path in FOLDER.iterdir() if path.is_file()} == before


def test_the_generator_still_plays() -> None:
    assert play().state.closed is not None
