"""The wire of papers, typed, and their routes as OpenAPI has them."""

from typing import Annotated, Any, Final, Literal

from msgspec import Meta, Struct

from appliance.core.paper_compare import Comparison
from appliance.core.paper_rights import DocumentKind, PaperState
from appliance.core.people import Id
from appliance.server.paths import content, ref, refused

Share = Annotated[float, Meta(ge=0, le=1)]


class VersionView(Struct, frozen=True):
    """One frozen file of a paper."""

    sha256: str
    name: str
    media: str
    bytes: int
    uploaded: str
    state: PaperState
    pages: int = 0
    problem: str = ""
    """A refusal code, when its pages could not be prepared (clerk)."""
    sent: str | None = None
    supplementary: bool = False
    """Came after the meeting's papers had been sent: shown as *bổ sung lúc* `sent`."""


class DocumentView(Struct, frozen=True):
    """A paper as this reader may see it. `versions`: newest first."""

    document: str
    title: str
    kind: DocumentKind
    rights: str
    """`public`, `delegates`, `presiding` or `committee:<name>`."""
    order: int
    versions: tuple[VersionView, ...]
    item: str | None = None
    revision: int = 0
    """For EditDocument's `seen` (clerk)."""
    withdrawn: str | None = None
    reason: str = ""
    in_use: bool = False
    """A poll is about it: it cannot be withdrawn (clerk)."""
    opened: str | None = None
    """When this member last opened it."""


class PaperList(Struct, frozen=True):
    """`GET /api/papers`: the papers of one plan, in the order of its items."""

    plan: str | None
    """Null: the meeting was convened without one, so it has no papers."""
    papers: tuple[DocumentView, ...] = ()
    sent: str | None = None
    """When delegates were first sent papers of this plan."""
    largest: int = 0
    """The greatest file that is taken, in bytes."""


class Uploaded(Struct, frozen=True):
    """Answer to an upload: the version is on file, and its pages are being prepared (section `papers`)."""

    accepted: Literal[True]
    document: str
    sha256: str


class PaperText(Struct, frozen=True):
    """The text of a version, page by page; empty where a page has none (a scan)."""

    document: str
    sha256: str
    pages: tuple[str, ...]


class Hit(Struct, frozen=True):
    """A page on which what was looked for stands. `marks`: where in `snippet`, as [start, end) pairs."""

    document: str
    sha256: str
    title: str
    page: int
    snippet: str
    marks: tuple[tuple[int, int], ...]
    item: str | None = None


class Hits(Struct, frozen=True):
    """`GET /api/papers/search`: exact spelling first. `more`: there were more than are told."""

    hits: tuple[Hit, ...]
    more: bool = False


