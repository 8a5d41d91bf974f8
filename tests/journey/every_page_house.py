"""The house that every screen is looked at in: a demo of its own, and everybody's page in both languages."""

import re
import uuid
from collections import Counter
from collections.abc import Callable
from typing import Any, Final, NamedTuple

import requests
from playwright.sync_api import Browser, Page, expect

from appliance.server.access import LANGUAGE_COOKIE
from tests.demo.running import PATIENCE_SECONDS, Demo
from tests.journey.citizen import public
from tests.journey.pages import say
from tests.papers.files import pdf, report

NOBODY, DELEGATE, AWAY, TELLER = "nobody", "m08", "m18", "m02"
DESKS: Final = ("chair", "clerk", "technician", "hall")
TABLET, PHONE, DESKTOP, WALL = (1280, 800), (360, 740), (1366, 768), (1920, 1080)
POLL: Final = "nq1"
PAPER: Final = "Báo cáo thử nghiệm về thu, chi ngân sách và phân bổ dự toán năm 2027"


OFTEN: Final = 10
"""More requests for one address while a page is looked at come from a page that goes round in circles."""
GOES_ON: Final = re.compile(r"/(socket\.io|house|live|whep|preview|clip|standing|now\.json|simulator\.json|video)")
"""What is a stream, or is asked for by the clock."""


class Visit(NamedTuple):
    """Somebody before a page, in a language; what the page has asked for so far."""

    house: "House"
    page: Page
    language: str
    asked: Counter[str]

    def asked_too_often(self) -> list[tuple[str, int]]:
        return [(what, times) for what, times in self.asked.items() if times > OFTEN and not GOES_ON.search(what)]

    def word(self, key: str, **values: object) -> str:
        return say(key, self.language, **values)

    def press(self, key: str, role: Any = "button", **values: object) -> None:
        self.page.get_by_role(role, name=self.word(key, **values), exact=True).first.click()

    def tab(self, key: str) -> None:
        """Its name may be followed by how many wait there."""
        self.page.get_by_role("tab", name=re.compile(rf"^{re.escape(self.word(key))}")).first.click()

    def unfold(self, key: str) -> None:
        found = self.page.locator("summary", has_text=self.word(key)).first
        if not found.evaluate("one => one.parentElement.open"):
            found.click()


class Look(NamedTuple):
    """One thing to look at."""

    name: str
    who: str
    path: str
    how: Callable[[Visit], None] = lambda _: None


class Moment(NamedTuple):
    """A state of the meeting and what is seen in it."""

    name: str
    begin: Callable[["House"], None]
    looks: tuple[Look, ...]


