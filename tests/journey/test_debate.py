"""Debate as people do it: asking to speak, the queue by keyboard, a question from slip to pledge, an opinion."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.demo.running import Demo
from tests.journey.pages import axe_finds_nothing, button, delegate_tab, say, screen, sign_in_with_pin, signed_in

ASKING, FIRST, SECOND = "m15", "m16", "m17"


@pytest.fixture(scope="module")
def debating(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo of its own: what is said here stays in its record."""
    running = Demo(tmp_path_factory.mktemp("debate") / "data")
    yield running
    assert running.process.end() == 0


def at_tablet(browser: Browser, demo: Demo, member: str, language: str = "vi") -> Page:
    """A delegate who has come with card and PIN."""
    found = next(m for m in demo.addresses["members"] if m["member"] == member)
    page = screen(browser, demo, found["path"], "delegate", language)
    sign_in_with_pin(page, found["pin"])
    return page


def asks(demo: Demo, member: str, kind: str) -> None:
    """A delegate asks on a tablet that nobody looks at."""
    with demo.delegate(member) as tablet:
        command = {"type": "AskToSpeak", "id": f"00000000-0000-4000-8000-0000000000{member[1:]}", "kind": kind}
        assert demo.post("/api/commands", command, tablet).json()["accepted"]


def view(demo: Demo, who: str) -> dict[str, Any]:
    with demo.sign_in(who) as visitor:
        found: dict[str, Any] = demo.get("/api/snapshot", visitor).json()["view"]
        return found


def test_from_asking_to_speaking_and_the_chair_puts_the_queue_in_order_by_keyboard(
    browser: Browser, debating: Demo
) -> None:
    tablet = at_tablet(browser, debating, ASKING)
    button(tablet, "debate.ask.do").click()
    kind = say("debate.kind.discussion")
    expect(tablet.get_by_text(say("debate.ask.next", kind=kind))).to_be_visible()
    asks(debating, FIRST, "rebuttal")
    asks(debating, SECOND, "discussion")

    chair = signed_in(browser, debating, "chair", "chair")
    last = view(debating, "chair")["speakers"]["queue"][-1]
    assert last["member"] == SECOND
    up = button(chair, "debate.queue.up", name=last["name"])
    up.focus()
    chair.keyboard.press("Enter")
    expect(chair.locator("ol [data-request]").nth(1)).to_contain_text(last["name"])
    chair.keyboard.press("Enter")
    expect(chair.locator("ol [data-request]").nth(0)).to_contain_text(last["name"])
    expect(tablet.get_by_text(say("debate.ask.place", kind=kind, place=2))).to_be_visible()

    hall = screen(browser, debating, "/hall", "hall")
    display = next(s for s in debating.addresses["screens"] if s["name"] == "hall")["sign_in"]
    assert hall.context.request.post(debating.base + "/api/sign-in", data=display).ok
    hall.reload()
    expect(hall.get_by_label(say("debate.queue.hall"), exact=True)).to_contain_text(last["name"])
    button(chair, "debate.queue.give_name", name=last["name"]).click()
    expect(hall.get_by_label(say("hall.speaking"), exact=True)).to_contain_text(last["name"])
    expect(hall.get_by_text("/ 7:00")).to_be_visible()
    expect(tablet.get_by_text(say("debate.ask.next", kind=kind))).to_be_visible()
    button(tablet, "debate.ask.withdraw").click()
    expect(button(tablet, "debate.ask.do")).to_be_visible()
    for page in (tablet, chair, hall):
        axe_finds_nothing(page)


def test_what_is_being_written_outlives_a_reload_and_stands_in_the_minutes(browser: Browser, debating: Demo) -> None:
    tablet = at_tablet(browser, debating, "m19")
    tablet.get_by_text(say("debate.text.title")).click()
    text = "Tôi đề nghị bổ sung số liệu <b>thu ngân sách</b>"
    tablet.get_by_label(say("debate.text.label")).fill(text)
    tablet.reload()
    tablet.get_by_text(say("debate.text.title")).click()
    expect(tablet.get_by_label(say("debate.text.label"))).to_have_value(text)
    button(tablet, "debate.text.send").click()
    expect(tablet.get_by_text(say("debate.text.sent"))).to_be_visible()
    with debating.sign_in("clerk") as clerk:
        page = debating.get("/minutes", clerk).text
    assert "bổ sung số liệu &lt;b&gt;thu ngân sách&lt;/b&gt;" in page


