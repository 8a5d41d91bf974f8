"""Socket.IO: who connects is bound to their session once; `command` is the door, `snapshot` the view anew.

Handlers are registered on python-socketio's server, not on Flask-SocketIO's: a request context per ballot
costs three times what the ballot does. JSON of a command is not decoded here: the door does that. Once a
client has joined, its commands come straight from its WebSocket (`take`); `command` is the same for those
that come before, and for a server that is configured to send the library's way.
"""

import logging
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec
from socketio.exceptions import ConnectionRefusedError as Refused

from appliance.core.refusals import Code, Refusal
from appliance.server.access import ANYONE, COOKIE, LANGUAGE_COOKIE, PUBLIC, allow, cookie_of, verdict
from appliance.server.hub import Waiting
from appliance.server.live.audiences import audience_of
from appliance.server.live.channels import Client
from appliance.server.parts import Parts
from appliance.server.websocket import Wire
from appliance.server.words import Language, language_of
from appliance.services.answers import Answer
from appliance.services.on_file import Session

log = logging.getLogger(__name__)

_COMMAND: Final = '["command",'
_AT_ONCE: Final = 32
"""A client with so many commands unanswered is read no further until one is answered."""


class WireJson:
    """The JSON of Socket.IO packets. A command stays as it came: the door decodes it once, into its type."""

    @staticmethod
    def dumps(value: Any, **_: Any) -> str:
        """JSON text; takes `msgspec.Raw` as it is."""
        return msgspec.json.encode(value).decode()

    @staticmethod
    def loads(text: str | bytes, **_: Any) -> Any:
        """What was sent; ValueError when it is not JSON."""
        if isinstance(text, str) and text.startswith(_COMMAND):
            return ["command", msgspec.Raw(text[len(_COMMAND) : -1].encode())]
        return msgspec.json.decode(text)


class Events:
    """The handlers, by event name."""

    def __init__(self, parts: Parts, server: Any) -> None:
        self._parts = parts
        self._server = server
        self.table: Mapping[str, Callable[..., Any]] = {
            "connect": self.connect,
            "disconnect": self.disconnect,
            "command": self.command,
            "snapshot": self.snapshot,
        }
        for name, handler in self.table.items():
            server.on(name, handler)
        parts.sign_in.on_revoked.append(lambda session: parts.hub.post(lambda: self.revoked(session)))

    @allow(*ANYONE)
    def connect(self, sid: str, environ: dict[str, Any], auth: object = None) -> None:
        """Bind the session behind the cookie to this connection; the snapshot follows."""
        header = environ.get("HTTP_COOKIE")
        token = cookie_of(header, COOKIE)
        session = self._parts.sign_in.session(token) if token else None
        language = language_of(cookie_of(header, LANGUAGE_COOKIE), environ.get("HTTP_ACCEPT_LANGUAGE"))
        refusal = verdict(self.connect, session)
        eio_sid = self._server.manager.eio_sid_from_sid(sid, "/")
        if refusal is not None or session is None:
            self._parts.hub.after(1.0, lambda: self._server.eio.disconnect(eio_sid))
            said = self._refused(refusal or Refusal(Code.NOT_SIGNED_IN), language)
            raise Refused(said.message, msgspec.to_builtins(said))
        wire = environ["wsgi.websocket"]
        self._parts.hub.soon(lambda: self._join(sid, eio_sid, wire, session, language))

    def _join(self, sid: str, eio_sid: str, wire: Wire, session: Session, language: Language) -> None:
        """After the connection has been answered: the snapshot may not come before that."""
        if self._server.manager.is_connected(sid, "/"):
            audience = audience_of(session.actor, self._parts.chamber.durable)
            client = Client(sid, eio_sid, wire.link, session.id, session.name, session.actor, language, audience)
            self._parts.screens.join(client)
            if self._parts.frames == "once":
                wire.taker = lambda number, raw: self.take(client, number, raw)

    @allow(PUBLIC)
    def disconnect(self, sid: str, reason: str = "") -> None:
        """Gone."""
        self._parts.screens.leave(sid)

    @allow(*ANYONE)
    def command(self, sid: str, given: object = None, *_: object) -> msgspec.Raw:
        """The same door as `POST /api/commands`; the answer is the ack, once it is durable."""
        client = self._parts.screens.clients.get(sid)
        if client is None:
            return self._raw(Refusal(Code.NOT_SIGNED_IN), "vi")
        waiting = Waiting()
        raw = bytes(given) if isinstance(given, msgspec.Raw) else msgspec.json.encode(given)
        self._parts.door.give(raw, client.actor, waiting.reply)
        return self._raw(waiting.wait(), client.language)

    def take(self, client: Client, number: bytes, raw: bytes) -> None:
        """`command` without the library: the answer goes out whenever it is there, nobody waits for it."""
        parts, waiting = self._parts, Waiting() if client.unanswered >= _AT_ONCE else None

        def reply(answer: Answer) -> None:
            client.unanswered -= 1
            parts.screens.outlet.answer(client, number, parts.answers.json(answer, client.language))
            if waiting is not None:
                waiting.reply(answer)

        client.unanswered += 1
        if client.sid not in parts.screens.clients:
            reply(Refusal(Code.NOT_SIGNED_IN))
            return
        try:
            parts.door.give(raw, client.actor, reply)
        except Exception:
            log.exception("a command from %s", client.actor.role)
            raise
        if waiting is not None:
            waiting.wait()

    @allow(*ANYONE)
    def snapshot(self, sid: str, *_: object) -> msgspec.Raw:
        """The whole view again, in the ack."""
        client = self._parts.screens.clients.get(sid)
        if client is None:
            return self._raw(Refusal(Code.NOT_SIGNED_IN), "vi")
        return msgspec.Raw(self._parts.screens.snapshot(client.actor, client.name, client))

    def revoked(self, session: str) -> None:
        """A session has ended: say so, and disconnect whoever used it."""
        screens = self._parts.screens
        for client in [client for client in screens.clients.values() if client.session == session]:
            self._server.emit("signed_out", {}, to=client.sid)
            screens.leave(client.sid)
            self._parts.hub.after(0.2, lambda sid=client.sid: self._server.disconnect(sid))  # type: ignore[misc]

    def _raw(self, answer: Any, language: Language) -> msgspec.Raw:
        return msgspec.Raw(self._parts.answers.json(answer, language))

    def _refused(self, refusal: Refusal, language: Language) -> Any:
        return self._parts.answers.refused(refusal, language)
