"""The ballot on a tablet: what a push, a slow answer, a lost line and a keyboard do to it."""

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, WebSocketRoute, expect

from tests.demo.running import Demo
from tests.journey.pages import button, open_poll, say, signed_in, told, void_poll

OTHERS = ("03", "04", "05")


@pytest.fixture
def poll(demo: Demo) -> Iterator[str]:
    name = open_poll(demo)
    yield name
    void_poll(demo, name)


class Line:
    """The line between a page and the server: answers can be held back, and it can be cut."""

    def __init__(self, page: Page) -> None:
        self.held: list[str | bytes] | None = None
        self.up = True
        self.ballots: list[dict[str, str]] = []
        self._page: WebSocketRoute | None = None
        page.route_web_socket(re.compile(r"/socket\.io/"), self._open)

    def _open(self, page: WebSocketRoute) -> None:
        if not self.up:
            page.close()
            return
        self._page = page
        server = page.connect_to_server()
        page.on_message(lambda message: self._to_server(server, message))
        server.on_message(self._to_page)

    def _to_server(self, server: WebSocketRoute, message: str | bytes) -> None:
        if isinstance(message, str) and '"CastBallot"' in message:
            self.ballots.append(json.loads(message[message.index("[") :])[1])
        server.send(message)

    def _to_page(self, message: str | bytes) -> None:
        answer = isinstance(message, str) and message.startswith(("43", '42["mine"'))
        if answer and self.held is not None:
            self.held.append(message)
        elif self._page is not None:
            self._page.send(message)

    def hold_answers(self) -> None:
        """From now on the page gets pushes, but no answer."""
        self.held = []

    def let_go(self) -> None:
        """What was held back arrives."""
        held, self.held = self.held or [], None
        for message in held:
            self._to_page(message)

    def cut(self) -> None:
        """The line is gone, and cannot be had again."""
        self.up = False
        if self._page is not None:
            self._page.close()


@pytest.fixture
def page(browser: Browser, demo: Demo, poll: str) -> Iterator[Page]:
    page = signed_in(browser, demo, "delegate", "delegate")
    yield page
    page.context.close()


def test_a_push_never_touches_a_ballot_under_way(page: Page, demo: Demo, poll: str) -> None:
    line = Line(page)
    page.reload()
    expect(page.get_by_text(say("ballot.ask"))).to_be_visible()
    line.hold_answers()
    pressed = button(page, "choice.against")
    element = pressed.element_handle()
    pressed.click()
    expect(told(page, "ballot.sending", "against")).to_be_visible()
    for count, seat in enumerate(OTHERS, 1):
        press(demo, seat)
        expect(page.get_by_text(say("poll.pressed", pressed=count + 1, present=24))).to_be_visible()
    with demo.sign_in("chair") as chair:
        assert demo.give(chair, "HoldPoll", poll=poll)["accepted"]
    expect(page.get_by_text(say("state.held"))).to_be_visible()
    expect(told(page, "ballot.sending", "against")).to_be_visible()
    assert told(page, "ballot.recorded", "against").count() == 0, "recorded is said only after the durable answer"
    assert page.evaluate("element => element === document.activeElement", element), "the same button, still in focus"
    line.let_go()
    expect(told(page, "ballot.own_choice", "against")).to_be_visible()
    with demo.sign_in("chair") as chair:
        assert demo.give(chair, "ResumePoll", poll=poll)["accepted"]
    expect(told(page, "ballot.recorded", "against")).to_be_visible()
    expect(pressed).to_have_attribute("aria-pressed", "true")


