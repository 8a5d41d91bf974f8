"""Papers from the clerk's hand to the delegate's tablet, the hall's screen, and a tablet without a line."""

import uuid
from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import Browser, FilePayload, Locator, Page, expect

from tests.demo.running import Demo
from tests.journey.pages import (
    SIZES,
    axe_finds_nothing,
    button,
    delegate_tab,
    open_poll,
    say,
    screen,
    signed_in,
    void_poll,
)
from tests.journey.test_every_screen import hall
from tests.papers.files import pdf, report

PAGES = 6
PDF = "application/pdf"


@pytest.fixture(scope="module")
def clerk(browser: Browser, demo: Demo) -> Iterator[Page]:
    """The clerk, before the papers of the sample meeting."""
    page = signed_in(browser, demo, "clerk", "clerk")
    page.get_by_role("tab", name=say("papers.desk.tab"), exact=True).click()
    expect(page.get_by_role("combobox", name=say("papers.desk.meeting"))).to_be_visible()
    yield page
    page.context.close()


@pytest.fixture(scope="module")
def paper(clerk: Page, demo: Demo) -> str:
    """A paper of the item in hand, brought in, prepared and sent; its title."""
    title = f"Báo cáo thử {uuid.uuid4().hex[:8]}"
    bring(clerk, demo, pdf_file(f"{title}.pdf", report(PAGES, title)))
    row = row_of(clerk, title)
    expect(row.get_by_text(say("papers.pages", count=PAGES))).to_be_visible(timeout=60_000)
    send(clerk)
    expect(row.get_by_text(say("papers.desk.not_sent"))).to_be_hidden()
    return title


def test_a_delegate_reads_marks_notes_and_finds_the_place_again(browser: Browser, demo: Demo, paper: str) -> None:
    tablet = at_the_papers(browser, demo, "delegate")
    reader = read(tablet, paper)
    expect(at_page(reader, 1)).to_be_visible()
    for _ in range(2):
        tablet.keyboard.press("ArrowRight")
    expect(at_page(reader, 3)).to_be_visible()
    axe_finds_nothing(tablet)

    reader.get_by_role("button", name=say("papers.notes"), exact=True).click()
    reader.get_by_role("button", name=say("papers.draw"), exact=True).click()
    tablet.keyboard.press("ArrowDown")
    tablet.keyboard.press("Enter")
    words = f"<b>Hỏi lại</b> {uuid.uuid4().hex[:6]}"
    reader.get_by_label(say("papers.note_on_mark", page=3)).fill(words)
    reader.get_by_role("button", name=say("papers.note_keep"), exact=True).click()
    expect(reader.get_by_role("button", name=say("papers.mark", text=words))).to_be_visible()
    expect(reader.get_by_text(say("papers.note_waits"))).to_be_hidden()
    axe_finds_nothing(tablet)

    tablet.reload()
    delegate_tab(tablet, "papers")
    reader = read(tablet, paper)
    expect(at_page(reader, 3)).to_be_visible()
    expect(reader.get_by_role("button", name=say("papers.mark", text=words))).to_be_visible()
    tablet.keyboard.press("Escape")
    expect(reader).to_be_hidden()
    tablet.context.close()


def test_notes_are_the_members_alone_and_follow_them_to_another_tablet(demo: Demo, paper: str) -> None:
    one, other = (found["member"] for found in demo.addresses["members"][5:7])
    with demo.delegate(one) as tablet:
        words = note(demo, tablet, paper)
        assert words in demo.get("/api/notes", tablet).text
    with demo.delegate(other) as neighbour, demo.sign_in("clerk") as clerk:
        for somebody in (neighbour, clerk):
            assert words not in demo.get("/api/notes", somebody).text
        found = next(member for member in demo.addresses["members"] if member["member"] == one)
        credentials = {"card": found["card"], "pin": found["pin"]}
        with requests.Session() as new:
            assert demo.post("/api/sign-in", credentials, new).status_code != 200, "a card is enrolled on one tablet"
            waiting = demo.get("/api/snapshot", clerk).json()["view"]["requests"]["tablets"]
            request = next(tablet["request"] for tablet in waiting if tablet["member"] == one)
            assert demo.give(clerk, "ApproveTablet", request=request)["accepted"]
            assert demo.post("/api/sign-in", credentials, new).status_code == 200
            assert words in demo.get("/api/notes", new).text


def test_what_is_looked_for_is_found_without_its_tones(browser: Browser, demo: Demo, paper: str) -> None:
    tablet = at_the_papers(browser, demo, "delegate")
    reader = read(tablet, paper)
    reader.get_by_role("button", name=say("papers.search"), exact=True).click()
    reader.get_by_label(say("papers.search_this")).fill("bao cao thu")
    reader.get_by_label(say("papers.search_this")).press("Enter")
    reader.get_by_role("button", name=say("papers.page", page=4)).first.click()
    expect(reader.locator("mark").first).to_be_visible()
    axe_finds_nothing(tablet)
    tablet.context.close()


