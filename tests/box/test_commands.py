"""The technician's command."""

import subprocess
from importlib import import_module
from inspect import isfunction
from pathlib import Path

import pytest

from appliance.box.__main__ import COMMANDS, main

TREE = Path(__file__).parents[2]
SYSTEM_PYTHON = "/usr/bin/python3"
"""Debian's, without any of our packages: what a box has when no release works."""


def by_the_system(*arguments: str) -> subprocess.CompletedProcess[str]:
    begin = f"import sys; sys.path.insert(0, {str(TREE)!r}); from appliance.box.__main__ import main; sys.exit(main())"
    return subprocess.run(
        [SYSTEM_PYTHON, "-I", "-S", "-c", begin, *arguments], capture_output=True, text=True, check=False
    )


def test_every_subcommand_is_there() -> None:
    for module, function, _ in COMMANDS.values():
        assert isfunction(getattr(import_module(module), function))


def test_every_module_loads_with_the_systems_own_python() -> None:
    modules = sorted({f"appliance.box.{file.stem}" for file in (TREE / "appliance/box").glob("*.py")})
    begin = f"import sys; sys.path.insert(0, {str(TREE)!r}); from importlib import import_module\n"
    loaded = begin + "\n".join(f"import_module({name!r})" for name in modules)
    subprocess.run([SYSTEM_PYTHON, "-I", "-S", "-c", loaded], check=True)


def test_help_names_every_subcommand() -> None:
    told = by_the_system("--help")
    assert told.returncode == 0
    for name in COMMANDS:
        assert f"nghi-truong {name}" in told.stdout


def test_an_unknown_subcommand_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reformat"]) == 2
    assert "reformat" in capsys.readouterr().err


def test_no_subcommand_is_wrong_use() -> None:
    assert by_the_system().returncode == 2
