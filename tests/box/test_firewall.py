"""From each place of the hall's network, what of the box answers: the role's own nftables rules, in a real kernel.

Behind the firewall everything listens that could, at every address, and the machine would pass packets on: what does
not answer, the rules have stopped.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.beds.zones import ADDRESS, OUTSIDE, PUBLIC, SERVICE, Zones, rendered, until

LISTENING = ("22", "53", "67", "80", "443", "3000", "8080", "9100", "24080", "24081")
# The scan itself is as fast as no tablet should be.
UNBOUNDED: dict[str, Any] = {
    "network_new_per_second": 1_000_000,
    "network_burst": 1_000_000,
    "network_connections_per_address": 4000,
}


def listen(zones: Zones, who: str, folder: Path, *ports: str) -> None:
    log = folder / f"{who}.log"
    zones.start(who, [sys.executable, "-m", "tests.beds.questions", "serve", *ports], log)
    until(lambda: log.read_text(encoding="utf-8") == "ready\n", "the listeners")


@pytest.fixture(scope="module")
def zones(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zones]:
    folder = tmp_path_factory.mktemp("hall")
    with Zones(**UNBOUNDED) as zones:
        listen(zones, "box", folder, *LISTENING)
        for other in ("tablet2", "phone", "desk", "world"):
            listen(zones, other, folder, "443", "8080")
        yield zones


def test_a_tablet_reaches_the_web_server_and_names_and_nothing_else(zones: Zones) -> None:
    assert zones.ask("tablet", "ports", ADDRESS) == "53 80 443"


def test_a_visitors_phone_reaches_the_public_site_and_names_and_nothing_else(zones: Zones) -> None:
    assert zones.ask("phone", "ports", PUBLIC) == "53 80"


def test_the_technicians_cable_reaches_ssh_alone(zones: Zones) -> None:
    assert zones.ask("desk", "ports", SERVICE) == "22"


def test_nothing_comes_in_by_the_uplink(zones: Zones) -> None:
    assert zones.ask("world", "ports", "203.0.113.1") == ""


@pytest.mark.parametrize("who", ["tablet", "phone", "world"])
@pytest.mark.parametrize("address", [ADDRESS, PUBLIC, SERVICE, "203.0.113.1"])
def test_no_zone_reaches_the_box_at_another_zones_address(zones: Zones, who: str, address: str) -> None:
    own = {"tablet": ADDRESS, "phone": PUBLIC, "world": ""}[who]
    expected = "open" if address == own and who != "world" else "silent"

    assert zones.ask(who, "reaches", address, "80") == expected


@pytest.mark.parametrize(
    ("who", "other"),
    [
        ("tablet", "10.78.0.30"), ("tablet", OUTSIDE), ("tablet", "192.168.79.2"), ("phone", "10.77.0.30"),
        ("phone", OUTSIDE), ("world", "10.77.0.30"), ("desk", "10.77.0.30"), ("desk", OUTSIDE),
    ],
)  # fmt: skip
def test_nothing_is_passed_from_one_zone_to_another(zones: Zones, who: str, other: str) -> None:
    """Although ip_forward is on here, every place listens at 443, and each has the box for its way out."""
    assert zones.ask(who, "reaches", other, "443") == "silent"


def test_two_tablets_of_one_hall_do_not_reach_each_other(zones: Zones) -> None:
    assert zones.ask("tablet", "reaches", "10.77.0.31", "443") in {"silent", "EHOSTUNREACH"}


def test_the_box_begins_nothing_towards_tablets_and_visitors(zones: Zones) -> None:
    assert zones.ask("box", "reaches", "10.77.0.31", "443") == "silent"
    assert zones.ask("box", "reaches", "10.78.0.30", "443") == "silent"


def test_the_box_reaches_the_world_at_the_ports_it_was_given(zones: Zones) -> None:
    assert zones.ask("box", "reaches", OUTSIDE, "443") == "open"
    assert zones.ask("box", "reaches", OUTSIDE, "8080") == "silent"


@pytest.mark.parametrize("who", ["tablet", "phone", "world"])
def test_a_zone_is_not_told_by_ping_that_the_box_is_there(zones: Zones, who: str) -> None:
    at = {"tablet": ADDRESS, "phone": PUBLIC, "world": "203.0.113.1"}[who]

    assert zones.run(who, ["ping", "-c", "1", "-W", "1", at], check=False).returncode == 1


def test_without_the_firewall_all_of_it_would_answer(tmp_path: Path) -> None:
    """The tests above see what the rules do, not what was never there."""
    with Zones(firewall=False) as bare:
        listen(bare, "box", tmp_path, *LISTENING)
        listen(bare, "tablet2", tmp_path, "443")

        assert bare.ask("tablet", "ports", ADDRESS, "1", "25000") == " ".join(LISTENING)
        assert bare.ask("phone", "reaches", "10.77.0.31", "443") == "open"
        assert bare.ask("tablet", "reaches", "10.77.0.31", "443") == "open"


def test_one_address_holds_so_many_connections_and_the_next_is_still_served(tmp_path: Path) -> None:
    with Zones(network_connections_per_address=20) as zones:
        listen(zones, "box", tmp_path, "443")

        assert zones.ask("tablet", "lots", ADDRESS, "443", "60") == "20"
        assert zones.ask("tablet2", "reaches", ADDRESS, "443") == "open"


def test_a_flood_from_one_address_leaves_the_others_their_turn(tmp_path: Path) -> None:
    with Zones(network_new_per_second=1, network_burst=10) as zones:
        listen(zones, "box", tmp_path, "443")

        assert 10 <= int(zones.ask("tablet", "lots", ADDRESS, "443", "16")) < 16
        assert zones.ask("tablet2", "reaches", ADDRESS, "443") == "open"


def test_a_hall_without_public_zone_and_uplink_has_no_rule_for_them() -> None:
    rules = rendered("network", "nftables.conf.j2", public_interface="", uplink_interface="")

    with Zones(firewall=False) as zones:
        zones.run("box", ["nft", "--check", "--file", "-"], stdin=rules)
    assert "public0" not in rules
    assert "uplink0" not in rules
