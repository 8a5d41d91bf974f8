"""A panels process that is told orders and answers as a test says: the line, without socket and boxes."""

from dataclasses import dataclass, field

from appliance.services.panel_words import Bus, House, Panel, PanelDone, PanelOrder, Pressed, after
from appliance.services.panels import Panels
from tests.server.running import Running

HOUSE = House(
    buses=(
        Bus(bus="hall", port="/dev/serial/by-id/usb-one", online=True, baud=250_000, cycle_ms=41),
        Bus(bus="stage", port="/dev/serial/by-id/usb-two", online=False, why="unplugged"),
    ),
    panels=(
        Panel(serial="p1", seat="A1", bus="hall", address=1, online=True, version="1"),
        Panel(serial="p2", seat="A2", bus="hall", address=2, online=False, seen="2026-12-18T01:00:00Z"),
        Panel(serial="p9", seat=None, bus="hall", address=9, online=True),
        Panel(serial="p8", seat=None, bus="hall", address=8, online=False),
        Panel(serial="gpio:A5", seat="A5", kind="gpio", online=True),
    ),
)


@dataclass
class APanelsProcess:
    """`join` puts it on the line of a running server. `refuses`: what it answers next instead of doing it."""

    server: Running
    house: House = HOUSE
    refuses: str | None = None
    silent: bool = False
    late: bool = False
    """It says what has changed some time after it has said that it is done."""
    orders: list[PanelOrder] = field(default_factory=list)

    @property
    def panels(self) -> Panels:
        """The server's side."""
        found = self.server.parts.panels
        assert found is not None
        return found

    def join(self) -> "APanelsProcess":
        """Say hello, and how the boxes are."""
        self.panels.line = self
        self.tell(self.house)
        return self

    def tell(self, house: House) -> None:
        """The boxes are thus now."""
        self.house = house
        self.server.on_hub(lambda: self.panels.house_is(house))

    def leave(self) -> None:
        """The process ends."""
        self.server.on_hub(self.panels.lost)

    def press(self, serial: str, button: str, *, down: bool = True) -> None:
        """A finger."""
        panel = self.house.of(serial)
        press = Pressed(serial=serial, seat=panel.seat if panel else None, button=button, down=down)  # type: ignore[arg-type]
        self.server.on_hub(lambda: self.panels.pressed(press))

    # --- the line, on the hub

    def order(self, order: PanelOrder) -> bool:
        """Done at once, or refused."""
        self.orders.append(order)
        if self.silent:
            return True
        refusal, self.refuses = self.refuses, None
        if refusal is None:
            self.house = after(self.house, order)
        answer = PanelDone(id=order.id, accepted=refusal is None, refusal=refusal)
        self.server.parts.hub.soon(lambda: self._say(answer))
        return True

    def _say(self, answer: PanelDone) -> None:
        self.panels.done(answer)
        if not self.late:
            self.panels.house_is(self.house)
