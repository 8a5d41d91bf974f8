"""`nghi-truong kiosk`: the hall's screen. Chromium in kiosk mode inside `cage`, and a watch over what it really shows.

Every few seconds the page is asked whether it lives, and a small picture of it is taken. A browser that has gone, a
page that does not answer, one that shows nothing: Chromium is started again. A page that could not be loaded, or is
not ours, is loaded again. systemd watches this process in turn (`WatchdogSec=`): it is told after each look.

Settings come by the environment (`/etc/nghi-truong/kiosk.env`): KIOSK_URL; KIOSK_ON and KIOSK_OFF (`07:00`),
KIOSK_POWER (`dpms`, `cec` or `none`) and KIOSK_OUTPUT (`HDMI-A-1`); KIOSK_BROWSER.
"""

import base64
import os
import signal
import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time
from enum import StrEnum
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from appliance.box import clock
from appliance.box.devtools import Browser, Closed, Silent
from appliance.box.display_power import DisplayPower, Hours
from appliance.box.picture import one_colour
from appliance.box.telling import Refused, say

LOOK_SECONDS: Final = 5.0
PATIENCE: Final = 8.0
"""Seconds for the page to answer. A Pi that decodes a film is slow, not frozen."""
START_PATIENCE: Final = 60.0
BAD_LOOKS: Final = 3
"""So many in a row: a page is blank for a moment whenever it is loaded."""

FLAGS: Final = (
    "--kiosk", "--start-fullscreen", "--no-first-run", "--noerrdialogs", "--disable-infobars",
    "--no-default-browser-check",
    "--disable-session-crashed-bubble", "--hide-crash-restore-bubble", "--disable-component-update", "--disable-sync",
    "--disable-background-networking", "--disable-features=Translate,MediaRouter", "--password-store=basic",
    "--autoplay-policy=no-user-gesture-required", "--ozone-platform=wayland", "--disable-quic",
    "--js-flags=--jitless", "--accept-lang=vi",
)  # fmt: skip
STATE: Final = """(() => ({
    where: location.href, ready: document.readyState,
    mounted: (document.querySelector('#app') || document.body).childElementCount > 0,
    text: document.body.innerText.trim().length > 0 }))()"""
SITTING: Final = "fetch('/healthz').then((r) => r.json()).then((h) => h.sitting === true).catch(() => null)"


class Seen(StrEnum):
    """What one look has found."""

    GOOD = "good"
    ELSEWHERE = "elsewhere"
    """An error page, or not our address: the server was away."""
    BLANK = "blank"
    """Nothing is shown, although there is something to show."""
    FROZEN = "frozen"
    GONE = "gone"


def seen(state: Mapping[str, Any], url: str, picture: Callable[[], bytes]) -> Seen:
    """What the page says of itself, and whether that is to be seen. `picture` is only taken where there is text."""
    if urlsplit(str(state.get("where"))).netloc != urlsplit(url).netloc:
        return Seen.ELSEWHERE
    if state.get("ready") != "complete" or not state.get("mounted"):
        return Seen.BLANK
    return Seen.BLANK if state.get("text") and one_colour(picture()) else Seen.GOOD


