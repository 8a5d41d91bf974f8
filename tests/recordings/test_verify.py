"""`python -m recordings verify`: whatever was done to a take is found, and the file is named."""

import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec
import pytest

from recordings.__main__ import main
from recordings.adapters.keys import RecorderKey, own_key
from recordings.archive.manifest_file import ManifestFile
from recordings.layout import Layout, TakeFolder
from recordings.manifest import head_message
from recordings.segments import Head
from tests.recordings.archive_child import LEDGER, TAKE, archive, camera
from tests.recordings.footage import footage

FILES: Final = ("s000001.ts", "s000002.ts", "s000003.ts")


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of an archive that ended well."""
    with archive(tmp_path_factory.mktemp("recorded") / "data") as one:
        one.start()
        with camera(one) as source:
            source.send(footage())
            one.until(lambda: one.opened(3))
        assert one.stop() == 0
        return one.data


@pytest.fixture
def data(recorded: Path, tmp_path: Path) -> Path:
    """A copy that a test may spoil."""
    copy = shutil.copytree(recorded, tmp_path / "data")
    (copy / "recorder.toml").write_text(f'data = "{copy}"\npublic = "{tmp_path}"\n')
    return copy


def take_in(data: Path) -> TakeFolder:
    return Layout(data, data).take(TAKE)


def head_in(data: Path) -> Head:
    return msgspec.json.decode(take_in(data).head.read_bytes(), type=Head)


def verify(data: Path, *arguments: str) -> int:
    return main(["verify", "--config", str(data / "recorder.toml"), *arguments])


def test_a_take_as_it_was_recorded_is_whole(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in ((), (TAKE,), (str(take_in(data).path),)):
        assert verify(data, *arguments) == 0
        assert capsys.readouterr().out == f"{TAKE}: 3 segments, 6.0 s: whole\n"


@pytest.mark.parametrize("seed", range(12))
def test_one_flipped_bit_names_the_file(data: Path, seed: int, capsys: pytest.CaptureFixture[str]) -> None:
    chance = random.Random(seed)
    name = chance.choice(FILES)
    path = take_in(data).path / name
    content = bytearray(path.read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)
    assert verify(data) == 1
    said = capsys.readouterr().out
    assert f"  {name}: " in said
    assert not any(other in said for other in FILES if other != name)


def removed_line(folder: TakeFolder) -> None:
    lines = folder.manifest.read_bytes().splitlines(keepends=True)
    folder.manifest.write_bytes(lines[0] + lines[2])


def removed_tail(folder: TakeFolder) -> None:
    lines = folder.manifest.read_bytes().splitlines(keepends=True)
    folder.manifest.write_bytes(b"".join(lines[:2]))
    folder.segment(3).unlink()


def removed_manifest(folder: TakeFolder) -> None:
    folder.manifest.unlink()


def removed_head(folder: TakeFolder) -> None:
    folder.head.unlink()


def changed_head(folder: TakeFolder) -> None:
    folder.head.write_bytes(folder.head.read_bytes().replace(b'"segments":3', b'"segments":2'))


def another_meetings_note(folder: TakeFolder) -> None:
    folder.note.write_bytes(folder.note.read_bytes().replace(LEDGER.encode(), b"ledger-2"))


def signed_anew_by_a_forger(folder: TakeFolder) -> None:
    """All of it made consistent again, with a key of the forger's own."""
    removed_tail(folder)
    folder.head.unlink()
    forger = RecorderKey(folder.path.parent / "forger.key")
    file = ManifestFile(folder, LEDGER, forger)
    file.sign()
    file.close()


def cut_short(folder: TakeFolder) -> None:
    path = folder.segment(2)
    path.write_bytes(path.read_bytes()[:-188])


def swapped(folder: TakeFolder) -> None:
    first, second = folder.segment(1).read_bytes(), folder.segment(2).read_bytes()
    folder.segment(1).write_bytes(second)
    folder.segment(2).write_bytes(first)


def unreadable(folder: TakeFolder) -> None:
    """What root too cannot read."""
    folder.segment(2).unlink()
    folder.segment(2).mkdir()


def one_too_many(folder: TakeFolder) -> None:
    shutil.copy(folder.segment(1), folder.segment(4))


@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        (removed_line, "manifest.jsonl: line 2 does not follow"),
        (removed_tail, "manifest.jsonl: the signed end has 1 lines more"),
        (removed_manifest, "manifest.jsonl: the signed end has 3 lines more"),
        (removed_head, "head.json: there is no signed end"),
        (changed_head, "head.json: the signature is not over this head"),
        (another_meetings_note, "take.json: is of another take or meeting"),
        (signed_anew_by_a_forger, "head.json: was signed with another key"),
        (cut_short, "s000002.ts: has "),
        (swapped, "s000001.ts: "),
        (unreadable, "s000002.ts: the file is missing or cannot be read"),
        (one_too_many, "s000004.ts: no line of the manifest names it"),
    ],
)
def test_what_was_done_is_named(
    data: Path, spoil: Callable[[TakeFolder], None], named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil(take_in(data))
    assert verify(data) == 1
    assert named in capsys.readouterr().out


def test_a_thief_of_the_key_is_found_by_the_ledgers_heads(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Who has the key can sign a shorter take; the ledger remembers the longer one."""
    heads = data / "heads.jsonl"
    heads.write_bytes(take_in(data).head.read_bytes())
    removed_tail(take_in(data))
    take_in(data).head.unlink()
    file = ManifestFile(take_in(data), LEDGER, RecorderKey(data / "recorder.key"))
    file.sign()
    file.close()
    assert verify(data) == 0
    assert verify(data, "--heads", str(heads)) == 1
    assert "1 lines more" in capsys.readouterr().out


def test_without_any_key_it_says_what_it_could_not_check(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    known = own_key(data / "recorder.key")
    assert known is not None
    (data / "recorder.key").unlink()
    assert verify(data, "--key", known) == 0
    assert "no key" not in capsys.readouterr().out
    assert verify(data) == 0
    assert "no key is known" in capsys.readouterr().out
    assert verify(data, "--key", "00" * 32) == 1
    assert not (data / "recorder.key").exists(), "verifying must not make a key"


def test_a_take_that_a_crash_left_unsigned_is_not_called_whole(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key = RecorderKey(data / "recorder.key")
    head = msgspec.structs.replace(head_in(data), lines=0, segments=0, seconds=0.0, hash="0" * 64)
    signed = msgspec.structs.replace(head, signature=key.sign(head_message(head)))
    take_in(data).head.write_bytes(msgspec.json.encode(signed))
    assert verify(data) == 1
    assert "whole, but 3 lines unsigned" in capsys.readouterr().out


def test_where_there_is_no_take_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "recorder.toml").write_text(f'data = "{tmp_path}"\npublic = "{tmp_path}"\n')
    assert verify(tmp_path) == 2
    assert "no take" in capsys.readouterr().out
    assert verify(tmp_path, "no-such-take") == 1
