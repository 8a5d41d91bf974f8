"""Addresses and names in a zone: the role's dnsmasq, asked through its firewall by clients that are plugged in."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.beds.zones import ADDRESS, NAME, PUBLIC, PUBLIC_NAME, Zones, rendered, until, zone

PLACES = {"tablet": ADDRESS, "phone": PUBLIC}
# What busybox's client is to print of the lease it was given.
LEASE = '#!/bin/sh\n[ "$1" != bound ] || echo "$ip via $router, names by $dns, $subnet, $lease"\n'


@pytest.fixture(scope="module")
def zones(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zones]:
    folder = tmp_path_factory.mktemp("names")
    with Zones() as zones:
        for name in ("hall", "public"):
            settings = rendered("network", "dnsmasq.conf.j2", zone=zone(name))
            kept = settings.replace("/var/lib/nghi-truong-dnsmasq", str(folder))
            (folder / f"{name}.conf").write_text(kept, encoding="utf-8")
            command = ["dnsmasq", "--keep-in-foreground", "--log-facility=-", "--pid-file=", "--user=root"]
            zones.start("box", [*command, f"--conf-file={folder / name}.conf"], folder / f"{name}.log")
        until(lambda: zones.ask("tablet", "name", ADDRESS, NAME) == ADDRESS, "the hall's names")
        until(lambda: zones.ask("phone", "name", PUBLIC, PUBLIC_NAME) == PUBLIC, "the public's names")
        yield zones


def lease(zones: Zones, who: str, folder: Path) -> str:
    script = folder / "lease"
    script.write_text(LEASE, encoding="utf-8")
    script.chmod(0o755)
    command: list[str | Path] = ["busybox", "udhcpc", "-i", "eth0", "-n", "-q", "-f", "-t", "5", "-s", script]
    return zones.run(who, command).stdout.strip()


@pytest.mark.parametrize("who", PLACES)
def test_a_device_is_given_an_address_of_its_zone_and_the_box_for_names(zones: Zones, who: str, tmp_path: Path) -> None:
    """And the box for a way out, since Android thinks nothing of a network without one."""
    at = PLACES[who]
    given, _, rest = lease(zones, who, tmp_path).partition(" ")

    assert given.rpartition(".")[0] == at.rpartition(".")[0]
    assert 100 <= int(given.rpartition(".")[2]) <= 149
    assert rest == f"via {at}, names by {at}, 255.255.255.0, 43200"


def test_a_device_that_comes_again_is_given_the_same_address(zones: Zones, tmp_path: Path) -> None:
    assert lease(zones, "tablet2", tmp_path) == lease(zones, "tablet2", tmp_path)


@pytest.mark.parametrize(("who", "other"), [("tablet", PUBLIC_NAME), ("phone", NAME)])
def test_a_zone_knows_its_own_name_and_not_the_others(zones: Zones, who: str, other: str) -> None:
    assert zones.ask(who, "name", PLACES[who], other) == "no such name"


@pytest.mark.parametrize("who", PLACES)
@pytest.mark.parametrize(
    "asked", ["example.org", "connectivitycheck.gstatic.com", f"x.{NAME}", "localhost", "1.0.0.127"]
)
def test_no_other_name_exists(zones: Zones, who: str, asked: str) -> None:
    """At once: a device that waited for an answer would take the network for broken."""
    assert zones.ask(who, "name", PLACES[who], asked) == "no such name"


@pytest.mark.parametrize(("who", "other"), [("tablet", PUBLIC), ("phone", ADDRESS)])
def test_a_zone_is_not_answered_at_the_others_address(zones: Zones, who: str, other: str) -> None:
    assert zones.ask(who, "name", other, NAME) == "silent"


def test_the_wire_outside_is_given_neither_address_nor_name(zones: Zones) -> None:
    command = ["busybox", "udhcpc", "-i", "eth0", "-n", "-q", "-f", "-t", "2", "-T", "1", "-s", "/bin/true"]

    assert zones.run("world", command, check=False).returncode != 0
    assert zones.ask("world", "name", "203.0.113.1", NAME) == "silent"


WIFI = {"interface": "wlan0", "ssid": "Hội trường xã", "country": "VN"}


@pytest.mark.parametrize("security", ["wpa2", "wpa2+wpa3", "wpa3"])
@pytest.mark.parametrize("band", ["2.4", "5"])
def test_hostapd_understands_the_wifi_and_wants_a_radio_alone(tmp_path: Path, security: str, band: str) -> None:
    """There is none here: everything before it was read and found good."""
    settings = rendered(
        "network", "hostapd.conf.j2",
        wifi={**WIFI, "security": security, "band": band}, network_wifi_passphrase="abcd-efgh-2345",
    )  # fmt: skip
    (tmp_path / "hostapd.conf").write_text(settings, encoding="utf-8")

    with Zones() as zones:
        said = zones.run("box", ["timeout", "20", "hostapd", tmp_path / "hostapd.conf"], check=False).stdout
    assert "Failed to initialize driver 'nl80211'" in said
    assert "Line " not in said
    assert "ap_isolate=1\n" in settings
    assert "bridge=hall0\n" in settings
