"""`GET /api/chairs`: to whom the gavel can be handed. For chairs; the gavel itself is handed by HandGavel."""

from typing import Any, Final

import msgspec
from flask import Flask, Response
from msgspec import Struct

from appliance.core.names import by_given_name
from appliance.core.people import Role
from appliance.server.access import allow
from appliance.server.parts import Parts
from appliance.server.paths import operation


class ChairAccount(Struct, frozen=True):
    """Somebody who may preside."""

    person: str
    name: str


class Chairs(Struct, frozen=True):
    """All of them, by name."""

    chairs: tuple[ChairAccount, ...]


MODELS: Final = (Chairs,)
PATHS: Final[dict[str, Any]] = {
    "/api/chairs": {"get": operation("chairs", "Who may preside, for whoever hands on the gavel", Chairs)}
}


def add(app: Flask, parts: Parts) -> None:
    """Add the route."""

    @allow(Role.CHAIR)
    def chairs() -> Response:
        known = parts.registry.facts().chairs.items()
        found = [ChairAccount(person, name) for person, name in sorted(known, key=lambda one: by_given_name(one[1]))]
        return Response(msgspec.json.encode(Chairs(tuple(found))), mimetype="application/json")

    app.add_url_rule("/api/chairs", view_func=chairs)
