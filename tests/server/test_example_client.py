"""The client in the README: it votes in a real meeting, and knows nothing of this project but its documentation."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from appliance.adapters.sql.ledger import SqlLedger
from appliance.core.events import BallotCast
from appliance.core.ledger import read
from tests.demo.running import ROOT, Demo

CLIENT = ROOT / "tests" / "example_client.py"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Demo, Path]]:
    folder = tmp_path_factory.mktemp("example") / "data"
    running = Demo(folder)
    yield running, folder
    assert running.process.end() == 0


def start(demo: Demo, member: str, choice: str) -> "subprocess.Popen[str]":
    found = next(m for m in demo.addresses["members"] if m["member"] == member)
    return subprocess.Popen(
        [sys.executable, str(CLIENT), demo.base, found["card"], found["pin"], choice],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_it_votes_in_a_poll_that_is_open_and_in_one_that_opens_later(demo: tuple[Demo, Path]) -> None:
    running, folder = demo
    early = start(running, "m10", "for")
    chair = running.sign_in("chair")
    running.until(lambda: "m10" not in running.get("/api/snapshot", chair).json()["view"]["devices"]["offline_members"])
    assert running.give(chair, "OpenPoll", poll="nq1")["accepted"]
    late = start(running, "m12", "against")
    for client in (early, late):
        told, _ = client.communicate(timeout=30)
        assert (told.strip(), client.returncode) == ("recorded", 0)
    chair.close()
    assert sorted(ballots(folder, "nq1")) == [("m10", "for"), ("m12", "against")]


def ballots(folder: Path, poll: str) -> list[tuple[str, str]]:
    store = SqlLedger(folder / "ledger.db")
    try:
        entries = list(read(body for _, _, body in store.rows(store.head().ledger)))
    finally:
        store.close()
    cast = [event for entry in entries for event in entry.events if isinstance(event, BallotCast)]
    return [(event.member, event.choice.value) for event in cast if event.poll == poll]


def test_it_is_short_and_needs_nothing_but_python_socketio() -> None:
    source = CLIENT.read_text(encoding="utf-8")
    assert len([line for line in source.splitlines() if line.strip()]) <= 60
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(source))
        for name in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else []
        )
    }
    assert imported <= {*sys.stdlib_module_names, "socketio"}


def test_the_readme_shows_it_as_it_is_tested() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = re.search(r"<!-- example_client -->\n+```python\n(.*?)```\n+<!-- /example_client -->", readme, re.DOTALL)
    assert shown is not None
    assert shown[1] == CLIENT.read_text(encoding="utf-8")


def test_the_description_of_the_wire_names_what_it_uses(demo: tuple[Demo, Path]) -> None:
    running, _ = demo
    description = msgspec.json.encode(running.get("/api/openapi.json").json()).decode()
    for word in ("/api/sign-in", "CastBallot", "entitled", '"prev"', '"changed"'):
        assert word in description
