"""The hall's screen: a real Chromium that freezes, goes white, dies or loses its server, and is put right."""

import json
import os
import shutil
import signal
import struct
import threading
import zlib
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from appliance.box import kiosk as k
from appliance.box.display_power import DisplayPower, Hours, commands
from appliance.box.kiosk import Kiosk, Seen, settings
from appliance.box.picture import one_colour
from appliance.box.telling import Refused

GOOD = "<title>x</title><div id=app><main><h1>Kỳ họp thứ năm</h1></main></div>"
FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
         "--disable-background-networking", "--disable-component-update", "--js-flags=--jitless",
         "--window-size=960,540")  # fmt: skip
LOOKS = 60


class Hall:
    """A web server with one page, which a test changes."""

    def __init__(self) -> None:
        self.page, self.sitting, self.port = GOOD, False, 0
        self._server: ThreadingHTTPServer | None = None
        self.open()

    def open(self) -> None:
        hall = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = hall.page if self.path != "/healthz" else json.dumps({"sitting": hall.sitting})
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8" if self.path != "/healthz" else "text/json")
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever).start()

    def shut(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


@pytest.fixture
def hall() -> Iterator[Hall]:
    hall = Hall()
    yield hall
    hall.shut()


@pytest.fixture
def screen(hall: Hall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kiosk]:
    """A browser without a window; patience is what the rules say, a frozen page's alone is shorter."""
    monkeypatch.setattr(k, "PATIENCE", 3.0)
    chromium = shutil.which("chromium")
    assert chromium is not None
    kiosk = Kiosk(
        f"http://127.0.0.1:{hall.port}/hall",
        [chromium, *FLAGS, f"--user-data-dir={tmp_path / 'profile'}"],
        DisplayPower(Hours(), "none", ""),
    )
    yield kiosk
    kiosk.end()


def until(screen: Kiosk, wanted: Seen) -> None:
    """Look again and again; each look waits for the browser itself."""
    found = [screen.look() for _ in range(1)]
    while found[-1] is not wanted:
        assert len(found) < LOOKS, found
        found.append(screen.look())


def in_page(screen: Kiosk, expression: str) -> None:
    assert screen._browser is not None
    screen._browser.evaluate(expression, 5.0)


def test_a_page_that_shows_its_text_is_good_and_is_left_alone(screen: Kiosk) -> None:
    until(screen, Seen.GOOD)
    assert [screen.look() for _ in range(3)] == [Seen.GOOD] * 3
    assert screen.starts == 1


@pytest.mark.parametrize(
    "spoil",
    [
        "setTimeout(() => { for (;;); }, 0)",  # frozen
        "document.querySelector('#app').replaceChildren()",  # its script has died
        "document.body.style.opacity = '0'",  # there, and nothing of it to be seen
    ],
)
def test_a_frozen_an_empty_and_an_invisible_page_are_started_again(screen: Kiosk, spoil: str) -> None:
    until(screen, Seen.GOOD)
    in_page(screen, f"({spoil}, 1)")
    for _ in range(LOOKS):
        if screen.look() is not Seen.GOOD and screen._browser is None:
            break
    until(screen, Seen.GOOD)
    assert screen.starts == 2


def test_a_browser_that_dies_is_started_again(screen: Kiosk) -> None:
    until(screen, Seen.GOOD)
    assert screen._browser is not None
    os.kill(screen._browser.pid, signal.SIGKILL)
    until(screen, Seen.GONE)
    until(screen, Seen.GOOD)
    assert screen.starts == 2


def test_a_server_that_was_away_is_shown_again_without_a_new_browser(screen: Kiosk, hall: Hall) -> None:
    hall.shut()
    until(screen, Seen.ELSEWHERE)
    hall.open()
    until(screen, Seen.GOOD)
    assert screen.starts == 1


def test_nobody_else_can_speak_to_the_browser(screen: Kiosk) -> None:
    until(screen, Seen.GOOD)
    assert screen._browser is not None
    group = [p for p in Path("/proc").glob("[0-9]*") if _group(int(p.name)) == screen._browser.pid]
    inodes = {_points_to(held) for process in group for held in process.glob("fd/*")}
    listening = [row.split()[9] for row in Path("/proc/net/tcp").read_text().splitlines()[1:] if row.split()[3] == "0A"]
    assert not inodes & {f"socket:[{inode}]" for inode in listening}


def _points_to(held: Path) -> str:
    try:
        return str(held.readlink())
    except OSError:
        return ""


def _group(pid: int) -> int:
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return -1


# --- one colour


def png(rows: Sequence[bytes], channels: int = 3) -> bytes:
    """Rows with their filter bytes, as a file."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + bytes(4)

    head = struct.pack(">IIBBBBB", (len(rows[0]) - 1) // channels, len(rows), 8, {3: 2, 4: 6}[channels], 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"".join(rows)))


@pytest.mark.parametrize("kind", range(5))
def test_one_colour_is_told_whatever_filter_the_rows_have(kind: int) -> None:
    first = {
        0: b"\x09" * 6,
        1: b"\x09" * 3 + b"\0" * 3,
        2: b"\x09" * 6,
        3: b"\x09" * 3 + b"\x05" * 3,
        4: b"\x09" * 3 + b"\0" * 3,
    }
    after = {0: b"\x09" * 6, 1: first[1], 2: b"\0" * 6, 3: b"\x05" * 3 + b"\0" * 3, 4: b"\0" * 6}
    rows = [bytes([kind]) + first[kind], bytes([kind]) + after[kind]]
    assert one_colour(png(rows))
    other = [rows[0], rows[1][:-1] + bytes([(rows[1][-1] + 1) & 255])]
    assert not one_colour(png(other))


@pytest.mark.parametrize("bad", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_picture_is_said_to_be_none(bad: bytes) -> None:
    with pytest.raises(ValueError, match="PNG"):
        one_colour(bad)


# --- dark and lit


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 12, 18, hour, minute).astimezone()


@pytest.mark.parametrize(
    ("now", "sitting", "clock_set", "lit"),
    [
        (at(6, 59), False, True, False),
        (at(7), False, True, True),
        (at(18, 29), False, True, True),
        (at(18, 30), False, True, False),
        (at(22), True, True, True),  # a sitting goes on into the night
        (at(22), False, False, True),  # who knows what time it is
    ],
)
def test_the_screen_is_dark_by_the_clock_but_never_in_a_sitting(
    now: datetime, sitting: bool, clock_set: bool, lit: bool
) -> None:
    done: list[Sequence[str]] = []
    kiosk = settings(
        {"KIOSK_URL": "http://10.77.0.1/hall", "KIOSK_ON": "07:00", "KIOSK_OFF": "18:30", "KIOSK_POWER": "cec"}
    )
    power = DisplayPower(kiosk.power._hours, "cec", "HDMI-A-1", done.append)
    power.look(now, sitting=sitting, clock_set=clock_set)
    assert power.lit is lit
    assert [command[0] for command in done] == ([] if lit else ["wlr-randr", "cec-ctl"])
    power.look(now, sitting=sitting, clock_set=clock_set)
    assert len(done) == (0 if lit else 2)


def test_hours_over_midnight_and_no_hours() -> None:
    assert commands("none", "x", lit=False) == []
    night = settings({"KIOSK_URL": "http://x/", "KIOSK_ON": "20:00", "KIOSK_OFF": "02:00"}).power._hours
    assert [night.lit(at(h)) for h in (19, 20, 23, 1, 2)] == [False, True, True, True, False]
    assert settings({"KIOSK_URL": "http://x/"}).power._hours.lit(at(3))


@pytest.mark.parametrize(
    "given",
    [{}, {"KIOSK_URL": "file:///etc/passwd"}, {"KIOSK_URL": "http://x/", "KIOSK_ON": "seven"},
     {"KIOSK_URL": "http://x/", "KIOSK_POWER": "yes"}],
)  # fmt: skip
def test_settings_that_cannot_be_meant_are_refused(given: dict[str, str]) -> None:
    with pytest.raises(Refused, match="KIOSK"):
        settings(given)


def test_the_look_is_a_rule_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    white: Callable[[], bytes] = lambda: png([b"\0" + b"\xff" * 6] * 2)  # noqa: E731
    state = {"where": "http://10.77.0.1/hall", "ready": "complete", "mounted": True, "text": True}
    url = "http://10.77.0.1/hall"
    assert k.seen(state, url, white) is Seen.BLANK
    assert k.seen({**state, "text": False}, url, white) is Seen.GOOD  # a screen that the chair has darkened
    assert k.seen({**state, "mounted": False}, url, white) is Seen.BLANK
    assert k.seen({**state, "where": "chrome-error://chromewebdata/"}, url, white) is Seen.ELSEWHERE