@pytest.mark.parametrize(("name", "content"), [("giả.pdf", b"not a PDF"), ("rỗng.pdf", b"")])
def test_a_bad_file_is_refused_with_its_reason_and_the_others_go_on(
    clerk: Page, demo: Demo, paper: str, name: str, content: bytes
) -> None:
    good = f"Tờ trình thử {uuid.uuid4().hex[:8]}"
    bring(clerk, demo, pdf_file(name, content), pdf_file(f"{good}.pdf", report(1, good)))
    line = clerk.get_by_role("list", name=say("papers.desk.uploads")).get_by_role("listitem").filter(has_text=name)
    expect(line).to_contain_text("!")
    expect(row_of(clerk, good)).to_be_visible()
    axe_finds_nothing(clerk)
    line.get_by_role("button", name=say("papers.desk.put_away")).click()
    expect(line).to_be_hidden()


def test_a_later_version_is_marked_as_supplementary_and_compared(
    browser: Browser, demo: Demo, clerk: Page, paper: str
) -> None:
    title = f"Dự thảo thử {uuid.uuid4().hex[:8]}"
    lines = [f"Điều {number}. Nội dung của dự thảo" for number in range(1, 30)]
    bring(clerk, demo, pdf_file(f"{title}.pdf", pdf(lines)))
    row = row_of(clerk, title)
    expect(row.get_by_text(say("papers.pages", count=1)).first).to_be_visible(timeout=60_000)
    lines[9] = "Điều 10. Nội dung đã sửa của dự thảo"
    row.locator("input[type=file]").set_input_files(pdf_file("bản hai.pdf", pdf(lines)))
    expect(row.get_by_text(say("papers.desk.version", number=2))).to_be_visible()
    row.get_by_role("button", name=say("papers.desk.compare")).click(timeout=60_000)
    dialog = clerk.get_by_role("dialog")
    expect(dialog.get_by_text("Nội dung đã sửa")).to_be_visible()
    clerk.keyboard.press("n")
    expect(dialog.get_by_text(say("papers.compare.at", at=1, count=1))).to_be_visible()
    axe_finds_nothing(clerk)
    clerk.keyboard.press("Escape")
    send(clerk)
    tablet = at_the_papers(browser, demo, "delegate")
    expect(tablet.get_by_role("button", name=title)).to_contain_text("bổ sung lúc")
    tablet.context.close()


def test_the_chair_turns_the_halls_page_and_who_follows_goes_along(browser: Browser, demo: Demo, paper: str) -> None:
    wall = hall(browser, demo, "vi")
    chair = signed_in(browser, demo, "chair", "chair")
    tablet = at_the_papers(browser, demo, "delegate")
    reader = read(chair, paper)
    reader.get_by_role("button", name=say("papers.hall_show"), exact=True).click()
    expect(wall.get_by_alt_text(say("papers.page_picture", page=1, title=paper))).to_be_visible()
    button(tablet, "papers.follow").click()
    followed = tablet.get_by_role("dialog")
    expect(at_page(followed, 1)).to_be_visible()
    reader.get_by_role("button", name=say("papers.next"), exact=True).click()
    expect(wall.get_by_alt_text(say("papers.page_picture", page=2, title=paper))).to_be_visible()
    expect(at_page(followed, 2)).to_be_visible()
    reader.get_by_role("button", name=say("papers.hall_stop"), exact=True).click()
    expect(wall.get_by_alt_text(say("papers.page_picture", page=2, title=paper))).to_be_hidden()
    for page in (wall, chair, tablet):
        page.context.close()


def test_a_vote_that_opens_is_called_out_to_who_reads(browser: Browser, demo: Demo, paper: str) -> None:
    tablet = at_the_papers(browser, demo, "delegate")
    reader = read(tablet, paper)
    poll = open_poll(demo)
    button(tablet, "papers.to_ballot").click()
    expect(reader).to_be_hidden()
    expect(tablet.get_by_text(say("ballot.ask"))).to_be_visible()
    tablet.context.close()
    void_poll(demo, poll)


