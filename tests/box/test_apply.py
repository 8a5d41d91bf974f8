"""What takes settings over on the box: once for each state of the files, and again after it was cut off."""

import subprocess
from pathlib import Path

from tests.beds.zones import ROOT

SCRIPT = ROOT / "ansible/roles/network/files/nghi-truong-apply"


def apply(folder: Path, command: str, *files: str) -> subprocess.CompletedProcess[str]:
    text = SCRIPT.read_text(encoding="utf-8").replace("/var/lib/nghi-truong-box", str(folder / "marks"))
    words = ["sh", "-c", text, "apply", "service", command, *files]
    return subprocess.run(words, capture_output=True, text=True, check=False, cwd=folder)


def test_a_service_is_told_once_of_each_state_of_its_files(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1", encoding="utf-8")
    tell = "echo told >> told"

    assert apply(tmp_path, tell, "a", "b").stdout == "changed\n"
    assert apply(tmp_path, tell, "a", "b").stdout == ""
    (tmp_path / "b").write_text("2", encoding="utf-8")
    assert apply(tmp_path, tell, "a", "b").stdout == "changed\n"
    (tmp_path / "a").unlink()
    assert apply(tmp_path, tell, "a", "b").stdout == "changed\n"
    assert (tmp_path / "told").read_text(encoding="utf-8").count("told") == 3


def test_another_command_is_run_though_the_files_are_the_same(tmp_path: Path) -> None:
    apply(tmp_path, "true", "a")

    assert apply(tmp_path, "true # and more", "a").stdout == "changed\n"


def test_a_command_that_failed_or_was_cut_off_is_run_again(tmp_path: Path) -> None:
    """The play ends there; the next one makes it good."""
    (tmp_path / "a").write_text("1", encoding="utf-8")

    assert apply(tmp_path, "exit 3", "a").returncode == 3
    assert apply(tmp_path, "kill -9 $PPID", "a").returncode == -9
    assert apply(tmp_path, "touch done", "a").stdout == "changed\n"
    assert (tmp_path / "done").exists()
    assert apply(tmp_path, "touch done", "a").stdout == ""
