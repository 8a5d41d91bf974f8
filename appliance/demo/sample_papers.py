"""The sample meeting's papers: eight drafts (one of them in two versions), a report, the committees' verification.

They lie beside this file as PDFs; demo's papers process makes pages of them as of any upload.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Final

from appliance.adapters.paper_folder import PaperFolder
from appliance.core.ballot_paper import DocumentRef
from appliance.core.ledger import sha256
from appliance.core.paper_rights import DocumentKind
from appliance.demo import agenda
from appliance.services.on_file import Document, PaperVersion
from appliance.services.paper_spool import PDF_MEDIA

_FOLDER: Final = Path(__file__).with_name("papers")
_SECOND: Final = "nq2-2"
"""The second version of the second draft, sent on the day before."""


def refs() -> dict[str, DocumentRef]:
    """The eight drafts, by the names under which the questions know them."""
    named = enumerate(agenda.RESOLUTIONS, 1)
    return {f"nq{n}": DocumentRef(_title(about), _hash(_SECOND if n == 2 else f"nq{n}")) for n, about in named}


def documents(plan: str, day: datetime) -> Iterator[Document]:
    """As they are on file before the papers process has looked at them."""
    sent, late = day - timedelta(days=6), day - timedelta(hours=20)
    for number, about in enumerate(agenda.RESOLUTIONS, 1):
        versions = [_version(f"nq{number}", sent)]
        if number == 2:
            versions.append(_version(_SECOND, late, supplementary=True))
        yield Document(
            id=f"nq{number}",
            plan=plan,
            item=agenda.item_id(agenda.VOTING_ITEM),
            title=_title(about),
            kind=DocumentKind.DRAFT_RESOLUTION,
            rights="public",
            order=number,
            versions=tuple(versions),
        )
    for name, item, title, kind, rights in (
        ("bc-kinh-te", 5, agenda.ITEMS[4][1], DocumentKind.REPORT, "public"),
        ("bc-tham-tra", 15, "Báo cáo thẩm tra các dự thảo nghị quyết", DocumentKind.VERIFICATION, "delegates"),
    ):
        yield Document(name, plan, agenda.item_id(item), title, kind, rights, 1, (_version(name, sent),))


def file(folder: PaperFolder) -> None:
    """Put the files where the papers process finds them. Raises Fault."""
    for path in sorted(_FOLDER.glob("*.pdf")):
        incoming = folder.incoming()
        incoming.write(path.read_bytes())
        incoming.whole()
        folder.keep(incoming, PDF_MEDIA)


def _version(name: str, sent: datetime, *, supplementary: bool = False) -> PaperVersion:
    return PaperVersion(
        sha256=_hash(name),
        name=f"{name}.pdf",
        media=PDF_MEDIA,
        bytes=len(_data(name)),
        uploaded=sent - timedelta(hours=1),
        by="clerk",
        sent=sent,
        supplementary=supplementary,
    )


def _title(about: str) -> str:
    return f"Dự thảo Nghị quyết về {about}"


def _hash(name: str) -> str:
    return sha256(_data(name))


@cache
def _data(name: str) -> bytes:
    return (_FOLDER / f"{name}.pdf").read_bytes()
