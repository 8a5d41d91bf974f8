"""The databases go forward and back together, and nothing is lost on the way that both forms have room for."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from appliance.adapters.folder_lock import FolderLock
from appliance.adapters.sql.ledger import SqlLedger
from appliance.adapters.sql.migrate import HEAD
from appliance.adapters.sql.schema import OWN, Schema, bring, found, wanted
from appliance.core.refusals import Fault
from tests.house import House, convene, sit

TREE = Path(__file__).parents[2]


def tables(file: Path) -> set[str]:
    with closing(sqlite3.connect(file)) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def command(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    run = [sys.executable, "-m", "appliance", *arguments, "--data", str(data)]
    return subprocess.run(run, cwd=TREE, capture_output=True, text=True, check=False)


def test_an_empty_folder_has_no_form_and_is_not_touched_by_looking(tmp_path: Path) -> None:
    assert found(tmp_path) == Schema()
    assert list(tmp_path.iterdir()) == []


def test_all_files_are_brought_to_this_programs_form(tmp_path: Path) -> None:
    assert bring(tmp_path, OWN) == OWN
    assert found(tmp_path) == OWN


def test_back_and_forward_again_keeps_who_is_on_file(tmp_path: Path) -> None:
    bring(tmp_path, OWN)
    file = tmp_path / "registry.db"
    with closing(sqlite3.connect(file)) as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(councils)")]
        connection.execute("INSERT INTO councils VALUES (" + ",".join("?" * len(columns)) + ")", [*columns])
        connection.commit()
        before = connection.execute("SELECT * FROM councils").fetchall()
    back = bring(tmp_path, wanted("0003"))
    assert back == Schema("0003", OWN.ledger, OWN.papers)
    assert "readiness_reports" not in tables(file)
    assert bring(tmp_path, OWN) == OWN
    assert "readiness_reports" in tables(file)
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT * FROM councils").fetchall() == before


@pytest.mark.parametrize(
    "to", [Schema("9999", OWN.ledger, OWN.papers), Schema(HEAD, 2, OWN.papers), Schema(HEAD, OWN.ledger, 9)]
)
def test_a_form_that_nobody_here_knows_is_refused_and_changes_nothing(tmp_path: Path, to: Schema) -> None:
    bring(tmp_path, OWN)
    with pytest.raises(Fault):
        bring(tmp_path, to)
    assert found(tmp_path) == OWN


def test_a_registry_from_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    bring(tmp_path, OWN)
    with closing(sqlite3.connect(tmp_path / "registry.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    with pytest.raises(Fault, match="newer"):
        bring(tmp_path, wanted("0003"))
    assert found(tmp_path).registry == "9999"


def test_a_file_that_is_no_database_is_a_fault(tmp_path: Path) -> None:
    for name in ("registry.db", "ledger.db"):
        (tmp_path / name).write_bytes(b"not a database, but as long as one " * 50)
        with pytest.raises(Fault):
            found(tmp_path)
        (tmp_path / name).unlink()


def test_the_command_shows_and_brings(tmp_path: Path) -> None:
    shown = json.loads(command(tmp_path, "migrate", "--show").stdout)
    assert shown["files"] == {"registry": "", "ledger": 0, "papers": 0}
    assert shown["program"]["registry"] == HEAD
    brought = command(tmp_path, "migrate", "--to", "registry=0002,ledger=1,papers=1")
    assert json.loads(brought.stdout) == {"registry": "0002", "ledger": 1, "papers": 1}
    assert command(tmp_path, "migrate", "--to", "seats=1").returncode == 2
    assert command(tmp_path, "migrate", "--to", "ledger=x").returncode == 2
    assert found(tmp_path).registry == "0002"


def test_nothing_is_migrated_under_a_running_appliance(tmp_path: Path) -> None:
    bring(tmp_path, OWN)
    running = FolderLock(tmp_path)
    try:
        refused = command(tmp_path, "migrate", "--to", "0003")
    finally:
        running.release()
    assert refused.returncode == 69
    assert found(tmp_path) == OWN


def test_an_empty_data_folder_is_idle(tmp_path: Path) -> None:
    asked = command(tmp_path, "idle")
    assert (asked.returncode, json.loads(asked.stdout)) == (0, {"sitting": False, "poll": False, "secret": False})


def test_a_sitting_is_found_in_the_ledger_while_nobody_serves_it(tmp_path: Path) -> None:
    bring(tmp_path, OWN)
    ledger = SqlLedger(tmp_path / "ledger.db")
    sit(convene(House.of(ledger=ledger)))
    ledger.close()
    asked = command(tmp_path, "idle")
    assert (asked.returncode, json.loads(asked.stdout)["sitting"]) == (1, True)
