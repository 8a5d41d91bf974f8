"""A small JSON file of ours, after whatever has happened to it."""

import logging
import os
import secrets
from pathlib import Path
from typing import TypeVar

import msgspec

T = TypeVar("T")
DAMAGED = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What a file that a power cut or a failing disk has left can make of a decoder."""
_log = logging.getLogger(__name__)


def read_json(path: Path, kind: type[T]) -> T | None:
    """What it says; None if it is not there, cannot be read or is damaged. Only the first of these goes unsaid."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except FileNotFoundError:
        return None
    except (OSError, *DAMAGED) as error:
        _log.error("%s cannot be used: %s", path, error)
        return None


def set_aside(path: Path) -> None:
    """Have what is there, whatever it is, under another name, to be looked at by somebody. Raises OSError."""
    if os.path.lexists(path):
        path.replace(path.with_name(f"{path.name}.{secrets.token_hex(4)}.damaged"))
