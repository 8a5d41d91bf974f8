"""A demo of its own and a real browser for the journeys."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.demo.running import ROOT, Demo

_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's chromium, which asks nobody but our own server anything."""
    chromium = shutil.which("chromium")
    assert chromium is not None, "install chromium: make test does"
    expect.set_options(timeout=30_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(_ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The sample council, in a folder of its own. Its roll and its eight drafts stay as they are."""
    assert (ROOT / "web/dist/.vite/manifest.json").exists(), "build the screens first: make web"
    running = Demo(tmp_path_factory.mktemp("journey") / "data")
    yield running
    assert running.process.end() == 0
