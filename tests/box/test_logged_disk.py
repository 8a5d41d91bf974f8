"""What a disk may have forgotten after a cut: nothing that was flushed, and of the rest any block."""

import random
import struct
from pathlib import Path

import pytest

from tests.beds.logged_disk import BLOCK, LoggedDisk
from tests.gates.write_logged_disk import DISCARD, FLUSH, FUA, SECTOR

BLOCKS = 64
SEEDS = range(20)


@pytest.fixture
def disk(tmp_path: Path) -> LoggedDisk:
    """Blocks 0 to 31 written and flushed, then 32 to 62 in one write, then 63 with FUA."""
    disk = LoggedDisk(tmp_path / "card.img", tmp_path / "card")
    log(disk, [(0, 32, 0), (0, 0, FLUSH), (32, 31, 0), (63, 1, FUA)])
    return disk


def log(disk: LoggedDisk, entries: list[tuple[int, int, int]]) -> None:
    """A log as qemu-storage-daemon writes it, of writes (first block, blocks, flags) of ones to a disk of zeros."""
    disk.image.write_bytes(bytes(BLOCKS * BLOCK))
    header = struct.pack("<QQQI", 0x6A736677736872, 1, len(entries), SECTOR).ljust(SECTOR, b"\0")
    sectors = BLOCK // SECTOR
    body = b""
    for first, blocks, flags in entries:
        body += struct.pack("<QQQQ", first * sectors, blocks * sectors, flags, 0).ljust(SECTOR, b"\0")
        body += b"" if flags & DISCARD else b"\1" * (blocks * BLOCK)
    (disk.socket.parent / "log").write_bytes(header + body)


def kept(image: Path) -> list[bool]:
    """Which blocks have the ones."""
    found = image.read_bytes()
    return [found[at] == 1 for at in range(0, BLOCKS * BLOCK, BLOCK)]


def after(disk: LoggedDisk, position: int, seed: int, *, deaf: bool = False) -> list[bool]:
    """The blocks of the disk that such a cut leaves."""
    onto = disk.image.with_name("onto.img")
    onto.write_bytes(bytes(BLOCKS * BLOCK))
    disk.cut(position, random.Random(seed), deaf=deaf, onto=onto)
    return kept(onto)


def test_what_was_flushed_or_written_through_is_there_after_every_cut(disk: LoggedDisk) -> None:
    for seed in SEEDS:
        assert all(after(disk, 4, seed)[:32])
        assert after(disk, 4, seed)[63]


def test_what_was_not_flushed_is_lost_in_parts_and_other_parts_each_time(disk: LoggedDisk) -> None:
    lost = {tuple(after(disk, 4, seed)[32:63]) for seed in SEEDS}
    assert len(lost) == len(SEEDS)
    assert all(0 < sum(found) < 31 for found in lost)


def test_what_came_after_the_cut_never_happened(disk: LoggedDisk) -> None:
    assert after(disk, 2, 1) == [True] * 32 + [False] * 32


def test_before_the_first_flush_nothing_is_sure_and_a_deaf_drive_is_never_sure(disk: LoggedDisk) -> None:
    assert not all(after(disk, 1, 1)[:32])
    assert not all(after(disk, 4, 1, deaf=True)[:32])


def test_a_flush_that_was_not_yet_answered_promises_nothing_of_what_follows_it(disk: LoggedDisk) -> None:
    log(disk, [(0, 1, 0), (0, 0, FLUSH), (1, 30, 0), (0, 0, FLUSH)])
    assert all(after(disk, 4, 1)[:31])
    assert not all(after(disk, 3, 1)[:31])


def test_what_was_discarded_after_a_flush_may_be_gone_or_there(disk: LoggedDisk) -> None:
    log(disk, [(0, 32, 0), (0, 0, FLUSH), (0, 32, DISCARD)])
    found = after(disk, 3, 1)[:32]
    assert any(found)
    assert not all(found)


def test_a_cut_is_laid_on_the_disk_itself_and_told(disk: LoggedDisk) -> None:
    cut = disk.cut(4, random.Random(1))
    assert (cut.writes, cut.flushes, cut.unflushed) == (3, 1, 1)
    assert kept(disk.image).count(False) == cut.blocks_lost > 0


def test_a_disk_that_is_unplugged_in_good_order_has_everything(disk: LoggedDisk) -> None:
    disk.unplug()
    assert all(kept(disk.image))


def test_the_moment_before_the_last_flush_had_been_answered_is_found(disk: LoggedDisk) -> None:
    log(disk, [(0, 1, 0), (0, 0, FLUSH), (1, 30, 0), (0, 0, FLUSH), (31, 1, 0)])
    assert disk.before_last_flush(5) == 3
    assert disk.before_last_flush(3) == 1
    assert disk.before_last_flush(1) == 1
