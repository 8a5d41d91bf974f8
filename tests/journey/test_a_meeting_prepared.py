"""A clerk prepares a meeting in the browser, by keyboard and by mouse; delegates are told; the agenda changes live."""

from pathlib import Path

import pytest
from openpyxl import Workbook
from playwright.sync_api import Browser, FilePayload, Page, expect

from appliance.demo import council as people
from tests.demo.running import Demo
from tests.journey.pages import axe_finds_nothing, button, say, screen, sign_in_with_password, signed_in
from tests.papers.files import report

TITLE = "Kỳ họp chuyên đề thử nghiệm"
DAY = "2027-03-18"


@pytest.fixture(scope="module")
def clerk(browser: Browser, demo: Demo) -> Page:
    page = signed_in(browser, demo, "clerk", "clerk")
    page.goto(f"{demo.base}/clerk#plan")
    expect(button(page, "plan.new")).to_be_visible()
    return page


def titles(page: Page) -> list[str]:
    return (
        page.locator("section", has=page.get_by_role("heading", name=say("plan.agenda"), exact=True))
        .locator("li .name")
        .all_inner_texts()
    )


def test_a_meeting_with_five_items_and_two_votes_is_prepared_from_nothing(clerk: Page) -> None:
    button(clerk, "plan.new").click()
    clerk.locator("select[name=kind]").select_option("thematic")
    clerk.get_by_label(say("plan.meeting_title")).fill(TITLE)
    clerk.get_by_label(say("plan.day"), exact=True).fill(DAY)
    clerk.locator("select[name=from]").select_option("nothing")
    axe_finds_nothing(clerk)
    button(clerk, "plan.new_do").click()
    expect(clerk.get_by_role("heading", name=TITLE)).to_be_visible()
    for at in range(1, 6):
        button(clerk, "plan.add_item").click()
        form = clerk.get_by_role("form", name=say("plan.add_item"))
        form.get_by_label(say("plan.item_title"), exact=True).fill(f"Nội dung số {at} <b>đậm</b>")
        if at in {2, 4}:
            form.get_by_role("button", name=say("plan.add_poll")).click()
        form.get_by_role("button", name=say("plan.save"), exact=True).click()
        expect(form).to_have_count(0)
    expect(clerk.get_by_text(say("plan.agenda_count", count=5, polls=2))).to_be_visible()
    assert "<b>đậm</b>" in titles(clerk)[0]
    axe_finds_nothing(clerk)


def test_its_papers_come_in_where_it_is_prepared_and_a_question_names_one(clerk: Page) -> None:
    title = "Dự thảo Nghị quyết thử nghiệm"
    clerk.get_by_text(say("plan.papers"), exact=True).click()
    axe_finds_nothing(clerk)
    for name in (title, "Tờ trình thử nghiệm"):
        group = clerk.get_by_role("region", name="4. Nội dung số 4 <b>đậm</b>", exact=True)
        file: FilePayload = {"name": f"{name}.pdf", "mimeType": "application/pdf", "buffer": report(1, name)}
        group.locator("label input[type=file][multiple]").set_input_files(file)
        expect(clerk.get_by_role("listitem", name=name, exact=True)).to_contain_text(
            say("papers.pages", count=1), timeout=60_000
        )
    clerk.get_by_role("button", name=say("papers.desk.send", count=2)).click()
    clerk.get_by_role("dialog").get_by_role("button", name=say("papers.desk.send_do"), exact=True).click()
    expect(clerk.get_by_text(say("papers.desk.none_sent"))).to_have_count(0)
    clerk.get_by_role("button", name=f"{say('plan.edit')}: 4 ").click()
    clerk.get_by_label(say("plan.document")).select_option(label=title)
    button(clerk, "plan.save").click()
    expect(clerk.locator("li.line .paper")).to_have_text(f"{say('plan.document')}: {title}")
    clerk.get_by_text(say("plan.papers"), exact=True).click()


def test_items_are_moved_by_keyboard_and_by_mouse(clerk: Page) -> None:
    down = clerk.get_by_role("button", name=f"{say('plan.down')}: 1 ").first
    down.focus()
    down.press("Enter")
    expect(clerk.locator("li.line .name").first).to_contain_text("số 2")
    inward = clerk.get_by_role("button", name=f"{say('plan.inward')}: 2 ").first
    inward.focus()
    inward.press("Enter")
    expect(clerk.locator("li.line.part .number")).to_have_text("1.1")
    clerk.locator("li.line", has_text="số 5").drag_to(clerk.locator("li.line", has_text="số 3"))
    expect(clerk.locator("li.line .name").nth(2)).to_contain_text("số 5")


