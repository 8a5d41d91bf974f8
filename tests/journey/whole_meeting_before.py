"""Before the meeting: the clerk's way from an empty registry to a meeting that is convened and a hall that is ready."""

from io import BytesIO

from openpyxl import Workbook
from playwright.sync_api import Page, expect

from tests.journey import whole_meeting_table as table
from tests.journey.pages import button, delegate_tab, say, sign_in_with_password
from tests.journey.whole_meeting_house import CHAIR_PASSWORD, House

_DAY = "2026-12-18"


def the_clerk_puts_the_council_on_file(house: House) -> None:
    page = house.clerk
    part(page, "clerk.part_registry")
    page.get_by_label(say("registry.field.council_name")).fill(table.COUNCIL)
    page.get_by_label(say("registry.field.term")).fill(table.TERM)
    button(page, "registry.save").first.click()
    expect(page.get_by_role("heading", name=table.COUNCIL)).to_be_visible()
    go(page, "registry.page_import")
    rows = [(name, group, unit, office, seat) for seat, name, group, unit, office in table.MEMBERS]
    data = workbook(("Họ và tên", "Tổ đại biểu", "Thôn", "Chức vụ", "Số ghế"), *rows)
    page.get_by_label(say("registry.file")).set_input_files({"name": "dai-bieu.xlsx", "mimeType": "", "buffer": data})
    button(page, "registry.look").click()
    page.get_by_role("button", name=say("registry.apply", count=27)).click()
    expect(page.get_by_text(say("registry.imported", new=27, changed=0))).to_be_visible()


def the_chair_gets_an_account(house: House) -> None:
    page = house.clerk
    go(page, "registry.page_accounts")
    button(page, "registry.add_account").click()
    form = page.get_by_role("form", name=say("registry.add_account"))
    form.get_by_label(say("registry.field.name")).fill(table.NAMES[table.CHAIR_SEAT])
    form.get_by_label(say("registry.field.account"), exact=False).first.fill("chu-toa")
    form.get_by_label(say("registry.field.role")).select_option("chair")
    form.get_by_label(say("registry.field.password")).fill(CHAIR_PASSWORD)
    named = f"{table.NAMES[table.CHAIR_SEAT]} (thôn Đông)"
    form.get_by_label(say("registry.field.account_member")).select_option(label=named)
    form.get_by_role("button", name=say("registry.save"), exact=True).click()
    expect(form).to_have_count(0)
    house.chair = house.page("chair", "/chair")
    sign_in_with_password(house.chair, "chu-toa", CHAIR_PASSWORD)


def cards_are_printed(house: House) -> None:
    page = house.clerk
    go(page, "registry.page_cards")
    page.get_by_role("button", name=say("registry.choose_without", count=27)).click()
    page.get_by_role("button", name=say("registry.issue", count=27)).click()
    page.get_by_role("dialog").get_by_role("button", name=say("registry.issue_do")).click()
    with page.context.expect_page() as opened:
        page.get_by_role("link", name=say("registry.open_sheet")).click()
    expect(opened.value.locator(".id-card svg")).to_have_count(27)
    house.read_cards(opened.value)
    opened.value.close()
    assert len(house.cards) == 27


def the_meeting_is_prepared(house: House) -> None:
    page = house.clerk
    part(page, "plan.tab")
    button(page, "plan.new").click()
    page.locator("select[name=kind]").select_option("regular_year_end")
    page.get_by_label(say("plan.meeting_title")).fill(table.MEETING)
    page.get_by_label(say("plan.day"), exact=True).fill(_DAY)
    button(page, "plan.add_sitting").click()
    page.get_by_label(say("plan.place")).fill(table.PLACE)
    page.locator("select[name=from]").select_option("nothing")
    button(page, "plan.new_do").click()
    expect(page.get_by_role("heading", name=table.MEETING)).to_be_visible()
    page.get_by_text(say("plan.import"), exact=True).click()
    data = workbook(("TT", "Thời gian", "Nội dung", "Người trình bày", "Loại", "Buổi"), *table.AGENDA)
    page.get_by_label(say("plan.import_file")).set_input_files(
        {"name": "chuong-trinh.xlsx", "mimeType": "", "buffer": data}
    )
    expect(page.get_by_text(say("plan.import_rows", count=24, bad=0))).to_be_visible()
    page.get_by_role("button", name=say("plan.import_do", count=24)).click()
    expect(page.get_by_text(say("plan.agenda_count", count=24, polls=0))).to_be_visible()


