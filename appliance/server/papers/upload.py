"""The way in for files: `POST /api/papers`, multipart, streamed to the disk while it comes and hashed on the way.

Too large a file is refused by its head, before any of it is read. What comes is written by a worker thread a piece at a
time, so that an upload holds up nobody's vote.
"""

from contextlib import suppress
from typing import IO, Any, Final, cast

import gevent
import msgspec
from flask import Flask, Response, g, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.formparser import FormDataParser

from appliance.core.people import Role
from appliance.core.refusals import Code, Fault, Refusal
from appliance.server.access import COOKIE, allow
from appliance.server.api import json_response
from appliance.server.errors import STATUS
from appliance.server.papers import wire as w
from appliance.server.parts import Parts
from appliance.services.paper_shelf import Filed, Form, Incoming, PaperShelf

FRAME: Final = 64 * 1024
"""What the form puts around the file."""
PIECE: Final = 256 * 1024
MEMORY: Final = 4 * FRAME
"""werkzeug reads pieces of 64 KiB and counts them all."""
_THROWN_AWAY: Final = 1 << 30


class Sink:
    """What werkzeug writes a file into: the papers' folder, a piece at a time, off the hub."""

    def __init__(self, parts: Parts, incoming: Incoming) -> None:
        self._parts, self.incoming = parts, incoming
        self._waiting = bytearray()

    def write(self, data: bytes) -> int:
        """Keep it; give way whenever a piece is full."""
        self._waiting += data
        if len(self._waiting) >= PIECE:
            self.flush()
        return len(data)

    def flush(self) -> None:
        """Write what waits."""
        piece, self._waiting = bytes(self._waiting), bytearray()
        if piece:
            self._parts.hub.offload(lambda: self.incoming.write(piece))

    def seek(self, *_: int) -> int:
        """The form has been read: werkzeug goes back to the beginning."""
        return 0

    def close(self) -> None:
        """Nothing: the file is kept or dropped by whoever began it."""


class Upload:
    """The route."""

    def __init__(self, parts: Parts, shelf: PaperShelf, largest: int) -> None:
        self._parts, self._shelf, self._largest = parts, shelf, largest

    def add(self, app: Flask) -> None:
        """Add it."""
        app.add_url_rule("/api/papers", view_func=self.upload_paper, methods=["POST"])

    @allow(Role.CLERK)
    def upload_paper(self) -> Response:
        """Put a file on file."""
        length = request.content_length
        if length is None:
            return self._refused(Refusal(Code.MALFORMED, "its length must be told"))
        if length > self._largest + FRAME:
            response = self._refused(Refusal(Code.PAPER_TOO_LARGE, f"{self._largest} bytes at most"))
            rest = request.environ["wsgi.input"]  # once the answer is sent there is no request to ask for it
            response.call_on_close(lambda: _throw_away(rest))
            return response
        sinks: list[Sink] = []
        try:
            answer = self._take(length, sinks)
        except OSError as error:
            answer = Refusal(Code.STORAGE_FAULT, error.strerror or "")
        finally:
            for sink in sinks:
                self._parts.hub.offload(sink.incoming.drop)
        if isinstance(answer, Refusal):
            return self._refused(answer)
        return json_response(msgspec.json.encode(w.Uploaded(True, answer.document, answer.sha256)))

    def _take(self, length: int, sinks: list[Sink]) -> Filed | Refusal:
        def sink(
            total_content_length: int | None,
            content_type: str | None,
            filename: str | None,
            content_length: int | None = None,
        ) -> IO[bytes]:
            if sinks:
                raise ValueError("more than one file")
            sinks.append(Sink(self._parts, self._parts.hub.offload(self._shelf.files.incoming)))
            return cast("IO[bytes]", sinks[0])

        request.max_content_length = self._largest + FRAME
        parser = FormDataParser(
            stream_factory=sink, max_form_memory_size=MEMORY, max_form_parts=12, silent=False, cls=MultiDict
        )
        try:
            _, fields, files = parser.parse(request.stream, request.mimetype, length, request.mimetype_params)
        except (ValueError, HTTPException):
            return Refusal(Code.MALFORMED, "not a form with one file")
        sent = files.get("file")
        if not sinks or sent is None:
            return Refusal(Code.MALFORMED, "no file named `file`")
        form = _form(fields)
        if isinstance(form, Refusal):
            return form
        sinks[0].flush()
        # It may have come for minutes: who gives it is asked again now.
        session = self._parts.sign_in.session(request.cookies.get(COOKIE, ""))
        if session is None:
            return Refusal(Code.NOT_SIGNED_IN)
        try:
            found: Filed | Refusal = self._parts.hub.offload(
                lambda: self._shelf.file(form, sent.filename or "", sinks[0].incoming, session.actor)
            )
        except Fault as fault:
            return Refusal(fault.code, fault.detail)
        return found

    def _refused(self, refusal: Refusal) -> Response:
        return json_response(self._parts.answers.json(refusal, g.language), STATUS[refusal.code])


def _form(fields: "MultiDict[str, str]") -> Form | Refusal:
    said = {name: value for name, value in fields.items() if value}
    try:
        return msgspec.convert(said, Form)
    except msgspec.ValidationError as error:
        return Refusal(Code.MALFORMED, str(error)[:200])


def _throw_away(body: Any) -> None:
    """Read on, so that the client hears the answer; giving way to everybody else. It may have gone meanwhile."""
    left = _THROWN_AWAY
    with suppress(OSError):
        while left > 0 and (data := body.read(FRAME)):
            left -= len(data)
            gevent.sleep(0)
