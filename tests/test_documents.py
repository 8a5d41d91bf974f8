"""The documents say what the code does: drawings, rooms, examples."""

import re
import tomllib
from pathlib import Path

from appliance.core.poll import NEXT

ROOT = Path(__file__).parents[1]


def text(name: str) -> str:
    """A document at the root."""
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_drawing_of_a_polls_life_is_the_table_in_the_code() -> None:
    drawn = set(re.findall(r"^\s+(\w+) --> (\w+): (\w+)$", text("ARCHITECTURE.md"), re.M))
    assert drawn == {(str(before), str(after), str(action)) for (before, action), after in NEXT.items()}


def test_architecture_names_every_room_of_the_appliance() -> None:
    page = text("ARCHITECTURE.md")
    rooms = {p.name for p in (ROOT / "appliance").iterdir() if p.is_dir() and any(p.glob("*.py"))}
    missing = {room for room in rooms if f"appliance/{room}/" not in page}
    assert not missing


def test_architecture_names_every_module_of_core_and_services() -> None:
    page = text("ARCHITECTURE.md")
    for room in ("core", "services"):
        modules = {p.stem for p in (ROOT / "appliance" / room).glob("*.py")} - {"__init__"}
        missing = {m for m in modules if f"`{m}`" not in page and f"{m}.py" not in page}
        assert not missing, f"{room}: {missing}"


def test_every_file_that_the_documents_point_to_exists() -> None:
    for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md"):
        for path in re.findall(r"`((?:appliance|web|tests)/[\w./-]+\.\w+)`", text(name)):
            assert (ROOT / path).exists(), f"{name} points to {path}"


def test_the_licence_is_named_by_its_spdx_id() -> None:
    project = tomllib.loads(text("pyproject.toml"))["project"]
    assert project["license"] == "Apache-2.0"
    assert "Apache License" in text("LICENSE")


def test_no_top_level_folder_but_the_agreed_ones() -> None:
    agreed = {"appliance", "firmware", "web", "recordings", "systemd", "tests", "ansible"}
    made_by_make = {"var", "build", "dist", "test-results"}
    folders = {p.name for p in ROOT.iterdir() if p.is_dir() and not p.name.startswith(".")}
    folders = {f for f in folders if not f.endswith(".egg-info")} - made_by_make
    assert folders <= agreed
