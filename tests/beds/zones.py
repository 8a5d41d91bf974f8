"""The zones of a hall's network on one computer: the box, two tablets, a visitor's phone, the desk, the world outside.

    with Zones() as zones:
        zones.start("box", ["nginx", …], log)
        zones.ask("tablet", "ports", ADDRESS)

Each place is a namespace; the cables are real to the kernel. The box's end runs what the roles `network` and
`web_server` install, from the same templates. The tablets hang on two ports of one bridge. Needs root.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import yaml  # type: ignore[import-untyped]
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tests.beds import waiting
from tests.beds.wires import Network, Wire

ROOT: Final = Path(__file__).resolve().parents[2]
NAME: Final = "hoitruong.lan"
ADDRESS: Final = "10.77.0.1"
PUBLIC: Final = "10.78.0.1"
PUBLIC_NAME: Final = "congkhai.lan"
SERVICE: Final = "192.168.79.1"
OUTSIDE: Final = "203.0.113.9"
PATIENCE: Final = 90.0

SETTINGS: Final[Mapping[str, Any]] = {
    "box_name": NAME,
    "hall_interface": "hall0",
    "hall_address": f"{ADDRESS}/24",
    "network_hall_ports": ["port1", "port2"],
    "public_interface": "public0",
    "public_address": f"{PUBLIC}/24",
    "public_name": PUBLIC_NAME,
    "service_interface": "service0",
    "uplink_interface": "uplink0",
    "tls_mode": "own_ca",
    "wifi": {},
}


def zone(name: str) -> dict[str, object]:
    """What the role's vars say of a zone; .100 to .149 are leased."""
    public = name == "public"
    at = PUBLIC if public else ADDRESS
    return {
        "name": name, "interface": "public0" if public else "hall0", "address": f"{at}/24",
        "host": PUBLIC_NAME if public else NAME, "first": f"{at}00", "last": f"{at}49", "most": 250,
    }  # fmt: skip


def rendered(role: str, template: str, **settings: object) -> str:
    """A role's template as Ansible would write it: the role's defaults, then SETTINGS, then `settings`."""
    folder = ROOT / "ansible" / "roles" / role
    defaults = yaml.safe_load((folder / "defaults" / "main.yml").read_text(encoding="utf-8"))
    environment = Environment(
        loader=FileSystemLoader(folder / "templates"),
        trim_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
    )
    return environment.get_template(template).render(**{**defaults, **SETTINGS, **settings})


class Zones:
    """Wired and addressed; the firewall is up unless told otherwise. What was started ends with it."""

    def __init__(self, *, firewall: bool = True, **settings: object) -> None:
        self._settings, self._firewall = settings, firewall
        self._network = Network(
            f"nt{os.getpid()}",
            [
                Wire("port1", "tablet", "10.77.0.30/24", gateway=ADDRESS, names=ADDRESS),
                Wire("port2", "tablet2", "10.77.0.31/24", gateway=ADDRESS),
                Wire("public0", "phone", "10.78.0.30/24", gateway=PUBLIC, names=PUBLIC),
                Wire("service0", "desk", "192.168.79.2/24", gateway=SERVICE),
                Wire("uplink0", "world", f"{OUTSIDE}/24", gateway="203.0.113.1"),
            ],
        )
        self._started: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        self._network.up()
        try:
            self._address()
            if self._firewall:
                rules = rendered("network", "nftables.conf.j2", **self._settings)
                self.run("box", ["nft", "-f", "-"], stdin=rules)
        except BaseException:
            self._network.down()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in reversed(self._started):
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._network.down()

    def _address(self) -> None:
        """What systemd-networkd does on the box."""
        for words in (
            "link add hall0 type bridge",
            "link set port1 master hall0",
            "link set port2 master hall0",
            "link set hall0 up",
            f"addr add {ADDRESS}/24 dev hall0",
            f"addr add {PUBLIC}/24 dev public0",
            f"addr add {SERVICE}/24 dev service0",
            "addr add 203.0.113.1/24 dev uplink0",
        ):
            self.run("box", ["ip", *words.split()])
        # As a box that somebody has spoilt: only the firewall is left between the zones.
        self.run("box", ["sysctl", "-qw", "net.ipv4.ip_forward=1"])

    def words(self, who: str, command: Sequence[str | Path]) -> list[str | Path]:
        """The words with which `command` runs at this place: box, tablet, tablet2, phone, desk, world."""
        name = self._network.name if who == "box" else self._network.namespace_of(who)
        return ["ip", "netns", "exec", name, *command]

    def run(
        self, who: str, command: Sequence[str | Path], *, stdin: str | None = None, check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        """Run it there to its end. Raises AssertionError when it fails."""
        done = subprocess.run(
            self.words(who, command), input=stdin, capture_output=True, text=True, timeout=100, check=False, cwd=ROOT
        )
        assert not check or done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def start(self, who: str, command: Sequence[str | Path], log: Path) -> subprocess.Popen[bytes]:
        """Run it there until the zones are taken down; what it says goes to `log`."""
        with log.open("wb") as said:
            process = subprocess.Popen(self.words(who, command), stdout=said, stderr=said, cwd=ROOT)
        self._started.append(process)
        return process

    def ask(self, who: str, question: str, *more: str) -> str:
        """What `tests.beds.questions` says when it is asked there."""
        return self.run(who, [sys.executable, "-m", "tests.beds.questions", question, *more]).stdout.strip()


def until(come_true: Callable[[], bool], what: str) -> None:
    """Ask ten times a second until it is true. Raises TimeoutError."""
    waiting.until(come_true, PATIENCE, what)
