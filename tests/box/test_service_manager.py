"""What an update takes for running, and stops: by a systemctl that says what systemd said on a box."""

from pathlib import Path

import pytest

from appliance.box.service_manager import Systemd

LISTED = """\
nghi-truong-appliance.service      loaded    active     running Nghị Trường: appliance
nghi-truong-backup.timer           loaded    active     waiting Nghị Trường: backups
nghi-truong-clock.socket           loaded    active     listening Nghị Trường: clock
nghi-truong-dnsmasq@hall.service   loaded    active     running Nghị Trường: addresses and names (hall)
nghi-truong-dnsmasq@public.service loaded    active     running Nghị Trường: addresses and names (public)
nghi-truong-hall-web.service       loaded    active     running Nghị Trường: web server of the hall (TLS)
nghi-truong-kiosk.service          loaded    activating auto-restart Nghị Trường: hall display
nghi-truong-panels.service         loaded    inactive   dead    Nghị Trường: panels
nghi-truong-settle.service         loaded    activating start   Nghị Trường: end an interrupted update
nghi-truong-wifi.service           loaded    active     running Nghị Trường: Wi-Fi of the hall
nghi-truong.target                 loaded    active     active  Nghị Trường: the voting appliance and what helps it
"""


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where each question to systemctl is written down."""
    (tmp_path / "listed").write_text(LISTED)
    systemctl = tmp_path / "systemctl"
    systemctl.write_text(
        f'#!/bin/sh\necho "$@" >>{tmp_path}/asked\ncase "$*" in *list-units*) cat {tmp_path}/listed;; esac\n'
    )
    systemctl.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return tmp_path / "asked"


def test_an_update_stops_what_runs_or_would_run_again_and_leaves_tablets_their_network(asked: Path) -> None:
    assert Systemd().running() == [
        "nghi-truong-appliance.service",
        "nghi-truong-backup.timer",
        "nghi-truong-clock.socket",
        "nghi-truong-hall-web.service",
        "nghi-truong-kiosk.service",
    ]


def test_what_wakes_others_is_stopped_before_them(asked: Path) -> None:
    Systemd().stop(["nghi-truong-drill.timer", "nghi-truong-panels.service"])
    stops = [line.split(" stop ")[1] for line in asked.read_text().splitlines() if " stop " in line]
    assert stops == ["nghi-truong-drill.timer", "nghi-truong-panels.service"]
