"""Listening: the gevent WSGI server around the app, its tasks, and a clean end."""

import gc
import logging
import signal
import socket
from typing import Any, Final

import gevent
import gevent.event
from gevent.pywsgi import WSGIServer

from appliance.server import status
from appliance.server.app import build
from appliance.server.parts import Parts
from appliance.server.websocket import Handler
from appliance.services.room_code import WINDOW_SECONDS

log = logging.getLogger(__name__)
_GARBAGE: Final = 20_000
"""So many new objects before Python looks for cycles among them; next to nothing here makes any."""
BACKLOG: Final = 4096
"""A whole hall may reconnect in one moment."""


class Server:
    """One listening server: `start`, `wait` until it is told to end, `stop`."""

    def __init__(self, parts: Parts, host: str, port: int) -> None:
        self._parts = parts
        self.app = build(parts)
        self._wsgi = WSGIServer((host, port), self.app, handler_class=Handler, log=None, error_log=log, backlog=BACKLOG)
        self._tasks: list[Any] = []
        self._ended = gevent.event.Event()

    @property
    def port(self) -> int:
        """The port, also when the system chose it."""
        return int(self._wsgi.server_port or 0)

    def start(self) -> None:
        """Listen, and start the tasks."""
        hub = self._parts.hub
        self._wsgi.start()
        # Every connection inherits it. Head and body of an answer are sent apart: without it the body would
        # wait 40 ms for the client's delayed acknowledgement.
        self._wsgi.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._tasks = [
            hub.forever("the health watch", lambda: status.watch(self._parts)),
            hub.forever("the room code", self._turn_room_code),
            *(hub.forever(name, task) for name, task in self._parts.tasks),
        ]

    def heed_signals(self) -> None:
        """From now on SIGTERM and SIGINT end `wait`; given before anybody is told that the server is ready."""
        for number in (signal.SIGTERM, signal.SIGINT):
            gevent.signal_handler(number, self._ended.set)

    def end(self) -> None:
        """Let `wait` return, as a signal does."""
        self._ended.set()

    def wait(self) -> None:
        """Serve until SIGTERM or SIGINT, or `end`."""
        # What is there now stays; looking through it again and again would stop a poll for milliseconds.
        gc.collect()
        gc.freeze()
        gc.set_threshold(_GARBAGE, 20, 20)
        self._ended.wait()
        log.info("stopping")

    def stop(self) -> None:
        """Stop listening and let go of everybody."""
        gevent.killall(self._tasks)
        self._wsgi.stop(timeout=0.5)

    def _turn_room_code(self) -> None:
        room = self._parts.room
        while True:
            gevent.sleep(min(room.seconds_left(), WINDOW_SECONDS) + 0.05)
            self._parts.screens.room_code_changed()
