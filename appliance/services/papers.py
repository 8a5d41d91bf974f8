"""Papers on file: whose they are, who may see them, and which version a question is about. Pure.

`meeting` is the one that runs, or the last one: papers of its plan follow its agenda.
"""

from collections.abc import Iterator

from msgspec import Struct

from appliance.core.ballot_paper import DocumentRef
from appliance.core.paper_rights import PRESIDING, Paper, PaperState, Reader, may_be_published, may_see
from appliance.core.people import Actor
from appliance.core.plan import Plan
from appliance.core.state import Meeting, MeetingStage
from appliance.services.on_file import Document, OnFile, PaperVersion
from appliance.services.paper_spool import PublicPaper, PublicPapers


class Shown(Struct, frozen=True):
    """A paper as one reader is shown it: with the versions that are theirs to see, newest first."""

    document: Document
    versions: tuple[PaperVersion, ...]


def reader_of(on_file: OnFile, actor: Actor) -> Reader:
    """What the rules need to know of whoever asks."""
    member = on_file.members.get(actor.member) if actor.member is not None else None
    return Reader(actor.role, actor.member, member.committee if member is not None else "")


class Items(Struct, frozen=True):
    """A plan's items in order, as they stand now: once the meeting is convened its own agenda counts."""

    places: dict[str, int]
    private: frozenset[str]


def items_of(on_file: OnFile, meeting: Meeting, plan: str) -> Items | None:
    """None when there is no such plan. What was private in the plan stays so, whatever the agenda says now."""
    known = on_file.plans.get(plan)
    if known is None:
        return None
    order = [item.item for item in known.items]
    private = {item.item for item in known.items if item.private}
    parts = [(item.item, item.parent) for item in known.items]
    if meeting.plan == plan:
        order = [*meeting.items, *(item for item in order if item not in meeting.items)]
        private |= {item.item for item in meeting.items.values() if item.private}
        parts += [(item.item, item.parent) for item in meeting.items.values()]
    return Items({item: place for place, item in enumerate(order)}, _with_parts(private, parts))


def _with_parts(private: set[str], parts: list[tuple[str, str | None]]) -> frozenset[str]:
    """What is part of a private item is as private as the whole, wherever in the order it stands."""
    found = frozenset(private)
    while True:
        more = found | {item for item, parent in parts if parent in found}
        if more == found:
            return found
        found = more


def of_plan(on_file: OnFile, meeting: Meeting, plan: str) -> tuple[Document, ...]:
    """A plan's papers in order: those of the whole meeting first, then by item, then by their own order."""
    items = items_of(on_file, meeting, plan)
    places = items.places if items is not None else {}
    found = (d for d in on_file.documents.values() if d.plan == plan)
    return tuple(sorted(found, key=lambda d: (places.get(d.item or "", -1), d.order, d.id)))


def paper_of(on_file: OnFile, meeting: Meeting, document: Document) -> Paper:
    """A paper as the rules look at it."""
    items = items_of(on_file, meeting, document.plan)
    return document.paper(private=items is not None and document.item in items.private)


def shown(on_file: OnFile, meeting: Meeting, document: Document, reader: Reader) -> Shown | None:
    """The paper as this reader may see it, or None."""
    if not may_see(paper_of(on_file, meeting, document), reader):
        return None
    every = reader.role in PRESIDING  # they also see what is not sent yet
    versions = (v for v in document.versions if every or (v.sent is not None and v.state is PaperState.READY))
    newest_first = tuple(sorted(versions, key=lambda v: v.uploaded, reverse=True))
    return Shown(document, newest_first) if newest_first else None


def visible(on_file: OnFile, meeting: Meeting, plan: str, reader: Reader) -> Iterator[Shown]:
    """All papers of a plan that this reader may see, in order."""
    for document in of_plan(on_file, meeting, plan):
        seen = shown(on_file, meeting, document, reader)
        if seen is not None:
            yield seen


def find(on_file: OnFile, meeting: Meeting, document: str, reader: Reader, sha256: str) -> PaperVersion | None:
    """A version that this reader may see; what there is not and what is not theirs are told alike."""
    found = on_file.documents.get(document)
    seen = shown(on_file, meeting, found, reader) if found is not None else None
    return next((v for v in seen.versions if v.sha256 == sha256), None) if seen is not None else None


def published(on_file: OnFile, meeting: Meeting, plan: str) -> Iterator[tuple[Document, PaperVersion]]:
    """What the public site has of a plan: of each paper the newest version that was sent."""
    for document in of_plan(on_file, meeting, plan):
        newest = document.ready(sent=True)
        if newest is not None and may_be_published(paper_of(on_file, meeting, document)):
            yield document, newest


def public(on_file: OnFile, meeting: Meeting) -> PublicPapers:
    """What the portal may show, of every meeting that was convened from a plan."""
    found = {
        plan.ledger: tuple(_public(d, v) for d, v in published(on_file, meeting, plan.id))
        for plan in on_file.plans.values()
        if plan.ledger is not None
    }
    return PublicPapers({ledger: papers for ledger, papers in found.items() if papers})


def _public(document: Document, version: PaperVersion) -> PublicPaper:
    return PublicPaper(
        document=document.id,
        item=document.item,
        title=document.title,
        kind=document.kind,
        sha256=version.sha256,
        media=version.media,
        bytes=version.bytes,
        pages=version.pages,
        sent=version.sent or version.uploaded,
        supplementary=version.supplementary,
    )


def plan_now(on_file: OnFile, meeting: Meeting) -> str | None:
    """Whose papers are asked for when nobody says: those of the meeting that runs, or of the one that delegates are
    convened to next, or of the last one."""
    if meeting.plan is not None and meeting.stage is MeetingStage.CONVENED:
        return meeting.plan
    invited = [plan for plan in on_file.plans.values() if plan.invited is not None and plan.ledger is None]
    return min(invited, key=first_day).id if invited else meeting.plan


def first_day(plan: Plan) -> tuple[str, str]:
    """When a plan's meeting begins; one without a day comes last."""
    return (plan.sittings[0].day.isoformat() if plan.sittings else "9", plan.id)


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
    planned = (p for plan in on_file.plans.values() for item in plan.items for p in item.polls)
    return sha256 is None and any(p.document == document.id for p in planned)
