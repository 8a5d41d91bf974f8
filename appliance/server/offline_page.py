"""What a tablet keeps for when the line is gone: the page that shows the stored papers, and its service worker.

The page holds nothing of anybody (the papers are in the browser's own storage), so whoever asks gets it. The worker
stands at the root, since a service worker may answer only for addresses beneath its own.
"""

from flask import Flask, Response, abort, render_template, send_from_directory

from appliance.server.access import PUBLIC, allow
from appliance.server.pages import Bundles
from appliance.server.parts import Parts
from appliance.server.words import LANGUAGES


def add(app: Flask, parts: Parts) -> None:
    """Add both."""
    dist = parts.web / "dist"
    bundles = Bundles(dist)

    @app.get("/offline")
    @allow(PUBLIC)
    def offline() -> str:
        files = bundles.of("offline", *LANGUAGES)
        return render_template(
            "place.html", place="offline", signed_in=False, first="null", files=files, state=None, poll=None
        )

    @app.get("/worker.js")
    @allow(PUBLIC)
    def worker() -> Response:
        """Asked for anew at every visit, as browsers do: its name never changes, what it holds may."""
        scripts = bundles.of("worker").scripts
        if not scripts:
            abort(404)
        return send_from_directory(dist, scripts[0].removeprefix("/assets/"), mimetype="text/javascript")
