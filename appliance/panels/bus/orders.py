"""What the technician asks of the panels on buses: on file when it is answered, or refused with nothing changed."""

import logging
import secrets
from collections.abc import Callable, Collection
from typing import Final

from msgspec.structs import replace

from appliance.core.refusals import Code
from appliance.panels.bus.fixtures import BusFixtures
from appliance.panels.bus.news import Found, Joined
from appliance.panels.bus.pairing_file import Paired
from appliance.panels.bus.patterns import steady
from appliance.panels.bus.schedule import MOST_PANELS
from appliance.panels.bus.work import Join, Leave
from appliance.services.panel_words import Pairing, PanelDone, PanelOrder
from firmware.panel.frame import KEY_SIZE

Answer = PanelDone | bool
log = logging.getLogger(__name__)


class _NoError(Exception):
    """Raised when an order is refused."""

    def __init__(self, code: Code, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


class Orders:
    """For one house. `fixed`: seats that are wired to pins, at which no other panel may be put."""

    def __init__(
        self,
        fixtures: BusFixtures,
        fixed: Collection[str] = (),
        chance: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self.pairing: Pairing | None = None
        self._fixtures = fixtures
        self._fixed = frozenset(fixed)
        self._chance = chance
        self._joining: dict[str, str] = {}
        self._do: Final = {
            "pair-start": self._pair_start,
            "pair-stop": self._pair_stop,
            "take": self._take,
            "forget": self._forget,
            "seat": self._seat,
            "locate": self._locate,
            "test": self._test,
            "light": self._light,
        }

    def order(self, order: PanelOrder) -> Answer:
        """Do it. True: a panel has to be asked first, and a PanelDone comes. False: not a panel of these."""
        try:
            return self._do[order.do](order)
        except _NoError as no:
            return PanelDone(id=order.id, accepted=False, refusal=no.code, detail=no.detail)
        except OSError as error:
            return PanelDone(id=order.id, accepted=False, refusal=Code.STORAGE_FAULT, detail=str(error))

    def found(self, found: Found) -> None:
        """A button was pressed on a new panel; the first one stays the one until it is taken, or the search ends."""
        if found.serial in self._fixtures.file.panels and self._fixtures.box(found.serial).said.online:
            log.warning("bus %s: something bears the serial number of panel %s, which answers", found.bus, found.serial)
            return
        if self.pairing is not None and self.pairing.bus == found.bus and self.pairing.found is None:
            self.pairing = replace(self.pairing, found=found.serial)

    def joined(self, joined: Joined) -> PanelDone | None:
        """What became of a panel that was to join. One that did not is on file no more."""
        order = self._joining.pop(joined.serial, None)
        if order is None:
            return None
        if joined.joined:
            self._fixtures.look(None)
            return PanelDone(id=order, accepted=True)
        self._fixtures.file.change(drop=joined.serial)
        self._fixtures.changed()
        return PanelDone(id=order, accepted=False, refusal=Code.PANEL_OFFLINE, detail="it did not take its key")

    def _pair_start(self, order: PanelOrder) -> Answer:
        bus = order.bus or ""
        if bus not in self._fixtures.masters:
            raise _NoError(Code.BUS_UNKNOWN)
        if not self._fixtures.online(bus):
            raise _NoError(Code.BUS_OFFLINE)
        if self.pairing is not None:
            raise _NoError(Code.PAIRING_UNDERWAY)
        self._fixtures.look(bus)
        return _done(order)

    def _pair_stop(self, order: PanelOrder) -> Answer:
        if self.pairing is None:
            raise _NoError(Code.PAIRING_NOT_UNDERWAY)
        self._fixtures.look(None)
        return _done(order)

    def _take(self, order: PanelOrder) -> Answer:
        if self.pairing is None:
            raise _NoError(Code.PAIRING_NOT_UNDERWAY)
        serial, bus, file = order.serial or "", self.pairing.bus, self._fixtures.file
        if self.pairing.found != serial or serial in self._joining:
            raise _NoError(Code.PANEL_NOT_FOUND)
        if order.seat is not None and (order.seat in self._fixed or file.at(order.seat) is not None):
            raise _NoError(Code.SEAT_HAS_PANEL)
        old = file.panels.get(serial)  # it lost its memory, or its last answer was lost
        address = old.address if old is not None else file.free_address()
        if address is None or len([p for p in file.of_bus(bus) if p.serial != serial]) >= MOST_PANELS:
            raise _NoError(Code.BUS_FULL, f"{MOST_PANELS} panels a bus")
        panel = Paired(serial, address, bus, self._chance(KEY_SIZE).hex(), order.seat)
        file.change(panel)
        self._fixtures.changed()
        self._joining[serial] = order.id
        self._fixtures.masters[bus].do(Join(panel))
        return True

    def _forget(self, order: PanelOrder) -> Answer:
        panel = self._paired(order)
        if panel is None:
            return False
        self._fixtures.file.change(drop=panel.serial)
        self._fixtures.changed()
        master = self._fixtures.masters.get(panel.bus)
        if master is not None:
            master.do(Leave(panel))
        return _done(order)

    def _seat(self, order: PanelOrder) -> Answer:
        panel = self._paired(order)
        if panel is None:
            return False
        if order.seat in self._fixed:
            raise _NoError(Code.SEAT_HAS_PANEL)
        there = self._fixtures.file.at(order.seat) if order.seat is not None else None
        moved = [replace(panel, seat=order.seat)]
        if there is not None and there.serial != panel.serial:
            moved.insert(0, replace(there, seat=None))
        self._fixtures.file.change(*moved)
        self._fixtures.changed()
        return _done(order)

    def _locate(self, order: PanelOrder) -> Answer:
        panel = self._paired(order)
        if panel is None:
            return False
        box = self._fixtures.box(panel.serial)
        if order.on and not box.said.online:
            raise _NoError(Code.PANEL_OFFLINE)
        box.located = bool(order.on)
        self._fixtures.tell(panel)
        return _done(order)

    def _test(self, order: PanelOrder) -> Answer:
        self._fixtures.test(on=bool(order.on))
        return _done(order)

    def _light(self, order: PanelOrder) -> Answer:
        panel = self._paired(order)
        if panel is None:
            return False
        if not self._fixtures.testing:
            raise _NoError(Code.PANELS_NOT_TESTING)
        if order.lights is None:
            raise _NoError(Code.MALFORMED, "lights")
        self._fixtures.box(panel.serial).set = steady(order.lights)
        self._fixtures.tell(panel)
        return _done(order)

    def _paired(self, order: PanelOrder) -> Paired | None:
        return self._fixtures.file.panels.get(order.serial or "")


def _done(order: PanelOrder) -> PanelDone:
    return PanelDone(id=order.id, accepted=True)
