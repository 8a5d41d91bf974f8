"""The ballot on phones and at 200 % zoom: no choice may be easier to reach than another."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.demo.running import Demo
from tests.journey.pages import SIZES, button, open_poll, signed_in, told, void_poll

LONG = "việc điều chỉnh, bổ sung kế hoạch đầu tư công trung hạn giai đoạn 2026–2030 nguồn vốn ngân sách địa phương, "
CHOICES = ("for", "against", "abstain")
LOWEST_BUTTON = 96


@pytest.fixture(params=["nội dung thử", LONG * 6], ids=["short question", "long question"])
def poll(demo: Demo, request: pytest.FixtureRequest) -> Iterator[str]:
    name = open_poll(demo, request.param)
    yield name
    void_poll(demo, name)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("size", ["phone", "zoomed", "upright", "delegate"])
@pytest.mark.usefixtures("poll")
def test_all_three_choices_are_in_sight_at_once(browser: Browser, demo: Demo, size: str, language: str) -> None:
    page = signed_in(browser, demo, "delegate", size, language)
    width, height = SIZES[size]
    for choice in CHOICES:
        pressed = button(page, f"choice.{choice}", language)
        expect(pressed).to_be_in_viewport(ratio=1)
        box = pressed.bounding_box()
        assert box is not None
        assert box["height"] >= LOWEST_BUTTON
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["y"] + box["height"] <= height
    ends = page.locator(".question *").evaluate_all("all => all.map(e => e.getBoundingClientRect().right)")
    assert ends
    assert max(ends) <= width, "the question runs off the screen"
    page.context.close()


@pytest.mark.parametrize("size", ["phone", "zoomed"])
def test_the_answer_is_in_sight_and_moves_no_button(browser: Browser, demo: Demo, poll: str, size: str) -> None:
    page = signed_in(browser, demo, "delegate", size)
    before = [button(page, f"choice.{choice}").bounding_box() for choice in CHOICES]
    button(page, "choice.against").click()
    expect(told(page, "ballot.recorded", "against")).to_be_in_viewport()
    assert [button(page, f"choice.{choice}").bounding_box() for choice in CHOICES] == before
    page.context.close()
