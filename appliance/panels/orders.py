"""Orders to panels of any kind, and the house as the server is told of it."""

from collections import OrderedDict
from typing import Final

from appliance.core.refusals import Code
from appliance.panels.fixtures import Fixtures
from appliance.services.panel_words import House as HouseWords
from appliance.services.panel_words import PanelDone, PanelOrder

HOUSE_SECONDS: Final = 0.25
"""The server is told of the house four times a second at most."""
REMEMBERED: Final = 64
"""So many orders are known again by their ids."""


class Orders:
    """Passes each order to whom it concerns. The same id again is answered as at first, and done once."""

    def __init__(self, fixtures: tuple[Fixtures, ...]) -> None:
        self._fixtures = fixtures
        self._answers: OrderedDict[str, PanelDone | None] = OrderedDict()

    def order(self, order: PanelOrder) -> PanelDone | None:
        """Do it; None: its answer comes later."""
        if order.id in self._answers:
            return self._answers[order.id]
        self._answers[order.id] = None
        while len(self._answers) > REMEMBERED:
            self._answers.popitem(last=False)
        answer = self._everywhere(order) if order.do == "test" else self._somewhere(order)
        return None if answer is None else self.done(answer)

    def done(self, done: PanelDone) -> PanelDone:
        """Remember what an order was answered."""
        if done.id in self._answers:
            self._answers[done.id] = done
        return done

    def lost(self) -> None:
        """The server is gone, and whoever gave orders with it."""
        for fixtures in self._fixtures:
            fixtures.alone()

    def _everywhere(self, order: PanelOrder) -> PanelDone:
        for fixtures in self._fixtures:
            fixtures.order(order)
        return PanelDone(id=order.id, accepted=True)

    def _somewhere(self, order: PanelOrder) -> PanelDone | None:
        for fixtures in self._fixtures:
            answer = fixtures.order(order)
            if isinstance(answer, PanelDone):
                return answer
            if answer:
                return None
        code = Code.BUS_UNKNOWN if order.do == "pair-start" else Code.PANEL_NOT_FOUND
        return PanelDone(id=order.id, accepted=False, refusal=code)


class House:
    """All fixtures' parts of the house, told when something in it has changed."""

    def __init__(self, fixtures: tuple[Fixtures, ...]) -> None:
        self._fixtures = fixtures
        self._told: HouseWords | None = None
        self._next = 0.0
        self._waits = False

    def forget(self) -> None:
        """A new connection: all of it is news."""
        self._told, self._next = None, 0.0

    def due(self, now: float) -> float:
        """When to look again, if something may have changed since."""
        return self._next if self._waits else float("inf")

    def news(self, now: float) -> HouseWords | None:
        """All of the house, when it has changed and it is time; else None."""
        if now < self._next:
            self._waits = True
            return None
        self._waits, self._next, house = False, now + HOUSE_SECONDS, self._now()
        if house == self._told:
            return None
        self._told = house
        return house

    def _now(self) -> HouseWords:
        parts = [fixtures.house() for fixtures in self._fixtures]
        return HouseWords(
            buses=tuple(bus for part in parts for bus in part.buses),
            panels=tuple(panel for part in parts for panel in part.panels),
            pairing=next((part.pairing for part in parts if part.pairing is not None), None),
            testing=any(part.testing for part in parts),
        )
