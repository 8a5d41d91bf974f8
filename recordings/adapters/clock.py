"""The machine's clocks: the one that is never stepped, and the one on the wall."""

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")


def uptime_ms() -> int:
    """Milliseconds of CLOCK_MONOTONIC: the same clock as in the ledger's entries."""
    return time.monotonic_ns() // 1_000_000


def utc() -> datetime:
    """The wall clock, which may be stepped."""
    return datetime.now(UTC)


def boot() -> str:
    """Which boot `uptime_ms` counts from."""
    return BOOT_ID.read_text(encoding="ascii").strip()
