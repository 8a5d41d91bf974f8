"""Votes without buttons, shows of opinion, excuses, and the hall's picture that checks a delegate in."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from appliance.server.minutes_text import HALL_TIME
from tests.demo.running import Demo
from tests.journey.pages import axe_finds_nothing, button, delegate_tab, say, screen, sign_in_with_pin, signed_in


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo of its own: its roll and its drafts change."""
    running = Demo(tmp_path_factory.mktemp("kinds") / "data")
    yield running
    assert running.process.end() == 0


def view(demo: Demo, who: str) -> Any:
    with demo.sign_in(who) as session:
        return demo.get("/api/snapshot", session).json()["view"]


def give(demo: Demo, who: str, kind: str, **fields: Any) -> Any:
    with demo.sign_in(who) as session:
        answer = demo.give(session, kind, **fields)
        assert answer["accepted"], answer
        return answer


def drafted(demo: Demo, poll: str, **fields: Any) -> str:
    """A question on the current item; its wording."""
    current = next(line["item"] for line in view(demo, "clerk")["agenda"] if line["state"] == "current")
    question = f"Thông qua nội dung thử {poll}?"
    give(demo, "clerk", "DraftPoll", item=current, question=question, poll=poll, **fields)
    return question


def on_the_wall(browser: Browser, demo: Demo) -> Page:
    """The hall's screen, which has no line that says that it is connected."""
    page = screen(browser, demo, "/healthz", "hall")
    found = next(s for s in demo.addresses["screens"] if s["name"] == "hall")
    assert page.context.request.post(demo.base + "/api/sign-in", data=found["sign_in"]).ok
    page.goto(demo.base + "/hall")
    return page


def close(*pages: Page) -> None:
    for page in pages:
        page.context.close()


def test_the_halls_picture_checks_a_delegate_in_who_opens_it(browser: Browser, demo: Demo) -> None:
    roll = view(demo, "clerk")["roll"]
    away = next(line["member"] for line in roll if line["standing"] in {"expected", "excused", "unexcused"})
    member = next(m for m in demo.addresses["members"] if m["member"] == away)
    hall = on_the_wall(browser, demo)
    picture = hall.get_by_role("img", name=say("attendance.scan"))
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
    code = view(demo, "hall")["room"]["code"]
    tablet = screen(browser, demo, f"/?code={code}{member['path'].removeprefix('/')}", "phone")
    sign_in_with_pin(tablet, member["pin"])
    demo.until(lambda: stays_of(demo, away) == ["qr"])
    assert "code=" not in tablet.url
    close(hall, tablet)


def stays_of(demo: Demo, member: str) -> list[str]:
    """By which way the member came in, each time."""
    line = next(x for x in view(demo, "clerk")["roll"] if x["member"] == member)
    return [stay["by"] for stay in line.get("stays", ())]


def test_a_vote_is_taken_name_by_name_and_told_by_group(browser: Browser, demo: Demo) -> None:
    drafted(demo, "roll-call", method="roll_call")
    give(demo, "chair", "OpenPoll", poll="roll-call")
    chair, clerk = signed_in(browser, demo, "chair", "chair"), signed_in(browser, demo, "clerk", "clerk")
    hall, delegate = on_the_wall(browser, demo), signed_in(browser, demo, "delegate", "delegate")
    name = view(demo, "clerk")["roll_call"]["names"][0]["name"]
    expect(clerk.get_by_text(say("clerk.roll_call_wait"))).to_be_visible()
    chair.get_by_role("button", name=say("script.do.CallName", name=name), exact=True).first.click()
    for page in (hall, delegate):
        expect(page.get_by_text(say("poll.roll_call_now")).first).to_be_visible()
        expect(page.get_by_text(name).first).to_be_visible()
    axe_finds_nothing(clerk)
    axe_finds_nothing(hall)
    clerk.get_by_role("button", name=f"{say('choice.for')}: {name}", exact=True).click()
    expect(clerk.get_by_text(say("clerk.roll_call_entered", name=name, choice=say("choice.for")))).to_be_visible()
    line = chair.get_by_role("list", name=say("poll.roll_call_list")).get_by_role("listitem").filter(has_text=name)
    expect(line.get_by_text(say("choice.for"))).to_be_visible()
    expect(hall.get_by_text(say("choice.for"))).to_have_count(0)
    axe_finds_nothing(chair)
    for step in ("ClosePoll", "ConfirmPoll"):
        give(demo, "chair", step, poll="roll-call")
    button(clerk, "clerk.confirm").click()
    expect(clerk.get_by_text(f"✓ {say('clerk.confirmed_clerk')}")).to_be_visible()
    give(demo, "chair", "AnnouncePoll", poll="roll-call")
    delegate.get_by_text(say("result.by_group")).click()
    expect(delegate.get_by_role("region", name=say("result.by_group"))).to_be_visible()
    axe_finds_nothing(delegate)
    close(chair, clerk, hall, delegate)


