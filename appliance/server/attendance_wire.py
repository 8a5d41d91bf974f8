"""The wire of excuses, typed, and the routes about attendance as OpenAPI has them."""

from typing import Any, Final, Literal

from msgspec import Struct

from appliance.server.paths import content, ref, refused
from appliance.services.on_file import ExcuseState


class ExcuseView(Struct, frozen=True):
    """An excuse. `file`: what was handed in with it, at `GET /api/excuses/<excuse>/file`."""

    excuse: str
    member: str
    name: str
    day: str
    part: Literal["whole", "morning", "afternoon"]
    reason: str
    sent: str
    state: ExcuseState
    answer: str = ""
    file: str | None = None
    file_name: str = ""


class ExcusesPage(Struct, frozen=True):
    """`GET /api/excuses`: all of them for clerk and chair; a delegate is shown their own."""

    excuses: tuple[ExcuseView, ...]
    today: str


MODELS: Final[tuple[type, ...]] = (ExcusesPage,)


_EXCUSE: Final = {"name": "excuse", "in": "path", "required": True, "schema": {"type": "string"}}


def _file(name: str, summary: str, *parameters: dict[str, Any]) -> dict[str, Any]:
    return {
        "operationId": name,
        "summary": summary,
        "security": [{"cookie": []}],
        "parameters": list(parameters),
        "responses": {"200": {"description": summary}, "default": refused()},
    }


PATHS: Final[dict[str, Any]] = {
    "/api/excuses": {
        "get": {
            "operationId": "excuses",
            "summary": "Excuses that members sent ahead",
            "security": [{"cookie": []}],
            "responses": {"200": content("Excuses", ref(ExcusesPage)), "default": refused()},
        }
    },
    "/api/excuses/{excuse}/file": {
        "get": _file("excuseFile", "What was handed in with an excuse: PDF, JPEG or PNG", _EXCUSE),
        "post": _file("attachToExcuse", "Hand a file in with an excuse (multipart, `file`, at most 5 MB)", _EXCUSE),
    },
    "/api/room.svg": {"get": _file("roomPicture", "The room code of this moment as a QR code, for the hall display")},
}
