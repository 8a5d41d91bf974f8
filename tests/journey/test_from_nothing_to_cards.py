"""A first installation: from an empty folder to members with cards, in the browser; and two clerks at one record."""

from collections.abc import Iterator
from io import BytesIO

import pytest
from openpyxl import Workbook
from playwright.sync_api import Browser, Page, expect

from appliance.bootstrap import fit_registry
from appliance.config import load
from appliance.core.people import Role
from appliance.server.access import LANGUAGE_COOKIE
from tests.bench.machine import free_port
from tests.demo.running import STARTED_WITHIN_SECONDS, Process
from tests.journey.pages import axe_finds_nothing, button, say

PASSWORD = "bình minh trên sông"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An appliance with two clerks on file and nothing else; where it is."""
    data, port = tmp_path_factory.mktemp("first") / "data", free_port()
    on_file = fit_registry(load(None, data=data))
    on_file.enrolment.create_account("thu-ky", "Phan Thị Mẫu Ghi", Role.CLERK, PASSWORD)
    on_file.enrolment.create_account("thu-ky-2", "Lý Văn Mẫu Chép", Role.CLERK, PASSWORD)
    on_file.store.close()
    process = Process("serve", "--data", str(data), "--port", str(port))
    process.hear("ready on", within=STARTED_WITHIN_SECONDS)
    yield f"http://127.0.0.1:{port}"
    assert process.end() == 0


def desk(browser: Browser, base: str, account: str = "thu-ky", language: str = "vi") -> Page:
    context = browser.new_context(viewport={"width": 1366, "height": 768}, reduced_motion="reduce")
    context.add_cookies([{"name": LANGUAGE_COOKIE, "value": language, "url": base}])
    assert context.request.post(f"{base}/api/sign-in", data={"account": account, "password": PASSWORD}).ok
    page = context.new_page()
    page.goto(f"{base}/clerk#registry")
    return page


def a_list(*rows: tuple[str, str, str, str]) -> bytes:
    book = Workbook()
    assert book.active is not None
    for row in (("HỌ VÀ TÊN", "Thôn", "Tổ đại biểu", "Ghế"), *rows):
        book.active.append(row)
    into = BytesIO()
    book.save(into)
    return into.getvalue()


def choose(page: Page, name: str, data: bytes) -> None:
    page.get_by_label(say("registry.file")).set_input_files({"name": name, "mimeType": "", "buffer": data})
    button(page, "registry.look").click()


def go(page: Page, key: str) -> None:
    page.get_by_role("tab", name=say(key), exact=True).click()


def test_a_clerk_goes_from_nothing_to_members_with_cards(browser: Browser, house: str) -> None:
    page = desk(browser, house)
    page.get_by_label(say("registry.field.council_name")).fill("Hội đồng nhân dân xã Hồng Mẫu")
    page.get_by_label(say("registry.field.term")).fill("Khóa II, nhiệm kỳ 2026 - 2031")
    button(page, "registry.save").first.click()
    expect(page.get_by_role("heading", name="Hội đồng nhân dân xã Hồng Mẫu")).to_be_visible()

    go(page, "registry.page_import")
    choose(page, "sai.xlsx", a_list(("Nguyễn Văn Mẫu An", "", "Tổ 1", "01"), ("=1+1", "", "Tổ 1", "01")))
    expect(page.get_by_text(say("registry.problem.formula", detail="=1+1"))).to_be_visible()
    apply = page.get_by_role("button", name=say("registry.apply", count=2))
    expect(apply).to_be_disabled()
    axe_finds_nothing(page)

    people = [("Nguyễn Văn Mẫu An", "thôn Hạ", "Tổ 1", "01"), ("Nguyễn Văn Mẫu An", "thôn Đông", "Tổ 2", "02")]
    choose(page, "đúng.xlsx", a_list(*people, ("Đặng Thị Mẫu Ánh", "", "Tổ 2", "03")))
    page.get_by_role("button", name=say("registry.apply", count=3)).click()
    expect(page.get_by_text(say("registry.imported", new=3, changed=0))).to_be_visible()

    go(page, "registry.page_cards")
    page.get_by_role("button", name=say("registry.choose_without", count=3)).click()
    page.get_by_role("button", name=say("registry.issue", count=3)).click()
    page.get_by_role("dialog").get_by_role("button", name=say("registry.issue_do")).click()
    with page.context.expect_page() as opened:
        page.get_by_role("link", name=say("registry.open_sheet")).click()
    sheet = opened.value
    expect(sheet.locator(".id-card svg")).to_have_count(3)
    expect(sheet.get_by_text("Đặng Thị Mẫu Ánh")).to_be_visible()
    axe_finds_nothing(sheet)
    sheet.reload()
    expect(sheet.get_by_text(say("refusal.cards-shown"))).to_be_visible()
    expect(page.get_by_text(say("registry.card.issued"))).to_have_count(3)
    page.context.close()


def test_the_second_of_two_clerks_is_shown_the_difference(browser: Browser, house: str) -> None:
    first, second = desk(browser, house), desk(browser, house, "thu-ky-2")
    for page in (first, second):
        go(page, "registry.page_guests")
    button(first, "registry.add_guest").click()
    first.get_by_label(say("registry.field.name")).fill("Mai Văn Mẫu Khách")
    button(first, "registry.save").click()
    edit = f"{say('registry.edit')}: Mai Văn Mẫu Khách"
    for page in (first, second):
        page.get_by_role("button", name=edit).click()
    first.get_by_label(say("registry.field.title")).fill("Trưởng thôn")
    second.get_by_label(say("registry.field.body")).fill("Mặt trận Tổ quốc")
    button(first, "registry.save").click()
    expect(first.get_by_text("Trưởng thôn")).to_be_visible()
    # What the second clerk has typed stays, whatever the house tells the page.
    expect(second.get_by_label(say("registry.field.body"))).to_have_value("Mặt trận Tổ quốc")
    button(second, "registry.save").click()
    expect(second.get_by_text(say("registry.edited_meanwhile"))).to_be_visible()
    expect(second.get_by_role("cell", name="Trưởng thôn")).to_be_visible()
    axe_finds_nothing(second)
    button(second, "registry.take_theirs").click()
    second.get_by_label(say("registry.field.body")).fill("Mặt trận Tổ quốc")
    button(second, "registry.save").click()
    expect(second.get_by_text("Trưởng thôn · Mặt trận Tổ quốc")).to_be_visible()
    for page in (first, second):
        page.context.close()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_axe_finds_nothing_on_the_records(browser: Browser, house: str, language: str) -> None:
    page = desk(browser, house, language=language)
    for name in ("council", "members", "import", "cards", "seats", "guests", "accounts"):
        page.get_by_role("tab", name=say(f"registry.page_{name}", language), exact=True).click()
        expect(page.get_by_role("tabpanel").get_by_role("heading").first).to_be_visible()
        axe_finds_nothing(page)
    page.get_by_role("link", name=say("registry.audit", language)).click()
    expect(page.get_by_role("heading", name=say("audit.title", language))).to_be_visible()
    axe_finds_nothing(page)
    page.context.close()


def test_an_error_is_named_beside_its_field_and_what_was_typed_stays(browser: Browser, house: str) -> None:
    page = desk(browser, house)
    go(page, "registry.page_accounts")
    button(page, "registry.add_account").click()
    page.get_by_label(say("registry.field.name")).fill("<b>Ông Chủ</b>")
    page.get_by_label(say("registry.field.account")).fill("ông chủ")
    page.get_by_role("textbox", name=say("registry.field.password")).fill("mật khẩu dài 2026")
    button(page, "registry.save").click()
    account = page.get_by_label(say("registry.field.account"))
    expect(account).to_be_focused()
    expect(account).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_text(f"! {say('refusal.login-unfit')}")).to_be_visible()
    account.fill("chu-toa")
    button(page, "registry.save").click()
    expect(page.get_by_text("<b>Ông Chủ</b>")).to_have_count(2)
    page.context.close()
