"""The boxes at the seats: what is known of them, joined with who sits where, and the orders to them.

`GET  /api/panels`         section `panels` is the same, pushed.
`POST /api/panels/orders`  `{"do": "swap", "seat": "07", "to": "tablet"}` and the others of `services/panel_orders.py`;
                           answered as a command is, once it is durable or refused.
"""

from typing import Final

import msgspec
from flask import Flask, Response, g, request

from appliance.core.names import by_given_name
from appliance.core.people import Role
from appliance.core.refusals import Code, Refusal
from appliance.server.access import allow
from appliance.server.api import json_response
from appliance.server.errors import status
from appliance.server.hub import Waiting
from appliance.server.live import sections
from appliance.server.live.audiences import Audience
from appliance.server.panel_lines import PanelsState
from appliance.server.panel_socket import PanelSocket
from appliance.server.panels_wire import ORDERS
from appliance.server.parts import Parts
from appliance.server.view import BusView, PairingView, PanelsPage, PanelView, SeatOfHall
from appliance.services.answers import Answer
from appliance.services.on_file import OnFile
from appliance.services.panel_orders import Asked
from appliance.services.panel_words import House, Panel
from appliance.services.panels import Panels
from appliance.services.registry import in_office

_asked: Final[msgspec.json.Decoder[Asked]] = msgspec.json.Decoder(Asked)
_SHOWN: Final = frozenset({"members", "seat_maps", "retired_panels"})


class PanelsDesk:
    """What these routes, and the section, work on."""

    def __init__(self, parts: Parts, panels: Panels) -> None:
        self._parts = parts
        self._panels = panels

    def page(self) -> PanelsPage:
        """As it is now."""
        return page_of(
            self._panels.house,
            self._parts.sign_in.registry.on_file,
            simulated=self._panels.simulated,
        )

    def order(self) -> Response:
        """Pass it on, and wait for what becomes of it; the hub goes on meanwhile."""
        try:
            asked = _asked.decode(request.get_data(cache=False))
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            return self._answer(Refusal(Code.MALFORMED, str(error)[:200]))
        waiting = Waiting()
        self._panels.handle(asked, g.session.actor, waiting.reply)
        return self._answer(waiting.wait())

    def tell(self) -> None:
        """Something has changed: whoever looks at the house is told."""
        page, retired, around = self.page(), self._panels.retired(), self._parts.screens.around
        if (page, retired) != (around.house, around.retired):
            self._parts.screens.surroundings(house=page, retired=retired)

    def filed(self, kinds: frozenset[str]) -> None:
        """Members or the map have changed, on whatever thread."""
        if kinds & _SHOWN:
            self._parts.hub.post(self.tell)

    def _answer(self, answer: Answer) -> Response:
        return json_response(self._parts.answers.json(answer, g.language), status(answer))


def join(panels: Panels, socket: PanelSocket) -> None:
    """What the panels process says goes to `panels`, and orders to the process."""

    def state(told: PanelsState) -> None:
        panels.simulated = told.simulated
        if not told.online:
            panels.lost()

    panels.line = socket
    socket.barred = panels.retired
    socket.on_state.append(state)
    socket.on_house.append(panels.house_is)
    socket.on_done.append(panels.done)
    socket.on_pressed.append(panels.pressed)


def page_of(house: House | None, on_file: OnFile, *, simulated: bool) -> PanelsPage:
    """The house joined with the hall: seats in the order of the map, then those that stand on no map. Pure."""
    sits = {member.seat: member for member in in_office(on_file) if member.seat}
    plan = on_file.seat_maps.get("seats")
    rows = plan.rows if plan is not None else ()
    seats = list(dict.fromkeys([*(seat for row in rows for seat in row if seat), *sorted(sits, key=by_given_name)]))
    place = {seat: number for number, seat in enumerate(seats)}
    known = house or House()
    panels = sorted(known.panels, key=lambda p: (p.seat is None, place.get(p.seat or "", len(place)), p.serial))
    return PanelsPage(
        online=house is not None,
        simulated=simulated,
        testing=known.testing,
        buses=tuple(
            BusView(b.bus, b.port, b.online, b.baud, b.cycle_ms or None, b.bad_frames, b.why) for b in known.buses
        ),
        panels=tuple(_panel(panel) for panel in panels),
        pairing=None if known.pairing is None else PairingView(known.pairing.bus, known.pairing.found),
        rows=rows,
        seats=tuple(
            SeatOfHall(seat, who.id, who.name) if who is not None else SeatOfHall(seat)
            for seat, who in ((seat, sits.get(seat)) for seat in seats)
        ),
    )


def _panel(panel: Panel) -> PanelView:
    return PanelView(
        serial=panel.serial,
        seat=panel.seat,
        bus=panel.bus,
        address=panel.address,
        kind=panel.kind,
        online=panel.online,
        jammed=panel.jammed,
        down=panel.down,
        version=panel.version,
        errors=panel.errors,
        seen=None if panel.online else panel.seen,
    )


def register(app: Flask, parts: Parts) -> None:
    """Add the routes, and keep the section true."""
    panels = parts.panels
    if panels is None:
        raise RuntimeError("the panels' room needs the panels")
    desk = PanelsDesk(parts, panels)
    panels.listeners.append(desk.tell)
    parts.sign_in.registry.listeners.append(desk.filed)
    parts.hub.post(desk.tell)

    @allow(Role.TECHNICIAN, Role.CLERK, Role.AUDITOR)
    def panels_page() -> Response:
        around = msgspec.structs.replace(parts.screens.around, house=desk.page())
        return json_response(msgspec.json.encode(sections.house(parts.chamber.durable, around, Audience.WATCHER)))

    @allow(Role.TECHNICIAN, Role.CLERK)
    def order_panels() -> Response:
        return desk.order()

    app.add_url_rule("/api/panels", view_func=panels_page)
    app.add_url_rule(ORDERS, view_func=order_panels, methods=["POST"])