def test_a_tablet_without_a_line_reads_what_it_stored_and_sends_its_notes_later(
    browser: Browser, demo: Demo, paper: str
) -> None:
    tablet = at_the_papers(browser, demo, "delegate")
    tablet.get_by_text(say("papers.copy"), exact=True).click()
    button(tablet, "papers.copy_make").click()
    expect(button(tablet, "papers.copy_drop")).to_be_visible(timeout=60_000)
    tablet.wait_for_function("navigator.serviceWorker.controller !== null")
    tablet.context.set_offline(True)
    tablet.goto(demo.base + "/")
    expect(tablet.get_by_role("heading", name=say("papers.offline_page"))).to_be_visible()
    axe_finds_nothing(tablet)
    for folded in tablet.locator("details").all():
        folded.evaluate("one => { one.open = true }")
    tablet.get_by_role("button", name=paper).click()
    reader = tablet.get_by_role("dialog")
    expect(reader.locator("[data-page]")).to_be_visible()
    reader.get_by_role("button", name=say("papers.notes")).first.click()
    words = f"Viết khi mất mạng {uuid.uuid4().hex[:6]}"
    reader.get_by_role("textbox").last.fill(words)
    reader.get_by_role("button", name=say("papers.note_keep"), exact=True).click()
    expect(reader.get_by_text(say("papers.note_waits"))).to_be_visible()
    tablet.context.set_offline(False)
    expect(tablet.get_by_text(say("line.online"), exact=True)).to_be_visible()
    demo.until(lambda: words in tablet.context.request.get(demo.base + "/api/notes").text())
    tablet.context.close()


def test_signing_out_leaves_no_paper_on_the_tablet(browser: Browser, demo: Demo, paper: str) -> None:
    tablet = at_the_papers(browser, demo, "delegate")
    tablet.get_by_text(say("papers.copy"), exact=True).click()
    button(tablet, "papers.copy_make").click()
    expect(button(tablet, "papers.copy_drop")).to_be_visible(timeout=60_000)
    button(tablet, "common.sign_out").click()
    expect(tablet.get_by_role("heading", level=1)).to_be_visible()
    tablet.wait_for_function("caches.keys().then(found => found.length === 0)")
    tablet.context.close()


@pytest.mark.parametrize("size", ["phone", "zoomed", "upright"])
def test_the_reader_fits_every_tablet(browser: Browser, demo: Demo, paper: str, size: str) -> None:
    tablet = at_the_papers(browser, demo, size)
    reader = read(tablet, paper)
    expect(at_page(reader, 1).or_(reader.locator("[data-page]"))).to_be_visible()
    assert tablet.evaluate("document.documentElement.scrollWidth <= innerWidth")
    box = reader.locator("[data-page]").bounding_box()
    assert box is not None
    assert box["height"] >= 0.3 * SIZES[size][1], "the page has room"
    tablet.context.close()


def test_the_english_reader_and_the_empty_stored_page_have_no_axe_findings(
    browser: Browser, demo: Demo, paper: str
) -> None:
    tablet = at_the_papers(browser, demo, "delegate", "en")
    read(tablet, paper)
    axe_finds_nothing(tablet)
    tablet.context.close()
    for language in ("vi", "en"):
        page = screen(browser, demo, "/offline", "delegate", language)
        expect(page.get_by_text(say("papers.offline_none", language))).to_be_visible()
        axe_finds_nothing(page)
        page.context.close()


# --- the parts of these ways


def at_the_papers(browser: Browser, demo: Demo, size: str, language: str = "vi") -> Page:
    """A delegate's tablet with the papers to the front."""
    tablet = signed_in(browser, demo, "delegate", size, language)
    delegate_tab(tablet, "papers", language)
    return tablet


def pdf_file(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": PDF, "buffer": content}


def bring(clerk: Page, demo: Demo, *files: FilePayload) -> None:
    """Drop files on the item in hand."""
    with demo.sign_in("clerk") as visitor:
        agenda = demo.get("/api/snapshot", visitor).json()["view"]["agenda"]
    current = next(line for line in agenda if line["state"] == "current")
    group = clerk.get_by_role("region", name=f"{current['number']}. {current['title']}", exact=True)
    group.locator("label input[type=file][multiple]").set_input_files(list(files))


def row_of(clerk: Page, title: str) -> Locator:
    return clerk.get_by_role("listitem", name=title, exact=True)


def send(clerk: Page) -> None:
    """Send what waits to the delegates."""
    clerk.get_by_role("button", name="Gửi").filter(has_text="tài liệu").click()
    clerk.get_by_role("dialog").get_by_role("button", name=say("papers.desk.send_do"), exact=True).click()
    expect(clerk.get_by_role("dialog")).to_be_hidden()


def read(page: Page, title: str) -> Locator:
    """Open a paper from the list; the reader."""
    page.get_by_role("button", name=title).first.click()
    reader = page.get_by_role("dialog")
    expect(reader.locator("[data-page]")).to_be_visible()
    return reader


def at_page(reader: Locator, page: int) -> Locator:
    return reader.locator(f"[data-page='{page}']")


def note(demo: Demo, tablet: requests.Session, title: str) -> str:
    """A note on a paper; its words."""
    words = f"Của riêng tôi {uuid.uuid4().hex[:6]}"
    papers = demo.get("/api/papers", tablet).json()["papers"]
    found = next(paper for paper in papers if paper["title"] == title)
    kept = {"document": found["document"], "sha256": found["versions"][0]["sha256"], "page": 1, "text": words}
    answer = tablet.put(f"{demo.base}/api/notes/{uuid.uuid4()}", json=kept, timeout=30)
    assert answer.status_code == 200
    return words
