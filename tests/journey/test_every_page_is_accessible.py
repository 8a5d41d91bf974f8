"""Every page of the list, in both languages: axe finds nothing, nothing is cut off, too small to read or to touch."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from appliance.bootstrap import fit
from appliance.config import load
from tests.demo.running import Demo
from tests.journey.every_page import MOMENTS, NO_PAGES, walk
from tests.journey.every_page_house import TABLET, House, Look, is_demo, sizes
from tests.journey.pages import AXE_RULES, words
from tests.journey.test_words import sentences

SIZES = (Path(__file__).parent / "sizes.js").read_text(encoding="utf-8")
ANY = re.compile(r"<any\((.*?)\):\w+>")
DOTTED = re.compile(r"[a-z_]+(?:\.[\w-]+)+")
KEYS = {key for key, _ in sentences(words("vi"))}
TOUCHED = {"text": 18, "target": 48}
"""On a tablet."""
ELSEWHERE = {"text": 13, "target": 48}


@pytest.fixture(scope="module")
def house(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A demo of its own, taken through a whole meeting."""
    running = Demo(tmp_path_factory.mktemp("every") / "data")
    house = House(browser, running)
    yield house
    house.close()
    assert running.process.end() == 0


def test_no_page_of_the_server_is_missing_from_the_list(tmp_path: Path) -> None:
    appliance = fit(load(None, data=tmp_path))
    try:
        rules = list(appliance.server.app.url_map.iter_rules())
    finally:
        appliance.close()
    asked = [path for rule in rules if "GET" in (rule.methods or ()) for path in each_of(rule.rule)]
    served = {path for path in asked if not NO_PAGES.search(path)}
    listed = {look.path.partition("#")[0].partition("?")[0] for moment in MOMENTS for look in moment.looks}
    assert served
    assert not served - listed, "look at these too: add them to tests/journey/every_page.py"


def each_of(rule: str) -> list[str]:
    """`<any(a, b):what>` stands for two addresses."""
    before, choice, after = ANY.split(rule, maxsplit=1) if ANY.search(rule) else (rule, "", "")
    return [f"{before}{one}{after}" for one in choice.split(", ")]


@pytest.mark.timeout(900)
def test_nothing_is_found_on_any_page_in_either_language(house: House) -> None:
    """One walk through the meeting; whatever is wrong anywhere is told at its end.

    A screen that asks again and again for what has not changed is wrong too: forty tablets do so at once.
    """
    wrong: list[str] = []
    for name, look, visit in walk(house):
        found = Axe().run(visit.page, options=dict(AXE_RULES)).response["violations"]
        wrong += [f"{name} {visit.language}: {one['id']} {_nodes(one)}" for one in found]
        if visit.language == "vi" and not is_demo(look):
            wrong += [f"{name}: {line}" for line in too_small(visit.page, look)]
        wrong += [f"{name} {visit.language}: no sentence for {key}" for key in bare_keys(visit.page)]
        wrong += [f"{name} {visit.language}: asked {times} times for {what}" for what, times in visit.asked_too_often()]
    assert not wrong, "\n".join(wrong)


def too_small(page: Page, look: Look) -> list[str]:
    """At every size that it is looked at on."""
    told: list[str] = []
    for width, height in sizes(look):
        page.set_viewport_size({"width": width, "height": height})
        limits = TOUCHED if (width, height) == TABLET else ELSEWHERE
        told += [f"at {width} px {line}" for line in page.evaluate(SIZES, limits)]
    return told


def bare_keys(page: Page) -> list[str]:
    """Names of sentences that stand where the sentences should: the place's own file of words is without them."""
    return sorted(KEYS.intersection(DOTTED.findall(page.inner_text("body"))))


def _nodes(finding: dict[str, Any]) -> str:
    return json.dumps([node["html"][:200] for node in finding["nodes"]], ensure_ascii=False)
