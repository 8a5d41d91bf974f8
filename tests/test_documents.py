"""The documents say what the code does: drawings, rooms, examples."""

import re
import tomllib
from pathlib import Path

import msgspec

from appliance.core import election_life
from appliance.core.meeting import RULES
from appliance.core.people import Role
from appliance.core.poll import NEXT
from appliance.services import recorder_commands, rehearsal_commands
from appliance.services.desk import MAY

ROOT = Path(__file__).parents[1]


def text(name: str) -> str:
    """A document at the root."""
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_drawing_of_a_polls_life_is_the_table_in_the_code() -> None:
    assert _drawn("## 5. A poll's life") == {(str(a), str(b), str(action)) for (a, action), b in NEXT.items()}


def test_the_drawing_of_a_secret_votes_life_is_the_table_in_the_code() -> None:
    ways = election_life.NEXT.items()
    assert _drawn("### 5.1 A secret vote's life") == {(str(a), str(b), str(action)) for (a, action), b in ways}


def _drawn(heading: str) -> set[tuple[str, ...]]:
    section = re.split(r"^##", text("ARCHITECTURE.md").split(heading)[1], maxsplit=1, flags=re.M)[0]
    return set(re.findall(r"^\s+(\w+) --> (\w+): (\w+)$", section, re.M))


def test_the_table_of_commands_is_the_one_in_the_code() -> None:
    rows = re.findall(r"^\| (\w+) \| (.*?) \| (.*?) \|$", text("ARCHITECTURE.md"), re.M)
    told = {name: (fields, who) for name, fields, who in rows if re.match("[A-Z][a-z]+[A-Z]", name)}
    rules = {kind: (rule.roles, rule.gavel) for kind, rule in RULES.items()}
    others = {**MAY, **recorder_commands.MAY, **rehearsal_commands.MAY}
    rules |= {kind: (roles, False) for kind, roles in others.items()}
    assert told == {kind.__name__: (_fields(kind), _who(*rule)) for kind, rule in rules.items()}


def _fields(kind: type[msgspec.Struct]) -> str:
    own = [f for f in msgspec.structs.fields(kind) if f.name not in {"id", "seat"}]
    return ", ".join(f"`{f.encode_name}`" + ("" if f.required else "?") for f in own)


def _who(roles: frozenset[Role], gavel: bool) -> str:
    names = sorted(str(role) for role in roles)
    return ", ".join("gavel holder" if gavel and name == "chair" else name for name in names)


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
