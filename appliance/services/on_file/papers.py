"""Papers: what is on file about each, not what stands in it (that is in `papers.db` and the papers' folder)."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from appliance.core.paper_rights import DocumentKind, Paper, PaperState


class PaperVersion(Struct, frozen=True):
    """One frozen file. `sent` and `supplementary` are for delegates: until it is sent they do not see it."""

    sha256: str
    name: str
    """As the file was called when it came."""
    media: str
    bytes: int
    uploaded: datetime
    by: str
    pages: int = 0
    state: PaperState = PaperState.QUEUED
    """On file: queued, ready or failed; *working* is told live."""
    problem: str = ""
    """A refusal code, when it failed."""
    sent: datetime | None = None
    supplementary: bool = False
    """Came after the meeting's papers had been sent."""


class Document(Struct, frozen=True):
    """A paper of a meeting's plan. The last of `versions` is the newest."""

    id: str
    plan: str
    item: str | None
    title: Annotated[str, Meta(min_length=1, max_length=300)]
    kind: DocumentKind = DocumentKind.OTHER
    rights: str = "delegates"
    """`public`, `delegates`, `presiding` or `committee:<name>`."""
    order: int = 0
    """Its place among the papers of its item."""
    versions: tuple[PaperVersion, ...] = ()
    withdrawn: datetime | None = None
    reason: str = ""
    """Why it was withdrawn."""
    revision: int = 1
    """Counts the changes: an edit names the one it saw."""

    @property
    def sent(self) -> datetime | None:
        """When delegates were first sent a version of it."""
        return min((v.sent for v in self.versions if v.sent is not None), default=None)

    def version(self, sha256: str) -> PaperVersion | None:
        """That version of it."""
        return next((v for v in self.versions if v.sha256 == sha256), None)

    def ready(self, *, sent: bool) -> PaperVersion | None:
        """The newest version that can be read; with `sent` the newest that was sent."""
        fit = (v for v in self.versions if v.state is PaperState.READY and (v.sent is not None or not sent))
        return max(fit, key=lambda v: v.uploaded, default=None)

    def paper(self, *, private: bool) -> Paper:
        """What the rules on who may see it need."""
        return Paper(self.rights, self.sent, private, self.withdrawn is not None)
