"""What server and papers process tell one another, by files in the papers' folder. Pure: names and types alone.

    <papers>/spool/<sha256>.job        the server asks; the process takes it away when it is done
    <papers>/spool/<sha256>.progress   the process tells how far it is
    <papers>/spool/voting              while it is there, a vote is open and the process rests
    <papers>/spool/alive.json          the process is there, and how it keeps apart what it reads
    <papers>/incoming/                 files that are still coming
    <papers>/work/                     the process's own
    <papers>/<sha256>/source           the file as it came
    <papers>/<sha256>/made.json        the end of the job: pages, or a problem
    <papers>/<sha256>/text.json        the text, a list with one string a page
    <papers>/<sha256>/paper.pdf        as PDF, when the source is none
    <papers>/<sha256>/p<n>-<width>.webp
    <papers>/public.json               what the public site may show (the portal reads it)

Each file is written beside its place and moved there. Whoever dies, the other goes on: a job that is still there is
begun again, and one that has ended the process three times is given up.
"""

from datetime import datetime
from typing import Final, Literal

from msgspec import Struct

from appliance.core.paper_rights import DocumentKind

WIDTHS: Final = (480, 900, 1800)
"""A page at a glance, on a tablet, and on the hall screen or when looked at closely."""
SPOOL: Final = "spool"
INCOMING: Final = "incoming"
WORK: Final = "work"
ALIVE: Final = "alive.json"
VOTING: Final = "voting"
PUBLIC: Final = "public.json"
JOB: Final = ".job"
PROGRESS: Final = ".progress"
SOURCE: Final = "source"
MADE: Final = "made.json"
TEXT: Final = "text.json"
PDF: Final = "paper.pdf"
MAX_PAGES: Final = 2_000
ALIVE_SECONDS: Final = 2.0
"""How often the process says that it is there; three times as long without a word, and it is not."""

PDF_MEDIA: Final = "application/pdf"
DOCX_MEDIA: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX_MEDIA: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SUFFIXES: Final = {
    PDF_MEDIA: ".pdf",
    DOCX_MEDIA: ".docx",
    XLSX_MEDIA: ".xlsx",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "image/tiff": ".tif",
}
"""What is taken, and how a file of it is called."""

Sandbox = Literal["bubblewrap", "limits", "none"]


class Job(Struct, frozen=True):
    """Prepare this file. `begun`: how often that was tried."""

    sha256: str
    media: str
    begun: int = 0


class Progress(Struct, frozen=True):
    """Pages done of all; 0: not known yet."""

    done: int = 0
    total: int = 0


class Made(Struct, frozen=True):
    """How it ended. `problem` is a refusal code; empty: every page is there."""

    pages: int = 0
    problem: str = ""


class Alive(Struct, frozen=True):
    """The process is there."""

    uptime_ms: int
    sandbox: Sandbox


class PublicPaper(Struct, frozen=True):
    """A paper that the public site shows: its newest version that was sent."""

    document: str
    item: str | None
    title: str
    kind: DocumentKind
    sha256: str
    media: str
    bytes: int
    pages: int
    sent: datetime
    supplementary: bool = False


class PublicPapers(Struct, frozen=True):
    """`public.json`: by the ledger of the meeting, in order."""

    meetings: dict[str, tuple[PublicPaper, ...]] = {}


def page_name(page: int, width: int) -> str:
    """The file of one page, from 1."""
    return f"p{page:04}-{width}.webp"