def test_a_question_goes_from_the_tablet_into_the_hall_and_its_pledge_into_the_next_list(
    browser: Browser, debating: Demo
) -> None:
    tablet = at_tablet(browser, debating, "m20")
    delegate_tab(tablet, "ask")
    tablet.get_by_label(say("debate.slip.addressee")).fill("Phòng Kinh tế")
    tablet.get_by_label(say("debate.slip.subject")).fill("Rác thải thôn Đoài")
    tablet.get_by_label(say("debate.slip.text")).fill("Vì sao quá tải?")
    axe_finds_nothing(tablet)
    button(tablet, "debate.slip.send").click()
    expect(tablet.get_by_text(say("debate.slip.yours"))).to_be_visible()

    clerk = signed_in(browser, debating, "clerk", "clerk")
    clerk.get_by_role("tab", name=say("debate.desk.tab")).click()
    clerk.get_by_label(say("debate.slip.decide")).select_option("selected")
    clerk.get_by_role("button", name=f"{say('debate.slip.save')}: Rác thải thôn Đoài").click()
    expect(tablet.get_by_text(say("debate.slip.state.selected"))).to_be_visible()
    axe_finds_nothing(clerk)

    chair = signed_in(browser, debating, "chair", "chair")
    chair.get_by_text(say("debate.round.title"), exact=True).click()
    chair.get_by_role("button", name=f"{say('debate.round.start_slip')}: Rác thải thôn Đoài").click()
    button(chair, "debate.round.answer", name="Phòng Kinh tế").click()
    chair.get_by_role("button", name=f"{say('debate.round.pledge')}: Rác thải thôn Đoài").click()
    chair.get_by_label(say("debate.pledge.what")).fill("Thu gom hằng ngày")
    chair.get_by_label(say("debate.pledge.deadline")).fill("2099-12-31")
    axe_finds_nothing(chair)
    button(chair, "debate.pledge.save").click()
    chair.get_by_role("button", name=f"{say('debate.round.done')}: Rác thải thôn Đoài").click()
    expect(chair.get_by_text(f"({say('debate.round.state.answered')})")).to_be_visible()
    button(chair, "debate.round.end").click()

    button(clerk, "debate.desk.pledges").click()
    expect(clerk.get_by_text("Thu gom hằng ngày")).to_be_visible()
    expect(clerk.get_by_text(say("debate.pledge.by", date="31/12/2099"))).to_be_visible()
    axe_finds_nothing(clerk)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_an_opinion_looks_like_no_vote_and_reaches_the_clerk_by_name(
    browser: Browser, debating: Demo, language: str
) -> None:
    title = f"Dự thảo quy chế {language}"
    with debating.sign_in("clerk") as clerk:
        asked = debating.give(clerk, "AskOpinion", title=title, text="Xin ý kiến", closes="2099-12-31")
        assert asked["accepted"]
    page = signed_in(browser, debating, "chair", "delegate", language)
    page.goto(debating.base + "/")
    delegate_tab(page, "ask", language)
    expect(page.get_by_text(say("debate.opinion.label", language))).to_be_visible()
    card = page.get_by_role("article").filter(has_text=title)
    card.get_by_label(say("debate.opinion.other", language), exact=True).check()
    card.get_by_label(say("debate.opinion.own_text", language)).fill("Thêm họp trực tuyến")
    axe_finds_nothing(page)
    card.get_by_role("button", name=say("debate.opinion.send", language), exact=True).click()
    choice = say("debate.opinion.other", language)
    expect(card.get_by_text(say("debate.opinion.yours", language, choice=choice))).to_be_visible()
    with debating.sign_in("clerk") as clerk:
        told = debating.get("/api/opinions", clerk).json()["opinions"]
    (here,) = [one for one in told if one["title"] == title]
    assert [answer["text"] for answer in here["answers"]] == ["Thêm họp trực tuyến"]
    assert view(debating, "clerk")["poll"] is None or title not in str(view(debating, "clerk")["polls"])
