"""Connections that open a WebSocket and then never sign in on it are closed: each would cost memory for good."""

from typing import Any

import gevent

from appliance.server.live.screens import Screens

PATIENCE_SECONDS = 10.0


class Strangers:
    """Looks now and then; who was a stranger at two looks in a row is disconnected."""

    def __init__(self, engine: Any, screens: Screens) -> None:
        self._engine = engine
        self._screens = screens
        self._seen: set[str] = set()

    def watch(self) -> None:
        """A task."""
        while True:
            gevent.sleep(PATIENCE_SECONDS)
            self.look()

    def look(self) -> None:
        """Disconnect those who were here at the last look already and have not joined since."""
        known = {client.eio_sid for client in self._screens.clients.values()}
        strangers = set(self._engine.sockets) - known
        for eio_sid in strangers & self._seen:
            gevent.spawn(self._engine.disconnect, eio_sid)  # it waits until the client has been told
        self._seen = strangers - self._seen
