"""From facts to a verdict: each thing that was looked at is green, amber or red, and says what to do. Pure.

Red: the meeting ought not to begin so. Amber: it can, but somebody should know. What is not fitted is no item; what
is fitted and cannot be asked is amber at least. The limits stand in one table, with where they come from.
"""

from collections.abc import Callable
from typing import Final

from appliance.services.readiness_facts import Facts, HostFacts
from appliance.services.readiness_house import RULES
from appliance.services.readiness_items import Items, decimal, item, names
from appliance.services.readiness_report import Light, ReadinessItem

HOUR: Final = 3600
DAY: Final = 24 * HOUR

WARM: Final = 70.0
HOT: Final = 80.0
"""Degrees: the Raspberry Pi's firmware slows the processor down from 80 on."""
FREE_LOW: Final = 2 << 30
FREE_RED: Final = 512 << 20
"""Bytes: a meeting's ledger is a few megabytes, papers of a meeting some hundred."""
RECORDING_LOW: Final = 8 * HOUR
RECORDING_RED: Final = 4 * HOUR
"""A sitting of half a day, a day of two."""
RTC_AMBER: Final = 5.0
RTC_RED: Final = 60.0
"""The minutes give times to the minute."""
BACKUP_OLD: Final = 2 * DAY
BACKUP_RED: Final = 14 * DAY
CERTIFICATE_SOON: Final = 30 * DAY
CERTIFICATE_RED: Final = 3 * DAY
"""A meeting may last several days."""
UPS_LOW: Final = 50
UPS_MINUTES: Final = 10
QUIET: Final = -60.0
"""dB below full scale: a microphone that is plugged in hears more than this in an empty hall."""
FRESH: Final = 5.0
"""Seconds: while the camera runs the recorder makes a picture for the desks each second."""


def items(facts: Facts) -> tuple[ReadinessItem, ...]:
    """All items in the order of the report."""
    return tuple(found for rule in _RULES for found in rule(facts))


def _storage(facts: Facts) -> Items:
    free = facts.host.free_bytes
    if facts.fault:
        return item("storage", "red", "refuses", "storage")
    if free is None:
        return item("storage", "amber", "unknown", "storage")
    light: Light = "red" if free < FREE_RED else "amber" if free < FREE_LOW else "green"
    return item("storage", light, "free", "" if light == "green" else "storage", gigabytes=decimal(free / (1 << 30)))


def _camera(facts: Facts) -> Items:
    recorder = facts.recorder
    if recorder is None:
        return ()
    if not recorder.online:
        return item("camera", "red", "offline", "recorder")
    if {"no-source", "source-lost", "frozen"} & set(recorder.problems) or (recorder.looking and not recorder.running):
        return item("camera", "red", "no_picture", "camera")
    if not recorder.looking:
        return item("camera", "amber", "not_tried", "camera_try")
    if recorder.picture_seconds is None or recorder.picture_seconds > FRESH:
        return item("camera", "red", "no_picture", "camera")
    return item("camera", "green", "picture")


def _sound(facts: Facts) -> Items:
    recorder = facts.recorder
    if recorder is None or not recorder.online:
        return ()
    if "no-sound" in recorder.problems:
        return item("sound", "red", "none", "sound")
    if recorder.sound_peak is None:
        return item("sound", "amber", "not_measured", "sound_try")
    level = f"{recorder.sound_peak:.0f}"
    if recorder.sound_peak < QUIET:
        return item("sound", "red", "silent", "sound", level=level)
    return item("sound", "green", "level", level=level)