def test_a_lost_line_is_told_and_the_ballot_goes_out_once_when_it_is_back(page: Page, demo: Demo) -> None:
    line = Line(page)
    page.reload()
    button(page, "choice.for").click()
    expect(told(page, "ballot.recorded", "for")).to_be_visible()
    line.cut()
    expect(page.get_by_text(say("line.offline_delegate"))).to_be_visible()
    button(page, "choice.against").click()
    button(page, "choice.abstain").click()
    expect(told(page, "ballot.waiting", "abstain")).to_be_visible()
    expect(told(page, "ballot.still_recorded", "for")).to_be_visible()
    line.up = True
    expect(told(page, "ballot.recorded", "abstain")).to_be_visible()
    expect(page.get_by_text(say("line.offline_delegate"))).to_be_hidden()
    assert [ballot["choice"] for ballot in line.ballots] == ["for", "abstain"], "the newest only, and only once"


def test_an_answer_that_got_lost_is_asked_for_again_with_the_same_id(page: Page) -> None:
    line = Line(page)
    page.reload()
    expect(page.get_by_text(say("ballot.ask"))).to_be_visible()
    line.hold_answers()
    button(page, "choice.for").click()
    expect(told(page, "ballot.sending", "for")).to_be_visible()
    line.cut()
    expect(told(page, "ballot.waiting", "for")).to_be_visible()
    line.held, line.up = None, True
    expect(told(page, "ballot.recorded", "for")).to_be_visible()
    assert len({ballot["id"] for ballot in line.ballots}) == 1


def test_a_delegate_votes_by_keyboard_alone(page: Page) -> None:
    expect(page.get_by_text(say("ballot.ask"))).to_be_visible()
    page.keyboard.press("2")
    expect(told(page, "ballot.recorded", "against")).to_be_visible()
    page.keyboard.press("ArrowLeft")
    expect(button(page, "choice.for")).to_be_focused()
    page.keyboard.press("Enter")
    expect(told(page, "ballot.recorded", "for")).to_be_visible()


def test_a_choice_that_is_refused_says_so_and_keeps_the_one_before(page: Page, demo: Demo, poll: str) -> None:
    button(page, "choice.for").click()
    expect(told(page, "ballot.recorded", "for")).to_be_visible()
    line = Line(page)
    page.reload()
    expect(told(page, "ballot.recorded", "for")).to_be_visible()
    line.cut()
    button(page, "choice.against").click()
    expect(told(page, "ballot.waiting", "against")).to_be_visible()
    with demo.sign_in("chair") as chair:
        assert demo.give(chair, "HoldPoll", poll=poll)["accepted"]
    line.up = True
    expect(page.get_by_text(say("refusal.poll-not-open"))).to_be_visible()
    expect(told(page, "ballot.still_recorded", "for")).to_be_visible()


def test_who_leaves_after_voting_is_told_that_the_ballot_counts(page: Page, demo: Demo) -> None:
    button(page, "choice.for").click()
    expect(told(page, "ballot.recorded", "for")).to_be_visible()
    button(page, "delegate.leave").click()
    button(page, "delegate.leave_do").last.click()
    expect(told(page, "ballot.own_recorded", "for")).to_be_visible()
    expect(page.get_by_text(say("ballot.left_still_counts"))).to_be_visible()
    with demo.sign_in("clerk") as clerk:
        name = page.locator("footer strong").inner_text()
        member = next(m["member"] for m in demo.addresses["members"] if m["name"] == name)
        assert demo.give(clerk, "CheckIn", member=member)["accepted"]


def test_a_lost_network_is_told_at_once(page: Page) -> None:
    expect(page.get_by_text(say("line.online"), exact=True)).to_be_visible()
    line = Line(page)
    page.reload()
    expect(page.get_by_text(say("line.online"), exact=True)).to_be_visible()
    line.up = False
    page.evaluate("dispatchEvent(new Event('offline'))")
    expect(page.get_by_text(say("line.offline"), exact=True)).to_be_visible(timeout=2_000)
    line.up = True
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.get_by_text(say("line.online"), exact=True)).to_be_visible()


def press(demo: Demo, seat: str) -> None:
    """Another delegate votes, by a panel."""
    for down in (True, False):
        assert demo.post("/simulator/press", {"seat": seat, "button": "for", "down": down}).status_code == 200
