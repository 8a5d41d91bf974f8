"""`nghi-truong status`: how the box is, in one page; the technician's page shows the same.

    nghi-truong status             for a person
    nghi-truong status --json      for a program
    nghi-truong status --answer    one question on stdin: what `nghi-truong-watch.socket` starts

Exit codes: 0 all well, 1 a service has failed.
"""

import argparse
import json
import os
import shutil
import socket
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from appliance.box import clock, journal
from appliance.box.telling import say
from appliance.box.units import Run, run, units

RELEASES: Final = "opt/nghi-truong"
DATA: Final = "var/lib/nghi-truong"
BACKUP: Final = "var/lib/nghi-truong-backup"
FOLDERS: Final = ("", DATA, f"{DATA}-recorder", f"{DATA}-public", BACKUP, "var/log", "boot/firmware")
LONGEST: Final = 4096


def main(arguments: Sequence[str]) -> int:
    """Tell, or answer."""
    parser = argparse.ArgumentParser(prog="nghi-truong status")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--answer", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.answer:
        say(json.dumps(answer(sys.stdin.buffer.readline(LONGEST)), ensure_ascii=False))
        return 0
    found = status()
    say(json.dumps(found, ensure_ascii=False, indent=2) if given.json else "\n".join(lines(found)))
    return 1 if any(unit["state"] == "failed" for unit in found["units"]) else 0


def answer(line: bytes, ask: Run = run, root: Path = Path("/")) -> dict[str, Any]:
    """`{"ask": "status"}` or `{"ask": "journal", "source": …, "lines": …, "level": …}`; else `{"error": …}`."""
    try:
        asked = json.loads(line)
        if asked["ask"] == "status":
            return status(ask, root)
        if asked["ask"] == "journal":
            source, most, level = asked.get("source", "all"), int(asked.get("lines", 200)), asked.get("level", "all")
            return {"lines": journal.lines(source, most, level, ask)}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {"error": "not understood"}
    except OSError as error:
        return {"error": str(error)}
    return {"error": "not understood"}


def status(ask: Run = run, root: Path = Path("/")) -> dict[str, Any]:
    """All of it: bytes, seconds, degrees Celsius. What this machine cannot tell is null."""
    try:
        found = units(ask)
    except OSError:
        found = []
    return {
        "name": socket.gethostname(),
        "uptime_seconds": round(time.clock_gettime(time.CLOCK_BOOTTIME)),
        "load": round(os.getloadavg()[0], 2),
        "memory": _memory(root),
        "temperature": _temperature(root),
        "disks": _disks(root),
        "clock": clock.facts(root),
        "units": found,
        "release": _release(root / RELEASES / "current"),
        "previous": _release(root / RELEASES / "previous"),
        "drill": _read(root / BACKUP / "drill.json"),
    }


def _memory(root: Path) -> dict[str, int] | None:
    try:
        rows = (root / "proc/meminfo").read_text(encoding="ascii").splitlines()
        told = {row.split(":")[0]: int(row.split()[1]) << 10 for row in rows}
        return {"total": told["MemTotal"], "available": told["MemAvailable"]}
    except (OSError, ValueError, KeyError, IndexError):
        return None


def _temperature(root: Path) -> float | None:
    found: list[float] = []
    for zone in root.glob("sys/class/thermal/thermal_zone*/temp"):
        try:
            found.append(int(zone.read_text(encoding="ascii")) / 1000)
        except (OSError, ValueError):
            continue
    return max((degrees for degrees in found if degrees > 0), default=None)


def _disks(root: Path) -> list[dict[str, object]]:
    """Each file system once, by the first folder of ours on it."""
    seen: dict[int, dict[str, object]] = {}
    for name in (
        "",
        DATA,
        "var/lib/nghi-truong-recorder",
        "var/lib/nghi-truong-public",
        BACKUP,
        "var/log",
        "boot/firmware",
    ):
        folder = root / name
        try:
            device, usage = folder.stat().st_dev, shutil.disk_usage(folder)
        except OSError:
            continue
        seen.setdefault(device, {"path": f"/{name}", "total": usage.total, "free": usage.free})
    return list(seen.values())


def _release(link: Path) -> dict[str, object] | None:
    told = _read(link / "release.json")
    return {key: told.get(key) for key in ("version", "commit", "schema")} if isinstance(told, dict) else None


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def lines(found: dict[str, Any]) -> list[str]:
    """One page for a terminal."""
    release, previous = found["release"], found["previous"]
    said = [
        f"{found['name']}  up {found['uptime_seconds'] // 3600} h  load {found['load']}"
        + (f"  {found['temperature']:.0f} °C" if found["temperature"] is not None else ""),
        f"release        {release['version'] if release else 'none'}"
        + (f" (before it: {previous['version']})" if previous else ""),
        *clock.lines(),
        *(f"disk           {d['path']}: {d['free'] >> 20} of {d['total'] >> 20} MiB free" for d in found["disks"]),
        "",
    ]
    for unit in found["units"]:
        again = f", started again {unit['restarts']}×" if unit["restarts"] else ""
        said.append(f"{'✗' if unit['state'] == 'failed' else ' '} {unit['unit']:44} {unit['state']} {again}".rstrip())
    return said
