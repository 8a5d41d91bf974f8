"""The demo's camera and its public site: a recorder of the test pattern, the portal, and a web server.

The picture is 1280 by 720, 25 pictures a second, at the cheapest preset: two cores stay calm. All ports are looked
for afresh, so that two demos never meet.
"""

import json
import os
import pwd
import shutil
import socket
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from appliance.config import Config, ConfigError
from appliance.portal.web_server import prepare, server_of

LOOPBACK: Final = "127.0.0.1"
RECORDER_SETTINGS: Final = "recorder.toml"
BUS_PORTS: Final = 5
_SYSTEM_FOLDERS: Final = "/usr/sbin:/sbin"


def with_public_site(config: Config, free: Callable[[int], int]) -> Config:
    """The configuration with the public site beside the demo: one port above it, or any free one."""
    port = free(config.port + 1 if config.port else 0)
    return replace(
        config,
        public=config.data / "public",
        public_listen=f"{LOOPBACK}:{port}",
        public_url=f"http://localhost:{port}",
        recorder=config.data / "recorder",
        papers_eager=True,
        live_port=free(0),
        house_port=free(0),
    )


def write_recorder_settings(config: Config) -> None:
    """What the recorder's process reads."""
    settings = {
        "data": str(config.recorder),
        "public": str(config.public),
        "standing": str(config.standing_file),
        "source": "test",
        "width": 1280,
        "height": 720,
        "frames_per_second": 25,
        "kilobits_per_second": 1500,
        "preset": "ultrafast",
        "bus_port": _free_bus(),
        "live_port": config.live_port,
        "house_port": config.house_port,
        "house_addresses": [LOOPBACK],
    }
    lines = (f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in settings.items())
    (config.data / RECORDER_SETTINGS).write_text("".join(lines), encoding="utf-8")


def commands(config: Config, settings: Path, *, video: bool) -> dict[str, Sequence[str]]:
    """The processes beside the server: portal, web server, and with `video` the recorder. What this machine has no
    program for is left out, with a word about it."""
    found: dict[str, Sequence[str]] = {
        "papers": [sys.executable, "-m", "appliance", "papers", "--config", str(settings)],
        "portal": [sys.executable, "-m", "appliance", "demo", "--portal", "--config", str(settings)],
    }
    web = server_of(config, config.data / "web", user=_own_name(), workers="1")
    nginx = shutil.which("nginx") or shutil.which("nginx", path=_SYSTEM_FOLDERS)
    if nginx is None:
        print("nginx is not installed: the public site is written but not served", file=sys.stderr)
    else:
        path = prepare(replace(web, alone=True))
        # One process: if it is killed, no worker stays behind on its port.
        found["web"] = [nginx, "-p", str(web.prefix), "-c", str(path), "-e", "stderr"]
    if video and shutil.which("ffmpeg") is None:
        print("ffmpeg is not installed: nothing is recorded", file=sys.stderr)
    elif video:
        write_recorder_settings(config)
        file = config.data / RECORDER_SETTINGS
        found["recorder"] = [sys.executable, "-m", "recordings", "record", "--config", str(file)]
    return found


def _own_name() -> str:
    """As root, nginx would give its workers another user's rights, who may not look into the demo's folder."""
    return pwd.getpwuid(0).pw_name if os.getuid() == 0 else ""


def _free_bus() -> int:
    """The first of five free UDP ports in a row. Raises ConfigError."""
    for _ in range(50):
        with socket.socket(type=socket.SOCK_DGRAM) as probe:
            probe.bind((LOOPBACK, 0))
            first = int(probe.getsockname()[1])
        if first + BUS_PORTS < 65536 and all(_is_free(first + place) for place in range(BUS_PORTS)):
            return first
    raise ConfigError("no five free ports in a row")


def _is_free(port: int) -> bool:
    with socket.socket(type=socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True
