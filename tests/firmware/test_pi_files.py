"""`firmware/pi/`: a config.txt that the Pi's firmware reads, rules that udev reads, and both as the code has it."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from appliance.config import Config, Expander, load
from appliance.panels.inbox import REPLACED
from appliance.panels.main import WRONG_WIRING
from appliance.panels.wiring import ADDRESSES, STANDARD_INTERRUPTS, on_expander, standard, wiring
from firmware.drawing.pi import seats_of

ROOT = Path(__file__).parents[2]
PI = ROOT / "firmware" / "pi"
PAGE = (ROOT / "firmware" / "README.md").read_text(encoding="utf-8")
CONFIG = (PI / "config.txt").read_text(encoding="utf-8").splitlines()
RULES = (PI / "70-nghi-truong-panels.rules").read_text(encoding="utf-8").splitlines()

LONGEST_LINE = 98
"""The Pi's firmware cuts longer ones off."""
DTPARAMS = {"spi": {"on", "off"}, "watchdog": {"on", "off"}, "i2c_arm": {"on", "off"}}
SETTINGS = {"enable_uart": {"0", "1"}}


def switched() -> list[str]:
    """The lines of config.txt that do something, also those that are still commented out."""
    lines = [line.removeprefix("#") for line in CONFIG if line and not line.startswith("# ")]
    assert len(lines) > 10
    return lines


def test_config_txt_has_nothing_that_the_pis_firmware_would_not_read() -> None:
    for line in CONFIG:
        assert not re.match(r"\s|#\s*$", line)
        assert line.startswith("#") or len(line) <= LONGEST_LINE
    for line in switched():
        if line == "[all]":
            continue
        key, value = line.split("=", 1)
        if key == "dtparam":
            name, setting = value.split("=")
            assert setting in DTPARAMS[name]
        elif key == "dtoverlay":
            assert re.fullmatch(r"mcp23017,addr=0x2[0-7],gpiopin=\d+", value)
        else:
            assert value in SETTINGS[key]


def test_the_lines_of_expanders_are_the_codes_own_addresses_and_interrupts() -> None:
    wanted = [
        f"dtoverlay=mcp23017,addr={address:#x},gpiopin={pin}"
        for address, pin in zip(ADDRESSES, STANDARD_INTERRUPTS, strict=True)
    ]
    assert [line for line in switched() if line.startswith("dtoverlay")] == wanted


def test_expanders_are_off_until_somebody_fits_them() -> None:
    on = [line for line in CONFIG if not line.startswith("#")]
    assert not [line for line in on if "mcp23017" in line or "i2c" in line]
    assert "#dtparam=i2c_arm=on" in CONFIG


def test_nothing_else_is_left_on_the_pins_of_buttons_and_lights() -> None:
    used = {pin for seat in seats_of(standard("1234")).values() for pin in seat.pins()}
    assert {7, 8, 9, 10, 11, 14, 15} <= used, "SPI is on 7 to 11, the serial console on 14 and 15"
    assert {"dtparam=spi=off", "enable_uart=0"} <= set(CONFIG)


MATCHES = {"ACTION", "DRIVER", "KERNEL", "SUBSYSTEM"}
ASSIGNS = {"GROUP", "MODE"}
EITHER = {"ATTR", "ENV"}
TERM = re.compile(r'(?P<key>[A-Z]+)(?:\{(?P<of>\w+)\})?(?P<how>==|!=|=)"(?P<value>[^"\\]*)"')


def rules() -> list[list[tuple[str, str | None, str, str]]]:
    """The terms of each rule; fails on whatever udev would stumble over."""
    read = []
    for line in RULES:
        if not line or line.startswith("#"):
            continue
        terms = []
        for term in line.split(", "):
            found = TERM.fullmatch(term)
            assert found, f"no term of a rule: {term}"
            key, of, how, value = found.group("key", "of", "how", "value")
            assert key in MATCHES | ASSIGNS | EITHER, key
            assert (of is not None) == (key in EITHER), term
            assert how != "=" or key not in MATCHES, f"{key} is matched, not set"
            assert how == "=" or key not in ASSIGNS, f"{key} is set, not matched"
            assert key != "MODE" or re.fullmatch(r"0[0-7]{3}", value)
            assert value.count("[") == value.count("]")
            terms.append((key, of, how, value))
        read.append(terms)
    return read


def test_every_rule_matches_something_before_it_sets_something() -> None:
    assert len(rules()) == 4
    for terms in rules():
        set_from = [how for *_, how, _ in terms].index("=")
        assert set_from >= 2
        assert all(how == "=" for *_, how, _ in terms[set_from:])
        assert all(how != "=" for *_, how, _ in terms[:set_from])
        assert terms[0][0] == "ACTION", "nothing is to be set on a device that has gone"


def test_what_the_page_promises_is_in_the_rules() -> None:
    flat = {(key, of, value) for terms in rules() for key, of, _, value in terms}
    assert {("ATTR", "latency_timer", "1"), ("GROUP", None, "dialout"), ("GROUP", None, "gpio")} <= flat
    assert {value for key, _, value in flat if key == "MODE"} == {"0660"}, "nobody else may open a bus"
    for word in ("`dialout`", "`gpio`", "after 1 ms", "/dev/serial/by-id"):
        assert word in PAGE


@pytest.mark.parametrize("file", sorted(PI.glob("*.rules")), ids=lambda file: file.name)
def test_udev_itself_reads_the_rules_where_it_can_tell(file: Path) -> None:
    """`udevadm verify` is there from systemd 254 on; before that, the tests above are all there is."""
    if not _verifies():
        assert rules()
        return
    said = subprocess.run(["udevadm", "verify", str(file)], capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout + said.stderr


def _verifies() -> bool:
    if shutil.which("udevadm") is None:
        return False
    version = subprocess.run(["udevadm", "--version"], capture_output=True, text=True, check=True).stdout
    return int(version.split()[0].split(".")[0]) >= 254


def test_the_unit_lets_the_process_reach_what_the_rules_give_it() -> None:
    unit = (ROOT / "systemd" / "nghi-truong-panels.service").read_text(encoding="utf-8")
    said = dict(line.split("=", 1) for line in unit.splitlines() if "=" in line and not line.startswith("#"))
    given = {value for terms in rules() for key, _, _, value in terms if key == "GROUP"}
    assert given <= set(said["SupplementaryGroups"].split())
    assert said["WorkingDirectory"] == f"/run/{said['RuntimeDirectory']}", "lgpio makes its FIFO there"
    assert not {"ProtectClock", "PrivateDevices", "DevicePolicy", "DeviceAllow"} & set(said), "devices come and go"
    assert {int(code) for code in said["RestartPreventExitStatus"].split()} == {REPLACED, WRONG_WIRING}


def test_the_settings_that_the_page_prints_are_settings(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("\n".join(re.findall(r"```toml\n(.*?)```", PAGE, re.S)), encoding="utf-8")
    config = load(file)
    assert isinstance(config, Config)
    assert wiring(config.seats, config.expanders)["07"].pins() == seats_of(on_expander(1, ["07"]))["07"].pins()
    assert config.expanders == {"1": Expander(address=0x20, interrupt=STANDARD_INTERRUPTS[0])}
    assert set(config.buses) == {"left"}
