"""`GET /api/recorder/preview.jpg`: what the camera sees, for the desks. Not the public's, and in no cache."""

from pathlib import Path

from flask import Flask, Response, abort

from appliance.core.people import Role
from appliance.server.access import allow
from appliance.server.parts import Parts


def add(app: Flask, parts: Parts) -> None:
    """Add the picture, which the recorder itself takes away when the meeting is private."""

    @allow(Role.CHAIR, Role.CLERK, Role.TECHNICIAN)
    def recorder_preview() -> Response:
        path = parts.preview
        picture = parts.hub.offload(lambda: _read(path)) if path is not None else None
        if picture is None:
            abort(404)
        return Response(picture, mimetype="image/jpeg", headers={"Cache-Control": "no-store"})

    app.add_url_rule("/api/recorder/preview.jpg", view_func=recorder_preview)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes() or None
    except OSError:
        return None
