"""What the wire is, described from the same models that the server validates with (OpenAPI 3.1)."""

from typing import Any, get_args

import msgspec

from appliance.server import forms as f
from appliance.server import protocol as p
from appliance.server.view import View
from appliance.services.desk_commands import AnyCommand

_REF = "#/components/schemas/{name}"


def description() -> dict[str, Any]:
    """The OpenAPI document."""
    models = [
        AnyCommand, p.AcceptedAnswer, p.RefusedAnswer, p.Snapshot, View, p.Push, p.MinePush,
        f.CardSignIn, f.PasswordSignIn, f.PairingSignIn, f.Pairing, f.Me,
    ]  # fmt: skip
    shapes, components = msgspec.json.schema_components(models, ref_template=_REF)
    commands = dict(shapes[0])
    commands["title"] = "Command"
    components["Command"] = commands
    components["Answer"] = {"anyOf": [_ref(p.AcceptedAnswer), _ref(p.RefusedAnswer)]}
    whole = {
        "openapi": "3.1.0",
        "info": {
            "title": "Nghị Trường",
            "version": "1",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            "description": _ABOUT,
        },
        "servers": [{"url": "/"}],
        "paths": _paths(),
        "components": {
            "schemas": components,
            "securitySchemes": {"cookie": {"type": "apiKey", "in": "cookie", "name": "nghi_truong"}},
        },
        "x-socketio": _socketio(),
    }
    # Defaults are Python's own values until here; a reader of the document knows only JSON's.
    found: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(whole))
    return found


_ABOUT = """\
One door: every command that a screen gives can be given to `POST /api/commands` or as Socket.IO event `command`.
The same id again gets the first answer and changes nothing. Sign in first; the cookie serves HTTP and Socket.IO.
Socket.IO uses the WebSocket transport only. On connect it sends `snapshot`; then `push` events, each with the `prev`
that was the last `seq` sent to your role: if it is not the one you saw, or `ledger` is another, ask for `snapshot`
again. Put each section in `changed` in place of the one you have; null means that there is none now. A field that a
section leaves out has its default."""


def _paths() -> dict[str, Any]:
    answer = {"200": _content("Accepted", _ref(p.AcceptedAnswer)), "default": _refused()}
    sign_in = {"oneOf": [_ref(f.CardSignIn), _ref(f.PasswordSignIn), _ref(f.PairingSignIn)]}
    return {
        "/api/sign-in": {
            "post": {
                "operationId": "signIn",
                "summary": "Sign in; sets the cookie",
                "security": [],
                "requestBody": {"required": True, **_content(None, sign_in)},
                "responses": {"200": _content("Signed in", _ref(f.Me)), "default": _refused()},
            }
        },
        "/api/sign-out": {"post": _operation("signOut", "End this sign-in", f.Me)},
        "/api/pairings": {
            "post": _operation("requestPairing", "A hall display asks for the code that it shows", f.Pairing)
        },
        "/api/me": {"get": _operation("me", "Who this client is", f.Me)},
        "/api/snapshot": {"get": _operation("snapshot", "The whole view of this client's role", p.Snapshot)},
        "/api/recorder/preview.jpg": {
            "get": {
                "operationId": "recorderPreview",
                "summary": "What the camera sees, for chair, clerk and technician; 404 when there is no picture",
                "security": [{"cookie": []}],
                "responses": {
                    "200": {"description": "A picture", "content": {"image/jpeg": {}}},
                    "default": _refused(),
                },
            }
        },
        "/api/commands": {
            "post": {
                "operationId": "giveCommand",
                "summary": "The one door",
                "security": [{"cookie": []}],
                "requestBody": {"required": True, **_content(None, {"$ref": _REF.format(name="Command")})},
                "responses": answer,
            }
        },
    }


def _operation(name: str, summary: str, model: type) -> dict[str, Any]:
    guarded: list[dict[str, list[str]]] = [{"cookie": []}] if name == "snapshot" else []
    responses = {"200": _content(summary, _ref(model)), "default": _refused()}
    return {"operationId": name, "summary": summary, "security": guarded, "responses": responses}


def _content(text: str | None, schema: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"content": {"application/json": {"schema": schema}}}
    return found if text is None else {"description": text, **found}


def _refused() -> dict[str, Any]:
    return _content("Refused; nothing has changed", _ref(p.RefusedAnswer))


def _ref(model: type) -> dict[str, Any]:
    return {"$ref": _REF.format(name=model.__name__)}


def _socketio() -> dict[str, Any]:
    return {
        "path": "/socket.io",
        "transports": ["websocket"],
        "client": {
            "command": {"data": {"$ref": _REF.format(name="Command")}, "ack": {"$ref": _REF.format(name="Answer")}},
            "snapshot": {"ack": _ref(p.Snapshot)},
        },
        "server": {
            "snapshot": {"data": _ref(p.Snapshot)},
            "push": {"data": _ref(p.Push)},
            "mine": {"data": _ref(p.MinePush)},
            "signed_out": {"data": {"type": "object"}},
        },
    }


def command_types() -> tuple[str, ...]:
    """The names of all commands."""
    return tuple(command.__name__ for command in get_args(AnyCommand))
