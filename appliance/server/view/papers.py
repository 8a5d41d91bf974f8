"""Section `papers` (clerk): what the papers process is at."""

from typing import Literal

from msgspec import Struct

from appliance.core.paper_rights import PaperState


class PaperJob(Struct, frozen=True):
    """A version whose pages are being prepared, wait for it, or could not be."""

    document: str
    sha256: str
    title: str
    name: str
    state: PaperState
    done: int = 0
    total: int = 0
    """Pages; 0: not known yet."""
    problem: str = ""
    """A refusal code."""


class PapersView(Struct, frozen=True):
    """Section `papers`. Failed ones stay until the clerk drops or replaces them."""

    online: bool
    """Whether the papers process is there; if not, papers wait and the meeting goes on."""
    sandbox: Literal["bubblewrap", "limits", "none"] = "none"
    """How what is uploaded is kept apart while it is read."""
    waiting: int = 0
    jobs: tuple[PaperJob, ...] = ()
