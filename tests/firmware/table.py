"""A panel and the appliance's end of its session, face to face: time and chance are the test's."""

import random

from appliance.panels.bus.reader import Heard
from appliance.panels.bus.session import PressHeard, Session, Told
from firmware.panel import shows
from firmware.panel.frame import ABOUT, POLL, RECORDED, Key, unpack
from firmware.panel.hall import Hall
from firmware.panel.panel import Panel

SERIAL = bytes.fromhex("e66038b713a50001")
SECRET = bytes(range(16))
ADDRESS = 7
FOR, AGAINST, ABSTAIN = 0, 1, 2
PAIRED = Hall(ADDRESS, SECRET, proven=True)
BALLOT = Told(pattern=shows.WAITING, tag=5)


class Table:
    """`poll` is a question and its answer; `now` is in milliseconds."""

    def __init__(self, *, down: int = 0, hall: "Hall | None" = PAIRED, seed: int = 1) -> None:
        self.chance = random.Random(seed).randbytes
        self.now = 0
        self.told = BALLOT
        self.key = Key(SECRET)
        self.switch_on(hall, down=down)
        self.restart_master()

    def switch_on(self, hall: "Hall | None", *, down: int = 0, weak: bool = False) -> None:
        """The panel starts, with this in its flash."""
        self.panel = Panel(SERIAL, hall, self.chance, down, self.now, weak)

    def restart_master(self, secret: bytes = SECRET) -> None:
        """The appliance's end starts with nothing but the key."""
        self.session = Session(ADDRESS, secret, self.chance)

    def ask(self) -> bytes:
        """What the appliance says next."""
        return self.session.asked(self.told, self.now // 100 % shows.CYCLE)

    def hear(self, answer: "bytes | None") -> bool:
        """What the appliance makes of what came back."""
        good = answer is not None and self.session.heard(Heard(unpack(answer), answer), self.now / 1000)
        if not good:
            self.session.missed()
        return good

    def poll(self, told: Told | None = None) -> bool:
        """A question and its answer: opens the session where that is due; the version is asked by the way."""
        self.told = told or self.told
        asked = self.ask()
        if unpack(asked).kind == ABOUT:
            self.hear(self.panel.frame(asked, self.now))
            asked = self.ask()
        return self.hear(self.panel.frame(asked, self.now))

    def serve(self, told: Told | None = None) -> None:
        """Until a POLL is answered, with nothing in the way."""
        self.told = told or self.told
        for _ in range(5):
            asked = self.ask()
            if self.hear(self.panel.frame(asked, self.now)) and unpack(asked).kind == POLL:
                return
        raise AssertionError(f"never served: {self.panel.state}")

    def wait(self, milliseconds: int) -> None:
        """Time passes."""
        self.now += milliseconds
        self.panel.later(self.now)

    def keep_polling(self, milliseconds: int) -> None:
        """Time passes while the hall goes on asking."""
        for _ in range(milliseconds // 200):
            self.wait(200)
            self.poll()

    def tap(self, button: int, held_ms: int = 100) -> None:
        """A finger, down and up."""
        self.panel.buttons(1 << button, self.now)
        self.wait(held_ms)
        self.panel.buttons(0, self.now)

    def press(self) -> PressHeard | None:
        """The press that the appliance has heard of since it last looked."""
        return self.session.press()

    def record(self, press: PressHeard) -> None:
        """The press is on disk, and the panel is told so."""
        pattern = shows.RECORDED + press.button
        self.serve(Told(pattern=pattern, tag=press.tag, press=press.number, verdict=RECORDED))

    @property
    def shown(self) -> int:
        """The pattern on the panel's lights."""
        return self.panel.shows(self.now)

    @property
    def lit(self) -> int:
        """The lights that are on."""
        return self.panel.lights(self.now)
