"""Every command that a page or a paper tells somebody to give exists, and takes what it is given."""

import re
import subprocess
import sys
from functools import cache
from html import unescape
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PLACES = ("*.md", "ansible/**/*.md", "systemd/*.md", "firmware/*.md", "tests/**/*.md")
PAGES = sorted(
    str(path.relative_to(ROOT))
    for pattern in (*PLACES, "appliance/dossier/templates/*.html")
    for path in ROOT.glob(pattern)
    if path.name != "DECISIONS.md"  # of its time
)
KIOSK = "kiosk"
"""What systemd alone starts; it takes its settings from the environment."""


def code(page: str) -> list[str]:
    """What stands there as code, a line each."""
    text = (ROOT / page).read_text(encoding="utf-8")
    if page.endswith(".html"):
        pieces = [unescape(piece) for piece in re.findall(r"<code>(.*?)</code>", text, re.S)]
    else:
        fences = re.findall(r"^```[^\n]*\n(.*?)^```", text, re.M | re.S)
        pieces = [
            *fences,
            *re.findall(r"`([^`\n]+(?:\n[^`\n]+)?)`", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)),
        ]
    return [line.split(" #")[0] for piece in pieces for line in piece.split("\n")]


def given(pattern: str) -> list[tuple[str, str, str]]:
    """(page, command, what it is given) of each line that matches."""
    return [(page, m[1], m[2]) for page in PAGES for line in code(page) for m in re.finditer(pattern, line)]


@cache
def help_of(*command: str) -> str:
    """What the command says of itself; empty when there is none."""
    asked = [sys.executable, "-m", *command, "--help"]
    answer = subprocess.run(asked, capture_output=True, text=True, timeout=60, check=False, cwd=ROOT)
    return answer.stdout if answer.returncode == 0 else ""


def unknown(told: str, more: str) -> list[str]:
    """Options that the command's own help does not have."""
    return [option for option in re.findall(r"(?<![\w-])--[a-z][a-z-]+", more) if option not in told]


def test_there_is_something_to_look_at() -> None:
    assert {"README.md", "SECURITY.md", "ansible/INCIDENTS.md", "appliance/dossier/templates/incidents.html"} <= set(
        PAGES
    )
    assert len(given(r"\bnghi-truong ([a-z-]+)(.*)")) > 30


def test_every_subcommand_of_nghi_truong_exists_and_takes_its_options() -> None:
    wrong = []
    for page, name, more in given(r"(?<![\w/-])nghi-truong ([a-z][a-z-]*)([^;|`]*)"):
        told = help_of("appliance.box", name) if name != KIOSK else KIOSK
        wrong += (
            [f"{page}: nghi-truong {name} {' '.join(unknown(told, more))}"] if not told or unknown(told, more) else []
        )
    assert not wrong


@pytest.mark.parametrize("program", ["appliance", "recordings"])
def test_every_command_of_the_programs_exists_and_takes_its_options(program: str) -> None:
    wrong = []
    for page, name, more in given(rf"python -m {program} ([a-z][a-z-]*)([^;|`]*)"):
        told = help_of(program, name)
        wrong += [f"{page}: {name} {' '.join(unknown(told, more))}"] if not told or unknown(told, more) else []
    assert not wrong


def test_every_target_of_make_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    named = {(page, target) for page, target, _ in given(r"(?<![\w-])make ([a-z][a-z-]+)()\b")}
    assert not {(page, target) for page, target in named if target not in targets}


def test_every_module_that_is_run_exists() -> None:
    named = {(page, module) for page, module, _ in given(r"python -m ([a-z_.]+)()")}
    assert not {(page, module) for page, module in named if find_spec(module.rstrip(".")) is None}


def test_every_test_that_a_page_names_exists() -> None:
    named = {
        (page, path)
        for page in PAGES
        for path in re.findall(r"`((?:tests|appliance)/[\w./-]+\.py)`", (ROOT / page).read_text())
    }
    assert not {(page, path) for page, path in named if not (ROOT / path).is_file()}
