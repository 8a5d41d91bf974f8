"""Files coming on file, and what the papers process makes of them coming on file after them.

`file` puts an upload on file; `look` takes in what has been made since and says how far the rest is. Both use the disk:
call them off the hub. What was uploaded is never opened here.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Protocol

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from appliance.core import ledger as lg
from appliance.core.names import tidy, unfit
from appliance.core.paper_rights import DocumentKind, PaperState
from appliance.core.people import Actor, Id
from appliance.core.refusals import Code, Refusal
from appliance.core.secret_label import in_title
from appliance.core.state import Meeting
from appliance.services import papers
from appliance.services.desk_commands.papers import Rights
from appliance.services.on_file import Change, Document, OnFile, PaperVersion, Put
from appliance.services.paper_spool import ALIVE_SECONDS, Alive, Made, Progress, Sandbox
from appliance.services.paper_store import PaperStore
from appliance.services.registry import Registry

MAX_VERSIONS = 50
_TIDY_EVERY = 600
"""Looks between two times of tidying up."""


class Incoming(Protocol):
    """A file that is coming, hashed on the way."""

    @property
    def path(self) -> Path: ...
    @property
    def size(self) -> int: ...
    @property
    def sha256(self) -> str: ...
    def write(self, data: bytes) -> None: ...
    def whole(self) -> None: ...
    def drop(self) -> None: ...


class PaperFiles(Protocol):
    """The papers' folder. All raise Fault."""

    def incoming(self) -> Incoming: ...
    def has_room(self, size: int) -> bool: ...
    def sniff(self, incoming: Incoming) -> str | Refusal: ...
    def keep(self, incoming: Incoming, media: str) -> None: ...
    def ask(self, sha256: str, media: str) -> None: ...
    def made(self, sha256: str) -> Made | None: ...
    def progress(self, sha256: str) -> Progress | None: ...
    def alive(self) -> Alive | None: ...
    def text(self, sha256: str) -> tuple[str, ...] | None: ...
    def page(self, sha256: str, page: int, width: int) -> bytes | None: ...
    def file(self, sha256: str, media: str, *, as_pdf: bool) -> Path | None: ...
    def compare(self, old: str, new: str) -> bytes | None: ...
    def publish(self, papers: bytes) -> None: ...
    def tidy(self, wanted: Collection[str]) -> tuple[str, ...]: ...


class Form(Struct, frozen=True, forbid_unknown_fields=True):
    """What the clerk says of an upload."""

    id: Id
    plan: Id
    item: Id | None = None
    document: Id | None = None
    title: Annotated[str, Meta(max_length=300)] = ""
    kind: DocumentKind = DocumentKind.OTHER
    rights: Rights = "delegates"


class Filed(Struct, frozen=True):
    """The version is on file."""

    document: str
    sha256: str


class Working(Struct, frozen=True):
    """A version that is not ready."""

    document: Document
    version: PaperVersion
    progress: Progress | None = None


class Prepared(Struct, frozen=True):
    """What the papers process is at."""

    online: bool = False
    sandbox: Sandbox = "none"
    working: tuple[Working, ...] = ()


