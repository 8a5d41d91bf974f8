"""A standby keeps out of the hall until it takes over: its zones' interfaces are down, and its Wi-Fi is not on the air.

The role `network` writes it so: a mark with one line a zone (`hall0 10.77.0.1`), and beside each description for
systemd-networkd a drop-in by which the interface stays down. `nghi-truong-wifi` does not start while the mark is there.
Both boxes bear the same name, address and certificates of the same authority; so tablets need not be told anything.
"""

import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from appliance.box.durable import sync_folder
from appliance.box.ordering import ordered

DROP_IN: Final = "50-standby.conf"
PATIENCE: Final = 10.0
"""Seconds until an interface that was raised can be heard."""
_PAUSE: Final = 0.2
_ANNOUNCED: Final = ("arping", "-q", "-c", "2", "-w", "2", "-A", "-I")
"""Debian's iputils-arping: an answer that nobody asked for, so that who knew the old box knows this one."""


def let_go(mark: Path, networks: Path) -> list[tuple[str, str]]:
    """Raise what is held; the zones (interface, address). None: nothing was held. Raises Unable."""
    try:
        zones = [(line.split()[0], line.split()[1]) for line in mark.read_text(encoding="utf-8").splitlines() if line]
    except FileNotFoundError:
        return []
    for drop_in in networks.glob(f"*.network.d/{DROP_IN}"):
        drop_in.unlink()
        sync_folder(drop_in.parent)
    ordered(["networkctl", "reload"])
    for interface, _ in zones:
        ordered(["networkctl", "up", interface])
        ordered(["networkctl", "reconfigure", interface])  # a route that a link was down for is not tried again
    mark.unlink()  # last: whoever is cut off before begins again
    sync_folder(mark.parent)
    return zones


def announce(zones: Sequence[tuple[str, str]]) -> list[str]:
    """Tell who is in a zone where its address is now; the addresses of which nobody could be told."""
    deadline = time.monotonic() + PATIENCE
    return [address for interface, address in zones if not _announced(interface, address, deadline)]


def _announced(interface: str, address: str, deadline: float) -> bool:
    while not _ends_well(*_ANNOUNCED, interface, address):
        if time.monotonic() > deadline:
            return False
        time.sleep(_PAUSE)
    return True


def _ends_well(*words: str) -> bool:
    try:
        return subprocess.run(words, capture_output=True, check=False).returncode == 0
    except OSError:
        return False
