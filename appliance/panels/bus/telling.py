"""What the server is told of a bus and of a panel on it. Pure."""

from appliance.panels.bus.box import Box
from appliance.panels.bus.news import BusSaid
from appliance.panels.bus.pairing_file import Paired
from appliance.services.panel_words import Bus, Panel


def bus_told(said: BusSaid, baud: int) -> Bus:
    """A line of panels, as its master said last."""
    return Bus(
        bus=said.bus,
        port=said.port,
        online=said.online,
        baud=baud,
        cycle_ms=said.cycle_ms,
        bad_frames=said.bad_frames,
        why=said.why,
    )


def panel_told(panel: Paired, seat: str | None, box: Box, port: str, *, testing: bool) -> Panel:
    """A panel, as it was heard last; which buttons are down is told while testing only."""
    said = box.said
    return Panel(
        serial=panel.serial,
        seat=seat,
        bus=panel.bus,
        address=panel.address,
        kind="usb" if "ttyACM" in port else "bus",
        online=said.online,
        jammed=said.jammed,
        down=tuple(bool(said.down >> bit & 1) for bit in range(3)) if testing else (),
        version=said.version,
        errors=said.errors,
        seen=box.seen,
    )
