"""`python -m recordings`: configuration, exit codes, and that nothing is loaded that is not run."""

import subprocess
import sys
from pathlib import Path

import pytest

from recordings.__main__ import RUNS, WRONG_CONFIG, main
from recordings.config import Config, load


def test_the_configuration_that_is_printed_is_the_one_that_is_used(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "recorder.toml"
    file.write_text('source = "rtsp"\ndevice = "rtsp://hall/1"\nwidth = 1920\nhouse_addresses = ["10.0.0.1"]\n')
    assert main(["config", "--config", str(file)]) == 0
    printed = tmp_path / "printed.toml"
    printed.write_text(capsys.readouterr().out)
    assert load(printed) == load(file) != Config()


@pytest.mark.parametrize(
    "content",
    [
        "width = 1",
        "nonsense = 1",
        "= 3",
        'source = "vcr"',
        "width = 855",
        "height = 481",
        "bus_port = 65533",
        "house_port = 24080",
        'source = "file"',
        "lost_after_seconds = nan",
    ],
)
def test_a_wrong_configuration_is_named_and_nothing_runs(
    tmp_path: Path, content: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "recorder.toml"
    file.write_text(content)
    assert main(["record", "--config", str(file)]) == WRONG_CONFIG
    assert str(file) in capsys.readouterr().err


def test_every_command_says_how_it_is_called(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("config", *RUNS):
        with pytest.raises(SystemExit) as end:
            main([name, "--help"])
        assert end.value.code == 0
        assert f"recordings {name}" in capsys.readouterr().out


def test_the_main_process_loads_nothing_heavy() -> None:
    """It must be back within a third of a second of its death."""
    heavy = ("aiohttp", "aiortc", "av", "cryptography", "ffmpeg", "numpy", "picamera2")
    code = f"import sys, recordings.process.main; print([m for m in {heavy} if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
