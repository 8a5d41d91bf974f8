"""What the machine says of itself: heat, supply, room, clock, UPS, backup, certificate, versions.

Each is asked of whatever this machine has for it; where there is nothing to ask the fact is None. Nothing here
raises for a machine that is other than expected, and no program that is asked may take longer than `PATIENCE`.
Slow: for a worker thread.
"""

import ctypes
import logging
import platform
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from cryptography import x509
from msgspec import Struct

from appliance.adapters.release import own_version
from appliance.services.readiness_facts import ClockFacts, HostFacts, PowerFacts, UpsFacts

PATIENCE: Final = 2.0
"""Seconds that a program is given."""
LOW_NOW: Final = 1 << 0
SLOWED_NOW: Final = 1 << 1 | 1 << 2 | 1 << 3
LOW_BEFORE: Final = 1 << 16
"""Bits of `vcgencmd get_throttled`, as the Raspberry Pi's documentation has them."""
TIMESYNC_MARK: Final = "run/systemd/timesync/synchronized"
"""systemd-timesyncd touches it whenever a time server has answered (systemd-timesyncd.service(8))."""
STA_UNSYNC: Final = 0x0040
"""timex.h: the clock is kept by nobody."""

log = logging.getLogger(__name__)
Run = Callable[[Sequence[str]], str | None]
"""Runs a program and gives what it printed; None: there is none such, or it failed."""


class Places(Struct, frozen=True):
    """Where to look. `root` is `/` but in a test."""

    data: Path
    backup: Path | None = None
    """A file that each backup touches when it has ended well."""
    certificate: Path | None = None
    """The certificate that the web server shows the hall (PEM)."""
    clock_mark: Path | None = None
    """A file that says that a person has set the clock since the machine was switched on; None: it is not watched."""
    root: Path = Path("/")


def run(command: Sequence[str]) -> str | None:
    """A Run of programs found on the path."""
    found = shutil.which(command[0])
    if found is None:
        return None
    try:
        done = subprocess.run([found, *command[1:]], capture_output=True, text=True, timeout=PATIENCE, check=True)
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError) as error:
        log.info("%s says nothing: %s", command[0], error)
        return None
    return done.stdout


def kernel_keeps_time() -> bool | None:
    """Whether a time server keeps this clock, as the kernel knows it (adjtimex)."""
    words = (ctypes.c_long * 64)()  # struct timex is 208 bytes; modes = 0 asks and sets nothing
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        state = libc.adjtimex(ctypes.byref(words))
    except (OSError, AttributeError):
        return None
    if state < 0:
        return None
    # modes, offset, freq, maxerror, esterror, status: each in a long's room, status being an int.
    status = int(words[5]) & 0xFFFFFFFF
    return not status & STA_UNSYNC


def host_facts(
    places: Places,
    ask: Run = run,
    now: Callable[[], float] = time.time,
    kept: Callable[[], bool | None] = kernel_keeps_time,
) -> HostFacts:
    """All of it, now. Never raises for what is missing."""
    return HostFacts(
        temperature=_temperature(places.root),
        power=_power(ask) or _power_by_sensor(places.root),
        free_bytes=_free(places.data),
        clock=clock_facts(places.clock_mark, places.root, now, kept),
        ups=_ups(ask),
        backup_seconds=_age(places.backup, now) if places.backup is not None else None,
        backup_wanted=places.backup is not None,
        certificate_seconds=_certificate(places.certificate, now) if places.certificate is not None else None,
        certificate_wanted=places.certificate is not None,
        versions=_versions(places.root),
    )


