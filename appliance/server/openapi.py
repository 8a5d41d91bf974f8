"""What the wire is, described from the same models that the server validates with (OpenAPI 3.1)."""

from typing import Any, Protocol, get_args

import msgspec

from appliance.server import (
    attendance_wire,
    box_wire,
    debate_wire,
    elections_wire,
    gavel_page,
    panels_wire,
    readiness_wire,
    registry_wire,
)
from appliance.server import forms as f
from appliance.server import protocol as p
from appliance.server.papers import wire as papers_wire
from appliance.server.paths import REF, content, operation, ref, refused
from appliance.server.plans import wire as plans_wire
from appliance.server.view import View
from appliance.services.desk_commands import AnyCommand


class Room(Protocol):
    """A module with routes of its own."""

    PATHS: dict[str, Any]
    MODELS: tuple[Any, ...]


ROOMS: tuple[Room, ...] = (
    attendance_wire,
    box_wire,
    debate_wire,
    elections_wire,
    panels_wire,
    papers_wire,
    plans_wire,
    readiness_wire,
    registry_wire,
    gavel_page,
)
"""Each says what its routes are."""


def description() -> dict[str, Any]:
    """The OpenAPI document."""
    models = [
        AnyCommand, p.AcceptedAnswer, p.RefusedAnswer, p.Snapshot, View, p.Push, p.MinePush,
        f.CardSignIn, f.PasswordSignIn, f.PairingSignIn, f.Pairing, f.Me,
        *(model for room in ROOMS for model in room.MODELS),
    ]  # fmt: skip
    shapes, components = msgspec.json.schema_components(models, ref_template=REF)
    commands = dict(shapes[0])
    commands["title"] = "Command"
    components["Command"] = commands
    components["Answer"] = {"anyOf": [ref(p.AcceptedAnswer), ref(p.RefusedAnswer)]}
    whole = {
        "openapi": "3.1.0",
        "info": {
            "title": "Nghị Trường",
            "version": "1",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            "description": _ABOUT,
        },
        "servers": [{"url": "/"}],
        "paths": {**_paths(), **{path: what for room in ROOMS for path, what in room.PATHS.items()}},
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
    answer = {"200": content("Accepted", ref(p.AcceptedAnswer)), "default": refused()}
    sign_in = {"oneOf": [ref(f.CardSignIn), ref(f.PasswordSignIn), ref(f.PairingSignIn)]}
    return {
        "/api/sign-in": {
            "post": {
                "operationId": "signIn",
                "summary": "Sign in; sets the cookie",
                "security": [],
                "requestBody": {"required": True, **content(None, sign_in)},
                "responses": {"200": content("Signed in", ref(f.Me)), "default": refused()},
            }
        },
        "/api/sign-out": {"post": operation("signOut", "End this sign-in", f.Me)},
        "/api/pairings": {
            "post": operation("requestPairing", "A hall display asks for the code that it shows", f.Pairing)
        },
        "/api/me": {"get": operation("me", "Who this client is", f.Me)},
        "/api/snapshot": {"get": operation("snapshot", "The whole view of this client's role", p.Snapshot)},
        "/api/recorder/preview.jpg": {
            "get": {
                "operationId": "recorderPreview",
                "summary": "What the camera sees, for chair, clerk and technician; 404 when there is no picture",
                "security": [{"cookie": []}],
                "responses": {
                    "200": {"description": "A picture", "content": {"image/jpeg": {}}},
                    "default": refused(),
                },
            }
        },
        "/api/commands": {
            "post": {
                "operationId": "giveCommand",
                "summary": "The one door",
                "security": [{"cookie": []}],
                "requestBody": {"required": True, **content(None, {"$ref": REF.format(name="Command")})},
                "responses": answer,
            }
        },
    }


def _socketio() -> dict[str, Any]:
    return {
        "path": "/socket.io",
        "transports": ["websocket"],
        "client": {
            "command": {"data": {"$ref": REF.format(name="Command")}, "ack": {"$ref": REF.format(name="Answer")}},
            "snapshot": {"ack": ref(p.Snapshot)},
        },
        "server": {
            "snapshot": {"data": ref(p.Snapshot)},
            "push": {"data": ref(p.Push)},
            "mine": {"data": ref(p.MinePush)},
            "signed_out": {"data": {"type": "object"}},
        },
    }


def command_types() -> tuple[str, ...]:
    """The names of all commands."""
    return tuple(command.__name__ for command in get_args(AnyCommand))