class House:
    """A demo of its own, taken from moment to moment, and everybody's page in both languages."""

    def __init__(self, browser: Browser, demo: Demo) -> None:
        self.browser, self.demo = browser, demo
        self._by = {name: demo.sign_in(name) for name in DESKS}
        self._pages: dict[tuple[str, str], Page] = {}
        self._asked: dict[Page, Counter[str]] = {}
        self.plan = str(demo.get("/api/papers", self._by["clerk"]).json()["plan"])
        self.paper = self._file_paper()

    def visit(self, look: Look, language: str) -> Visit:
        page = self._page(look.who, language)
        width, height = sizes(look)[0]
        page.set_viewport_size({"width": width, "height": height})
        page.goto("about:blank")  # a part of an address alone would not load the page anew
        self._asked[page].clear()
        page.goto(self._address(look.path))
        expect(page.get_by_role("heading").or_(page.locator("main, .id-card")).first).to_be_visible()
        visit = Visit(self, page, language, self._asked[page])
        if (
            look.who not in {NOBODY, "hall"}
            and page.locator("[role=banner], header").count()
            and "online" in page.content()
        ):
            expect(page.get_by_text(visit.word("line.online"), exact=True).first).to_be_visible()
        look.how(visit)
        return visit

    def _address(self, path: str) -> str:
        if not path.startswith("public:"):
            path = path.replace("<report>", self.report()) if "<report>" in path else path
            return self.demo.base + path.format(plan=self.plan)
        if path == "public:meeting":
            with requests.Session() as citizen:
                (meeting, *_) = citizen.get(public(self.demo, "data/meetings.json"), timeout=PATIENCE_SECONDS).json()
            return public(self.demo, meeting["page"])
        return public(self.demo, path.removeprefix("public:"))

    def report(self) -> str:
        """The newest readiness report; there is one from the first time on that somebody wants it."""
        by = self._by["technician"]
        found = self.demo.get("/api/readiness", by).json()["reports"]
        if not found:
            for step in ({"do": "begin"}, {"do": "finish", "note": "Máy chiếu hàng đầu cần thay bóng đèn."}):
                answer = self.demo.post("/api/readiness/orders", step, by).json()
                assert answer["accepted"], answer
            found = self.demo.get("/api/readiness", by).json()["reports"]
        return str(found[0]["report"])

    def _page(self, who: str, language: str) -> Page:
        if (who, language) not in self._pages:
            context = self.browser.new_context(reduced_motion="reduce")
            context.add_cookies([{"name": LANGUAGE_COOKIE, "value": language, "url": self.demo.base}])
            if who != NOBODY:
                visitor = self._by[who] if who in DESKS else self._delegate(who)
                cookies = [{"name": c.name, "value": str(c.value), "url": self.demo.base} for c in visitor.cookies]
                context.add_cookies(cookies)  # type: ignore[arg-type]
            page = self._pages[who, language] = context.new_page()
            asked = self._asked[page] = Counter[str]()
            page.on("request", lambda request: asked.update([f"{request.method} {request.url}"]))
        return self._pages[who, language]

    def _delegate(self, member: str) -> Any:
        if member not in self._by:
            self._by[member] = self.demo.delegate(member)
        return self._by[member]

    def _file_paper(self) -> tuple[str, str, int]:
        """A paper in two versions, prepared and sent."""
        document, shown, by = uuid.uuid4().hex, "", self._by["clerk"]
        lines = [f"Điều {number}. Nội dung của dự thảo, dòng thứ {number}" for number in range(1, 30)]
        for data in (report(6, PAPER), pdf(lines)):
            form = {"id": str(uuid.uuid4()), "plan": self.plan, "item": self.item(), "title": PAPER}
            form |= {"document": document} if shown else {}
            answer = by.post(
                f"{self.demo.base}/api/papers", data=form, files={"file": ("thử.pdf", data, "application/pdf")}
            )
            assert answer.status_code == 200, answer.text
            document, shown = answer.json()["document"], answer.json()["sha256"]
        self.demo.until(lambda: self._ready(document))
        self.clerk("SendPapers", plan=self.plan)
        return document, shown, 1

    def _ready(self, document: str) -> bool:
        papers = self.demo.get("/api/papers", self._by["clerk"]).json()["papers"]
        versions = next(paper["versions"] for paper in papers if paper["document"] == document)
        return len(versions) == 2 and all(version["state"] == "ready" for version in versions)

    def view(self, who: str) -> dict[str, Any]:
        found: dict[str, Any] = self.demo.get("/api/snapshot", self._by[who]).json()["view"]
        return found

    def item(self) -> str:
        return str(next(line["item"] for line in self.view("clerk")["agenda"] if line["state"] == "current"))

    def draft(self, poll: str, **fields: object) -> None:
        question = "Thông qua nội dung thử nghiệm về thu, chi ngân sách xã?"
        self.clerk("DraftPoll", item=self.item(), question=question, poll=poll, **fields)

    def chair(self, kind: str, /, **fields: object) -> None:
        self._give("chair", kind, **fields)

    def clerk(self, kind: str, /, **fields: object) -> None:
        self._give("clerk", kind, **fields)

    def member(self, member: str, kind: str, /, **fields: object) -> None:
        """At the member's one tablet."""
        self._delegate(member)
        self._give(member, kind, **fields)

    def _give(self, who: str, kind: str, /, **fields: object) -> None:
        command = {"type": kind, "id": str(uuid.uuid4()), **fields}
        answer = self.demo.post("/api/commands", command, self._by[who]).json()
        assert answer["accepted"], (kind, answer)

    def close(self) -> None:
        for page in self._pages.values():
            page.context.close()
        for visitor in self._by.values():
            visitor.close()


def is_demo(look: Look) -> bool:
    """A sheet for whoever shows the product, not a part of it."""
    return look.path in {"/demo", "/simulator"}


def sizes(look: Look) -> tuple[tuple[int, int], ...]:
    """What it is looked at on, the most usual first."""
    if look.who == "hall" or look.path == "/hall":
        return (WALL,)
    if look.who in DESKS:
        return (DESKTOP, TABLET) if look.who == "chair" else (DESKTOP,)
    return (TABLET, PHONE, DESKTOP)