def clock_facts(
    mark: Path | None,
    root: Path = Path("/"),
    now: Callable[[], float] = time.time,
    kept: Callable[[], bool | None] = kernel_keeps_time,
) -> ClockFacts:
    """What speaks for the wall clock. A sandbox (`ProtectClock=`) may forbid to ask the kernel; the file that
    systemd-timesyncd leaves at each answer of a time server is there all the same, until the power goes."""
    synchronised = kept()
    if not synchronised and (root / TIMESYNC_MARK).exists():
        synchronised = True
    return ClockFacts(
        synchronised=synchronised,
        rtc_offset=_rtc_offset(root, now),
        set_by_hand=mark is not None and mark.exists(),
        watched=mark is not None,
    )


def _temperature(root: Path) -> float | None:
    """The warmest of the kernel's thermal zones, in degrees."""
    found = [_number(zone) for zone in sorted(root.glob("sys/class/thermal/thermal_zone*/temp"))]
    degrees = [value / 1000 for value in found if value is not None and value > 0]
    return max(degrees, default=None)


def _power(ask: Run) -> PowerFacts | None:
    """`throttled=0x50005`"""
    said = ask(["vcgencmd", "get_throttled"])
    try:
        bits = int((said or "").strip().partition("=")[2], 16)
    except ValueError:
        return None
    return PowerFacts(bool(bits & LOW_NOW), bool(bits & LOW_BEFORE), bool(bits & SLOWED_NOW))


def _power_by_sensor(root: Path) -> PowerFacts | None:
    """The kernel's sensor of the same (`rpi_volt`), for a sandbox that has no way to the firmware. It knows of now
    alone."""
    for name in root.glob("sys/class/hwmon/hwmon*/name"):
        try:
            if name.read_text(encoding="ascii").strip() == "rpi_volt":
                low = _number(name.with_name("in0_lcrit_alarm"))
                return None if low is None else PowerFacts(low_now=bool(low), low_before=bool(low), slowed=False)
        except (OSError, UnicodeDecodeError):
            continue
    return None


def _free(folder: Path) -> int | None:
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None


def _rtc_offset(root: Path, now: Callable[[], float]) -> float | None:
    """Our clock less the battery-backed one, which tells whole seconds only.

    Of several the one that is furthest on: a Pi 5 has one of its own that begins in 1970 where no battery is fitted.
    """
    found = [_number(clock) for clock in root.glob("sys/class/rtc/rtc*/since_epoch")]
    told = [rtc for rtc in found if rtc is not None]
    if not told:
        return None
    ahead = now() - max(told)
    return 0.0 if 0 <= ahead < 1 else round(ahead, 1)


def _ups(ask: Run) -> UpsFacts | None:
    """The first one that Network UPS Tools know."""
    names = (ask(["upsc", "-l"]) or "").split()
    said = ask(["upsc", names[0]]) if names else None
    if said is None:
        return None
    values = dict(line.split(": ", 1) for line in said.splitlines() if ": " in line)
    return UpsFacts(values.get("ups.status", "?"), _whole(values, "battery.charge"), _whole(values, "battery.runtime"))


def _whole(values: dict[str, str], name: str) -> int | None:
    try:
        return int(float(values[name]))
    except (KeyError, ValueError, OverflowError):
        return None


def _age(mark: Path, now: Callable[[], float]) -> float | None:
    try:
        return max(0.0, now() - mark.stat().st_mtime)
    except OSError:
        return None


def _certificate(path: Path, now: Callable[[], float]) -> float | None:
    """Until the first certificate in the file expires; that is the one that is shown."""
    try:
        shown = x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError) as error:
        log.warning("the certificate %s cannot be read: %s", path, error)
        return None
    return shown.not_valid_after_utc.timestamp() - now()


def _versions(root: Path) -> dict[str, str]:
    found = {"python": platform.python_version(), "kernel": platform.release(), "appliance": own_version()}
    try:
        release = (root / "etc/os-release").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return found
    for line in release.splitlines():
        name, _, value = line.partition("=")
        if name == "PRETTY_NAME":
            found["system"] = value.strip().strip('"')[:100]
    return found


def _number(path: Path) -> float | None:
    try:
        return float(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