def test_the_second_clerk_is_shown_the_difference_and_loses_nothing(browser: Browser, demo: Demo, clerk: Page) -> None:
    other = screen(browser, demo, "/clerk#plan", "clerk")
    sign_in_with_password(other, people.CLERK_WHO_IS_A_DELEGATE.account, people.CLERK_WHO_IS_A_DELEGATE.password)
    other.locator("select[name=plan]").select_option(label=TITLE)
    for page in (clerk, other):
        page.get_by_role("button", name=f"{say('plan.edit')}: 4 ").click()
    field = say("plan.item_title")
    other.get_by_label(field, exact=True).fill("Bản của người thứ hai")
    clerk.get_by_label(field, exact=True).fill("Bản của người thứ nhất")
    button(clerk, "plan.save").click()
    expect(clerk.locator("li.line .name", has_text="người thứ nhất")).to_be_visible()
    expect(other.get_by_role("heading", name=say("plan.theirs_title"))).to_be_visible()
    expect(other.get_by_label(field, exact=True)).to_have_value("Bản của người thứ hai")
    axe_finds_nothing(other)
    other.context.close()


def test_an_agenda_with_a_bad_row_is_shown_and_not_taken_over(clerk: Page, tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in (("TT", "Nội dung", "Thời gian"), ("1", "Việc nhập từ tệp", "8h30"), ("2", "=1+1", "99:99")):
        sheet.append(row)
    path = tmp_path / "chuong-trinh.xlsx"
    book.save(path)
    before = titles(clerk)
    clerk.get_by_text(say("plan.import"), exact=True).click()
    clerk.get_by_label(say("plan.import_file")).set_input_files(path)
    expect(clerk.get_by_text(say("plan.import_rows", count=2, bad=1))).to_be_visible()
    expect(clerk.get_by_text(say("plan.import_clean_first"))).to_be_visible()
    assert titles(clerk) == before
    axe_finds_nothing(clerk)


def test_delegates_are_told_to_which_meeting_they_are_convened(browser: Browser, demo: Demo, clerk: Page) -> None:
    button(clerk, "plan.invite").click()
    clerk.get_by_role("dialog").get_by_role("button", name=say("plan.invite")).click()
    expect(clerk.get_by_text("✓").first).to_be_visible()
    member = signed_in(browser, demo, "delegate", "delegate")
    found = member.request.get(f"{demo.base}/api/plans/upcoming").json()
    assert [meeting["title"] for meeting in found["meetings"]] == [TITLE]
    member.goto(f"{demo.base}/print/agenda?plan={found['meetings'][0]['plan']}")
    expect(member.get_by_role("heading", name="CHƯƠNG TRÌNH")).to_be_visible()
    axe_finds_nothing(member)
    member.context.close()


def test_the_running_agenda_is_changed_and_every_screen_follows(browser: Browser, demo: Demo, clerk: Page) -> None:
    chair = signed_in(browser, demo, "chair", "chair")
    clerk.goto(f"{demo.base}/clerk#meeting")
    clerk.get_by_role("tab", name=say("clerk.tab_agenda"), exact=True).click()
    line = clerk.locator("li.line", has_text="Phát biểu của lãnh đạo cấp trên")
    line.get_by_role("button", name=say("agenda.postpone")).click()
    dialog = clerk.get_by_role("dialog")
    dialog.get_by_label(say("agenda.reason")).fill("đoàn đến muộn")
    dialog.get_by_role("button", name=say("agenda.postpone")).click()
    told = f"{say('agenda.postponed')}: đoàn đến muộn"
    expect(line).to_contain_text(told)
    expect(chair.locator("li", has_text="Phát biểu của lãnh đạo cấp trên")).to_contain_text(told)
    expect(chair.get_by_text("Dự thảo số 2 đã chỉnh lý")).to_be_visible()
    line.get_by_role("button", name=say("agenda.restore")).click()
    expect(line).not_to_contain_text(told)
    axe_finds_nothing(clerk)
    chair.context.close()


def test_the_desk_of_plans_speaks_english_too(browser: Browser, demo: Demo) -> None:
    page = signed_in(browser, demo, "clerk", "clerk", "en")
    page.goto(f"{demo.base}/clerk#plan")
    expect(page.get_by_role("heading", name=say("plan.tasks", "en"))).to_be_visible()
    axe_finds_nothing(page)
    page.context.close()