class Kiosk:
    """One screen. `look` is one look at it, and what follows from it."""

    def __init__(self, url: str, command: Sequence[str], power: DisplayPower) -> None:
        self.url, self.command, self.power = url, command, power
        self.starts = 0
        self._bad = 0
        self._browser: Browser | None = None

    def look(self) -> Seen:
        """Look, and put right what is wrong."""
        if self._browser is None:
            self._start()
        found = self._seen()
        self._bad = 0 if found in {Seen.GOOD, Seen.ELSEWHERE} else self._bad + 1
        if found is Seen.ELSEWHERE:
            self._load()
        elif found is Seen.GONE or self._bad >= BAD_LOOKS:
            say(f"the screen is {found}: the browser is started again", error=True)
            self.end()
        elif found is Seen.GOOD:  # a page that does not answer would only be waited for once more
            self._switch()
        return found

    def end(self) -> None:
        """Leave nothing of the browser."""
        if self._browser is not None:
            self._browser.end()
        self._browser, self._bad = None, 0

    def _start(self) -> None:
        self._browser = Browser([*self.command, self.url])
        self.starts += 1
        try:
            self._browser.attach(START_PATIENCE)
        except Silent as why:
            say(f"the browser {why}", error=True)

    def _seen(self) -> Seen:
        browser = self._browser
        if browser is None or not browser.alive():
            return Seen.GONE
        try:
            return seen(browser.evaluate(STATE, PATIENCE), self.url, self._picture)
        except Closed:
            return Seen.GONE
        except (Silent, ValueError, AttributeError) as why:
            say(f"the page {why}", error=True)
            return Seen.FROZEN

    def _picture(self) -> bytes:
        """A twentieth of the screen's width: what is written on it still makes it more than one colour."""
        if self._browser is None:
            raise Silent("has gone")
        size = self._browser.evaluate("[innerWidth, innerHeight]", PATIENCE)
        clip = {"x": 0, "y": 0, "width": size[0], "height": size[1], "scale": 0.1}
        told = self._browser.ask("Page.captureScreenshot", {"format": "png", "clip": clip}, PATIENCE)
        return base64.b64decode(told["data"])

    def _load(self) -> None:
        if self._browser is None:
            return
        try:
            self._browser.ask("Page.navigate", {"url": self.url}, PATIENCE)
        except Silent as why:
            say(f"the page {why}", error=True)

    def _switch(self) -> None:
        """A server that does not answer leaves the screen lit: nobody knows what it would have said."""
        if self._browser is None:
            return
        try:
            sitting = self._browser.evaluate(SITTING, PATIENCE)
        except Silent:
            sitting = None
        facts = clock.facts()
        set_ = bool(facts["synchronised"] or facts["set_by_hand"] or facts["rtc_offset"] is not None)
        self.power.look(datetime.now().astimezone(), sitting=sitting is not False, clock_set=set_)


def settings(given: Mapping[str, str]) -> Kiosk:
    """The screen that the environment describes. Raises Refused."""
    url = given.get("KIOSK_URL", "")
    if urlsplit(url).scheme not in {"http", "https"}:
        raise Refused("KIOSK_URL must be the hall display's address")
    try:
        on, off = (time.fromisoformat(at) if (at := given.get(name)) else None for name in ("KIOSK_ON", "KIOSK_OFF"))
    except ValueError as error:
        raise Refused(f"KIOSK_ON and KIOSK_OFF are times like 07:00: {error}") from error
    way = given.get("KIOSK_POWER", "none")
    if way not in {"none", "dpms", "cec"}:
        raise Refused("KIOSK_POWER is dpms, cec or none")
    profile = Path(given.get("STATE_DIRECTORY", "/var/lib/nghi-truong-kiosk")) / "chromium"
    browser = given.get("KIOSK_BROWSER", "chromium").split()
    command = [*browser, *FLAGS, f"--user-data-dir={profile}"]
    return Kiosk(url, command, DisplayPower(Hours(on, off), way, given.get("KIOSK_OUTPUT", "HDMI-A-1")))


def main(arguments: Sequence[str]) -> int:
    """Until SIGTERM. Raises Refused."""
    kiosk, stop = settings(os.environ), threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    _tell("READY=1")
    try:
        while not stop.is_set():
            kiosk.look()
            _tell("WATCHDOG=1")
            stop.wait(LOOK_SECONDS)
    finally:
        kiosk.end()
    return 0


def _tell(word: str) -> None:
    """To systemd, if it has started this (sd_notify(3))."""
    where = os.environ.get("NOTIFY_SOCKET")
    if not where:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
        out.connect("\0" + where[1:] if where.startswith("@") else where)
        out.send(word.encode())
