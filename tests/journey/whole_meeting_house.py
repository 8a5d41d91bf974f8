"""A new house for the whole meeting: a server on an empty folder, and everybody's way in from the first account on."""

import re
import subprocess
import sys
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any, Final

import requests
from playwright.sync_api import Browser, Locator, Page, expect

from appliance.server.access import LANGUAGE_COOKIE
from tests.bench.machine import free_port
from tests.demo.running import PATIENCE_SECONDS, ROOT, Process
from tests.journey import whole_meeting_table as table
from tests.journey.card_reading import read_card
from tests.journey.pages import say, sign_in_with_password, sign_in_with_pin

CLERK: Final = ("thu-ky", "Phan Thị Mẫu Ghi", "bình minh trên sông")
CHAIR_PASSWORD: Final = "hoàng hôn trên núi"
PIN: Final = "270618"
_SIZES: Final = {"chair": (1366, 768), "clerk": (1366, 768), "hall": (1920, 1080), "tablet": (1280, 800)}


class House:
    """The server, the browsers that look at it, and the members who vote by their cards without one."""

    def __init__(self, browser: Browser, data: Path) -> None:
        self.browser, self.data = browser, data
        account, name, password = CLERK
        subprocess.run(
            [sys.executable, "-m", "appliance", "create-account", account, "--name", name, "--role", "clerk",
             "--data", str(data)],
            input=password, cwd=ROOT, check=True, text=True, capture_output=True, timeout=PATIENCE_SECONDS,
        )  # fmt: skip
        port = free_port()
        self.process = Process("serve", "--data", str(data), "--port", str(port))
        self.process.hear("ready on")
        self.base = f"http://127.0.0.1:{port}"
        self.cards: dict[str, str] = {}
        self.tablets: dict[str, Page] = {}
        self.voters: dict[str, requests.Session] = {}
        self.clerk = self.page("clerk", "/clerk")
        sign_in_with_password(self.clerk, account, password)
        self.hall = self.page("hall", "/hall")
        self.chair: Page = self.hall  # until the clerk has made the chair's account

    def page(self, size: str, path: str) -> Page:
        """A browser of its own at an address."""
        width, height = _SIZES[size]
        context = self.browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
        context.add_cookies([{"name": LANGUAGE_COOKIE, "value": "vi", "url": self.base}])
        page = context.new_page()
        page.goto(self.base + path)
        return page

    def read_cards(self, sheet: Page) -> None:
        """Every card of the printed sheet, by the seat that stands on it."""
        for card in sheet.locator(".id-card").all():
            lines = card.locator("p").all_inner_texts()
            (seat,) = [seat for seat in table.NAMES if say("print.cards_seat", seat=seat) in lines]
            assert table.NAMES[seat] in lines
            box = str(card.locator("svg").get_attribute("viewBox")).split()
            self.cards[seat] = read_card(str(card.locator("svg path").get_attribute("d")), int(box[2]))

    def delegates_come(self) -> None:
        """Three at a browser each; the others by their cards over the wire. The first PIN given is theirs."""
        for seat in table.TABLETS:
            self.tablets[seat] = self.page("tablet", self.cards[seat].removeprefix(self.base))
            sign_in_with_pin(self.tablets[seat], PIN)
        others = [seat for seat in self.cards if seat not in {table.CHAIR_SEAT, table.AWAY, *table.TABLETS}]
        with ThreadPoolExecutor(4) as pool:
            self.voters = dict(zip(others, pool.map(self._signed_in, others), strict=True))

    def _signed_in(self, seat: str) -> requests.Session:
        visitor = requests.Session()
        body = {"card": self.cards[seat].rpartition("#card=")[2], "pin": PIN}
        answer = visitor.post(f"{self.base}/api/sign-in", json=body, timeout=PATIENCE_SECONDS)
        assert answer.status_code == 200, answer.text
        return visitor

    def give(self, seat: str, kind: str, **fields: object) -> None:
        """A command of a member without a browser."""
        body = {"type": kind, "id": str(uuid.uuid4()), **fields}
        answer = self.voters[seat].post(f"{self.base}/api/commands", json=body, timeout=PATIENCE_SECONDS)
        assert answer.json()["accepted"], answer.text

    def everybody(self, seats: list[str], give: Callable[[str], None]) -> None:
        """As in the hall: not one after the other."""
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(give, seats))

    def view(self) -> dict[str, Any]:
        """What the clerk's desk is shown, over the API."""
        answer = self.clerk.request.get(f"{self.base}/api/snapshot")
        found: dict[str, Any] = answer.json()["view"]
        return found

    def until(self, holds: Callable[[], bool]) -> None:
        """Look again until it holds."""
        ends, pause = monotonic() + PATIENCE_SECONDS, Event()
        while not holds():
            assert monotonic() < ends, "it never came to hold"
            pause.wait(0.05)

    def room_code(self) -> str:
        """As the hall's screen shows it now."""
        shown = self.hall.get_by_text(re.compile(r"^\s*\d{3}\s?\d{3}\s*$")).first
        expect(shown).to_be_visible()
        return re.sub(r"\D", "", shown.inner_text())

    # --- the desks' own moves

    def chair_does(self, label: str, *, sure: bool = False, **values: str) -> None:
        """The chair's one button, which must be this one; `sure`: it asks once more."""
        word = say(f"script.do.{label}", **values)
        button = self.main_step()
        expect(button).to_have_text(word)
        button.click()
        if sure:
            self.chair.get_by_role("dialog").get_by_role("button", name=word, exact=True).click()

    def main_step(self) -> Locator:
        """The chair's one button."""
        return self.chair.get_by_role("region", name=say("chair.next")).locator("button.main").first

    def goes_to(self, number: str) -> None:
        """On to the next item, which hall and clerk then see."""
        self.chair_does("StartItem", number=number)
        title = next(title for at, _, title, *_ in table.AGENDA if at == number)
        expect(self.chair.get_by_role("heading", name=title).first).to_be_visible()

    def tab(self, key: str) -> None:
        """One of the clerk's."""
        self.clerk.get_by_role("tab", name=re.compile(rf"^{re.escape(say(key))}")).click()

    def close(self) -> int:
        """Everybody goes; the server's exit code."""
        for context in self.browser.contexts:
            context.close()
        return self.process.end()
