"""A bus of real panels for tests: the firmware under MicroPython, a half-duplex line, and all that can go wrong on it.

    with Bus([Fitted(serial(1), 1, key), Fitted(serial(2))], folder) as bus:   # the second belongs to no hall
        …open bus.port with pyserial…                     # the dongle: a pty
        bus.tap(0, FOR)                                   # a finger: down, and up again
        assert bus.wait({0: {1}}) == []                   # its light `for` is steadily lit
        bus.faults(corrupt=0.05)                          # and drop, double, reorder, babble
        bus.cut(0); bus.mend(0); bus.off(0); bus.on(0)    # cable, power
        bus.unplug(); bus.plug()                          # the dongle
        tape = bus.record(); bus.replay(tape)             # everything that was said

Lights and buttons are bits: 1 for, 2 against, 4 abstain. Panels are counted from 0.

What the line shows and what it hides: bytes take the time that they take at `baud`; a frame arrives whole, when
its last bit is out; whoever speaks while another does garbles both. The turnaround of a real transceiver, the
latency of a USB dongle and the speed of an RP2040 are not here. With `everyone_hears=False` whole frames are given
only to the panel that answers to their address and to panels that have not answered yet: what a panel does with
frames for others is left out, which is what two cores can bear of a hundred and twenty processes.
"""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from firmware.panel.hall import Hall

FOR, AGAINST, ABSTAIN = 0, 1, 2
STEADY_SECONDS = 0.7
"""Longer than any light stays on that is not steady, but for waiting, the floor and a panel called Joining."""
SECONDS = 30.0
TAP_SECONDS, LIFT_SECONDS = 0.1, 0.05
ROOT = Path(__file__).parent.parent.parent
_SILENCE = {"corrupt": 0.0, "drop": 0.0, "double": 0.0, "reorder": 0.0, "settle": 0.0, "babble": 0.0}

Tape = list[tuple[float, str, bytes]]
"""Monotonic seconds; `master`, `stranger`, `babbler` or a panel's number; the bytes as they arrived."""


def serial(number: int) -> bytes:
    """The serial number of a board."""
    return b"NT\x00\x00" + number.to_bytes(4, "big")


@dataclass(frozen=True)
class Fitted:
    """A panel: its serial number, and its address and key where it has been paired. `usb`: on a cable of its own."""

    serial: bytes
    address: int | None = None
    key: bytes = b""
    usb: bool = False


@dataclass(frozen=True)
class Seen:
    """One panel as it is now. `history`: since when (monotonic seconds) which lights (bits) were on."""

    lit: int
    steady_seconds: float
    starts: int
    beeps: int
    history: tuple[tuple[float, int], ...]


