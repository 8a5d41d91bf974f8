"""The wire of the tellers' own page, typed, and its route as OpenAPI has it."""

from typing import Any, Final

from msgspec import Struct

from appliance.core.ballot_marks import Invalid, Mark
from appliance.server.paths import content, ref, refused


class ReadingView(Struct, frozen=True):
    """What one teller read on one paper."""

    paper: int
    marks: dict[str, Mark]
    invalid: Invalid | None = None


class DifferenceView(Struct, frozen=True):
    """A paper that the two read differently; told once both are done."""

    paper: int
    readings: tuple[ReadingView, ...]
    tellers: tuple[str, ...]
    """Who read what, in the order of `readings`."""


class CountPage(Struct, frozen=True):
    """`GET /api/count`: for a teller of the election alone. Their own readings; the other's only where they differ."""

    election: str
    teller: str
    may_key: bool
    papers: tuple[ReadingView, ...]
    differences: tuple[DifferenceView, ...] | None = None


PATHS: Final[dict[str, Any]] = {
    "/api/count": {
        "get": {
            "operationId": "count",
            "summary": "A teller's own readings of the papers, and where the two differ once both are done",
            "security": [{"cookie": []}],
            "parameters": [{"name": "election", "in": "query", "required": True, "schema": {"type": "string"}}],
            "responses": {"200": content("The readings", ref(CountPage)), "default": refused()},
        }
    }
}
MODELS: Final = (CountPage,)
