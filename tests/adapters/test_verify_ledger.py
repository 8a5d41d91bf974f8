"""`verify-ledger`: the whole file, from outside, names the first entry that is not the one written."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from appliance.adapters.keys import ApplianceKey
from appliance.adapters.sql.ledger import SqlLedger
from appliance.adapters.sql.verify import verify_ledger
from appliance.core import commands as c
from appliance.core.ledger import sha256
from tests.house import CHAIR, House, accepted, announce_poll, cast, convene, open_poll, sit


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> ApplianceKey:
    return ApplianceKey(tmp_path_factory.mktemp("key") / "seal.pem")


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory, key: ApplianceKey) -> Iterator[Path]:
    """Two meetings in one file, and the appliance still running."""
    path = tmp_path_factory.mktemp("live") / "ledger.db"
    with closing(SqlLedger(path)) as store:
        house = House.of(5, ledger=store, signer=key)
        for _ in range(2):
            announce_poll(cast(open_poll(sit(convene(house), present=4)), yes=3))
            accepted(house.give(CHAIR, c.CloseSitting))
            accepted(house.give(CHAIR, c.CloseMeeting))
        yield path


@pytest.fixture
def copy(live: Path, tmp_path: Path) -> Path:
    """A copy without the appliance, as a forger has it: no triggers in the way."""
    path = tmp_path / "copy.db"
    with closing(sqlite3.connect(live)) as source, closing(sqlite3.connect(path)) as target:
        source.backup(target)
        for trigger in ("update", "delete", "replace"):
            target.execute(f"DROP TRIGGER entries_no_{trigger}")
        target.execute("PRAGMA journal_mode = DELETE")
    return path


def forge(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as forger:
        for statement in statements:
            forger.execute(statement)
        forger.commit()


def ledgers(path: Path) -> list[tuple[str, int]]:
    with closing(sqlite3.connect(path)) as reader:
        return reader.execute("SELECT ledger, max(seq) FROM entries GROUP BY ledger ORDER BY min(position)").fetchall()


def test_a_good_file_is_good_while_the_appliance_runs(live: Path, key: ApplianceKey) -> None:
    report = verify_ledger(live, key.public_key())
    assert report.ok
    assert [(found.ledger, found.entries) for found in report.ledgers] == ledgers(live)
    assert all(found.keys == (key.public_key(),) for found in report.ledgers)
    assert all(found.signed_seq == found.entries - 1 for found in report.ledgers)
    last = report.ledgers[-1]
    text = "\n".join(report.lines())
    assert all(word in text for word in (last.head.hash, key.public_key(), str(last.signed_seq), "good"))


def test_a_ledger_that_is_at_rest_is_read_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with closing(SqlLedger(path)) as store:
        open_poll(sit(convene(House.of(5, ledger=store)), present=4))
    assert [p.name for p in tmp_path.iterdir()] == ["ledger.db"]
    assert verify_ledger(path).ok
    assert [p.name for p in tmp_path.iterdir()] == ["ledger.db"]


def test_checking_changes_nothing(copy: Path) -> None:
    before = sha256(copy.read_bytes())
    verify_ledger(copy)
    assert sha256(copy.read_bytes()) == before


@pytest.mark.parametrize("meeting", [0, 1])
def test_a_changed_ballot_is_named_by_ledger_and_number(copy: Path, meeting: int) -> None:
    name, _ = ledgers(copy)[meeting]
    forge(
        copy,
        """UPDATE entries SET body = cast(replace(cast(body AS TEXT), '"for"', '"against"') AS BLOB) """
        f"WHERE ledger = '{name}' AND seq = 14",
    )
    report = verify_ledger(copy)
    assert not report.ok
    assert (report.bad_ledger, report.bad_seq) == (name, 14)
    assert "hash" in report.why
    assert report.lines()[-1].startswith("BAD")


@pytest.mark.parametrize(
    ("forgery", "meeting", "seq"),
    [
        ("DELETE FROM entries WHERE ledger = '{0}' AND seq = 3", 0, 4),
        ("DELETE FROM entries WHERE ledger = '{1}' AND seq = 1", 1, 2),
        ("DELETE FROM entries WHERE ledger = '{0}'", 1, 1),
        ("DELETE FROM entries WHERE ledger = '{0}' AND seq = {last}", 1, 1),
        ("UPDATE entries SET ledger = 'another' WHERE ledger = '{1}'", None, 1),
        ("UPDATE entries SET ledger = '{1}', seq = 500 WHERE ledger = '{0}' AND seq = 2", 1, 500),
        ("UPDATE entries SET seq = 99 WHERE ledger = '{1}' AND seq = 7", 1, 99),
        ("UPDATE entries SET position = position + 1000 WHERE ledger = '{1}' AND seq = 7", 1, 8),
        ("UPDATE entries SET hash = upper(hash) WHERE ledger = '{0}' AND seq = 5", 0, 5),
        ("UPDATE entries SET body = x'' WHERE ledger = '{1}' AND seq = 1", 1, 1),
        ("UPDATE entries SET position = -position WHERE ledger = '{1}'", 1, None),
    ],
)
def test_whatever_is_out_of_place_is_named(copy: Path, forgery: str, meeting: int | None, seq: int | None) -> None:
    (first, last), (second, count) = ledgers(copy)
    forge(copy, forgery.format(first, second, last=last))
    report = verify_ledger(copy)
    assert not report.ok
    assert report.bad_ledger == ("another" if meeting is None else (first, second)[meeting])
    assert report.bad_seq == (count if seq is None else seq)


def test_a_checkpoint_of_another_appliance_is_bad_when_the_key_is_given(copy: Path, tmp_path: Path) -> None:
    report = verify_ledger(copy, ApplianceKey(tmp_path / "other.pem").public_key())
    assert "signature" in report.why
    assert report.bad_ledger == ledgers(copy)[0][0]


def test_a_file_of_another_version_is_not_called_good(copy: Path) -> None:
    forge(copy, "PRAGMA user_version = 7")
    assert "version" in verify_ledger(copy).why


def test_spoiled_pages_are_told_not_tripped_over(copy: Path) -> None:
    content = bytearray(copy.read_bytes())
    content[4096 * 3 : 4096 * 6] = b"\xff" * (4096 * 3)
    copy.write_bytes(content)
    assert not verify_ledger(copy).ok


def test_rubbish_is_not_called_good(tmp_path: Path) -> None:
    path = tmp_path / "rubbish.db"
    path.write_bytes(b"rubbish" * 1000)
    assert "unreadable" in verify_ledger(path).why


def test_a_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        verify_ledger(tmp_path / "nothing.db")
    assert list(tmp_path.iterdir()) == []


def test_an_empty_ledger_is_good(tmp_path: Path) -> None:
    SqlLedger(tmp_path / "ledger.db").close()
    assert verify_ledger(tmp_path / "ledger.db").ok
