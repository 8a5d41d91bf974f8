"""The program from its command line: it starts, serves, ends, and says what is wrong."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from appliance.__main__ import WRONG_CONFIG, main
from appliance.administration import CANNOT

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "bình minh trên sông"


def run(*arguments: str, given: str = "") -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "appliance", *arguments],
        check=False,
        cwd=ROOT,
        input=given,
        capture_output=True,
        text=True,
        timeout=60,
    )


@contextmanager
def serving(data: Path) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """`serve` on a free port: its address, and the process."""
    process = subprocess.Popen(
        [sys.executable, "-m", "appliance", "serve", "--data", str(data), "--port", "0"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    try:
        found = re.search(r"http://[\d.:]+", next(line for line in process.stdout if line.startswith("ready")))
        assert found is not None
        yield found[0], process
    finally:
        process.kill()
        process.communicate()


def test_the_first_clerk_of_an_installation_can_sign_in_and_convene(tmp_path: Path) -> None:
    made = run(
        "create-account", "thu-ky", "--role", "clerk", "--name", "Thư ký", "--data", str(tmp_path), given=PASSWORD
    )
    assert made.returncode == 0, made.stderr
    assert PASSWORD not in made.stdout + made.stderr
    with serving(tmp_path) as (base, process), requests.Session() as clerk:
        form = {"account": "thu-ky", "password": PASSWORD}
        assert clerk.post(f"{base}/api/sign-in", json=form, timeout=20).json()["role"] == "clerk"
        command = {"type": "ConveneMeeting", "id": "0" * 32, "title": "Kỳ họp thứ nhất"}
        assert clerk.post(f"{base}/api/commands", json=command, timeout=20).json() == {"accepted": True, "seq": 1}
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    with serving(tmp_path) as (base, process), requests.Session() as clerk:
        clerk.post(f"{base}/api/sign-in", json=form, timeout=20)
        assert clerk.post(f"{base}/api/commands", json=command, timeout=20).json() == {"accepted": True, "seq": 1}
        view = clerk.get(f"{base}/api/snapshot", timeout=20).json()["view"]
        assert view["meeting"]["title"] == "Kỳ họp thứ nhất"
    assert run("verify-ledger", "--data", str(tmp_path)).returncode == 0


def test_the_data_folder_is_for_nobody_else(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with serving(data):
        assert data.stat().st_mode & 0o007 == 0
        assert (data / "appliance.key").stat().st_mode & 0o077 == 0


def test_a_weak_password_makes_no_account(tmp_path: Path) -> None:
    made = run("create-account", "thu-ky", "--role", "clerk", "--name", "Thư ký", "--data", str(tmp_path), given="1234")
    assert made.returncode == 1
    assert "too weak" in made.stderr


def test_a_wrong_configuration_is_named_and_nothing_starts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "appliance.toml"
    file.write_text("prot = 1", encoding="utf-8")
    assert main(["config", "--config", str(file)]) == WRONG_CONFIG
    assert "prot" in capsys.readouterr().err


def test_a_ledger_that_is_not_there_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify-ledger", "--data", str(tmp_path)]) == CANNOT
    assert "no ledger" in capsys.readouterr().err


def test_the_effective_configuration_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "--port", "9123"]) == 0
    assert "port = 9123" in capsys.readouterr().out


def test_the_wire_is_printed_the_same_each_time(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["openapi"]) == 0
    once = capsys.readouterr().out
    assert main(["openapi"]) == 0
    assert capsys.readouterr().out == once
