"""Accepted excuses, as the roll and the minutes need them; and where what was handed in with them is kept. Pure."""

from datetime import datetime
from typing import Protocol

from appliance.core.roll import HALL_TIME, NOON
from appliance.core.state import Leave
from appliance.services.on_file import ExcuseState, OnFile
from appliance.services.on_file.attendance import FileKind


class ExcuseFiles(Protocol):
    """Keeps each file beside its excuse. Safe to call from several threads."""

    def put(self, excuse: str, data: bytes, keep: str | None = None) -> str | None:
        """Durable when it returns; the SHA-256 it is known by, or None when there is no room for it. Beside it only
        the file known as `keep` stays: nobody fills the disk by sending one file after another. Raises Fault."""

    def get(self, excuse: str, sha256: str) -> bytes | None:
        """The file, if it was put with this excuse. Raises Fault."""


def leaves(on_file: OnFile) -> dict[str, tuple[Leave, ...]]:
    """Member -> the days for which they are excused."""
    found: dict[str, tuple[Leave, ...]] = {}
    for excuse in on_file.excuses.values():
        if excuse.state is ExcuseState.ACCEPTED:
            found[excuse.member] = (*found.get(excuse.member, ()), Leave(excuse.day, excuse.part))
    return found


def reasons(on_file: OnFile, opened: datetime) -> dict[str, str]:
    """Member -> the reason accepted for the half of the day in which a sitting opened."""
    local = opened.astimezone(HALL_TIME)
    half = "morning" if local.hour < NOON else "afternoon"
    return {
        x.member: x.reason
        for x in on_file.excuses.values()
        if x.state is ExcuseState.ACCEPTED and x.day == local.date() and x.part in {"whole", half}
    }


def kind_of(data: bytes) -> FileKind | None:
    """The media type by what is in the file, whatever it calls itself; None for what is not taken."""
    if data.startswith(b"%PDF-") and b"%%EOF" in data[-2048:]:
        return "application/pdf"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    return "image/jpeg" if data.startswith(b"\xff\xd8\xff") else None
