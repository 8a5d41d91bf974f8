"""A real Chromium at the far end of the line, which opens the delegates' page as a tablet does."""

import os
import shutil
import time
from types import TracebackType
from typing import Any, Final, Self

from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from appliance.server.access import COOKIE
from tests.bench.far_hall import NAME, FarHall, trusting_home
from tests.bench.far_meeting import PATIENCE_SECONDS, Figures
from tests.faults.council import token_of
from tests.house import name_of

_ARGUMENTS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
)
_DRAWN: Final = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
_USABLE: Final = "#app > :not(.first)"
"""What the screen's own program has put in the place of the first state that the server wrote."""


class Pages:
    """`loads` opens the page, each time as a browser that has never been here, then once more as one that has."""

    def __init__(self, hall: FarHall) -> None:
        self._hall = hall
        self._playwright: Any = None
        self._browser: Browser | None = None

    async def __aenter__(self) -> Self:
        chromium, home = shutil.which("chromium"), trusting_home(self._hall)
        if chromium is None:
            raise RuntimeError("chromium is not installed")
        words = " ".join(str(word) for word in self._hall.zones.words("tablet", [chromium]))
        starter = home / "chromium"
        starter.write_text(f'#!/bin/sh\nHOME={home} exec {words} "$@"\n', encoding="utf-8")
        starter.chmod(0o755)
        self._playwright = await async_playwright().start()
        self._browser = await self._playwright.chromium.launch(
            executable_path=starter, args=list(_ARGUMENTS), env={**os.environ, "HOME": str(home)}
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._browser is not None:
            await self._browser.close()
        await self._playwright.stop()

    async def loads(self, figures: Figures, times: int) -> None:
        """So many from nothing, each followed by one that finds in the browser what the first has left."""
        assert self._browser is not None
        for _ in range(times):
            context = await self._browser.new_context(locale="vi")
            try:
                await context.add_cookies([{"name": COOKIE, "value": token_of(name_of(1)), "url": f"https://{NAME}"}])
                await self._load(context, figures, "page, from nothing", drawn=True)
                await self._load(context, figures, "page, once more")
            finally:
                await context.close()

    async def _load(self, context: BrowserContext, figures: Figures, what: str, *, drawn: bool = False) -> None:
        page: Page = await context.new_page()
        began = time.perf_counter()
        await page.goto(f"https://{NAME}/", wait_until="commit", timeout=PATIENCE_SECONDS * 1000)
        await page.wait_for_selector(_USABLE, timeout=PATIENCE_SECONDS * 1000)
        figures.add(what, time.perf_counter() - began)
        if drawn:
            figures.add("  its first state can be read", float(await page.evaluate(_DRAWN)) / 1000)
        await page.close()
