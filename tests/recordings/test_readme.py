"""What the README tells a technician of the recorder's settings and proofs is there."""

import re
from pathlib import Path

from msgspec.structs import fields

from recordings.config import Config

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_setting_that_it_names_is_one() -> None:
    table = README.split("| `recorder.toml` | |")[1].split("\n\n")[0]
    named = {name for cell in re.findall(r"^\| (.*?) \|", table, re.M) for name in re.findall(r"`(\w+)`", cell)}
    assert len(named) > 10
    assert named <= {field.name for field in fields(Config)}


def test_what_holds_a_promise_is_a_file() -> None:
    table = README.split("**What is lost when something fails**")[1].split("\n## ")[0]
    files = re.findall(r"`(tests/[\w/]+\.py)`", table)
    assert len(files) > 5
    assert not [name for name in files if not (ROOT / name).exists()]