def its_votes_are_prepared(house: House) -> None:
    prepare_polls(house.clerk, "3", [table.PROGRAMME.question], method="hands", matter="other")
    questions = [vote.question for vote in table.RESOLUTIONS]
    questions[table.REPEATED] = table.MISTITLED
    prepare_polls(house.clerk, "20", questions)
    prepare_polls(house.clerk, "22", [table.ON_QUESTIONS.question])
    expect(house.clerk.get_by_text(say("plan.agenda_count", count=24, polls=10))).to_be_visible()


def prepare_polls(page: Page, number: str, questions: list[str], *, method: str = "", matter: str = "") -> None:
    """In the form of one item."""
    title = next(title for at, _, title, *_ in table.AGENDA if at == number)
    page.get_by_role("button", name=f"{say('plan.edit')}: {number} {title}", exact=True).click()
    form = page.get_by_role("form", name=say("plan.edit_item", number=number))
    for at, question in enumerate(questions):
        form.get_by_role("button", name=say("plan.add_poll")).click()
        poll = form.get_by_role("group", name=say("plan.poll_n", number=at + 1), exact=True)
        poll.get_by_label(say("plan.question")).fill(question)
        if method:
            poll.locator(f"select[name=method-{at}]").select_option(method)
        if matter:
            poll.locator(f"select[name=matter-{at}]").select_option(matter)
    form.get_by_role("button", name=say("plan.save"), exact=True).click()
    expect(form).to_have_count(0)


def the_meeting_is_convened(house: House) -> None:
    page = house.clerk
    for key in ("plan.invite", "plan.convene"):
        button(page, key).click()
        page.get_by_role("dialog").get_by_role("button", name=say(key), exact=True).click()
    expect(page.get_by_text(say("plan.convened"))).to_be_visible()
    part(page, "clerk.part_meeting")


def the_hall_is_let_in(house: House) -> None:
    code = house.hall.locator(".code")
    expect(code).to_be_visible()
    house.tab("clerk.tab_requests")
    house.clerk.get_by_role("button", name=f"{say('clerk.display_do')}: {code.inner_text().strip()}").click()
    expect(house.clerk.get_by_text(say("clerk.display_done"))).to_be_visible()


def three_delegates_send_questions(house: House) -> None:
    for seat, addressee, subject, text in table.QUESTIONS:
        tablet = house.tablets[seat]
        delegate_tab(tablet, "ask")
        tablet.get_by_text(say("debate.slip.title"), exact=True).click()
        tablet.get_by_label(say("debate.slip.addressee")).fill(addressee)
        tablet.get_by_label(say("debate.slip.subject")).fill(subject)
        tablet.get_by_label(say("debate.slip.text")).fill(text)
        button(tablet, "debate.slip.send").click()
        expect(tablet.get_by_text(say("debate.slip.yours"))).to_be_visible()


def the_clerk_selects_them(house: House) -> None:
    house.tab("debate.desk.tab")
    for _, _, subject, _ in table.QUESTIONS:
        row = house.clerk.get_by_role("article").filter(has_text=subject)
        row.get_by_label(say("debate.slip.decide")).select_option("selected")
        row.get_by_role("button", name=f"{say('debate.slip.save')}: {subject}").click()
        expect(row.get_by_text(say("debate.slip.state.selected")).first).to_be_visible()


def part(page: Page, key: str) -> None:
    """One of the parts of the clerk's desk."""
    page.get_by_role("navigation", name=say("clerk.desk_parts")).get_by_text(say(key), exact=True).click()


def go(page: Page, key: str) -> None:
    """A page of the records."""
    page.get_by_role("tab", name=say(key), exact=True).click()


def workbook(*rows: tuple[str, ...]) -> bytes:
    """As a spreadsheet program saves it."""
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    into = BytesIO()
    book.save(into)
    return into.getvalue()
