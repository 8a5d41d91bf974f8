"""The clerk's desk when somebody cannot get in, or was let go by a slip."""

from playwright.sync_api import Browser, Page, expect

from appliance.server.access import COOKIE
from tests.demo.running import Demo
from tests.journey.pages import axe_finds_nothing, button, say, screen, sign_in_with_pin, signed_in

FORGETFUL, LEAVING = "m12", "m14"


def test_a_delegate_who_forgot_the_pin_chooses_a_new_one(browser: Browser, demo: Demo) -> None:
    member = member_of(demo, FORGETFUL)
    tablet = screen(browser, demo, member["path"], "delegate")
    sign_in_with_pin(tablet, member["pin"])
    clerk = signed_in(browser, demo, "clerk", "clerk")
    clerk.get_by_role("tab", name=say("clerk.tab_cards")).click()
    clerk.get_by_role("button", name=f"{say('clerk.reset_pin')}: {member['name']}").click()
    expect(clerk.get_by_role("dialog").get_by_text(say("clerk.reset_pin_what"))).to_be_visible()
    axe_finds_nothing(clerk)
    clerk.get_by_role("dialog").get_by_role("button", name=say("clerk.reset_pin")).click()
    expect(clerk.get_by_text(say("clerk.reset_pin_done", name=member["name"]))).to_be_visible()
    expect(tablet.get_by_text(say("line.online"), exact=True)).to_be_visible()
    tablet.context.clear_cookies(name=COOKIE)
    tablet.goto(demo.base + member["path"])
    tablet.reload()
    sign_in_with_pin(tablet, "5173")
    close(tablet, clerk)


def test_nobody_is_let_go_by_one_click_and_a_slip_is_put_right(browser: Browser, demo: Demo) -> None:
    member = member_of(demo, LEAVING)
    clerk = signed_in(browser, demo, "clerk", "clerk")
    row = clerk.get_by_role("row").filter(has_text=member["name"])
    leave = clerk.get_by_role("button", name=f"{say('clerk.check_out')}: {member['name']}")
    leave.click()
    button(clerk, "common.cancel").click()
    expect(row.get_by_text(say("standing.present"))).to_be_visible()
    leave.click()
    button(clerk, "clerk.check_out_do").click()
    expect(row.get_by_text(say("standing.left"))).to_be_visible()
    clerk.get_by_role("status").get_by_role("button", name=say("clerk.back")).click()
    expect(row.get_by_text(say("standing.present"))).to_be_visible()
    close(clerk)


def test_whoever_asks_for_the_minutes_signs_in_and_comes_to_them(browser: Browser, demo: Demo) -> None:
    page = screen(browser, demo, "/minutes", "clerk")
    page.get_by_label(say("sign_in.account")).fill(account(demo)["account"])
    page.get_by_label(say("sign_in.password")).fill(account(demo)["password"])
    button(page, "sign_in.do").click()
    page.wait_for_url("**/minutes")
    expect(page.get_by_role("heading", name=say("minutes.heading"))).to_be_visible()
    page.get_by_role("link", name=say("minutes.back")).click()
    expect(page.get_by_role("tab", name=say("clerk.tab_roll"))).to_be_visible()
    close(page)


def account(demo: Demo) -> dict[str, str]:
    found: dict[str, str] = next(s for s in demo.addresses["screens"] if s["name"] == "clerk")["sign_in"]
    return found


def member_of(demo: Demo, member: str) -> dict[str, str]:
    found: dict[str, str] = next(m for m in demo.addresses["members"] if m["member"] == member)
    return found


def close(*pages: Page) -> None:
    for page in pages:
        page.context.close()
