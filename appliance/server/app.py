"""The Flask app and the Socket.IO server on it: routes, events, and what is true of every request."""

import logging
import secrets
from typing import Any, Final

import msgspec
from flask import Flask, Response, g, render_template, request
from flask_socketio import SocketIO
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound, RequestEntityTooLarge

from appliance.core.refusals import Code, Fault, Refusal
from appliance.server import (
    access,
    api,
    debate_page,
    elections_page,
    gavel_page,
    offline_page,
    pages,
    printing,
    recorder_page,
    status,
)
from appliance.server.access import COOKIE, LANGUAGE_COOKIE
from appliance.server.errors import STATUS
from appliance.server.events import Events, WireJson
from appliance.server.live.audiences import Around, Recorder
from appliance.server.live.frames import FrameOutlet, Outlet, StockOutlet
from appliance.server.live.polls import Polls
from appliance.server.live.screens import Screens
from appliance.server.parts import Parts
from appliance.server.sparing import sparing_logger
from appliance.server.strangers import Strangers
from appliance.server.view import DisplayRequest, RequestsView, TabletRequest
from appliance.server.websocket import MAX_MESSAGE
from appliance.server.words import LANGUAGES, language_of
from appliance.services.hall_clock import HallClock

log = logging.getLogger(__name__)

MAX_BODY: Final = 64 * 1024
HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "media-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
}
SOCKET_PATH: Final = "socket.io"
PING_SECONDS: Final = 4
"""A screen that hears nothing for two of these opens a new line by itself (`web/src/live/live.svelte.ts`): TCP, after a
Wi-Fi that was away for ten seconds, tries again only after as long a wait (`tests.bench.bad_network`)."""
PONG_WITHIN_SECONDS: Final = 16
"""The server is more patient: a program that is busy meanwhile loses nothing by it."""


def build(parts: Parts) -> Flask:
    """The app with everything on it. Raises Unguarded when a route or an event lacks its `@allow`."""
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.jinja_env.trim_blocks = False
    socketio: Any = SocketIO(
        app,
        async_mode="gevent",
        async_handlers=False,
        transports=["websocket"],  # type: ignore[call-arg]  # passed on to python-socketio
        manage_session=False,
        json=WireJson,
        path=SOCKET_PATH,
        max_http_buffer_size=MAX_MESSAGE,
        http_compression=False,
        cors_allowed_origins=[],  # the handshake is checked in websocket.Handler, before it is one
        ping_interval=PING_SECONDS,
        ping_timeout=PONG_WITHIN_SECONDS,
        logger=sparing_logger("appliance.server.socketio"),
        engineio_logger=sparing_logger("appliance.server.engineio"),
    )
    server = socketio.server
    parts.screens = _screens(parts, server)
    events = Events(parts, server)
    parts.tasks.append(("the look-out for strangers", Strangers(server.eio, parts.screens).watch))
    _every_request(app, parts)
    _problems(app, parts)
    for add in (
        api.add,
        gavel_page.add,
        pages.add,
        offline_page.add,
        status.add,
        recorder_page.add,
        debate_page.add,
        elections_page.add,
        printing.add,
        *parts.pages,
    ):
        add(app, parts)
    access.check(app.view_functions, events.table)
    return app


def _screens(parts: Parts, server: Any) -> Screens:
    outlet: Outlet = StockOutlet(server) if parts.frames == "stock" else FrameOutlet(server.eio)
    views = Polls({language: parts.words.namespace(language, "sentence") for language in LANGUAGES})
    around = Around(
        panels="offline" if parts.wired else "none",
        demo=parts.demo,
        rehearsal=parts.rehearsal,
        fault=parts.chamber.fault.code if parts.chamber.fault else None,
        time_doubtful=parts.chamber.time_doubtful,
        requests=_requests(parts),
        speaking_ms=parts.speaking_ms,
        hall_remaining_ms=HallClock(parts.chamber, parts.clock).remaining_ms,
        recorder=_recorder(parts),
    )
    screens = Screens(
        parts.chamber, parts.countdown, parts.room, parts.registry, parts.clock, parts.hub, outlet, views, around,
        parts.words,
    )  # fmt: skip
    if parts.recorder is not None:
        parts.recorder.listeners.append(lambda: screens.surroundings(recorder=_recorder(parts)))
    ask = parts.sign_in.on_requests
    ask.append(lambda: parts.hub.post(lambda: screens.requests_changed(_requests(parts))))
    _follow_filing(parts, screens)
    return screens