def _disk_hours(facts: Facts) -> Items:
    recorder = facts.recorder
    if recorder is None or not recorder.online:
        return ()
    if recorder.seconds_left is None:
        return item("disk_hours", "amber", "unknown", "camera_try")
    left = recorder.seconds_left
    light: Light = "red" if left < RECORDING_RED else "amber" if left < RECORDING_LOW else "green"
    return item("disk_hours", light, "left", "" if light == "green" else "disk_hours", hours=left // HOUR)


def _clock(facts: Facts) -> Items:
    clock = facts.host.clock
    offset = clock.rtc_offset
    if clock.unset:
        return item("clock", "red", "unset", "clock_set")
    if offset is not None and abs(offset) >= RTC_RED:
        return item("clock", "red", "rtc", "clock", seconds=f"{abs(offset):.0f}")
    if clock.doubtful:
        return item("clock", "amber", "doubtful", "clock")
    if clock.synchronised:
        return item("clock", "green", "ntp")
    if offset is None and clock.set_by_hand:
        return item("clock", "green", "by_hand")
    if offset is None:
        return item("clock", "amber", "alone", "clock")
    light: Light = "amber" if abs(offset) >= RTC_AMBER else "green"
    return item("clock", light, "rtc", "clock" if light == "amber" else "", seconds=f"{abs(offset):.0f}")


def _temperature(facts: Facts) -> Items:
    degrees = facts.host.temperature
    if degrees is None:
        return ()
    light: Light = "red" if degrees >= HOT else "amber" if degrees >= WARM else "green"
    return item("temperature", light, "degrees", "" if light == "green" else "temperature", degrees=f"{degrees:.0f}")


def _power(facts: Facts) -> Items:
    power = facts.host.power
    if power is None:
        return ()
    if power.low_now:
        return item("power", "red", "low", "power")
    if power.slowed:
        return item("power", "red", "slowed", "temperature")
    return item("power", "amber", "was_low", "power") if power.low_before else item("power", "green", "steady")


def _ups(facts: Facts) -> Items:
    ups = facts.host.ups
    if ups is None:
        return ()
    words = set(ups.status.split())
    minutes = None if ups.runtime is None else ups.runtime // 60
    values = {"charge": _or_unknown(ups.charge), "minutes": _or_unknown(minutes)}
    if words & {"LB", "RB"} or "OL" not in words:
        return item("ups", "red", "bad", "ups", status=ups.status, **values)
    low = (ups.charge is not None and ups.charge < UPS_LOW) or (
        ups.runtime is not None and ups.runtime < UPS_MINUTES * 60
    )
    return item("ups", "amber" if low else "green", "charged", "ups_charge" if low else "", **values)


def _backup(facts: Facts) -> Items:
    host = facts.host
    if not host.backup_wanted:
        return item("backup", "amber", "not_set_up", "backup_set_up")
    if host.backup_seconds is None:
        return item("backup", "red", "never", "backup")
    age = host.backup_seconds
    light: Light = "red" if age > BACKUP_RED else "amber" if age > BACKUP_OLD else "green"
    return item("backup", light, "age", "" if light == "green" else "backup", hours=int(age // HOUR))


def _certificate(facts: Facts) -> Items:
    host = facts.host
    if not host.certificate_wanted:
        return ()
    if host.certificate_seconds is None:
        return item("certificate", "red", "unreadable", "certificate")
    left = host.certificate_seconds
    if left <= 0:
        return item("certificate", "red", "expired", "certificate")
    light: Light = "red" if left < CERTIFICATE_RED else "amber" if left < CERTIFICATE_SOON else "green"
    return item("certificate", light, "days", "" if light == "green" else "certificate", days=int(left // DAY))


def _versions(facts: Facts) -> Items:
    found = {p.version for p in facts.panels.panels if p.version}
    if len(found) > 1:
        return item("versions", "amber", "mixed", "firmware", versions=names(sorted(found)))
    return item("versions", "green", "said", version=_version(facts.host))


def _or_unknown(number: int | None) -> object:
    return "?" if number is None else number


def _version(host: HostFacts) -> str:
    return host.versions.get("appliance", "?")


_RULES: Final[tuple[Callable[[Facts], Items], ...]] = (
    _storage,
    *RULES,
    _camera,
    _sound,
    _disk_hours,
    _clock,
    _temperature,
    _power,
    _ups,
    _backup,
    _certificate,
    _versions,
)
