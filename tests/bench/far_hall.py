"""A hall whose tablets are behind a line that can be made bad: appliance, the role's nginx, firewall, kernel settings.

The box is one network namespace, all tablets are another, each with an address of its own; between them is
`tests.beds.bad_line`. Chair and clerk sit among the tablets; `at_the_box` gives a command past the line.
"""

import json
import random
import re
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml  # type: ignore[import-untyped]

from appliance.server.pages import Bundles
from tests.beds.bad_line import BadLine
from tests.beds.inside import in_namespace
from tests.beds.webs import certify, start_appliance, start_hall_web, start_names
from tests.beds.zones import ADDRESS, NAME, ROOT, Zones
from tests.bench.far_tablet import FarTablet, trusting
from tests.faults.council import CHAIR, CLERK, cookie_of, put_on_file
from tests.house import name_of

_PREFIX: Final = ADDRESS.rpartition(".")[0]
_FIRST: Final = 100
"""The tablets' addresses begin there; chair and clerk are just before."""
_DEBIANS_CONGESTION_CONTROL: Final = "cubic"
_SETTINGS: Final = ROOT / "ansible/roles/network/files/80-nghi-truong-network.conf"
_DEFAULTS: Final = ROOT / "ansible/roles/network/defaults/main.yml"


@dataclass
class FarHall:
    """Everything is up; nobody is connected."""

    zones: Zones
    line: BadLine
    folder: Path
    ca: Path
    chair: FarTablet
    clerk: FarTablet
    members: list[FarTablet]

    @property
    def everybody(self) -> list[FarTablet]:
        """Members, chair and clerk."""
        return [*self.members, self.chair, self.clerk]

    @property
    def ledger(self) -> Path:
        """The ledger's file."""
        return self.folder / "data/ledger.db"

    def delegates_files(self) -> list[Path]:
        """What the delegates' page loads, as it was built."""
        files = Bundles(ROOT / "web/dist").of("delegate", "vi")
        return [
            ROOT / "web/dist" / name.removeprefix("/assets/") for name in files.scripts + files.styles + files.preloads
        ]

    def at_the_box(self, person: str, kind: str, **fields: object) -> None:
        """A command that does not go over the line. Raises RuntimeError unless it is accepted."""
        body = json.dumps({"type": kind, "id": str(uuid.uuid4()), **fields})
        words = ["curl", "-sS", "-H", f"Cookie: {cookie_of(person)}", "-H", "Content-Type: application/json"]
        said = self.zones.run("box", [*words, "-d", body, "http://127.0.0.1:8080/api/commands"]).stdout
        if not json.loads(said).get("accepted"):
            raise RuntimeError(f"{kind} was refused: {said}")


@contextmanager
def far_hall(members: int, seed: int = 1) -> Iterator[FarHall]:
    """A council of so many, and this thread at the tablets' end of the line. Needs root."""
    with tempfile.TemporaryDirectory(prefix="far-hall-") as name, Zones() as zones:
        folder = Path(name)
        ca = certify(folder)
        place = namespace(zones, "tablet")
        zones.run("box", ["ip", "link", "delete", "port1"])
        with BadLine((namespace(zones, "box"), "port1"), (place, "eth0"), seed) as line:
            wire(zones, members)
            (folder / "data").mkdir()
            put_on_file(folder / "data/registry.db", members)
            start_appliance(zones, folder)
            start_names(zones, folder)
            start_hall_web(zones, folder)
            trust, chance = trusting(str(ca)), random.Random(seed)

            def tablet(person: str, number: int) -> FarTablet:
                address = f"{_PREFIX}.{number}"
                return FarTablet(
                    person, f"https://{ADDRESS}", cookie_of(person), trust, address, random.Random(chance.random())
                )

            chair, clerk = tablet(CHAIR, _FIRST - 2), tablet(CLERK, _FIRST - 1)
            others = [tablet(name_of(i), _FIRST + i) for i in range(1, members + 1)]
            with in_namespace(place):
                yield FarHall(zones, line, folder, ca, chair, clerk, others)


def namespace(zones: Zones, who: str) -> str:
    """The name of a place's network namespace."""
    return str(zones.words(who, [])[3])


def wire(zones: Zones, members: int) -> None:
    """The line at its two ends, and what the role tells the kernel of its network."""
    zones.run("box", ["ip", "link", "set", "port1", "master", "hall0"])
    numbers = (30, *range(_FIRST - 2, _FIRST + members + 1))
    batch = "".join(f"addr add {_PREFIX}.{number}/24 dev eth0\n" for number in numbers)
    zones.run("tablet", ["ip", "-batch", "-"], stdin=f"{batch}route add default via {ADDRESS}\n")
    told = dict(re.findall(r"^-?(net[.].*?)=(.*)$", _SETTINGS.read_text(encoding="utf-8"), re.MULTILINE))
    congestion = told.pop("net.ipv4.tcp_congestion_control", _DEBIANS_CONGESTION_CONTROL)
    for name, value in told.items():
        zones.run("box", ["sysctl", "-qw", f"{name}={value}"])
    flight = yaml.safe_load(_DEFAULTS.read_text(encoding="utf-8"))["network_first_flight"]
    # A namespace may not choose from what its host keeps for itself, but a route may.
    route = f"{_PREFIX}.0/24 dev hall0 proto kernel scope link src {ADDRESS} congctl {congestion} initcwnd {flight}"
    zones.run("box", ["ip", "route", "replace", *route.split()])


def trusting_home(hall: FarHall) -> Path:
    """A home folder whose Chromium believes the hall's authority."""
    store = hall.folder / "home/.pki/nssdb"
    store.mkdir(parents=True)
    subprocess.run(["certutil", "-N", "--empty-password", "-d", f"sql:{store}"], check=True)
    add: list[str | Path] = ["certutil", "-A", "-d", f"sql:{store}", "-n", "hall", "-t", "C,,", "-i", hall.ca]
    subprocess.run(add, check=True)
    return hall.folder / "home"


__all__ = ["NAME", "FarHall", "far_hall", "namespace", "trusting_home"]
