"""`nghi-truong clock`: is the machine's clock to be believed, and setting it.

    nghi-truong clock                              what speaks for the time
    nghi-truong clock --set "2026-12-18 07:58"     in the box's own time zone
    nghi-truong clock --answer                     one question on stdin: what `nghi-truong-clock.socket` starts

Setting goes to the wall clock and to the battery-backed one, if there is one, and leaves a mark until the machine is
switched off: a person has set this clock. The appliance reads that mark.
"""

import argparse
import fcntl
import json
import struct
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from appliance.box.places import Places
from appliance.box.telling import Refused, Unable, say

MARK: Final = Path("/run/nghi-truong-clock/set")
TIMESYNC_MARK: Final = Path("/run/systemd/timesync/synchronized")
ACTIVITY: Final = Path("/var/lib/nghi-truong/activity.json")
"""What the appliance says of the meeting; it outlives the appliance."""
RTC_SET_TIME: Final = 0x4024700A
"""`_IOW('p', 0x0a, struct rtc_time)`, linux/rtc.h; the same on arm64 and x86-64."""
EARLIEST: Final = datetime(2026, 1, 1, tzinfo=UTC).timestamp()
DAY: Final = 86400.0
"""By so much the clock of whoever made a release may have been ahead."""
LATEST: Final = datetime(2100, 1, 1, tzinfo=UTC).timestamp()
LONGEST: Final = 4096


def main(arguments: Sequence[str]) -> int:
    """Tell, set or answer. Raises Refused, Unable."""
    parser = argparse.ArgumentParser(prog="nghi-truong clock")
    parser.add_argument("--set", metavar="TIME", type=datetime.fromisoformat)
    parser.add_argument("--answer", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.answer:
        say(json.dumps(answer(sys.stdin.buffer.readline(LONGEST))))
        return 0
    if given.set is not None:
        if _sitting_open():
            raise Refused("a sitting is open; close it first, its record must not be cut in two")
        _put(given.set.timestamp())
    say("\n".join(lines()))
    return 0


def answer(line: bytes, mark: Path | None = None) -> dict[str, object]:
    """`{"utc": seconds, "monotonic": seconds}`: it was `utc` when the machine's monotonic clock said so."""
    try:
        asked = json.loads(line)
        late = time.monotonic() - float(asked["monotonic"])
        utc = float(asked["utc"]) + late
    except (ValueError, TypeError, KeyError, RecursionError):
        return {"error": "not understood"}
    if not 0 <= late < 60:
        return {"error": "asked too long ago"}
    try:
        return {"rtc": _put(utc, mark)}
    except (Refused, Unable) as why:
        return {"error": str(why)}


def _put(utc: float, mark: Path | None = None) -> bool:
    """Set both clocks; whether there is a battery-backed one that took it. Raises Refused, Unable."""
    if not (past := earliest()) <= utc < LATEST:
        since = datetime.fromtimestamp(past, UTC)
        raise Refused(f"{utc} cannot be the time: the release in use was made after {since:%Y-%m-%d}, and 2100 is far")
    try:
        time.clock_settime(time.CLOCK_REALTIME, utc)
        took = [_put_rtc(device, utc) for device in sorted(Path("/dev").glob("rtc[0-9]"))]
        found = mark or MARK
        found.parent.mkdir(exist_ok=True)
        found.write_text(json.dumps({"utc": round(utc, 3)}) + "\n", encoding="ascii")
    except OSError as error:
        raise Unable(f"the clock cannot be set: {error}") from error
    return any(took)


def earliest(places: Places | None = None) -> float:
    """Seconds since 1970 that are past for sure: the day before the release in use was made, if it says when."""
    try:
        said = json.loads(((places or Places()).current / "release.json").read_text(encoding="utf-8"))
        return max(EARLIEST, float(said["made"]) - DAY)
    except (OSError, ValueError, KeyError, TypeError):
        return EARLIEST


def _put_rtc(device: Path, utc: float) -> bool:
    """One without a battery, or none behind the name, is no reason to leave the wall clock wrong."""
    at = time.gmtime(round(utc))
    words = (at.tm_sec, at.tm_min, at.tm_hour, at.tm_mday, at.tm_mon - 1, at.tm_year - 1900, 0, 0, 0)
    try:
        with device.open("rb", buffering=0) as rtc:
            fcntl.ioctl(rtc, RTC_SET_TIME, struct.pack("9i", *words))
    except OSError as error:
        say(f"{device}: {error}", error=True)
        return False
    return True


def facts(root: Path = Path("/"), mark: Path | None = None) -> dict[str, object]:
    """`now` (ISO 8601), `rtc_offset` in seconds (our clock less it; null: there is none), who has set it."""
    rtc: list[float] = []
    for path in root.glob("sys/class/rtc/rtc*/since_epoch"):
        try:
            rtc.append(float(path.read_text(encoding="ascii")))
        except (OSError, ValueError):
            continue
    now = time.time()
    return {
        "now": datetime.fromtimestamp(now, UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "rtc_offset": round(now - max(rtc), 1) if rtc else None,
        "synchronised": (root / TIMESYNC_MARK.relative_to("/")).exists(),
        "set_by_hand": (mark or MARK).exists(),
    }


def lines() -> list[str]:
    """The same for a person."""
    found = facts()
    offset = found["rtc_offset"]
    return [
        f"now            {datetime.now().astimezone():%Y-%m-%d %H:%M:%S %Z}",
        f"time server    {'has answered since the start' if found['synchronised'] else 'has not answered'}",
        f"battery clock  {'none' if offset is None else f'{offset} s behind this one'}",
        f"a person       {'has set it since the start' if found['set_by_hand'] else 'has not set it since the start'}",
    ]


def _sitting_open() -> bool:
    """As the appliance has written it down; without its word none is open."""
    try:
        return bool(json.loads(ACTIVITY.read_text(encoding="utf-8")).get("sitting"))
    except (OSError, ValueError, AttributeError):
        return False
