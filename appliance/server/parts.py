"""What the server is given: the parts that bootstrap has fitted. Every page and event works on these."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask

from appliance.server.errors import Answers
from appliance.server.hub import Hub
from appliance.server.live.screens import Screens
from appliance.server.words import Words
from appliance.services.chamber import Chamber
from appliance.services.countdown import Countdown
from appliance.services.door import Door
from appliance.services.panels import Panels
from appliance.services.ports import Clock, FactsOnFile, LedgerStore
from appliance.services.readiness_facts import HostFacts, Measured
from appliance.services.recorder import Recorder
from appliance.services.room_code import RoomCode
from appliance.services.signin import SignIn
from appliance.services.timekeeping import Timekeeping


@dataclass(slots=True)
class Parts:
    """All of it, wired. `pages` add routes of their own (minutes, the demo's)."""

    hub: Hub
    clock: Clock
    store: LedgerStore
    chamber: Chamber
    countdown: Countdown
    room: RoomCode
    registry: FactsOnFile
    sign_in: SignIn
    door: Door
    words: Words
    answers: Answers
    web: Path
    tls: bool = False
    demo: bool = False
    rehearsal: bool = False
    """What happens is no record: every screen and every printed page says so."""
    frames: str = "once"
    wired: frozenset[str] = frozenset()
    """Seats and buses that are configured; none: this hall has no panels."""
    speaking_ms: Callable[[], int] = lambda: 0
    """How long the one who has the floor has had it."""
    recorder: Recorder | None = None
    """None: no recorder is fitted."""
    panels: Panels | None = None
    """The boxes at the seats; None: this server has none to do with (the tests of other rooms)."""
    measure: Callable[[], Measured] = Measured
    """Asks the machine how it is, for the readiness report; slow."""
    timekeeping: Timekeeping | None = None
    """None: this machine's clock is taken on trust."""
    ask_box: Callable[[dict[str, Any]], dict[str, Any]] | None = None
    """Asks the watching service (units, journal); slow. Raises Fault; None: there is none."""
    lookout: Callable[[], HostFacts] = HostFacts
    """How the machine was found last; costs nothing."""
    preview: Path | None = None
    """The recorder's newest picture."""
    watch: str = ""
    """Where the public watches; empty: nowhere that we know."""
    pages: list["Page"] = field(default_factory=list)
    tasks: list[tuple[str, Callable[[], None]]] = field(default_factory=list)
    """What runs beside the requests, by name."""
    _screens: Screens | None = None

    @property
    def screens(self) -> Screens:
        """The live screens; there as soon as the app is built."""
        if self._screens is None:
            raise RuntimeError("the app has not been built yet")
        return self._screens

    @screens.setter
    def screens(self, screens: Screens) -> None:
        self._screens = screens


Page = Callable[[Flask, Parts], None]
"""Adds routes of its own to the app, each with its `@allow`."""
