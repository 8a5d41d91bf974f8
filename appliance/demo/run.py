"""`python -m appliance demo`: the sample council on this machine, each part a process that can die alone.

The supervisor seeds a fresh data folder, then starts the server, the panels process, the recorder with a test
pattern for a camera, the public site's writer and its web server, and starts again whichever dies, at once:
`kill -9` any of them and watch the poll go on. It listens on 127.0.0.1 only, because everything in it is known to
everybody. Ctrl-C ends all of it.
"""

import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Protocol

from msgspec.structs import replace

from appliance.config import Config, ConfigError, SeatPins
from appliance.demo import bus_control
from appliance.demo import council as people
from appliance.demo.routes import DemoPages
from appliance.demo.seed import SETTINGS, mark, seed, wipe
from appliance.demo.supervisor import Supervisor
from appliance.demo.video import LOOPBACK, commands, with_public_site
from appliance.panels.wiring import standard
from appliance.server.panel_socket import PanelSocket
from appliance.server.parts import Parts

_CHECKOUT: Final = Path(__file__).resolve().parents[2]
HALL_TIME: Final = "<+07>-7"
"""Vietnam's time, written so that no table of zones need be installed; the screens show no other."""


class Fitted(Protocol):
    """What bootstrap hands over: the server with its parts, ready to run."""

    @property
    def panels(self) -> PanelSocket: ...
    def run(self, ready: Callable[[], None]) -> None: ...


Fit = Callable[[Config, tuple[Callable[[Any, Parts], None], ...]], Fitted]


def supervise(
    config: Config, *, keep: bool = False, data: Path | None = None, video: bool = True, bus: bool = False
) -> int:
    """Seed, start, look after; the exit code. `keep`: go on with the data that are there; without `video` nothing
    is recorded; `bus`: the last seats' panels are on a simulated bus. Raises ConfigError."""
    if config.host != LOOPBACK:
        raise ConfigError(f"the demo listens on {LOOPBACK} only, not on {config.host}: its passwords are public")
    config = replace(config, data=(data or _CHECKOUT / "var" / "demo").resolve())
    config = demo_config(with_public_site(config, _free))
    wired = list(config.seats)
    config = bus_control.with_bus(config) if bus else config
    config = replace(config, port=_free(config.port), recorder=config.recorder if video else None)
    settings = config.data / SETTINGS
    if not (keep and settings.exists()):
        print(f"Seeding {config.data} …", flush=True)
        wipe(config.data)
        seed(config)
    mark(config)
    if bus:
        bus_control.fit_boxes(config, [seat for seat in wired if seat not in config.seats])
    _tell(config)
    os.environ.setdefault("TZ", HALL_TIME)  # the clock that the test picture shows is that of its process
    appliance = [sys.executable, "-m", "appliance"]
    common = ["--config", str(settings), "--port", str(config.port)]
    beside = commands(config, settings, video=video)
    if bus:
        beside["boxes"] = [*appliance, "demo", "--boxes", *common]
    return Supervisor(
        {"server": [*appliance, "demo", "--serve", *common], "panels": [*appliance, "panels", *common], **beside},
        may_stay_away=frozenset(beside),
    ).run()


def boxes(config: Config) -> int:
    """The demo's process of panels on a bus."""
    ending = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ending.set())
    bus_control.Boxes(config.data).serve(ending)
    return 0


def serve(config: Config, fit: Fit) -> int:
    """The demo's server process; `fit` is bootstrap's."""
    pages = DemoPages(base_of(config), config.public_url, config.data if config.buses else None)
    fitted = fit(replace(config, demo=True), (pages.add,))
    pages.watch(fitted.panels)
    fitted.run(lambda: print(f"ready: {base_of(config)}/demo", flush=True))
    return 0


def demo_config(config: Config) -> Config:
    """The configuration with the sample council and 27 simulated panels."""
    seats = [member.seat or "" for member in people.members()]
    pins = {seat: SeatPins(**six) for seat, six in standard(seats).items()}
    return replace(config, council=people.COUNCIL, term=people.TERM, seats=pins, simulated=True)


def base_of(config: Config) -> str:
    """The address that a browser on this machine uses."""
    return f"http://localhost:{config.port}"


def _free(port: int) -> int:
    """The port itself, or any free one for 0. Raises ConfigError when somebody listens there already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            raise ConfigError(f"port {port}: {error.strerror}; name another with --port") from error
        return int(probe.getsockname()[1])


def _tell(config: Config) -> None:
    base = base_of(config)
    print(f"{people.COUNCIL} (dữ liệu mẫu - hư cấu)")
    for path, what in (
        ("/demo", "every screen, its sign-in and its QR code: begin here"),
        ("/simulator", "27 panels: press their buttons"),
        ("/hall", "the hall display"),
        ("/demo.json", "the same for programs"),
    ):
        print(f"  {base + path:<38} {what}")
    print(f"  {config.public_url + '/watch.html':<38} what the public sees, live; and the archive")
    print("Ctrl-C ends the demo.", flush=True)