def test_a_vote_taken_in_an_outage_is_entered_confirmed_by_two_and_marked_in_the_minutes(
    browser: Browser, demo: Demo
) -> None:
    clerk = signed_in(browser, demo, "clerk", "clerk")
    clerk.get_by_role("tab", name=say("clerk.tab_polls")).click()
    clerk.get_by_text(say("clerk.past"), exact=True).click()
    form = clerk.get_by_role("form", name=say("clerk.past"))
    form.locator("select[name=item]").select_option(index=1)
    form.get_by_label(say("clerk.question")).fill("Thông qua danh sách <b>Thư ký</b>?")
    now = datetime.now(HALL_TIME)
    # To come, or long before the meeting, whatever hour it is where this runs.
    form.get_by_label(say("clerk.past_time")).fill("23:59" if now.hour < 23 else "00:00")
    form.get_by_label(say("clerk.past_reason")).fill("mất điện")
    form.get_by_label(say("clerk.past_present")).fill("25")
    for choice, count in (("for", 26), ("against", 1), ("abstain", 0)):
        form.locator(f"input[name={choice}]").fill(str(count))
    expect(form.get_by_text(say("clerk.hands_too_many", sum=27, present=25))).to_be_visible()
    form.locator("input[name=for]").fill("24")
    axe_finds_nothing(clerk)
    form.get_by_role("button", name=say("clerk.past_do")).click()
    expect(form.get_by_text(say("refusal.past-poll-time"))).to_be_visible()
    form.get_by_label(say("clerk.past_time")).fill(f"{datetime.now(HALL_TIME):%H:%M}")
    form.get_by_role("button", name=say("clerk.past_do")).click()
    expect(clerk.get_by_text(say("clerk.past_done"))).to_be_visible()
    button(clerk, "clerk.confirm").click()
    poll = next(p for p in view(demo, "clerk")["polls"] if p.get("taken"))
    give(demo, "chair", "ConfirmPoll", poll=poll["poll"])
    give(demo, "chair", "AnnouncePoll", poll=poll["poll"])
    clerk.goto(demo.base + "/minutes")
    expect(clerk.get_by_text("Nhập sau: Hội đồng biểu quyết lúc").first).to_be_visible()
    expect(clerk.get_by_text("Thông qua danh sách <b>Thư ký</b>?").first).to_be_visible()
    clerk.goto(demo.base + "/print/attendance")
    expect(clerk.get_by_role("heading", name=say("print.attendance"))).to_be_visible()
    axe_finds_nothing(clerk)
    close(clerk)


