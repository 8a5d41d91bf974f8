"""A table as it was read from a spreadsheet: rows of cells of text. What reads and writes one is an adapter."""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum

from msgspec import Struct


class Kind(StrEnum):
    """What a cell held. Only texts and numbers are ever taken over."""

    TEXT = "text"
    NUMBER = "number"
    FORMULA = "formula"
    WRONG = "wrong"
    """A date, a yes or no, an error."""


class Cell(Struct, frozen=True):
    """One cell."""

    text: str
    kind: Kind = Kind.TEXT


class Sheet(Struct, frozen=True):
    """All rows; the first one that holds anything is the heading."""

    rows: tuple[tuple[Cell, ...], ...]


class Unreadable(ValueError):
    """The file is no table that can be read; the message is a short word for why."""


ReadSheet = Callable[[bytes], Sheet]


def plain(text: str) -> str:
    """A heading as people type it in a hurry: no case, no marks, nothing but letters and digits."""
    bare = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(letter for letter in bare if letter.isalnum())


def columns_of(heading: Sequence[Cell], known: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Which column holds which field, by the names that each field may have; the first column of a name counts."""
    names = [plain(cell.text) for cell in heading]
    wanted = {field: {plain(name) for name in (field, *spellings)} for field, spellings in known.items()}
    found: dict[str, int] = {}
    for place, name in enumerate(names):
        for field, spellings in wanted.items():
            if name in spellings and field not in found:
                found[field] = place
                break
    return found
