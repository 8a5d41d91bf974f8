"""A delegate's and a chair's whole meeting without a mouse, a finger or a script: by keys alone, always in sight."""

from collections.abc import Iterator
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.demo.running import Demo
from tests.journey.keys import Keys
from tests.journey.pages import button, say, screen

DELEGATE, ASKING, POLL, PLAN = "m18", "m15", "nq1", "chuyen-de"
"""Who was away until now; who asks to speak; what is voted on; the next meeting, as it was prepared."""
PAPER: Final = "Báo cáo tình hình kinh tế - xã hội"
HERE: Final = [f"m{number:02}" for number in range(2, 25)]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo of its own: its meeting ends and the next one is held."""
    running = Demo(tmp_path_factory.mktemp("keyboard") / "data")
    yield running
    assert running.process.end() == 0


def give(demo: Demo, who: str, command: str, /, **fields: object) -> None:
    """What somebody else does meanwhile."""
    with demo.sign_in(who) if who in {"chair", "clerk"} else demo.delegate(who) as visitor:
        answer = demo.give(visitor, command, **fields)
        assert answer["accepted"], (command, answer)


def view(demo: Demo, who: str) -> dict[str, Any]:
    with demo.sign_in(who) as visitor:
        found: dict[str, Any] = demo.get("/api/snapshot", visitor).json()["view"]
        return found


# --- the delegate


def test_a_delegate_takes_part_by_keyboard_alone(browser: Browser, demo: Demo) -> None:
    member = next(found for found in demo.addresses["members"] if found["member"] == DELEGATE)
    page = screen(browser, demo, member["path"], "delegate")
    keys = Keys(page)
    comes_in(keys, demo, member["pin"])
    asks_to_speak(keys)
    reads_a_paper(keys)
    votes_and_thinks_again(keys, demo)
    sends_a_question(keys)
    keys.go(button(page, "common.sign_out"))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.context.close()


def comes_in(keys: Keys, demo: Demo, pin: str) -> None:
    page = keys.page
    keys.fill(page.locator("#pin"), pin)
    keys.press("Enter")
    expect(page.get_by_text(say("line.online"), exact=True)).to_be_visible()
    keys.fill(page.get_by_label(say("delegate.room_code")), view(demo, "hall")["room"]["code"])
    keys.press("Enter")
    expect(button(page, "debate.ask.do")).to_be_visible()
    keys.kept()


def asks_to_speak(keys: Keys) -> None:
    keys.go(button(keys.page, "debate.ask.do"))
    keys.go(button(keys.page, "debate.ask.withdraw"))
    expect(button(keys.page, "debate.ask.do")).to_be_visible()
    keys.kept()


def reads_a_paper(keys: Keys) -> None:
    page = keys.page
    keys.tab(say("delegate.tab_papers"))
    keys.go(page.locator("summary", has_text=PAPER))
    paper = page.get_by_role("button", name=PAPER).first
    keys.go(paper)
    reader = page.get_by_role("dialog")
    expect(reader.locator("[data-page='1']")).to_be_visible()
    keys.kept()
    keys.press("ArrowRight")
    expect(reader.locator("[data-page='2']")).to_be_visible()
    keys.go(reader.get_by_role("button", name=say("papers.notes"), exact=True))
    keys.fill(reader.get_by_role("textbox").last, "Hỏi lại số liệu này")
    keys.go(reader.get_by_role("button", name=say("papers.note_keep"), exact=True))
    expect(reader.get_by_role("listitem").filter(has_text="Hỏi lại số liệu này").first).to_be_visible()
    keys.press("Escape")
    expect(reader).to_be_hidden()
    expect(paper).to_be_focused()


def votes_and_thinks_again(keys: Keys, demo: Demo) -> None:
    page = keys.page
    give(demo, "chair", "OpenPoll", poll=POLL)
    expect(page.get_by_text(say("ballot.ask"))).to_be_visible()
    keys.kept()
    keys.reach(button(page, "choice.for"))
    keys.press("Space")
    expect(page.get_by_text(say("ballot.recorded", choice=say("choice.for")))).to_be_visible()
    keys.press("ArrowRight", "Enter")
    expect(page.get_by_text(say("ballot.recorded", choice=say("choice.against")))).to_be_visible()
    keys.press("3")
    expect(page.get_by_text(say("ballot.recorded", choice=say("choice.abstain")))).to_be_visible()
    give(demo, "chair", "VoidPoll", poll=POLL, reason="thử")
    expect(page.get_by_text(say("ballot.ask"))).to_be_hidden()
    keys.kept()


def sends_a_question(keys: Keys) -> None:
    page = keys.page
    keys.tab(say("delegate.tab_ask"))
    if not page.get_by_label(say("debate.slip.addressee")).is_visible():
        keys.go(page.locator("summary", has_text=say("debate.slip.new")))
    keys.fill(page.get_by_label(say("debate.slip.addressee")), "Phòng Kinh tế")
    keys.fill(page.get_by_label(say("debate.slip.subject")), "Rác thải thôn Đoài")
    keys.fill(page.get_by_label(say("debate.slip.text")), "Vì sao quá tải?")
    keys.go(button(page, "debate.slip.send"))
    expect(page.get_by_text(say("debate.slip.yours"))).to_be_visible()
    keys.kept()


# --- the chair


def test_a_chair_leads_a_meeting_from_opening_to_closing_by_keyboard_alone(browser: Browser, demo: Demo) -> None:
    for last in ("CloseSitting", "CloseMeeting"):
        give(demo, "chair", last)
    give(demo, "clerk", "ConveneMeeting", title="Kỳ họp chuyên đề", plan=PLAN)
    page = screen(browser, demo, "/chair", "chair")
    keys = Keys(page)
    found = next(s["sign_in"] for s in demo.addresses["screens"] if s["name"] == "chair")
    keys.fill(page.get_by_label(say("sign_in.account")), found["account"])
    keys.fill(page.get_by_label(say("sign_in.password")), found["password"])
    keys.press("Enter")
    expect(page.get_by_text(say("line.online"), exact=True)).to_be_visible()
    done = [goes_on(keys, demo, page)]
    assert done == ["OpenSitting"]
    for member in HERE:
        give(demo, "clerk", "CheckIn", member=member)
    while done[-1] != "StartItem":
        done.append(goes_on(keys, demo, page))
    give(demo, ASKING, "AskToSpeak", kind="discussion")
    gives_the_floor_and_takes_it_back(keys, demo)
    while done[-1] != "CloseMeeting":
        done.append(goes_on(keys, demo, page))
    assert {"StartItem", "OpenPoll", "ClosePoll", "ConfirmPoll", "AnnouncePoll", "CloseSitting"} <= set(done)
    expect(page.get_by_role("heading", name=say("common.meeting_closed"))).to_be_visible()
    keys.kept()
    keys.go(button(page, "common.sign_out"))
    page.context.close()


def main_step(demo: Demo) -> dict[str, Any] | None:
    """What the script offers first."""
    return next((found for found in view(demo, "chair")["script"] if found["main"]), None)


def step(keys: Keys, label: str) -> str:
    """The one button, and yes where it asks."""
    main = keys.page.locator("button.main")
    expect(main).to_have_text(say(f"script.do.{label}"))
    keys.go(main)
    return label


def gives_the_floor_and_takes_it_back(keys: Keys, demo: Demo) -> None:
    """To who asked, at the head of the queue or by the script's own button."""
    name = next(m["name"] for m in demo.addresses["members"] if m["member"] == ASKING)
    give_floor = keys.page.get_by_role("button", name=say("debate.queue.give_name", name=name), exact=True)
    keys.go(give_floor)
    end = keys.page.get_by_role("button", name=say("script.do.EndFloor"), exact=True).first
    keys.go(end)
    demo.until(lambda: view(demo, "chair")["floor"] is None)
    keys.kept()


def goes_on(keys: Keys, demo: Demo, page: Page) -> str:
    """The script's next step, by its button; and what the others do about it."""
    if main_step(demo) is None:
        waiting = view(demo, "chair")["poll"]
        if waiting["method"] == "hands" and not waiting.get("counts_entered"):
            give(demo, "clerk", "EnterCounts", poll=waiting["poll"], **{"for": len(HERE), "against": 0, "abstain": 0})
        give(demo, "clerk", "ConfirmPoll", poll=waiting["poll"])  # two people confirm, and the chair cannot be both
        demo.until(lambda: main_step(demo) is not None)
    found = main_step(demo)
    assert found is not None, "the script knows what comes next"
    kind = str(found["command"]["type"])
    before = page.locator("button.main").inner_text()
    keys.go(page.locator("button.main"))
    dialog = page.get_by_role("dialog")
    changed = page.locator("button.main").get_by_text(before, exact=True)
    demo.until(lambda: dialog.is_visible() or not changed.is_visible() or main_step(demo) != found)
    if dialog.is_visible():
        keys.reach(dialog.get_by_role("button").last)
        keys.press("Enter")
        expect(dialog).to_be_hidden()
    demo.until(lambda: main_step(demo) != found)
    keys.kept()
    return kind