def test_a_draft_is_changed_and_thrown_away_at_the_clerks_desk(browser: Browser, demo: Demo) -> None:
    question = drafted(demo, "changed")
    clerk = signed_in(browser, demo, "clerk", "clerk")
    clerk.get_by_role("tab", name=say("clerk.tab_polls")).click()
    clerk.get_by_role("button", name=f"{say('clerk.edit')}: {question}").click()
    form = clerk.get_by_role("form", name=say("clerk.draft_edit"))
    form.get_by_label(say("clerk.question")).fill("Thông qua bản đã sửa?")
    give(demo, "chair", "EditPoll", poll="changed", item=first_item(demo, "changed"), question="Người khác sửa?")
    expect(form.get_by_label(say("clerk.question"))).to_have_value("Thông qua bản đã sửa?")
    form.get_by_role("button", name=say("clerk.draft_save")).click()
    expect(form.get_by_text(say("refusal.edited-meanwhile"))).to_be_visible()
    expect(form.get_by_text(f"{say('plan.theirs')}: Người khác sửa?")).to_be_visible()
    expect(form.get_by_text(f"{say('plan.mine')}: Thông qua bản đã sửa?")).to_be_visible()
    axe_finds_nothing(clerk)
    form.get_by_role("button", name=say("plan.take_theirs")).click()
    expect(form.get_by_label(say("clerk.question"))).to_have_value("Người khác sửa?")
    give(demo, "chair", "EditPoll", poll="changed", item=first_item(demo, "changed"), question="Lại sửa?")
    form.get_by_label(say("clerk.question")).fill("Bản của tôi?")
    form.get_by_role("button", name=say("papers.desk.keep_mine")).click()
    form.get_by_role("button", name=say("clerk.draft_save")).click()
    expect(clerk.get_by_text("Bản của tôi?").first).to_be_visible()
    clerk.get_by_role("button", name=f"{say('clerk.edit')}: Bản của tôi?").click()
    form.get_by_role("button", name=say("common.cancel")).click()
    clerk.get_by_role("button", name=f"{say('clerk.drop')}: Bản của tôi?").click()
    axe_finds_nothing(clerk)
    clerk.get_by_role("dialog").get_by_role("button", name=say("clerk.drop_do")).click()
    expect(clerk.get_by_text("Bản của tôi?")).to_have_count(0)
    close(clerk)


def first_item(demo: Demo, poll: str) -> str:
    found = next(p for p in view(demo, "clerk")["polls"] if p["poll"] == poll)
    return str(found["subjects"][0]["item"])


def test_a_straw_poll_is_asked_in_one_tap_and_is_no_vote(browser: Browser, demo: Demo) -> None:
    before = len(view(demo, "clerk")["polls"])
    chair, delegate = signed_in(browser, demo, "chair", "chair"), signed_in(browser, demo, "delegate", "phone")
    hall = on_the_wall(browser, demo)
    step = button(chair, "script.do.StartStraw")
    step.click()
    expect(hall.get_by_text(say("straw.label"))).to_be_visible()
    delegate.get_by_role("button", name=say("straw.yes"), exact=True).click()
    expect(delegate.get_by_text(say("straw.yours", answer=say("straw.yes")))).to_be_visible()
    axe_finds_nothing(delegate)
    axe_finds_nothing(hall)
    expect(hall.get_by_text(say("straw.yes"))).to_have_count(0)
    button(chair, "script.do.EndStraw").first.click()
    expect(hall.get_by_text(say("straw.yes"), exact=True)).to_be_visible()
    axe_finds_nothing(chair)
    assert len(view(demo, "clerk")["polls"]) == before
    give(demo, "chair", "EndStraw")
    expect(hall.get_by_text(say("straw.label"))).to_have_count(0)
    close(chair, delegate, hall)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_an_excuse_is_sent_from_the_tablet_and_answered_at_the_desk(
    browser: Browser, demo: Demo, tmp_path: Path, language: str
) -> None:
    tablet = signed_in(browser, demo, "delegate", "phone", language)
    delegate_tab(tablet, "own", language)
    form = tablet.get_by_role("form", name=say("attendance.excuse", language))
    day = {"vi": "2099-12-18", "en": "2099-12-19"}[language]
    form.get_by_label(say("attendance.day", language), exact=True).fill(day)
    form.get_by_label(say("attendance.reason", language)).fill(f"đi khám bệnh {day}")
    picture = tmp_path / "giay.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(32))
    form.locator("input[type=file]").set_input_files(picture)
    axe_finds_nothing(tablet)
    form.get_by_role("button", name=say("attendance.send", language)).click()
    expect(tablet.get_by_text(say("attendance.sent", language))).to_be_visible()
    clerk = signed_in(browser, demo, "clerk", "clerk", language)
    card = clerk.get_by_role("region", name=say("clerk.excuses", language))
    card.get_by_role("heading", name=say("clerk.excuses", language)).click()
    line = card.get_by_role("listitem").filter(has_text=f"đi khám bệnh {day}")
    expect(line.get_by_role("link", name=say("attendance.see_file", language))).to_be_visible()
    axe_finds_nothing(clerk)
    accept = re.compile("^" + re.escape(say("clerk.excuse_accept", language)))
    line.get_by_role("button", name=accept).click()
    expect(tablet.get_by_text(say("attendance.state_accepted", language)).first).to_be_visible()
    close(tablet, clerk)
