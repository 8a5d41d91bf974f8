"""The firmware as files: one of them knows the board, the others run anywhere, and all of them fit on a chip."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

from firmware.panel.states import NEXT
from tests.firmware.micropython import FAKE, HEAP, ROOT

FILES = sorted((ROOT / "firmware" / "panel").glob("*.py"))
ON_ANY_CHIP = {"array", "gc", "hashlib", "json", "os", "select", "struct", "sys", "time"}
BOARDS_OWN = {"machine", "micropython"}


def imports(path: Path) -> set[str]:
    """What it imports when it runs; what only type checkers read is left out."""
    found = set[str]()
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return {name.partition(".")[0] for name in found}


def test_only_the_board_imports_what_a_board_alone_has() -> None:
    by_file = {path.name: imports(path) for path in [*FILES, ROOT / "firmware" / "main.py"]}
    assert {name for name, used in by_file.items() if used & BOARDS_OWN} == {"board.py"}
    assert set().union(*by_file.values()) <= ON_ANY_CHIP | BOARDS_OWN | {"firmware"}
    pure = {"array", "hashlib", "struct", "firmware"}
    assert {name for name, used in by_file.items() if not used <= pure} == {"board.py"}


def test_every_file_loads_under_micropython_and_leaves_most_of_the_heap_free(tmp_path: Path) -> None:
    names = [f"firmware.panel.{path.stem}" for path in FILES if path.stem != "__init__"]
    script = tmp_path / "load.py"
    loads = "".join(f"import {name}\n" for name in names)
    script.write_text(f"import gc\n{loads}gc.collect()\nprint(gc.mem_alloc())\n")
    with (tmp_path / "wire").open("w+b") as wire:
        run = subprocess.run(
            [Path(sys.executable).parent / "micropython", "-X", f"heapsize={HEAP}", script],
            env=os.environ | {"MICROPYPATH": f"{FAKE}:{ROOT}", "PANEL_FD": str(wire.fileno())},
            pass_fds=[wire.fileno()],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert run.stderr == ""
    assert int(run.stdout) < 64 * 1024


def test_the_drawing_of_a_panels_life_is_the_table_in_the_code() -> None:
    page = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    section = re.split(r"^##", page.split("A panel's life\n")[1], maxsplit=1, flags=re.MULTILINE)[0]
    drawn = re.findall(r"^ +(\w+) --> (\w+): (\w+)$", section, re.MULTILINE)
    assert {(a, event): b for a, b, event in drawn} == NEXT
    assert len(drawn) == len(NEXT)
