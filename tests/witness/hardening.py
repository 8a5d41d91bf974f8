"""`ansible/HARDENING.md` as a program reads it: its rows, and the answers to lynis."""

import re
from pathlib import Path
from typing import Final

PAGE: Final = Path(__file__).parents[2] / "ansible" / "HARDENING.md"


def rows(heading: str) -> list[list[str]]:
    """The cells of each row of the table under a heading, by the heading's first word. Raises IndexError."""
    text = PAGE.read_text(encoding="utf-8")
    part = re.split(r"^## ", text, flags=re.MULTILINE)
    (wanted,) = [one for one in part if one.startswith(heading)]
    table = [line for line in wanted.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[2:]]


def answers() -> dict[str, str]:
    """Lynis's test, and why it still says what it says."""
    return {row[0]: row[1] for row in rows("lynis")}
