"""A tablet joins the hall: by its wire, its names, its browser, which trusts the hall's authority and nothing more.

Everything is the real thing: Chromium with the authority in its own store (NSS), the role's dnsmasq, nginx and
firewall, and the appliance behind them.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page, sync_playwright

from tests.beds.webs import PASSWORD, certify, forge, start_appliance, start_hall_web, start_names
from tests.beds.zones import NAME, Zones, until

ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Zones, Path]]:
    folder = tmp_path_factory.mktemp("joins")
    ca = certify(folder)
    with Zones() as zones:
        start_appliance(zones, folder)
        start_names(zones, folder)
        start_hall_web(zones, folder)
        yield zones, ca


@pytest.fixture
def tablet(hall: tuple[Zones, Path], tmp_path: Path) -> Iterator["Tablet"]:
    with sync_playwright() as playwright:
        tablet = Tablet(*hall, tmp_path, playwright)
        yield tablet
        if tablet.browser is not None:
            tablet.browser.close()


class Tablet:
    """Chromium at a tablet's place, with a store of its own for whom it trusts."""

    def __init__(self, zones: Zones, ca: Path, folder: Path, playwright: Any) -> None:
        self._zones, self._ca, self._folder, self._playwright = zones, ca, folder, playwright
        self.browser: Browser | None = None

    def trust(self) -> None:
        """What its owner does with ca.crt."""
        store = self._folder / ".pki" / "nssdb"
        store.mkdir(parents=True)
        subprocess.run(["certutil", "-N", "--empty-password", "-d", f"sql:{store}"], check=True)
        add: list[str | Path] = ["certutil", "-A", "-d", f"sql:{store}", "-n", "hall", "-t", "C,,", "-i", self._ca]
        subprocess.run(add, check=True)

    def open(self, *more: str) -> Page:
        chromium = shutil.which("chromium")
        assert chromium is not None
        starter = self._folder / "chromium"
        words = " ".join(str(word) for word in self._zones.words("tablet", [chromium]))
        starter.write_text(f'#!/bin/sh\nHOME={self._folder} exec {words} "$@"\n', encoding="utf-8")
        starter.chmod(0o755)
        self.browser = self._playwright.chromium.launch(
            executable_path=starter, args=[*ARGUMENTS, *more], env={**os.environ, "HOME": str(self._folder)}
        )
        assert self.browser is not None
        return self.browser.new_page(locale="vi")


def test_a_tablet_that_trusts_the_authority_opens_the_meeting_without_a_warning(tablet: Tablet) -> None:
    tablet.trust()
    page = tablet.open()

    answer = page.goto(f"http://{NAME}/")

    assert answer is not None
    assert answer.status == 200
    assert page.url == f"https://{NAME}/"
    assert page.evaluate("isSecureContext") is True
    page.get_by_role("button").first.wait_for()


def test_the_live_line_of_a_desk_runs_through_tls(tablet: Tablet) -> None:
    tablet.trust()
    page = tablet.open()
    page.goto(f"https://{NAME}/")
    signed_in = page.evaluate(
        """password => fetch('/api/sign-in', {method: 'POST', headers: {'Content-Type': 'application/json'},
        body: JSON.stringify({account: 'thu-ky', password})}).then(answer => answer.status)""",
        PASSWORD,
    )
    assert signed_in == 200
    assert all(cookie["secure"] for cookie in page.context.cookies() if cookie["httpOnly"])

    with page.expect_websocket() as line:
        page.goto(f"https://{NAME}/clerk")
    line.value.wait_for_event("framereceived", lambda frame: "snapshot" in str(frame))

    assert line.value.url.startswith(f"wss://{NAME}/")


def test_a_tablet_that_does_not_trust_the_authority_is_warned(tablet: Tablet) -> None:
    page = tablet.open()

    with pytest.raises(Error, match="ERR_CERT_AUTHORITY_INVALID"):
        page.goto(f"https://{NAME}/")


def test_it_reads_how_to_join_before_it_trusts_anybody(tablet: Tablet) -> None:
    page = tablet.open()
    page.goto(f"http://{NAME}/help/")

    page.get_by_role("heading", name="Vào mạng hội trường").wait_for()
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Tải chứng chỉ").click()
    assert fetched.value.suggested_filename == "ca.crt"


@pytest.mark.parametrize(("name", "opens"), [(f"other.{NAME}", True), ("bank.example", False)])
def test_even_the_stolen_authority_opens_no_other_site(
    hall: tuple[Zones, Path], tablet: Tablet, name: str, opens: bool
) -> None:
    """Chromium heeds what the root may vouch for; below the box's own name it would have been believed."""
    zones, ca = hall
    forged, port = forge(ca.parents[1], name), "8443" if opens else "8444"
    server: list[str | Path] = [
        "openssl",
        "s_server",
        "-quiet",
        "-www",
        "-accept",
        f"127.0.0.1:{port}",
        "-cert",
        forged,
        "-key",
        forged,
    ]
    zones.start("tablet", server, ca.with_name(f"{port}.log"))
    until(lambda: zones.ask("tablet", "reaches", "127.0.0.1", port) == "open", "the thief's server")
    tablet.trust()
    page = tablet.open(f"--host-resolver-rules=MAP {name} 127.0.0.1")

    if opens:
        assert page.goto(f"https://{name}:{port}/") is not None
    else:
        with pytest.raises(Error, match="ERR_CERT_"):
            page.goto(f"https://{name}:{port}/")
