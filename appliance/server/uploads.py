"""A file that a form sends (multipart), with a limit of its own: bigger ones are refused before they are read."""

from flask import request

from appliance.core.refusals import Code, Refusal

_FRAME = 16 * 1024
"""What the form puts around the file."""


def one_file(limit: int, name: str = "file") -> tuple[str, bytes] | Refusal:
    """The file's own name and what is in it."""
    request.max_content_length = limit + _FRAME
    request.max_form_parts = 4
    if (request.content_length or 0) > limit + _FRAME:
        return Refusal(Code.TOO_LARGE, f"{limit} bytes at most")
    sent = request.files.get(name)
    if sent is None:
        return Refusal(Code.MALFORMED, f"no file named `{name}`")
    data = sent.stream.read(limit + 1)
    if len(data) > limit:
        return Refusal(Code.TOO_LARGE, f"{limit} bytes at most")
    return sent.filename or "", data
