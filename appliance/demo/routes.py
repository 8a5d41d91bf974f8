"""The demo's own pages. They exist only in a demo; a real installation answers 404 (a test says so).

`GET /demo`        page `demo`: each screen's address, its sign-in, its QR code; "open as …" for everyone.
`GET /simulator`   page `demo` too: 27 panels with three buttons each and their lights.
                   Both are the bundle `web/src/demo`; it looks at `location.pathname`. The first state stands
                   in `<script id="first">`: that of /demo.json or of /simulator.json. It mounts on `#app`.
`GET /demo.json`   everything that /demo shows, for programs; stable:

    {"base": "http://localhost:8080",
     "screens":  [{"name": "chair", "title": {"vi": …, "en": …}, "role": "chair",
                   "url": "http://localhost:8080/chair", "path": "/chair",
                   "qr": "/demo/qr/chair.svg",
                   "sign_in": {"account": "chu-tich", "password": "…"} | {"card": …, "pin": …}
                              | {"pairing": …} | null}],
     "members":  [{"member": "m01", "name": "…", "seat": "01", "group": "Tổ 1", "office": "…",
                   "card": "…", "pin": "…", "path": "/#card=…"}],
     "accounts": [{"account": "chu-tich", "password": "…", "role": "chair", "name": "…",
                   "member": "m01" | null, "path": "/chair"}],
     "hall":     {"pairing": "…", "path": "/hall"}}

    `sign_in` is the exact body for `POST /api/sign-in`; null where no sign-in is needed. Screens are named
    delegate, delegate-2, chair, clerk, hall, technician, minutes, simulator, and for the public watch and archive,
    whose `path` is a whole address, since they are served by another server. To open a screen the page posts
    `sign_in` and then goes to `path` (one browser profile holds one sign-in at a time; the page says so).

`GET /demo/qr/<name>.svg`   the QR code of that screen's address (for a delegate: with the card).

`GET /simulator.json`   what the simulator shows; ask again every 300 ms while the page is visible:

    {"panels": "online" | "offline",
     "seats": [{"seat": "01", "member": "m01", "name": "…", "office": "…",
                "lights": {"for": "off" | "on" | "blink" | "flash", "against": …, "abstain": …},
                "lit": {"for": true | false, …},
                "show": "offline" | "jammed" | "refused" | "sending" | "check-in" | "asked" | "dark" |
                        "not-your-poll" | "waiting" | "recorded" | "held" | "speaking" |
                        "wants-floor" | "away"}]}

    `lights` (blink is slow, flash is quick or short), `lit` (as read from the pins) and `show` are what the
    panels process reports (the table in panels/lights.py), never what the page thinks; `away`: it is not there.

`POST /simulator/press`   {"seat": "01", "button": "for" | "against" | "abstain", "down": true | false}
    Puts the simulator's finger on that button; the click then goes the whole way: pin, gpiozero, command, ledger.
    Give `down: true` on pointerdown and `down: false` on pointerup. Answers {"pressed": 1}; 503 with
    {"pressed": 0} while the panels process is away; 400 for an unknown seat or button.

`POST /simulator/everyone`   {"for": 20, "against": 3, "abstain": 2} (those are the defaults)
    Presses and lets go one button at the seat of each delegate who is in the room (at every seat while no
    sitting is open), with a mix that looks like a hall; seats beyond the sum press nothing.
    Answers {"pressed": n}; 503 while the panels process is away.

Where the demo was started with --bus, the last seats have panels on a simulated bus, and there are boxes that belong to
no seat. `/simulator/press` finds the box at such a seat by itself; each box can also be taken in the hand:

`GET /simulator/boxes.json`   {"boxes": [{"serial": "e660…", "seat": "27" | null, "paired": true | false,
                               "lights": [true, false, false], "shows": 12 | null}]}    (null: it has no power)
`POST /simulator/box`   {"serial": …, "button": "for" | "against" | "abstain", "down": true | false}, or
                        {"serial": …, "on": true | false}: its power. Answers {"pressed": 1}; 503 with {"pressed": 0}.

Every POST needs the same `Origin`/CSRF precautions as the rest of the server; no sign-in is asked for.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar

import msgspec
from flask import Blueprint, Flask, Response, abort, g, make_response, render_template, request
from msgspec import Meta, Struct

from appliance.core.ballot_paper import Choice
from appliance.demo import bus_control
from appliance.demo import council as people
from appliance.demo.qr import svg
from appliance.demo.screens import Screen, as_json, screens
from appliance.server.access import PUBLIC, allow
from appliance.server.pages import Bundles, in_script
from appliance.server.panel_lines import Lit
from appliance.server.panel_socket import PanelSocket
from appliance.server.parts import Parts
from appliance.services.on_file import Member
from appliance.services.panel_words import House

BUTTONS: Final = tuple(choice.value for choice in Choice)
_AWAY: Final = Lit(show="away", lights=("off", "off", "off"), lit=(False, False, False))
_Count = Annotated[int, Meta(ge=0, le=1000)]
T = TypeVar("T")


class Press(Struct, frozen=True, forbid_unknown_fields=True):
    """The simulator's finger on one button."""

    seat: str
    button: Choice
    down: bool


