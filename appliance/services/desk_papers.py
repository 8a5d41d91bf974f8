"""The clerk's desk: papers on file. A file itself is put on file by `paper_files.py`, when it has come whole."""

from typing import Final

from msgspec import UNSET
from msgspec.structs import replace

from appliance.core.names import tidy, unfit
from appliance.core.paper_rights import PaperState
from appliance.core.refusals import Code, Refusal
from appliance.core.secret_label import in_title
from appliance.services import desk_commands as d
from appliance.services import papers
from appliance.services.desk_rule import CLERK, DeskRule, DeskRules, Effect, Given
from appliance.services.on_file import Change, Document, Drop, PaperVersion, Put


def edit(command: d.EditDocument, given: Given) -> Effect | Refusal:
    """The second of two clerks is told that the paper has changed, and shown how it is now."""
    found = _found(given, command.document)
    if isinstance(found, Refusal):
        return found
    if found.revision != command.seen:
        return Refusal(Code.EDITED_MEANWHILE, f"revision {found.revision}")
    item = found.item if command.item is UNSET else command.item
    if item != found.item and not _has_item(given, found.plan, item):
        return Refusal(Code.ITEM_UNKNOWN)
    title = tidy(command.title) if command.title is not None else found.title
    wrong = unfit(title) if title else "empty"
    if wrong is not None:
        return Refusal(Code.MALFORMED, f"title: {wrong}")
    if in_title(title):
        return Refusal(Code.SECRET_PAPER)
    changed = replace(
        found,
        title=title,
        kind=command.kind or found.kind,
        rights=tidy(command.rights) if command.rights is not None else found.rights,
        item=item,
        order=found.order if item == found.item else _last(given, found.plan, item),
    )
    return Effect((_put(changed),))


def move(command: d.MoveDocument, given: Given) -> Effect | Refusal:
    """The papers of the item are counted anew from 1."""
    found = _found(given, command.document)
    if isinstance(found, Refusal):
        return found
    beside = [
        p for p in papers.of_plan(given.on_file, given.meeting, found.plan) if p.item == found.item and p.id != found.id
    ]
    places = [p.id for p in beside]
    if command.after is not None and command.after not in places:
        return Refusal(Code.DOCUMENT_UNKNOWN)
    beside.insert(places.index(command.after) + 1 if command.after is not None else 0, found)
    moved = (replace(p, order=order) for order, p in enumerate(beside, 1) if p.order != order)
    return Effect(tuple(Put(p) for p in moved))


def withdraw(command: d.WithdrawDocument, given: Given) -> Effect | Refusal:
    """It stays on file with its reason; what was voted on cannot be taken away."""
    found = _found(given, command.document)
    if isinstance(found, Refusal):
        return found
    if papers.in_use(given.on_file, given.meeting, found):
        return Refusal(Code.DOCUMENT_IN_USE)
    return Effect((_put(replace(found, withdrawn=given.now, reason=tidy(command.reason))),))


def drop_version(command: d.DropVersion, given: Given) -> Effect | Refusal:
    """What delegates were sent stays on file."""
    found = _found(given, command.document)
    if isinstance(found, Refusal):
        return found
    version = found.version(command.sha256)
    if version is None:
        return Refusal(Code.VERSION_UNKNOWN)
    if version.sent is not None:
        return Refusal(Code.VERSION_SENT)
    if papers.in_use(given.on_file, given.meeting, found, command.sha256):
        return Refusal(Code.DOCUMENT_IN_USE)
    left = tuple(v for v in found.versions if v is not version)
    if not left and papers.in_use(given.on_file, given.meeting, found):
        return Refusal(Code.DOCUMENT_IN_USE)
    return Effect((_put(replace(found, versions=left)) if left else Drop(found),))


def send(command: d.SendPapers, given: Given) -> Effect | Refusal:
    """From now on delegates see them. A plan's first sending makes all later ones supplementary."""
    found = papers.of_plan(given.on_file, given.meeting, command.plan)
    if command.documents is not None:
        wanted = set(command.documents)
        if not wanted <= {p.id for p in found}:
            return Refusal(Code.DOCUMENT_UNKNOWN)
        found = tuple(p for p in found if p.id in wanted)
    changed = [after for p in found if (after := _sent(p, given)) is not p]
    if not changed:
        return Refusal(Code.NOTHING_TO_SEND)
    return Effect(tuple(_put(p) for p in changed))


def was_sent(given: Given, plan: str) -> bool:
    """Whether delegates have been sent papers of this plan before."""
    return any(p.sent is not None for p in given.on_file.documents.values() if p.plan == plan)


def _sent(document: Document, given: Given) -> Document:
    waiting = [v for v in document.versions if v.state is PaperState.READY and v.sent is None]
    if document.withdrawn is not None or not waiting:
        return document
    late = was_sent(given, document.plan)

    def now(version: PaperVersion) -> PaperVersion:
        return replace(version, sent=given.now, supplementary=late) if version in waiting else version

    return replace(document, versions=tuple(now(v) for v in document.versions))


def _put(document: Document) -> Change:
    return Put(replace(document, revision=document.revision + 1))


def _found(given: Given, document: str) -> Document | Refusal:
    found = given.on_file.documents.get(document)
    if found is None:
        return Refusal(Code.DOCUMENT_UNKNOWN)
    return found if found.withdrawn is None else Refusal(Code.DOCUMENT_WITHDRAWN)


def _has_item(given: Given, plan: str, item: str | None) -> bool:
    known = papers.items_of(given.on_file, given.meeting, plan)
    return item is None or (known is not None and item in known.places)


def _last(given: Given, plan: str, item: str | None) -> int:
    orders = (p.order for p in given.on_file.documents.values() if (p.plan, p.item) == (plan, item))
    return max(orders, default=0) + 1


RULES: Final[DeskRules] = {
    d.EditDocument: DeskRule(edit, CLERK),
    d.MoveDocument: DeskRule(move, CLERK),
    d.WithdrawDocument: DeskRule(withdraw, CLERK),
    d.DropVersion: DeskRule(drop_version, CLERK),
    d.SendPapers: DeskRule(send, CLERK),
}