_NEVER_TOLD: Final = frozenset({"sessions", "accounts", "cards", "tablet_requests", "pairings", "eases"})
"""They change with every sign-in, and no screen fetches them by this."""


def _follow_filing(parts: Parts, screens: Screens) -> None:
    changes: dict[str, int] = {}

    def touched(kinds: frozenset[str]) -> None:
        for kind in kinds:
            changes[kind] = changes.get(kind, 0) + 1
        screens.surroundings(filing=dict(changes))

    def heard(kinds: frozenset[str]) -> None:
        shown = kinds - _NEVER_TOLD
        if shown:
            parts.hub.post(lambda: touched(shown))

    parts.sign_in.registry.listeners.append(heard)


def _recorder(parts: Parts) -> Recorder | None:
    heard = parts.recorder
    return Recorder(heard.online, heard.state, parts.watch, heard.published) if heard is not None else None


def _requests(parts: Parts) -> RequestsView:
    waiting = parts.sign_in.requests()
    return RequestsView(
        tablets=tuple(TabletRequest(t.request, t.member, t.name, _iso(t.asked)) for t in waiting.tablets),
        displays=tuple(DisplayRequest(d.pairing, _iso(d.asked)) for d in waiting.displays),
    )


def _iso(at: Any) -> str:
    return str(msgspec.to_builtins(at))


def _every_request(app: Flask, parts: Parts) -> None:
    @app.before_request
    def who() -> Response | None:
        """Bind language and session; keep out other sites, and whoever may not."""
        g.language = language_of(request.cookies.get(LANGUAGE_COOKIE), request.headers.get("Accept-Language"))
        token = request.cookies.get(COOKIE)
        g.session = parts.sign_in.session(token) if token else None
        if request.method not in {"GET", "HEAD", "OPTIONS"} and not access.same_origin(
            request.headers.get("Origin"), request.host
        ):
            return _answer(parts, Refusal(Code.CROSS_ORIGIN))
        view = app.view_functions.get(request.endpoint or "")
        refusal = access.verdict(view, g.session) if view is not None else None
        if refusal is None and access.is_dated(view) and parts.chamber.clock_unset():
            refusal = Refusal(Code.CLOCK_UNSET)
        return _answer(parts, refusal) if refusal is not None else None

    @app.after_request
    def headers(response: Response) -> Response:
        """Strict by default; only what says otherwise may be kept."""
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if not response.cache_control.max_age:
            response.headers["Cache-Control"] = "no-store"
        return response


def _answer(parts: Parts, refusal: Refusal, reference: str = "") -> Response:
    code = STATUS[refusal.code]
    if pages.wants_html():
        sentence = parts.words.say(g.get("language", "vi"), f"refusal.{refusal.code}")
        return Response(render_template("problem.html", message=sentence, reference=reference), status=code)
    language = g.get("language", "vi")
    return api.json_response(parts.answers.json(refusal, language), code)


def _problems(app: Flask, parts: Parts) -> None:
    @app.errorhandler(HTTPException)
    def known(error: HTTPException) -> Response:
        if isinstance(error, RequestEntityTooLarge):
            return _answer(parts, Refusal(Code.TOO_LARGE, f"{MAX_BODY} bytes at most"))
        if isinstance(error, NotFound | MethodNotAllowed):
            return _answer(parts, Refusal(Code.NOT_FOUND))
        return _answer(parts, Refusal(Code.MALFORMED, error.name or ""))

    @app.errorhandler(Fault)
    def fault(error: Fault) -> Response:
        return _answer(parts, Refusal(error.code, error.detail))

    @app.errorhandler(Exception)
    def bug(error: Exception) -> Response:
        """A reference for the person, the traceback for the log."""
        reference = secrets.token_hex(4)
        log.error("reference %s: %s %s", reference, request.method, request.path, exc_info=error)
        return _answer(parts, Refusal(Code.INTERNAL_ERROR, f"reference {reference}"), reference)
