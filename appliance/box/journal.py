"""The last lines of the product's own services, without what must stay secret.

The reader runs as a user of its own who may read the journal (group `systemd-journal`), and gives out of it only what
stands in `SOURCES`: the appliance itself, which hundreds of tablets talk to, sees no line of ssh or of sudo.
"""

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from appliance.box.units import Run, run

SOURCES: Final[dict[str, tuple[str, ...]]] = {
    "all": ("--unit=nghi-truong*",),
    "appliance": ("--unit=nghi-truong-appliance.service", "--unit=nghi-truong-settle.service"),
    "panels": ("--unit=nghi-truong-panels.service",),
    "recorder": ("--unit=nghi-truong-recorder.service",),
    "papers": ("--unit=nghi-truong-papers.service",),
    "portal": ("--unit=nghi-truong-portal.service", "--unit=nghi-truong-carry.service"),
    "backup": (
        "--unit=nghi-truong-backup.service",
        "--unit=nghi-truong-verify.service",
        "--unit=nghi-truong-drill.service",
        "--unit=nghi-truong-retention.service",
        "--unit=nghi-truong-replication.service",
        "--unit=nghi-truong-standby.service",
    ),
    "web": ("--unit=nghi-truong-*-web.service", "--unit=nghi-truong-certificate.service"),
    "network": (
        "--unit=nghi-truong-dnsmasq@*.service",
        "--unit=nghi-truong-wifi.service",
        "--unit=systemd-networkd.service",
        "--unit=nftables.service",
        "--unit=NetworkManager.service",
    ),
    "kernel": ("--dmesg", "--priority=warning"),
}
"""What may be asked for. Nothing else of the journal is ever given."""
MOST: Final = 500
_LONGEST: Final = 2000
_LEVELS: Final = {"error": "3", "warning": "4", "all": "7"}

_SECRETS: Final = (
    # what stands before the @ of an address, and what follows the host of a stream's (a key, as a rule)
    (re.compile(r"(\w+://)[^\s/@]+@"), r"\1…@"),
    (re.compile(r"(rtmps?://[^\s/]+/)\S+"), r"\1…"),
    (re.compile(r"(?i)\b(authorization|cookie|set-cookie)\b\s*[:=].*"), r"\1: …"),
    (
        re.compile(r"(?i)\b(password|passphrase|passwd|secret|token|pin|card|key|pairing)(\"?\s*[:=]\s*\"?)[^\s\",}]+"),
        r"\1\2…",
    ),
    # long runs of letters and digits are keys, tokens or fingerprints
    (re.compile(r"\b(?=\w*\d)[A-Za-z0-9_\-]{32,}\b"), "…"),
)


def lines(source: str = "all", most: int = 200, level: str = "all", ask: Run = run) -> list[dict[str, object]]:
    """Oldest first: `at` (ISO 8601, UTC), `unit`, `level` (0 to 7 as syslog has it), `text`. Raises KeyError for what
    may not be asked, OSError where there is no journal."""
    command: Sequence[str] = [
        "journalctl",
        "--output=json",
        "--no-pager",
        f"--lines={max(1, min(MOST, most))}",
        "--output-fields=_SYSTEMD_UNIT,UNIT,PRIORITY,MESSAGE,SYSLOG_IDENTIFIER",
        f"--priority={_LEVELS[level]}",
        *SOURCES[source],
    ]
    return [line for text in ask(command).splitlines() if (line := _line(text)) is not None]


def _line(text: str) -> dict[str, object] | None:
    try:
        said = json.loads(text)
        at = datetime.fromtimestamp(int(said["__REALTIME_TIMESTAMP"]) / 1e6, UTC)
    except (ValueError, KeyError, TypeError, OverflowError):
        return None
    unit = said.get("UNIT") or said.get("_SYSTEMD_UNIT") or said.get("SYSLOG_IDENTIFIER") or ""
    level = str(said.get("PRIORITY", "6"))
    return {
        "at": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "unit": str(unit),
        "level": int(level) if level in set("01234567") else 6,
        "text": without_secrets(_message(said.get("MESSAGE"))),
    }


def _message(said: object) -> str:
    """systemd gives bytes that are no UTF-8 as numbers, and null for what is too long."""
    if isinstance(said, list):
        said = bytes(n for n in said if isinstance(n, int) and 0 <= n < 256).decode(errors="replace")
    shown = str(said or "")[:_LONGEST]
    return "".join(c if c.isprintable() else " " for c in shown)


def without_secrets(text: str) -> str:
    """The text with every password, key, token, PIN and card number that can be told by its form taken out."""
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return text
