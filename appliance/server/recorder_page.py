"""`GET /api/recorder/preview.jpg`: what the camera sees, for the desks. Not the public's, and in no cache."""

from collections.abc import Callable
from pathlib import Path

from flask import Flask, Response, abort

from appliance.core.people import Role
from appliance.server.access import allow
from appliance.server.parts import Page, Parts


def preview(path: Path) -> Page:
    """The page that shows the recorder's newest picture, which it takes away itself when the meeting is private."""

    def add(app: Flask, parts: Parts) -> None:
        app.add_url_rule("/api/recorder/preview.jpg", view_func=_picture(path, parts.hub.offload))

    return add


def _picture(path: Path, offload: Callable[[Callable[[], bytes | None]], bytes | None]) -> Callable[[], Response]:
    @allow(Role.CHAIR, Role.CLERK, Role.TECHNICIAN)
    def recorder_preview() -> Response:
        picture = offload(lambda: _read(path))
        if picture is None:
            abort(404)
        return Response(picture, mimetype="image/jpeg", headers={"Cache-Control": "no-store"})

    return recorder_preview


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes() or None
    except OSError:
        return None
