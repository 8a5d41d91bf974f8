"""What systemd says of the box's services: running, since when, how often started again."""

import subprocess
import time
from collections.abc import Callable, Sequence
from typing import Final

Run = Callable[[Sequence[str]], str]

OURS: Final = "nghi-truong*"
INSTANCES: Final = "nghi-truong-dnsmasq@*.service"
"""One a zone. Of the other templates each instance lives for one question."""
NEIGHBOURS: Final = (
    "nftables.service",
    "systemd-networkd.service",
    "NetworkManager.service",
    "systemd-timesyncd.service",
    "systemd-journald.service",
    "ssh.service",
    "prometheus-node-exporter.service",
)
"""What the box cannot do without, and is not ours; those that are not installed are left out."""
_ASKED: Final = (
    "Id,Description,LoadState,ActiveState,SubState,Result,NRestarts,UnitFileState,"
    "ActiveEnterTimestampMonotonic,InactiveEnterTimestampMonotonic,MemoryCurrent"
)
_PATIENCE: Final = 5.0
_UNKNOWN: Final = (1 << 64) - 1


def run(command: Sequence[str]) -> str:
    """What a program prints. Raises OSError when it cannot be run; one that complains has printed what it can."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE, check=False, errors="replace")
    except subprocess.TimeoutExpired as error:
        raise OSError(f"{command[0]} does not answer") from error
    return done.stdout


def units(ask: Run = run, monotonic: Callable[[], float] = time.monotonic) -> list[dict[str, object]]:
    """Services, timers, mounts and targets, by name. Raises OSError where there is no systemd."""
    listed = ask(["systemctl", "list-unit-files", "--plain", "--no-legend", "--no-pager", OURS])
    ours = [name for row in listed.splitlines() if (name := row.partition(" ")[0]).endswith(_KINDS) and "@" not in name]
    zones = ask(["systemctl", "list-units", "--all", "--plain", "--no-legend", "--no-pager", INSTANCES])
    ours += [row.split()[0] for row in zones.splitlines() if row.strip()]
    said = ask(["systemctl", "show", "--no-pager", f"--property={_ASKED}", *ours, *NEIGHBOURS])
    found = [_unit(block, monotonic()) for block in said.split("\n\n") if block.strip()]
    return sorted((u for u in found if u is not None), key=lambda u: (not str(u["unit"]).startswith("nghi"), u["unit"]))


def _unit(block: str, now: float) -> dict[str, object] | None:
    told = dict(line.split("=", 1) for line in block.splitlines() if "=" in line)
    name = told.get("Id", "")
    if told.get("LoadState") in {"not-found", "masked"} or not name.endswith(_KINDS):
        return None
    active = told.get("ActiveState", "")
    moment = "ActiveEnterTimestampMonotonic" if active == "active" else "InactiveEnterTimestampMonotonic"
    since = _number(told.get(moment))
    return {
        "unit": name,
        "about": told.get("Description", ""),
        "state": active,
        "detail": told.get("SubState", ""),
        "result": told.get("Result", ""),
        "restarts": _number(told.get("NRestarts")) or 0,
        "enabled": told.get("UnitFileState", ""),
        "since_seconds": round(now - since / 1e6) if since else None,
        "memory_bytes": _number(told.get("MemoryCurrent")),
    }


_KINDS: Final = (".service", ".timer", ".target", ".socket")


def _number(text: str | None) -> int | None:
    """systemd says the greatest number there is, or words, for what it does not know."""
    try:
        value = int(text or "")
    except ValueError:
        return None
    return None if value == _UNKNOWN else value