class Box(Struct, frozen=True, forbid_unknown_fields=True):
    """A finger on a box on the bus, or its power switch."""

    serial: str
    button: Choice = Choice.FOR
    down: bool = False
    on: bool | None = None


class Everyone(Struct, frozen=True, forbid_unknown_fields=True):
    """How many press what."""

    for_: _Count = msgspec.field(name="for", default=20)
    against: _Count = 3
    abstain: _Count = 2

    def choices(self) -> list[Choice]:
        """The presses, one choice scattered among the others as in a hall."""
        wanted = {Choice.FOR: self.for_, Choice.AGAINST: self.against, Choice.ABSTAIN: self.abstain}
        places = [((i + 0.5) / n, choice) for choice, n in wanted.items() for i in range(n)]
        return [choice for _, choice in sorted(places, key=lambda place: place[0])]


@dataclass(slots=True)
class DemoPages:
    """The demo's routes. `panels` is set once the server around them is fitted."""

    base: str
    public: str = ""
    boxes: Path | None = None
    """The demo's folder, where its boxes on a bus listen; None: there are none."""
    panels: PanelSocket | None = None
    _house: House = field(default_factory=House)
    _screens: tuple[Screen, ...] = field(init=False)

    def __post_init__(self) -> None:
        self._screens = screens(self.base, self.public)

    def watch(self, panels: PanelSocket) -> None:
        """The server is fitted: these are its panels."""
        self.panels = panels
        panels.on_house.append(lambda house: setattr(self, "_house", house))

    def add(self, app: Flask, parts: Parts) -> None:
        """Add the pages, the JSON and the simulator."""
        pages = Blueprint("demo", __name__, template_folder="templates")
        bundles = Bundles(parts.web / "dist")

        def page(first: Mapping[str, object]) -> str:
            return render_template(
                "demo.html",
                text=lambda key: parts.words.say(g.language, f"demo.{key}"),
                first=in_script(msgspec.json.encode(first).decode()),
                files=bundles.of("demo", g.language),
                screens=self._screens,
            )

        self._sheets(pages, page)
        self._simulator(pages, page, parts)
        app.register_blueprint(pages)

    def _sheets(self, pages: Blueprint, page: Callable[[Mapping[str, object]], str]) -> None:
        addresses = as_json(self.base, self._screens)

        @pages.get("/demo")
        @allow(PUBLIC)
        def demo() -> str:
            return page(addresses)

        @pages.get("/demo.json")
        @allow(PUBLIC)
        def demo_json() -> Response:
            return _json(addresses)

        @pages.get("/demo/qr/<name>.svg")
        @allow(PUBLIC)
        def qr(name: str) -> Response:
            url = {screen.name: screen.url for screen in self._screens}.get(name)
            if url is None:
                abort(404)
            return Response(svg(url), mimetype="image/svg+xml")

    def _simulator(self, pages: Blueprint, page: Callable[[Mapping[str, object]], str], parts: Parts) -> None:
        @pages.get("/simulator")
        @allow(PUBLIC)
        def simulator() -> str:
            return page(self.seats())

        @pages.get("/simulator.json")
        @allow(PUBLIC)
        def simulator_json() -> Response:
            return _json(self.seats())

        @pages.post("/simulator/press")
        @allow(PUBLIC)
        def press() -> Response:
            wanted = _body(Press)
            if wanted.seat not in {member.seat for member in people.members()}:
                abort(400)
            return _pressed(int(self._press(wanted.seat, wanted.button, wanted.down)))

        @pages.post("/simulator/everyone")
        @allow(PUBLIC)
        def everyone() -> Response:
            sitting = parts.chamber.durable.sitting
            here = frozenset(sitting.present()) if sitting else None
            return _pressed(self.everyone(_body(Everyone), here))

        @pages.get("/simulator/boxes.json")
        @allow(PUBLIC)
        def boxes_json() -> Response:
            return _json({"boxes": self._boxes()})

        @pages.post("/simulator/box")
        @allow(PUBLIC)
        def box() -> Response:
            wanted = _body(Box)
            if wanted.on is not None:
                return _pressed(int(self._ask(do="power", serial=wanted.serial, on=wanted.on)))
            return _pressed(int(self._finger(wanted.serial, wanted.button, wanted.down)))

    def _boxes(self) -> list[dict[str, object]]:
        """Each box with its seat, as far as the hall knows it."""
        found = bus_control.ask(self.boxes, do="look").get("boxes", []) if self.boxes is not None else []
        here = {panel.serial: panel for panel in self._house.panels}
        return [
            {
                **box,
                "paired": box["serial"] in here,
                "seat": here[box["serial"]].seat if box["serial"] in here else None,
            }
            for box in found
        ]

    def _finger(self, serial: str, button: Choice, down: bool) -> bool:
        return self._ask(do="finger", serial=serial, button=list(Choice).index(button), down=down)

    def _ask(self, **words: object) -> bool:
        return self.boxes is not None and bool(bus_control.ask(self.boxes, **words).get("done"))

    def seats(self) -> dict[str, object]:
        """What the simulator shows."""
        online = self.panels is not None and self.panels.state.online
        lit = self.panels.lights() if self.panels is not None else {}
        return {"panels": "online" if online else "offline", "seats": [_seat(m, lit) for m in people.members()]}

    def everyone(self, wanted: Everyone, here: frozenset[str] | None) -> int:
        """Press and let go one button at the seat of each who is here; how many fingers found a panel."""
        pressed = 0
        seats = [member.seat or "" for member in people.members() if here is None or member.id in here]
        for seat, choice in zip(seats, wanted.choices(), strict=False):
            if self._press(seat, choice, down=True):
                self._press(seat, choice, down=False)
                pressed += 1
        return pressed

    def _press(self, seat: str, button: Choice, down: bool) -> bool:
        panel = self._house.at(seat) if self.boxes is not None else None
        if panel is not None and panel.kind != "gpio":
            return self._finger(panel.serial, button, down)
        return self.panels is not None and self.panels.press(seat, button.value, down)


def _seat(member: Member, lit: Mapping[str, Lit]) -> dict[str, object]:
    shown = lit.get(member.seat or "", _AWAY)
    return {
        "seat": member.seat,
        "member": member.id,
        "name": member.name,
        "office": member.office,
        "lights": dict(zip(BUTTONS, shown.lights, strict=True)),
        "lit": dict(zip(BUTTONS, shown.lit, strict=True)),
        "show": shown.show,
    }


def _body(kind: type[T]) -> T:
    try:
        return msgspec.json.decode(request.get_data() or b"{}", type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        abort(400)


def _json(value: Mapping[str, Any]) -> Response:
    return Response(msgspec.json.encode(value), mimetype="application/json")


def _pressed(count: int) -> Response:
    answer = make_response(_json({"pressed": count}))
    answer.status_code = 200 if count else 503
    return answer
