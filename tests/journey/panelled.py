"""The sample council, its server alone; or with a panels process that the test plays: all seats but two have a box."""

import socket
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from appliance.config import Config
from appliance.demo.council import SEATS
from appliance.demo.run import demo_config
from appliance.demo.seed import SETTINGS, seed
from tests.demo.running import Demo, Process
from tests.journey.panels_double import PanelsDouble

HALL: Final = tuple(seat for row in SEATS.rows for seat in row if seat)
WITHOUT: Final = HALL[-2:]
"""Seats that have no box when a test begins."""
FIRST, SECOND = HALL[:2]


class Served(Demo):
    """The server alone; whoever connects to `config.panel_socket` is its panels process."""

    def __init__(self, folder: Path) -> None:
        config = self.config = replace(demo_config(Config(data=folder)), public_url="http://127.0.0.1:9")
        seed(config)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.process = Process("demo", "--serve", "--config", str(folder / SETTINGS), "--port", str(port))
        self.base = self.process.hear("ready:").split()[-1].removesuffix("/demo").replace("localhost", "127.0.0.1")
        self.addresses = self.get("/demo.json").json()

    def end(self) -> None:
        """All of it."""
        assert self.process.end() == 0


class Panelled(Served):
    """`panels` is the double; `begin` puts its boxes back as they were first."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.panels = PanelsDouble(self.config.panel_socket, HALL[:-2])
        self.panels.open()

    def begin(self) -> PanelsDouble:
        """All boxes as at first, nobody looks for new ones, nothing is tested."""
        self.panels.refuses = None
        self.panels.orders.clear()
        self.panels.located.clear()
        self.panels.tell(self.panels.first)
        return self.panels

    def end(self) -> None:
        """All of it."""
        self.panels.close()
        super().end()
