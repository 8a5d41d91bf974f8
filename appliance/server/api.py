"""The HTTP API: signing in and out, the one door, the snapshot, the description of it all."""

import secrets
from collections.abc import Callable
from typing import Any, Final

import msgspec
from flask import Flask, Response, g, request

from appliance.core.refusals import Code, Fault, Refusal
from appliance.server import access
from appliance.server.access import ANYONE, COOKIE, DEVICE_COOKIE, PUBLIC, allow
from appliance.server.errors import status
from appliance.server.forms import CardSignIn, Me, Pairing, PairingSignIn, PasswordSignIn
from appliance.server.hub import Waiting
from appliance.server.openapi import description
from appliance.server.parts import Parts
from appliance.services.answers import Answer
from appliance.services.door import MAX_BYTES
from appliance.services.on_file import OnFile, Session
from appliance.services.sessions import SignedIn

_YEAR: Final = 366 * 24 * 3600
_FORMS: Final[dict[str, type]] = {"card": CardSignIn, "account": PasswordSignIn, "pairing": PairingSignIn}


def add(app: Flask, parts: Parts) -> None:
    """Add the API's routes."""
    api = Api(parts)
    app.add_url_rule("/api/sign-in", view_func=api.sign_in, methods=["POST"])
    app.add_url_rule("/api/sign-out", view_func=api.sign_out, methods=["POST"])
    app.add_url_rule("/api/pairings", view_func=api.pairings, methods=["POST"])
    app.add_url_rule("/api/me", view_func=api.me)
    app.add_url_rule("/api/snapshot", view_func=api.snapshot)
    app.add_url_rule("/api/commands", view_func=api.commands, methods=["POST"])
    app.add_url_rule("/api/openapi.json", view_func=api.openapi)


def json_response(body: bytes, code: int = 200) -> Response:
    """JSON that no cache keeps."""
    return Response(body, status=code, mimetype="application/json")


class Api:
    """Each method is one route."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    @allow(PUBLIC)
    def sign_in(self) -> Response:
        """A card and PIN, an account and password, or a display's pairing code; sets the cookie."""
        form = _form(request.get_data(cache=False))
        if isinstance(form, Refusal):
            return self.answer(form)
        device, address = device_of(), address_of()
        answer = self._sign_in(lambda: self._signed_in(form, device, address))
        if isinstance(answer, Refusal):
            return self.keep_device(self.answer(answer), device)
        response = json_response(msgspec.json.encode(me_of(answer.session, self._on_file())))
        response.set_cookie(COOKIE, answer.token, httponly=True, samesite="Strict", secure=self._parts.tls, path="/")
        return self.keep_device(response, device)

    def _signed_in(self, form: Any, device: str, address: str) -> SignedIn | Refusal:
        sign_in = self._parts.sign_in
        match form:
            case CardSignIn():
                return sign_in.with_card(form.card, form.pin, device, address)
            case PasswordSignIn():
                return sign_in.with_password(form.account, form.password, device, address)
            case _:
                return sign_in.with_pairing(form.pairing, device)

    @allow(PUBLIC)
    def sign_out(self) -> Response:
        """End this sign-in; its sockets are disconnected."""
        token = request.cookies.get(COOKIE)
        if token:
            self._sign_in(lambda: self._parts.sign_in.sign_out(token))
        response = json_response(msgspec.json.encode(me_of(None, self._on_file())))
        response.delete_cookie(COOKIE, path="/", samesite="Strict", httponly=True, secure=self._parts.tls)
        return response

    @allow(PUBLIC)
    def pairings(self) -> Response:
        """A hall display asks for the code that it shows."""
        device = device_of()
        code = self._sign_in(lambda: self._parts.sign_in.request_pairing(device))
        if isinstance(code, Refusal):
            return self.answer(code)
        return self.keep_device(json_response(msgspec.json.encode(Pairing(str(code)))), device)

    @allow(PUBLIC)
    def me(self) -> Response:
        """Who this client is."""
        return json_response(msgspec.json.encode(me_of(g.session, self._on_file())))

    @allow(*ANYONE)
    def snapshot(self) -> Response:
        """The client's view, whole."""
        return json_response(self._parts.screens.snapshot(g.session.actor, g.session.name))

    @allow(*ANYONE)
    def commands(self) -> Response:
        """The one door. Answers when the command is durable, or refused."""
        if (request.content_length or 0) > MAX_BYTES:
            return self.answer(Refusal(Code.TOO_LARGE, f"{MAX_BYTES} bytes at most"))
        raw = request.get_data(cache=False)
        # The body may have been held back until the session had ended: who gives it is asked again now.
        session = self._parts.sign_in.session(request.cookies.get(COOKIE, ""))
        if session is None:
            return self.answer(Refusal(Code.NOT_SIGNED_IN))
        waiting = Waiting()
        self._parts.door.give(raw, session.actor, waiting.reply)
        return self.answer(waiting.wait())

    @allow(PUBLIC)
    def openapi(self) -> Response:
        """What all of this is, for programs."""
        return json_response(msgspec.json.encode(description()))

    def answer(self, answer: Answer) -> Response:
        """An answer with its status."""
        return json_response(self._parts.answers.json(answer, g.language), status(answer))

    def _on_file(self) -> OnFile:
        return self._parts.sign_in.registry.on_file

    def _sign_in(self, call: Callable[[], Any]) -> Any:
        try:
            return self._parts.hub.sign_in(call)
        except Fault as fault:
            return Refusal(fault.code, fault.detail)

    def keep_device(self, response: Response, device: str) -> Response:
        """The cookie by which a tablet is known again."""
        if request.cookies.get(DEVICE_COOKIE) != device:
            response.set_cookie(
                DEVICE_COOKIE,
                device,
                max_age=_YEAR,
                httponly=True,
                samesite="Strict",
                secure=self._parts.tls,
                path="/",
            )
        return response


def me_of(session: Session | None, on_file: OnFile) -> Me:
    """A session as its owner may see it."""
    if session is None:
        return Me(signed_in=False)
    actor = session.actor
    ease = on_file.eases.get(actor.member or "")
    return Me(signed_in=True, role=actor.role, name=session.name, person=actor.person, member=actor.member, ease=ease)


def device_of() -> str:
    """The tablet's own mark, or a new one."""
    return request.cookies.get(DEVICE_COOKIE) or secrets.token_urlsafe(24)


def address_of() -> str:
    """Where the request comes from."""
    return access.addresses(request.headers.get("X-Forwarded-For", "").split(","), request.remote_addr or "")


def _form(raw: bytes) -> CardSignIn | PasswordSignIn | PairingSignIn | Refusal:
    try:
        fields = msgspec.json.decode(raw, type=dict[str, Any])
        kind = next((_FORMS[name] for name in _FORMS if name in fields), None)
        if kind is None:
            return Refusal(Code.MALFORMED, "card and pin, account and password, or pairing")
        found: CardSignIn | PasswordSignIn | PairingSignIn = msgspec.convert(fields, kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        # The message could repeat what was sent, and that is a secret.
        return Refusal(Code.MALFORMED)
    return found
