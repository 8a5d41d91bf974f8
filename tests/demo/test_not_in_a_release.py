"""What belongs to the demo does not exist on a voting machine: neither in the wheel nor on the server."""

import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.demo.running import ROOT, Process


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The names in the release wheel, built from a copy so that nothing is left in the checkout."""
    copy = tmp_path_factory.mktemp("release")
    shutil.copytree(ROOT / "appliance", copy / "appliance", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(copy / "out")],
        cwd=copy,
        check=True,
        capture_output=True,
    )
    (built,) = (copy / "out").glob("*.whl")
    with zipfile.ZipFile(built) as opened:
        return opened.namelist()


def test_the_release_carries_no_demo_and_no_tests(wheel: list[str]) -> None:
    assert not [name for name in wheel if "demo" in name.lower() or name.startswith("tests/")]


def test_the_release_carries_what_its_pages_are_made_of(wheel: list[str]) -> None:
    assert {
        "appliance/rules.toml",
        "appliance/server/templates/minutes.html",
        "appliance/server/static/minutes.css",
    } <= set(wheel)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    process = Process("serve", "--port", "0", "--data", str(tmp_path / "data"))
    yield process.hear("ready on").split()[-1].rstrip("/")
    assert process.end(signal.SIGTERM) == 0


@pytest.mark.parametrize("path", ["/demo", "/demo.json", "/demo/qr/chair.svg", "/simulator", "/simulator.json"])
def test_a_real_installation_has_no_page_of_the_demo(server: str, path: str) -> None:
    assert requests.get(server + path, timeout=10).status_code == 404


def test_a_real_installation_has_no_button_that_a_page_could_press(server: str) -> None:
    for path in ("/simulator/press", "/simulator/everyone"):
        assert requests.post(server + path, json={}, timeout=10).status_code == 404


def test_a_real_installation_begins_without_any_account_card_or_display(server: str) -> None:
    from appliance.demo import council as people

    tries: list[dict[str, str]] = [{"account": a.account, "password": a.password} for a in people.ACCOUNTS]
    tries.append({"card": people.card_of("m01"), "pin": people.PIN})
    tries.append({"pairing": people.PAIRING})
    tries.append({"account": "admin", "password": "admin"})
    for body in tries:
        answer = requests.post(f"{server}/api/sign-in", json=body, timeout=10)
        assert answer.status_code in {401, 403, 404, 429}
        assert answer.json()["accepted"] is False