class Bus:
    """A context: within it the panels are on. `baud=0` is a line without delay."""

    def __init__(
        self,
        panels: Sequence[Fitted],
        folder: Path,
        *,
        baud: int = 250_000,
        everyone_hears: bool = True,
        seed: int = 1,
    ) -> None:
        self.folder = folder
        self.port = folder / "dongle"
        self._panels = panels
        for number, panel in enumerate(panels):
            _flash(folder / f"panel-{number}", panel)
        self._setup = {
            "folder": str(folder),
            "baud": baud,
            "everyone_hears": everyone_hears,
            "seed": seed,
            "panels": [(panel.serial.hex(), panel.usb) for panel in panels],
        }
        self._faults: dict[str, float] = dict(_SILENCE)

    def __enter__(self) -> Self:
        self._line, theirs = socket.socketpair()
        self._hub = subprocess.Popen(
            [sys.executable, "-m", "tests.firmware.hub", json.dumps(self._setup)], cwd=ROOT, stdin=theirs.fileno()
        )
        theirs.close()
        self._heard = self._line.makefile("r")
        self.state()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._heard.close()
        self._line.close()
        self._hub.wait(SECONDS)

    # --- fingers and eyes

    def hold(self, *moves: tuple[int, int]) -> float:
        """(panel, buttons that are down from now on, as bits)…, all at once; the moment in monotonic seconds."""
        return float(self._do("press", moves=moves))

    def tap(self, panel: int, button: int) -> float:
        """A finger on a button and off again; the moment it went down."""
        return self.tap_all([(panel, button)])

    def tap_all(self, taps: Iterable[tuple[int, int]]) -> float:
        """Many fingers at the same moment."""
        fingers = list(taps)
        time.sleep(LIFT_SECONDS)  # no finger is back sooner; a button that is would have bounced
        at = self.hold(*((panel, 1 << button) for panel, button in fingers))
        time.sleep(TAP_SECONDS)  # a finger rests on a button so long; nothing is waited for
        self.hold(*((panel, 0) for panel, _ in fingers))
        return at

    def wait(
        self, lit: Mapping[int, set[int]], *, steady: float = STEADY_SECONDS, within: float = SECONDS
    ) -> list[int]:
        """Until each panel's lights are one of these (bits) and have been for so long; the panels that never were."""
        return list(self._do("wait", lit={n: sorted(bits) for n, bits in lit.items()}, steady=steady, within=within))

    def panel(self, number: int) -> Seen:
        """What can be seen of a panel."""
        return self.panels()[number]

    def panels(self) -> list[Seen]:
        """What can be seen of all."""
        return [
            Seen(
                one["lit"], one["steady"], one["starts"], one["buzzer"], tuple((at, lit) for at, lit in one["history"])
            )
            for one in self.state()["panels"]
        ]

    # --- what goes wrong

    def faults(self, **shares: float) -> None:
        """Shares of frames: `corrupt`, `drop`, `double`, `reorder` (0 to 1); `settle`: seconds that answers are held
        back, so that they meet; `babble`: seconds between bursts of noise (0: none). What is not named is none."""
        self._do("faults", **{**_SILENCE, **shares})

    def cut(self, panel: int) -> None:
        """Its cable."""
        self._do("wiring", panel=panel, cut=True, wrong_baud=False)

    def wrong_baud(self, panel: int) -> None:
        """It speaks and hears at another rate than the line."""
        self._do("wiring", panel=panel, cut=False, wrong_baud=True)

    def mend(self, panel: int) -> None:
        """Its cable, and its rate."""
        self._do("wiring", panel=panel, cut=False, wrong_baud=False)

    def off(self, panel: int) -> None:
        """Its power is gone."""
        self._do("power", panel=panel, on=False)

    def on(self, panel: int) -> None:
        """Its power is back."""
        self._do("power", panel=panel, on=True)

    def service(self, panel: int, *, bridged: bool) -> None:
        """Its service pin is bridged to ground when it is switched on next."""
        self._do("service", panel=panel, bridged=bridged)

    def hang(self, panel: int) -> None:
        """Its program stands still; its watchdog bites after `board.WATCHDOG_MS`."""
        self._do("hang", panel=panel)

    def unplug(self) -> None:
        """The dongle."""
        self._do("port", plugged=False, name="")

    def plug(self, name: str = "") -> Path:
        """The dongle, into the port it was in or into one of another name; its path."""
        self.port = Path(self._do("port", plugged=True, name=name))
        return self.port

    def say(self, data: bytes) -> None:
        """A box that is not of this hall puts bytes on the line."""
        self._do("say", data=data.hex())

    def record(self) -> Tape:
        """What was said since the last call of it; the first call starts the tape, and gives nothing."""
        return [(at, who, bytes.fromhex(data)) for at, who, data in self._do("tape", on=True)]

    def replay(self, tape: Tape) -> None:
        """Say all of it again."""
        for _, _, data in tape:
            self.say(data)

    def state(self) -> dict[str, Any]:
        """`collisions` and `spoiled` frames of the line, and the panels as the hub sees them."""
        return self._ask("state")

    def _do(self, what: str, **words: object) -> Any:
        return self._ask(what, **words)["result"]

    def _ask(self, what: str, **words: object) -> dict[str, Any]:
        self._line.sendall(json.dumps({"do": what, **words}).encode() + b"\n")
        answer: dict[str, Any] = json.loads(self._heard.readline())
        return answer


def _flash(flash: Path, panel: Fitted) -> None:
    """A board as it leaves the workshop, or the hall it was paired in. It sleeps until something wakes it."""
    flash.mkdir(parents=True, exist_ok=True)
    (flash / "settings.json").write_text(json.dumps({"sample_ms": 1000}))
    if panel.address is not None:
        (flash / "hall.bin").write_bytes(Hall(panel.address, panel.key, proven=True).pack())
