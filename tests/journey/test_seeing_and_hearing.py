"""Elder mode: big letters and buttons, high contrast, spoken prompts; chosen once, there on any tablet."""

import uuid
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.demo.running import Demo
from tests.journey.pages import SIZES, axe_finds_nothing, button, open_poll, say, signed_in, void_poll

CHOICES = ("for", "against", "abstain")
LISTEN = """
window.said = [];
const play = HTMLMediaElement.prototype.play;
HTMLMediaElement.prototype.play = function () { window.said.push(this.dataset.prompt); return play.call(this); };
"""


@pytest.fixture
def delegate(browser: Browser, demo: Demo) -> Iterator[Page]:
    """A delegate's tablet that chooses, and forgets it at the end: the next journey begins as designed."""
    page = signed_in(browser, demo, "delegate", "delegate")
    yield page
    give = {"type": "SetEase", "id": str(uuid.uuid4()), "size": "normal"}
    assert page.context.request.post(demo.base + "/api/commands", data=give).ok
    page.context.close()


@pytest.fixture
def opened(demo: Demo) -> Iterator[Callable[[], str]]:
    """Opens a vote when the journey comes to it; it is out of the way afterwards, whatever happened."""
    polls: list[str] = []

    def put() -> str:
        polls.append(open_poll(demo, "nội dung thử"))
        return polls[-1]

    yield put
    for poll in polls:
        void_poll(demo, poll)


def choose(page: Page, *keys: str) -> None:
    """Open the settings, touch each of these, and leave."""
    button(page, "ease.open").click()
    for key in keys:
        page.get_by_label(say(key)).check()
    button(page, "ease.done").click()


def heard(page: Page, prompt: str) -> None:
    """Wait until it has been spoken."""
    page.wait_for_function("prompt => window.said.includes(prompt)", arg=prompt)


def test_what_a_member_chose_comes_along_to_another_tablet(browser: Browser, demo: Demo, delegate: Page) -> None:
    choose(delegate, "ease.size_huge")
    expect(delegate.locator(":root")).to_have_attribute("data-size", "huge")
    other = signed_in(browser, demo, "delegate", "phone")
    expect(other.locator(":root")).to_have_attribute("data-size", "huge")
    other.context.close()


@pytest.mark.parametrize("size", ["phone", "upright", "delegate"])
def test_the_biggest_letters_leave_all_three_choices_in_sight(
    browser: Browser, demo: Demo, delegate: Page, opened: Callable[[], str], size: str
) -> None:
    choose(delegate, "ease.size_huge")
    opened()
    page = signed_in(browser, demo, "delegate", size)
    expect(page.locator(":root")).to_have_attribute("data-size", "huge")
    for choice in CHOICES:
        pressed = button(page, f"choice.{choice}")
        expect(pressed).to_be_in_viewport(ratio=1)
        box = pressed.bounding_box()
        assert box is not None
        assert box["height"] >= 128
        assert box["x"] + box["width"] <= SIZES[size][0]
    page.context.close()


@pytest.mark.parametrize(("way", "answer"), [("ease.voice_prompts", "recorded"), ("ease.voice_all", "recorded_for")])
def test_the_vote_is_announced_and_the_record_confirmed_aloud(
    delegate: Page, opened: Callable[[], str], way: str, answer: str
) -> None:
    delegate.add_init_script(LISTEN)
    delegate.reload()
    with delegate.expect_response(lambda r: r.url.endswith(".mp3") and r.ok) as sound:
        choose(delegate, way)
    assert sound.value.headers["content-type"] == "audio/mpeg"
    opened()
    heard(delegate, "vote_open")
    button(delegate, "choice.for").click()
    heard(delegate, answer)
    others = {"recorded", "recorded_for"} - {answer}
    assert not others & set(delegate.evaluate("() => window.said")), "neighbours hear it too"


@pytest.mark.parametrize("contrast", [False, True])
def test_the_settings_are_accessible_in_either_contrast(delegate: Page, contrast: bool) -> None:
    button(delegate, "ease.open").click()
    if contrast:
        delegate.get_by_label(say("ease.contrast"), exact=False).check()
        expect(delegate.locator(":root")).to_have_attribute("data-contrast", "high")
    axe_finds_nothing(delegate)