@dataclass(slots=True)
class PaperShelf:
    """Safe to use from several threads; `meeting` is the one that runs, as it is on disk."""

    registry: Registry
    files: PaperFiles
    store: PaperStore
    ledger_seq: Callable[[], int]
    meeting: Callable[[], Meeting]
    tells_public: bool = True
    """False in a rehearsal, of which the public is never told."""
    _looks: int = field(default=0)
    _published: tuple[object, ...] = (None,) * 4
    """What the public list that was written last rests on."""

    def file(self, form: Form, name: str, incoming: Incoming, actor: Actor) -> Filed | Refusal:
        """Put an upload on file, or drop it. The same id again gets the first answer. Raises Fault."""
        name = tidy("".join(c for c in name if c.isprintable()))[-200:] or "tài liệu"
        title = tidy(form.title) or _title_from(name)
        wrong = unfit(title)
        if wrong is not None:
            return Refusal(Code.MALFORMED, f"title: {wrong}")
        if in_title(title) or in_title(name.rsplit(".", 1)[0]):
            return Refusal(Code.SECRET_PAPER)
        media = self.files.sniff(incoming)
        if isinstance(media, Refusal):
            return media
        if not self.files.has_room(incoming.size):
            return Refusal(Code.PAPERS_FULL)
        made = self.files.made(incoming.sha256)
        if made is not None and made.problem == Code.SECRET_PAPER:
            return Refusal(Code.SECRET_PAPER)
        version = PaperVersion(incoming.sha256, name, media, incoming.size, self.registry.clock.now().utc, actor.person)
        content = lg.sha256(lg.canonical({"actor": actor, "form": form, "name": name, "sha256": incoming.sha256}))
        again = False

        def edit(on_file: OnFile) -> tuple[Change, ...] | Refusal:
            nonlocal again
            note = self.registry.store.noted(form.id)
            if note is not None:
                again = note.content == content
                return Refusal(Code.ID_REUSED)
            changed = self._with(on_file, form, title, version)
            return changed if isinstance(changed, Refusal) else (Put(changed),)

        refusal = self._first(edit) or self._kept(incoming, media, edit, (form.id, content), actor)
        if refusal is not None and not again:
            return refusal
        return Filed(form.document or form.id, version.sha256)

    def _first(self, edit: Callable[[OnFile], tuple[Change, ...] | Refusal]) -> Refusal | None:
        """Before the file goes to its place: would it be refused?"""
        found = edit(self.registry.on_file)
        return found if isinstance(found, Refusal) else None

    def _kept(
        self,
        incoming: Incoming,
        media: str,
        edit: Callable[[OnFile], tuple[Change, ...] | Refusal],
        receipt: tuple[str, str],
        actor: Actor,
    ) -> Refusal | None:
        self.files.keep(incoming, media)
        return self.registry.change(actor.person, "FilePaper", edit, (*receipt, self.ledger_seq()))

    def _with(self, on_file: OnFile, form: Form, title: str, version: PaperVersion) -> Document | Refusal:
        items = papers.items_of(on_file, self.meeting(), form.plan)
        if items is None:
            return Refusal(Code.PLAN_UNKNOWN)
        if form.document is None:
            if form.item is not None and form.item not in items.places:
                return Refusal(Code.ITEM_UNKNOWN)
            beside = (d.order for d in on_file.documents.values() if (d.plan, d.item) == (form.plan, form.item))
            place, rights = max(beside, default=0) + 1, tidy(form.rights)
            return Document(form.id, form.plan, form.item, title, form.kind, rights, place, (version,))
        found = on_file.documents.get(form.document)
        if found is None or found.plan != form.plan:
            return Refusal(Code.DOCUMENT_UNKNOWN)
        if found.withdrawn is not None:
            return Refusal(Code.DOCUMENT_WITHDRAWN)
        if found.version(version.sha256) is not None:
            return Refusal(Code.VERSION_TWICE)
        if len(found.versions) >= MAX_VERSIONS:
            return Refusal(Code.PAPERS_FULL, f"{MAX_VERSIONS} versions of one paper")
        return replace(found, versions=(*found.versions, version), revision=found.revision + 1)

    def look(self) -> Prepared:
        """Take in what was made, and tell how far the rest is. Raises Fault."""
        alive = self.files.alive()
        online = alive is not None and _fresh(alive, self.registry.clock.now().uptime_ms)
        waiting = tuple(unready(self.registry.on_file))
        made = {w.version.sha256: m for w in waiting if (m := self.files.made(w.version.sha256)) is not None}
        if any(w.version.state is PaperState.QUEUED and w.version.sha256 in made for w in waiting):
            self._take(made)
            waiting = tuple(unready(self.registry.on_file))
        for w in waiting:
            if w.version.state is PaperState.QUEUED:
                self.files.ask(w.version.sha256, w.version.media)
        self._looks += 1
        if self._looks % _TIDY_EVERY == 1:
            self._tidy()
        self._publish()
        working = tuple(replace(w, progress=self._progress(w)) for w in waiting)
        return Prepared(online, alive.sandbox if online and alive is not None else "none", working)

    def _take(self, made: dict[str, Made]) -> None:
        """The text first: a paper that is said to be ready can be searched."""
        for sha256, end in made.items():
            if not end.problem and self.store.text(sha256) is None:
                self.store.keep_text(sha256, self.files.text(sha256) or ("",) * end.pages)

        def edit(on_file: OnFile) -> tuple[Change, ...]:
            changed = (with_made(document, made) for document in on_file.documents.values())
            return tuple(Put(after) for after in changed if after is not None)

        self.registry.change("papers", "PapersPrepared", edit)

    def _progress(self, waiting: Working) -> Progress | None:
        return self.files.progress(waiting.version.sha256) if waiting.version.state is PaperState.QUEUED else None

    def _publish(self) -> None:
        on_file, meeting = self.registry.on_file, self.meeting()
        rests_on = (on_file.documents, on_file.plans, meeting.items, meeting.plan)
        if self.tells_public and any(now is not then for now, then in zip(rests_on, self._published, strict=True)):
            self.files.publish(msgspec.json.encode(papers.public(on_file, meeting)))
            self._published = rests_on

    def _tidy(self) -> None:
        on_file = self.registry.on_file
        for sha256 in self.files.tidy({v.sha256 for d in on_file.documents.values() for v in d.versions}):
            self.store.forget(sha256)


def _title_from(name: str) -> str:
    """Until the clerk gives it another."""
    title = tidy(name.rsplit(".", 1)[0])
    return title if title and unfit(title) is None else "Tài liệu"


def unready(on_file: OnFile) -> Iterator[Working]:
    """Versions that wait or failed, the oldest first."""
    found = (
        Working(document, version)
        for document in on_file.documents.values()
        for version in document.versions
        if version.state is not PaperState.READY and document.withdrawn is None
    )
    yield from sorted(found, key=lambda w: (w.version.uploaded, w.version.sha256))


def with_made(document: Document, made: dict[str, Made]) -> Document | None:
    """The paper with what was made of it, or None when nothing was."""
    versions = tuple(_with_made(version, made.get(version.sha256)) for version in document.versions)
    return replace(document, versions=versions) if versions != document.versions else None


def _with_made(version: PaperVersion, made: Made | None) -> PaperVersion:
    if made is None or version.state is not PaperState.QUEUED:
        return version
    state = PaperState.FAILED if made.problem else PaperState.READY
    return replace(version, state=state, pages=made.pages, problem=made.problem)


def _fresh(alive: Alive, uptime_ms: int) -> bool:
    return 0 <= uptime_ms - alive.uptime_ms < ALIVE_SECONDS * 3 * 1000