class PaperNote(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A member's own note or highlight on a page. Without `w` and `h` it is a note beside the page."""

    document: Id
    sha256: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$(?!\n)")]
    page: Annotated[int, Meta(ge=1, le=10_000)]
    x: Share = 0.0
    y: Share = 0.0
    w: Share = 0.0
    h: Share = 0.0
    colour: Literal["", "yellow", "green", "blue", "pink"] = ""
    text: Annotated[str, Meta(max_length=4000)] = ""


class KeptNote(PaperNote, frozen=True, omit_defaults=True, kw_only=True):
    """A note as it is kept."""

    id: str
    changed: str


class Notes(Struct, frozen=True):
    """`GET /api/notes`: the member's own, oldest first."""

    notes: tuple[KeptNote, ...]


class Receipt(Struct, frozen=True):
    """A member opened a version."""

    document: str
    sha256: str
    member: str
    name: str
    first: str
    last: str
    times: int


class Receipts(Struct, frozen=True):
    """`GET /api/desk/receipts` (clerk)."""

    receipts: tuple[Receipt, ...]
    members: int
    """N: how many could have."""


class Done(Struct, frozen=True):
    """It is so now."""

    accepted: Literal[True] = True


MODELS: Final = (PaperList, Uploaded, PaperText, Hits, PaperNote, Notes, Receipts, Done, Comparison)


def _query(name: str, text: str, *, needed: bool = False) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": needed, "description": text, "schema": {"type": "string"}}


def _route(name: str, summary: str, model: type | str, *parameters: dict[str, Any], **more: Any) -> dict[str, Any]:
    good = (
        content(summary, ref(model))
        if isinstance(model, type)
        else {"description": summary, "content": {model: {"schema": {"type": "string", "format": "binary"}}}}
    )
    return {
        "operationId": name,
        "summary": summary,
        "security": [{"cookie": []}],
        "parameters": list(parameters),
        "responses": {"200": good, "default": refused()},
        **more,
    }


def _part(name: str) -> dict[str, Any]:
    kind = {"type": "integer"} if name == "n" else {"type": "string"}
    return {"name": name, "in": "path", "required": True, "schema": kind}


_FORM: Final = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["id", "plan", "file"],
                "properties": {
                    "id": {"type": "string", "description": "A fresh id, as every command has"},
                    "plan": {"type": "string"},
                    "item": {"type": "string"},
                    "document": {"type": "string", "description": "A new version of this paper"},
                    "title": {"type": "string", "description": "Without it the file's name"},
                    "kind": {"type": "string", "enum": [kind.value for kind in DocumentKind]},
                    "rights": {"type": "string", "description": "public, delegates, presiding, committee:<name>"},
                    "file": {"type": "string", "format": "binary", "description": "The last part"},
                },
            }
        }
    },
}
_VERSION: Final = (_part("document"), _part("sha256"))
PLAN: Final = _query("plan", "Whose papers; without it those of the meeting")

PATHS: Final[dict[str, Any]] = {
    "/api/papers": {
        "get": _route("papers", "The papers of a meeting that this reader may see", PaperList, PLAN),
        "post": _route("uploadPaper", "Put a file on file (clerk)", Uploaded, requestBody=_FORM),
    },
    "/api/papers/search": {
        "get": _route(
            "searchPapers",
            "Pages on which words stand, with or without diacritics",
            Hits,
            _query("q", "What to look for", needed=True),
            PLAN,
            _query("document", "In this paper only"),
        )
    },
    "/api/papers/{document}/compare": {
        "get": _route(
            "comparePapers",
            "Two versions line by line",
            Comparison,
            _part("document"),
            _query("old", "SHA-256", needed=True),
            _query("new", "SHA-256", needed=True),
        )
    },
    "/api/papers/{document}/{sha256}/page/{n}": {
        "get": _route(
            "paperPage",
            "A page as a picture, from 1; `width` 480, 900 or 1800, the next one up is given",
            "image/webp",
            *_VERSION,
            _part("n"),
            _query("width", "480, 900 (default) or 1800"),
        )
    },
    "/api/papers/{document}/{sha256}/text": {
        "get": _route("paperText", "The text, page by page", PaperText, *_VERSION)
    },
    "/api/papers/{document}/{sha256}/file": {
        "get": _route(
            "paperFile",
            "The file as it came, or as PDF",
            "application/octet-stream",
            *_VERSION,
            _query("as", "`pdf`: as PDF, whatever it was"),
        )
    },
    "/api/papers/{document}/{sha256}/opened": {
        "post": _route("paperOpened", "This member has opened it (read receipt)", Done, *_VERSION)
    },
    "/api/notes": {
        "get": _route(
            "notes", "A member's own notes", Notes, _query("plan", "On papers of this plan"), _query("document", "")
        )
    },
    "/api/notes/export": {
        "get": _route(
            "exportNotes",
            "A member's own notes, to keep",
            "text/html",
            PLAN,
            _query("format", "`html` (default) or `json`"),
        )
    },
    "/api/notes/{note}": {
        "put": _route(
            "keepNote",
            "Keep a note under an id made by the client; again: in its place",
            Done,
            _part("note"),
            requestBody={"required": True, **content(None, ref(PaperNote))},
        ),
        "delete": _route("dropNote", "Take a note away", Done, _part("note")),
    },
    "/api/desk/receipts": {"get": _route("receipts", "Who opened what, for the clerk", Receipts, PLAN)},
}
