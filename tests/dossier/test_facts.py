"""What the security papers say of the product is so: users, units, zones, numbers, tests and commands."""

import re
from pathlib import Path

import msgspec
import pytest

from appliance.adapters import passwords
from appliance.config import Config, rule_profile
from appliance.dossier import facts, pages
from appliance.services.lockout import Limits
from recordings.config import Config as RecorderConfig

ROOT = Path(__file__).resolve().parents[2]
NFTABLES = ROOT / "ansible/roles/network/templates/nftables.conf.j2"
CHAINS = {
    "hall_interface": "hall",
    "public_interface": "public",
    "service_interface": "service",
    "uplink_interface": "neighbours",
}


@pytest.fixture(scope="module")
def found() -> facts.Facts:
    house = facts.House(council="Hội đồng nhân dân xã Hồng Mẫu", has_camera=True, has_panels=True)
    return facts.gather(ROOT / "systemd", rule_profile(Config().rules), house)


@pytest.fixture(scope="module")
def dossier(found: facts.Facts) -> str:
    return pages.lay_out("dossier", found)


def test_every_unit_stands_in_the_dossier_in_the_papers_own_words(dossier: str) -> None:
    units = {file.stem for file in (ROOT / "systemd").glob("*.service")}

    assert {unit.removeprefix("nghi-truong-") for unit in units} == set(facts.WHAT)
    assert all(f"<code>{unit}</code>" in dossier for unit in units)


def test_every_user_and_every_timer_stands_in_the_dossier(dossier: str) -> None:
    users = re.findall(r"^u (\S+)\s+(\d+)", (ROOT / "systemd/sysusers.d/nghi-truong.conf").read_text(), re.M)
    timers = [file.read_text().split("OnCalendar=")[1].split("\n")[0] for file in (ROOT / "systemd").glob("*.timer")]

    assert users
    assert timers
    assert all(f"<code>{user}</code> ({number})" in dossier for user, number in users)
    assert all(f"<td>{when}</td>" in dossier for when in timers)


def test_a_service_without_network_is_said_to_have_none(found: facts.Facts) -> None:
    said = {service.unit: service.network for service in found.services}

    assert said["nghi-truong-papers"] == facts.NO_NETWORK
    assert said["nghi-truong-appliance"] == facts.LOOPBACK
    assert said["nghi-truong-recorder"] == facts.FIREWALLED


@pytest.mark.parametrize("zone", facts.ZONES, ids=lambda zone: zone.interface)
def test_a_zone_opens_what_the_firewall_opens(zone: facts.Zone) -> None:
    body = NFTABLES.read_text(encoding="utf-8").split(f"chain {CHAINS[zone.interface]} {{")[1].split("\n    }")[0]
    opened = {
        kind: {int(port) for group in re.findall(rf"{kind} (?:sport \d+ udp )?dport ({{[^}}]*}}|\d+)", body)
               for port in re.findall(r"\d+", group)}
        for kind in ("tcp", "udp")
    }  # fmt: skip

    assert opened == {"tcp": set(zone.tcp), "udp": set(zone.udp)}


@pytest.mark.parametrize("zone", [zone for zone in facts.ZONES if zone.address], ids=lambda zone: zone.interface)
def test_a_zones_address_is_the_plays_default(zone: facts.Zone) -> None:
    setting = zone.interface.replace("_interface", "_address")

    assert f"\n{setting}: {zone.address}\n" in (ROOT / "ansible/group_vars/all.yml").read_text(encoding="utf-8")


def test_the_numbers_of_signing_in_are_the_ones_that_are_heeded(dossier: str, found: facts.Facts) -> None:
    limits = Limits()

    assert found.limits == limits
    assert f"Khóa sau {limits.tries} lần sai trong {limits.lock_minutes} phút" in dossier
    assert f"ít nhất {found.min_password} ký tự" in dossier
    assert "argon2id" in dossier
    assert passwords.Argon2().hash("x").startswith("$argon2id$")


def test_what_is_kept_is_kept_so_long(dossier: str, found: facts.Facts) -> None:
    assert f"tối đa {found.journal.most} và 6 tháng" in dossier
    assert found.journal.kept == "6month"
    kept = next(field.default for field in msgspec.structs.fields(RecorderConfig) if field.name == "keep_days")
    assert "Ít nhất 5 năm" in dossier
    assert 5 * 365 <= kept < 6 * 365


def test_what_the_product_lacks_is_said(dossier: str) -> None:
    for missing in (
        "Chưa có mã một lần (TOTP)",
        "chưa mã hóa",
        "chưa khai báo thì bắt buộc đối chiếu mã SHA-256",
        "Không có phần mềm diệt mã độc",
    ):
        assert missing in dossier


def test_what_only_the_council_knows_stands_out_and_nothing_of_it_is_made_up() -> None:
    rules, bare = rule_profile(Config().rules), facts.House()
    nameless = pages.lay_out("dossier", facts.gather(ROOT / "systemd", rules, bare))

    assert "<mark>[tên Hội đồng nhân dân]</mark>" in nameless
    assert nameless.count("<mark>[") > 20
    assert "Hồng Mẫu" not in nameless


def test_a_councils_name_cannot_bring_markup() -> None:
    evil = facts.House(council="<b>xã</b> & phường", sample="<i>x</i>")
    laid = pages.lay_out("incidents", facts.gather(ROOT / "systemd", rule_profile(Config().rules), evil))

    assert "&lt;b&gt;xã&lt;/b&gt; &amp; phường" in laid
    assert "<i>x</i>" not in laid


def test_every_button_that_the_playbook_names_is_on_a_screen(found: facts.Facts) -> None:
    words = (ROOT / "web/src/words/vi.json").read_text(encoding="utf-8")
    named = set(re.findall(r"<i>(.*?)</i>", pages.lay_out("incidents", found)))

    assert len(named) > 10
    assert not {label for label in named if f'"{label}"' not in words}


def test_every_test_that_the_dossier_calls_to_witness_exists(dossier: str) -> None:
    named = set(re.findall(r"<code>(tests/[\w./-]+)</code>", dossier))

    assert len(named) > 10
    assert not {path for path in named if not (ROOT / path).is_file()}
