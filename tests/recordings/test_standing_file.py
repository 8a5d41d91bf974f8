"""Whatever stands where the standing file should: it is taken as private, at once, and ends nobody."""

import os
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from recordings.adapters.standing_file import LONGEST, StandingFile, read
from tests.recordings.recorder_process import standing

PUBLIC = msgspec.json.encode(standing())


def written(content: bytes) -> Callable[[Path], object]:
    """A file with this in it."""
    return lambda path: path.write_bytes(content)


def huge(path: Path) -> None:
    """A terabyte of nothing."""
    path.touch()
    os.truncate(path, 1 << 40)


THINGS: dict[str, Callable[[Path], object]] = {
    "nothing": lambda path: None,
    "an empty file": written(b""),
    "zeros after a power cut": written(bytes(len(PUBLIC))),
    "half of it": written(PUBLIC[:40]),
    "no UTF-8": written(PUBLIC.replace(b"hdnd", b"\xff\xfe")),
    "a name that no process can be given": written(PUBLIC.replace(b"hdnd", b"\\u0000")),
    "brackets without end": written(PUBLIC[:-1] + b',"x":' + b"[" * 30_000),
    "true but too long": written(PUBLIC + b" " * LONGEST),
    "a file of a terabyte": huge,
    "a folder": Path.mkdir,
    "a pipe into which nobody writes": os.mkfifo,
    "a device without an end": lambda path: path.symlink_to("/dev/zero"),
    "a link to itself": lambda path: path.symlink_to(path),
}


@pytest.mark.parametrize("put", THINGS.values(), ids=THINGS.keys())
def test_what_is_not_the_appliances_word_is_no_word(tmp_path: Path, put: Callable[[Path], object]) -> None:
    path = tmp_path / "standing.json"
    put(path)
    assert read(path) is None


def test_the_word_is_read_again_when_it_stands_there_again(tmp_path: Path) -> None:
    path = tmp_path / "standing.json"
    path.write_bytes(PUBLIC)
    file = StandingFile(path)
    assert file.look()
    assert file.standing is not None
    path.unlink()
    os.mkfifo(path)
    assert file.look()
    assert file.standing is None
    path.unlink()
    path.write_bytes(PUBLIC)
    assert file.look()
    assert file.standing is not None
