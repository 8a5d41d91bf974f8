"""The pages: one a place in the room, rendered with its first state, so that nobody looks at a spinner.

The page holds the state in words for a reader without scripts, and the role's snapshot for the screen's
own program (`<script id="first">`). Static files are named by their content and kept for good.
"""

import mimetypes
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec
from flask import Flask, Response, abort, g, render_template, request, send_from_directory
from markupsafe import Markup

from appliance.core.people import Role
from appliance.core.script import poll_on_the_table
from appliance.core.state import Meeting
from appliance.server.access import PUBLIC, allow
from appliance.server.parts import Parts
from appliance.services.on_file import Session

PLACES: Final[dict[str, Role | None]] = {
    "delegate": None,
    "chair": Role.CHAIR,
    "clerk": Role.CLERK,
    "count": None,
    "hall": Role.HALL,
    "technician": Role.TECHNICIAN,
}
"""Who belongs there; None: whoever is a member, and at the count also a teller's account."""
PACKINGS: Final = {"br": "br", "gzip": "gz"}
"""What a browser calls a packing, and how such a file's name ends; the smallest first."""


def add(app: Flask, parts: Parts) -> None:
    """Add the pages and the built files."""
    bundles = Bundles(parts.web / "dist")
    _add_files(app, parts.web)

    def page(place: str) -> str:
        session: Session | None = g.session
        at_home = session is not None and belongs(place, session)
        first = "null"
        if session is not None and at_home:
            first = parts.screens.snapshot(session.actor, session.name).decode()
        return render_template(
            "place.html",
            place=place,
            signed_in=at_home,
            first=in_script(first),
            files=bundles.of(place, g.language),
            state=parts.chamber.durable if at_home else None,
            poll=_poll_state(parts.chamber.durable) if at_home else None,
        )

    for place in PLACES:

        @app.get("/" if place == "delegate" else f"/{place}", endpoint=place)
        @allow(PUBLIC)
        def show(place: str = place) -> str:
            return page(place)

    @app.context_processor
    def words() -> dict[str, Any]:
        return {
            "language": g.get("language", "vi"),
            "say": lambda key, **values: parts.words.say(g.get("language", "vi"), f"page.{key}", **values),
        }


def _add_files(app: Flask, web: Path) -> None:
    """The built files, and what a browser asks for besides."""

    @app.get("/assets/<path:name>")
    @allow(PUBLIC)
    def assets(name: str) -> Response:
        if name.startswith("."):
            abort(404)
        response = packed(web / "dist", name)
        response.cache_control.immutable = True
        response.cache_control.public = True
        response.cache_control.no_cache = None
        return response

    @app.get("/problem.css")
    @allow(PUBLIC)
    def problem_style() -> Response:
        return send_from_directory(Path(__file__).parent / "static", "problem.css", max_age=3600)

    @app.get("/favicon.ico")
    @allow(PUBLIC)
    def favicon() -> Response:
        return Response(status=204)


def packed(folder: Path, name: str) -> Response:
    """A built file as small as the browser takes it: `vite.compressed.ts` has written it three ways."""
    kept, kind = {"conditional": True, "max_age": 365 * 24 * 3600}, mimetypes.guess_type(name)[0]
    offered = [coding for coding in PACKINGS if (folder / f"{name}.{PACKINGS[coding]}").is_file()]
    coding = request.accept_encodings.best_match(offered) if offered else None
    if coding is None:
        response = send_from_directory(folder, name, **kept)
    else:
        response = send_from_directory(folder, f"{name}.{PACKINGS[coding]}", mimetype=kind, **kept)
        response.content_encoding = coding
    if offered:
        response.vary.add("Accept-Encoding")
    return response


def belongs(place: str, session: Session) -> bool:
    """Whether this sign-in opens this place."""
    if place == "count":
        return session.actor.role is not Role.HALL
    wanted = PLACES[place]
    return session.actor.member is not None if wanted is None else session.actor.role is wanted


def in_script(json: str) -> Markup:
    """JSON that may stand in a `<script>` element: it can neither close it nor open a comment."""
    return Markup(json.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704


def _poll_state(state: Meeting) -> Mapping[str, str] | None:
    poll = poll_on_the_table(state)
    if poll is None:
        return None
    return {"question": poll.subjects[0].question, "state": poll.state.value}


class Files(msgspec.Struct, frozen=True):
    """What a page loads, by address."""

    scripts: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()
    preloads: tuple[str, ...] = ()


class Bundles:
    """Reads Vite's manifest: which files a place needs, by their names of today."""

    def __init__(self, dist: Path) -> None:
        self._path = dist / ".vite" / "manifest.json"
        self._stamp = 0
        self._manifest: dict[str, Any] = {}

    def of(self, place: str, *languages: str) -> Files:
        """The files of one place, with its words in these languages; none when the screens have not been built."""
        entry = f"src/{place}/main.ts"
        manifest = self._read()
        if entry not in manifest:
            return Files()
        chunks = self._with_imports(manifest, entry)
        words = [manifest[name] for each in languages if (name := f"words:{place}/{each}") in manifest]
        styles = dict.fromkeys(css for chunk in chunks for css in chunk.get("css", ()))
        return Files(
            scripts=(f"/assets/{manifest[entry]['file']}",),
            styles=tuple(f"/assets/{css}" for css in styles),
            preloads=tuple(f"/assets/{chunk['file']}" for chunk in [*chunks[1:], *words]),
        )

    def _with_imports(self, manifest: dict[str, Any], entry: str) -> list[dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        waiting = [entry]
        while waiting:
            name = waiting.pop(0)
            if name not in found:
                found[name] = manifest[name]
                waiting += manifest[name].get("imports", ())
        return list(found.values())

    def _read(self) -> dict[str, Any]:
        try:
            stamp = self._path.stat().st_mtime_ns
        except FileNotFoundError:
            return {}
        if stamp != self._stamp:
            self._manifest, self._stamp = msgspec.json.decode(self._path.read_bytes()), stamp
        return self._manifest


def wants_html() -> bool:
    """Whether a person looks at the answer, rather than a program."""
    accepts = request.accept_mimetypes  # not its `best`: of what Chromium sends, that is "signed-exchange;v=b3"
    return not request.path.startswith("/api/") and accepts["text/html"] > accepts["application/json"]
