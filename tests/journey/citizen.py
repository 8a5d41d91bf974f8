"""What somebody at home does with the demo's public site, and what its pictures and data say of the time."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

import pytest
import requests
from playwright.sync_api import Browser, Page

from tests.demo.running import Demo
from tests.recordings.clock_blocks import read_clock

PATIENCE_SECONDS = 60.0


def public(demo: Demo, path: str = "") -> str:
    """An address of the public site."""
    watch = next(s["url"] for s in demo.addresses["screens"] if s["name"] == "watch")
    return urljoin(str(watch).replace("localhost", "127.0.0.1"), f"/{path}")


def visitor(browser: Browser, address: str, width: int = 1280) -> Page:
    """Somebody at home; whatever their browser complains of ends the test."""
    page = browser.new_page(viewport={"width": width, "height": 900}, reduced_motion="reduce")
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.goto(address)
    return page


def soon(look: Callable[[], Any], what: str = "it") -> Any:
    """What `look` finds, once it finds something."""
    ends = time.monotonic() + PATIENCE_SECONDS
    while not (found := look()):
        assert time.monotonic() < ends, f"waited in vain for {what}"
        time.sleep(0.1)
    return found


def shown_clock(page: Page) -> float | None:
    """The time that is burned into the picture on screen."""
    return read_clock(page.locator("#video").screenshot())


def times(demo: Demo) -> dict[str, Any]:
    """The meeting's open data."""
    meeting = requests.get(public(demo, "data/meetings.json"), timeout=10).json()[0]
    found: dict[str, Any] = requests.get(public(demo, meeting["data"]), timeout=10).json()
    return found


def seconds_of(told: str) -> float:
    """Unix seconds of a time in the data."""
    return datetime.fromisoformat(told).timestamp()


def film(demo: Demo, seconds: float) -> None:
    """Let the camera run for so many seconds of picture: of the meeting, not a wait for something."""
    with demo.sign_in("chair") as chair:

        def filmed() -> float:
            recording = demo.get("/api/snapshot", chair).json()["view"]["recording"]
            return float(recording["seconds"]) if recording["stage"] == "recording" else 0.0

        begun = soon(filmed, "the recorder to record")
        soon(lambda: filmed() >= begun + seconds, f"{seconds} s of picture")
