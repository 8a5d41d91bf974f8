"""Papers on file: whose they are, who may see them, and which version a question is about. Pure."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from appliance.core.ballot_paper import DocumentRef
from appliance.core.paper_rights import Paper, Reader, may_be_published, may_see
from appliance.core.people import Actor
from appliance.core.plan import Plan, PlanItem
from appliance.core.state import Meeting
from appliance.services.on_file import Document, OnFile, PaperVersion


class Shown(Struct, frozen=True):
    """A paper as one reader is shown it: with the versions that are theirs to see, newest first."""

    document: Document
    versions: tuple[PaperVersion, ...]


def reader_of(on_file: OnFile, actor: Actor) -> Reader:
    """What the rules need to know of whoever asks."""
    member = on_file.members.get(actor.member) if actor.member is not None else None
    return Reader(actor.role, actor.member, getattr(member, "committee", "") or "")


def plans(on_file: OnFile) -> Mapping[str, Plan]:
    """Every meeting in preparation, and those that were."""
    found: Mapping[str, Plan] = getattr(on_file, "plans", {})
    return found


def item_of(on_file: OnFile, document: Document) -> PlanItem | None:
    """The item that a paper belongs to, as it stands in the plan."""
    plan = plans(on_file).get(document.plan)
    items = plan.items if plan is not None else ()
    return next((item for item in items if item.item == document.item), None)


def paper_of(on_file: OnFile, document: Document) -> Paper:
    """A paper as the rules look at it."""
    item = item_of(on_file, document)
    return document.paper(private=item is not None and item.private)


def of_plan(on_file: OnFile, plan: str) -> tuple[Document, ...]:
    """A plan's papers in order: by item as the plan has them, then by their own order."""
    known = plans(on_file).get(plan)
    places = {item.item: place for place, item in enumerate(known.items)} if known is not None else {}
    found = (d for d in on_file.documents.values() if d.plan == plan)
    return tuple(sorted(found, key=lambda d: (places.get(d.item or "", -1), d.order, d.id)))


def shown(on_file: OnFile, document: Document, reader: Reader) -> Shown | None:
    """The paper as this reader may see it, or None."""
    if not may_see(paper_of(on_file, document), reader):
        return None
    every = may_see(Paper("presiding"), reader)  # the desk and the presiding table also see what is not sent yet
    versions = (v for v in document.versions if every or (v.sent is not None and v.state == "ready"))
    return Shown(document, tuple(sorted(versions, key=lambda v: v.uploaded, reverse=True)))


def visible(on_file: OnFile, plan: str, reader: Reader) -> Iterator[Shown]:
    """All papers of a plan that this reader may see, in order."""
    for document in of_plan(on_file, plan):
        seen = shown(on_file, document, reader)
        if seen is not None and seen.versions:
            yield seen


def published(on_file: OnFile, plan: str) -> Iterator[tuple[Document, PaperVersion]]:
    """What the public site has of a plan: of each paper the newest version that was sent."""
    for document in of_plan(on_file, plan):
        newest = document.ready(sent=True)
        if newest is not None and may_be_published(paper_of(on_file, document)):
            yield document, newest


def document_ref(on_file: OnFile, document: str) -> DocumentRef | None:
    """What a question about this paper is about: the newest version that was sent, or if none was, that is ready.

    Called when a poll is drafted from a plan and again before it opens; the poll keeps what it names then.
    """
    found = on_file.documents.get(document)
    if found is None or found.withdrawn is not None:
        return None
    version = found.ready(sent=True) or found.ready(sent=False)
    return DocumentRef(found.title[:200], version.sha256) if version is not None else None


def in_use(on_file: OnFile, meeting: Meeting, document: Document, sha256: str | None = None) -> bool:
    """Whether a poll is about this paper (or this version of it): one of the meeting, or one that is planned."""
    versions = {v.sha256 for v in document.versions} if sha256 is None else {sha256}
    asked = (s.document for poll in meeting.polls.values() for s in poll.subjects)
    if any(ref is not None and ref.sha256 in versions for ref in asked):
        return True
    planned = (p for plan in plans(on_file).values() for item in plan.items for p in item.polls)
    return sha256 is None and any(p.document == document.id for p in planned)
