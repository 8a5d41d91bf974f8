"""Reading papers: lists, pages, texts, files, search, comparison, and that somebody has opened one."""

from collections.abc import Callable
from typing import Any, Final

import msgspec
from flask import Flask, Response, g, request, send_file
from gevent.lock import BoundedSemaphore

from appliance.core.paper_rights import PaperState, Reader
from appliance.core.paper_search import snippet, words_of
from appliance.core.people import Role
from appliance.core.refusals import Code, Refusal
from appliance.server.access import ANYONE, allow
from appliance.server.api import json_response
from appliance.server.errors import STATUS
from appliance.server.live.sections import iso
from appliance.server.papers import wire as w
from appliance.server.parts import Parts
from appliance.services import papers
from appliance.services.on_file import Document, OnFile, PaperVersion
from appliance.services.paper_shelf import PaperShelf

MAX_HITS: Final = 50
COMPARING: Final = 2
KEPT_SECONDS: Final = 600
"""So long a tablet may keep a page without asking again whether it may still see it."""


class Reading:
    """Each method is one route; `largest` is the greatest file that is taken."""

    def __init__(self, parts: Parts, shelf: PaperShelf, largest: int) -> None:
        self._parts, self._shelf, self._largest = parts, shelf, largest
        # It may take a minute: those who wait their turn hold no worker thread, which others need for a moment only.
        self._comparing = BoundedSemaphore(COMPARING)

    def add(self, app: Flask) -> None:
        """Add the routes."""
        one = "/api/papers/<document>/<sha256>"
        app.add_url_rule("/api/papers", view_func=self.paper_list, methods=["GET"])
        app.add_url_rule("/api/papers/search", view_func=self.paper_search)
        app.add_url_rule("/api/papers/<document>/compare", view_func=self.paper_compare)
        app.add_url_rule(f"{one}/page/<int:n>", view_func=self.paper_page)
        app.add_url_rule(f"{one}/text", view_func=self.paper_text)
        app.add_url_rule(f"{one}/file", view_func=self.paper_file)
        app.add_url_rule(f"{one}/opened", view_func=self.paper_opened, methods=["POST"])
        app.add_url_rule("/api/desk/receipts", view_func=self.receipts)

    # --- lists

    @allow(*ANYONE)
    def paper_list(self) -> Response:
        """The papers of a meeting that this reader may see."""
        on_file, plan = self._on_file, self._plan()
        if plan is None:
            return _json(w.PaperList(None, largest=self._largest))
        if plan not in on_file.plans:
            return self.refused(Refusal(Code.PLAN_UNKNOWN))
        shown = list(papers.visible(on_file, self._meeting, plan, self._reader))
        opened = self._opened([s.document.id for s in shown])
        views = tuple(self._view(s, opened.get(s.document.id)) for s in shown)
        sent = min((d.sent for d in on_file.documents.values() if d.plan == plan and d.sent is not None), default=None)
        return _json(w.PaperList(plan, views, iso(sent) if sent is not None else None, self._largest))

    def _view(self, shown: papers.Shown, opened: str | None) -> w.DocumentView:
        document, desk = shown.document, self._reader.role is Role.CLERK
        return w.DocumentView(
            document=document.id,
            title=document.title,
            kind=document.kind,
            rights=document.rights,
            order=document.order,
            versions=tuple(_version(version, desk=desk) for version in shown.versions),
            item=document.item,
            revision=document.revision if desk else 0,
            withdrawn=iso(document.withdrawn) if document.withdrawn is not None else None,
            reason=document.reason if desk else "",
            in_use=desk and papers.in_use(self._on_file, self._meeting, document),
            opened=opened,
        )

    def _opened(self, documents: list[str]) -> dict[str, str]:
        member = self._reader.member
        if member is None:
            return {}
        receipts = self._off(lambda: self._shelf.store.receipts(documents))
        return {r.document: iso(r.last) for r in sorted(receipts, key=lambda r: r.last) if r.member == member}

    @allow(Role.CLERK)
    def receipts(self) -> Response:
        """Who opened what."""
        on_file, plan = self._on_file, self._plan()
        wanted = [d.id for d in on_file.documents.values() if d.plan == plan]
        found = self._off(lambda: self._shelf.store.receipts(wanted))
        told = tuple(
            w.Receipt(r.document, r.sha256, r.member, _name(on_file, r.member), iso(r.first), iso(r.last), r.times)
            for r in found
        )
        return _json(w.Receipts(told, len(self._parts.registry.facts().roster)))

    # --- one version

    @allow(*ANYONE)
    def paper_page(self, document: str, sha256: str, n: int) -> Response:
        """A page as a picture."""
        version = self._readable(document, sha256)
        if isinstance(version, Refusal):
            return self.refused(version)
        width = request.args.get("width", default=900, type=int)
        data = self._off(lambda: self._shelf.files.page(sha256, n, width)) if 0 < n <= version.pages else None
        if data is None:
            return self.refused(Refusal(Code.PAGE_UNKNOWN))
        return _kept(Response(data, mimetype="image/webp"))

    @allow(*ANYONE)
    def paper_text(self, document: str, sha256: str) -> Response:
        """The text, page by page."""
        version = self._readable(document, sha256)
        if isinstance(version, Refusal):
            return self.refused(version)
        text = self._off(lambda: self._shelf.store.text(sha256))
        return _kept(_json(w.PaperText(document, sha256, text or ("",) * version.pages)))

    @allow(*ANYONE)
    def paper_file(self, document: str, sha256: str) -> Response:
        """The file as it came, to keep; nothing opens it in the browser as a page of ours."""
        version = self._readable(document, sha256)
        if isinstance(version, Refusal):
            return self.refused(version)
        as_pdf = request.args.get("as") == "pdf"
        path = self._off(lambda: self._shelf.files.file(sha256, version.media, as_pdf=as_pdf))
        if path is None:
            return self.refused(Refusal(Code.VERSION_UNKNOWN))
        name = f"{version.name.rsplit('.', 1)[0]}.pdf" if as_pdf else version.name
        media = "application/pdf" if as_pdf else version.media
        return _kept(send_file(path, mimetype=media, as_attachment=True, download_name=name, conditional=True))

    @allow(*ANYONE)
    def paper_opened(self, document: str, sha256: str) -> Response:
        """A read receipt, for members alone."""
        version, member = self._readable(document, sha256), self._reader.member
        if isinstance(version, Refusal):
            return self.refused(version)
        if member is None:
            return self.refused(Refusal(Code.NOT_A_MEMBER))
        now = self._parts.clock.now().utc
        self._off(lambda: self._shelf.store.opened(document, sha256, member, now))
        return _json(w.Done())

    @allow(*ANYONE)
    def paper_compare(self, document: str) -> Response:
        """Two versions of a paper, line by line."""
        old, new = request.args.get("old", ""), request.args.get("new", "")
        for sha256 in (old, new):
            version = self._readable(document, sha256)
            if isinstance(version, Refusal):
                return self.refused(version)
        with self._comparing:
            found = self._off(lambda: self._shelf.files.compare(old, new))
        if found is None:
            return self.refused(Refusal(Code.PAPER_TOO_SLOW))
        return _kept(json_response(found))

    # --- search

    @allow(*ANYONE)
    def paper_search(self) -> Response:
        """Pages of the newest versions on which the words stand."""
        words = words_of(request.args.get("q", "")[:200])
        plan, only = self._plan(), request.args.get("document")
        shown = papers.visible(self._on_file, self._meeting, plan, self._reader) if plan is not None else ()
        newest: dict[str, list[Document]] = {}
        for one in shown:
            ready = next((v for v in one.versions if v.state is PaperState.READY), None)
            if ready is not None and only in {None, one.document.id}:
                newest.setdefault(ready.sha256, []).append(one.document)
        found = self._off(lambda: self._shelf.store.search(words, newest.keys(), MAX_HITS + 1)) if newest else []
        hits = tuple(
            w.Hit(d.id, page.sha256, d.title, page.page, *snippet(page.text, words), item=d.item)
            for page in found
            for d in newest[page.sha256]
        )
        return _json(w.Hits(hits[:MAX_HITS], len(hits) > MAX_HITS))

    # --- who asks, and how it is answered

    def _readable(self, document: str, sha256: str) -> PaperVersion | Refusal:
        """The version, if it is this reader's to see and its pages are there."""
        version = papers.find(self._on_file, self._meeting, document, self._reader, sha256)
        if version is None:
            return Refusal(Code.DOCUMENT_UNKNOWN)
        return version if version.state is PaperState.READY else Refusal(Code.VERSION_UNKNOWN)

    @property
    def _on_file(self) -> OnFile:
        return self._shelf.registry.on_file

    @property
    def _meeting(self) -> Any:
        return self._parts.chamber.durable

    @property
    def _reader(self) -> Reader:
        return papers.reader_of(self._on_file, g.session.actor)

    def _plan(self) -> str | None:
        return request.args.get("plan") or papers.plan_now(self._on_file, self._meeting)

    def _off(self, call: Callable[[], Any]) -> Any:
        return self._parts.hub.offload(call)

    def refused(self, refusal: Refusal) -> Response:
        """A refusal with its status and sentence."""
        return json_response(self._parts.answers.json(refusal, g.language), STATUS[refusal.code])


def _version(version: PaperVersion, *, desk: bool) -> w.VersionView:
    return w.VersionView(
        sha256=version.sha256,
        name=version.name,
        media=version.media,
        bytes=version.bytes,
        uploaded=iso(version.uploaded),
        state=version.state,
        pages=version.pages,
        problem=version.problem if desk else "",
        sent=iso(version.sent) if version.sent is not None else None,
        supplementary=version.supplementary,
    )


def _name(on_file: OnFile, member: str) -> str:
    found = on_file.members.get(member)
    return found.name if found is not None else member


def _json(what: msgspec.Struct) -> Response:
    return json_response(msgspec.json.encode(what))


def _kept(response: Response) -> Response:
    """The file behind a SHA-256 never changes; who may see it can."""
    response.cache_control.no_cache = None
    response.cache_control.private = True
    response.cache_control.max_age = KEPT_SECONDS
    response.vary.add("Cookie")  # the next person at the same tablet asks for themselves
    return response
