"""`python -m tests.bench.latency`: how late the picture is, from the burned-in clock to a real Chromium's screen.

One encode of the test pattern feeds the recorder's own `live` and `house`; nginx serves them as the recorder's page
says (recordings/stream/__init__.py); the portal's own player plays. Each way is measured alone, then the player's
network is cut for a while and its way back to live is measured. The camera's own time is not in it, nor the screen's.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Page, sync_playwright

from recordings.config import Config, as_toml
from recordings.ffmpeg import source_test
from tests.bench import machine
from tests.recordings.playing import free_bus, free_port, told, web_server

ROOT = Path(__file__).resolve().parents[2]
PAGE = Path(__file__).with_name("latency.html")
WARM_SECONDS = 6.0
GOALS = {"low": 1.5, "plain": 5.0, "house": 0.4}
NAMES = {"low": "LL-HLS, 200 ms parts", "plain": "plain HLS, 1 s segments", "house": "in the house (WHEP)"}
CUT_SECONDS = 12.0
_BROWSER = (
    "--no-sandbox",
    "--autoplay-policy=no-user-gesture-required",
    # A page on the loopback tells its addresses in clear, as one with a granted camera would.
    "--disable-features=WebRtcHideLocalIpsWithMdns",
    "--allow-loopback-in-peer-connection",
    "--disable-background-timer-throttling",
    "--disable-background-networking",
)


class Found(NamedTuple):
    """Milliseconds behind, over all pictures looked at."""

    way: str
    pictures: int
    low: float
    median: float
    high: float
    after_cut: float | None = None


def main() -> int:
    """0 when all was measured; goals that are not reached are printed, not punished."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.latency", description=__doc__)
    parser.add_argument("--seconds", type=float, default=15.0, help="measured for each way")
    parser.add_argument("--size", default="1280x720")
    parser.add_argument("--ways", nargs="+", choices=list(GOALS), default=list(GOALS))
    given = parser.parse_args()
    width, height = map(int, given.size.split("x"))
    folder = Path(tempfile.mkdtemp(prefix="latency-"))
    try:
        with running(folder, width=width, height=height) as address:
            found = [measure(address, way, given.seconds) for way in given.ways]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    print(f"{machine.line()}; {time.strftime('%Y-%m-%d')}; {given.size}, 30 pictures a second; load {load}\n")
    print(table(found))
    return 0


def table(found: list[Found]) -> str:
    """For people."""
    lines = [f"{'glass to glass':<26}{'median':>9}{'p5':>9}{'p95':>9}{'goal':>9}   after {CUT_SECONDS:.0f} s cut off"]
    for one in found:
        cells = "".join(f"{value / 1000:>7.2f} s" for value in (one.median, one.low, one.high, GOALS[one.way] * 1000))
        back = "" if one.after_cut is None else f"   {one.after_cut / 1000:.2f} s"
        verdict = "" if one.median <= GOALS[one.way] * 1000 else "   NOT REACHED"
        lines.append(f"{NAMES[one.way]:<26}{cells}{back}{verdict}")
    return "\n".join(lines)


@contextmanager
def running(folder: Path, *, width: int, height: int) -> Iterator[str]:
    """Source, live, house and web server; the address of the page."""
    config = Config(
        data=folder / "data", public=folder / "public", width=width, height=height, bus_port=free_bus(),
        live_port=free_port(), house_port=free_port(), preset="veryfast",
    )  # fmt: skip
    (folder / "recorder.toml").write_text(as_toml(config), encoding="utf-8")
    page = folder / "public" / "bench"
    page.mkdir(parents=True)
    shutil.copy(PAGE, page / "index.html")
    shutil.copy(ROOT / "web/node_modules/hls.js/dist/hls.mjs", page / "hls.mjs")
    (page / "live_player.js").write_text(player(), encoding="utf-8")
    with ExitStack() as stack:
        stack.enter_context(told("live", folder / "recorder.toml", "live"))
        stack.enter_context(told("house", folder / "recorder.toml", "live"))
        address = stack.enter_context(web_server(folder / "nginx", config))
        log = stack.enter_context((folder / "source.log").open("wb"))
        source = subprocess.Popen(source_test(config), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log)
        stack.callback(source.wait)
        stack.callback(source.kill)
        yield f"{address}/bench/index.html"


def player() -> str:
    """The portal's player, its types taken off: what is measured is what the public gets."""
    strip = "process.stdout.write(require('module').stripTypeScriptTypes(require('fs').readFileSync(0, 'utf8')))"
    node = shutil.which("node", path=str(Path(sys.executable).parent)) or shutil.which("node") or "node"
    source = (ROOT / "web/src/portal/live_player.ts").read_text(encoding="utf-8")
    done = subprocess.run(
        [node, "--no-warnings", "-e", strip], input=source, capture_output=True, text=True, check=True
    )
    return done.stdout


def measure(address: str, way: str, seconds: float) -> Found:
    """One way alone, in a browser of its own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(_BROWSER))
        page = browser.new_page()
        page.on("pageerror", lambda error: print(f"  page: {error}", file=sys.stderr))
        try:
            page.goto(f"{address}#{way}")
            page.wait_for_function("window.late && window.late.length > 0", timeout=30_000)
            page.wait_for_timeout(WARM_SECONDS * 1000)
            late = looked(page, seconds)
            back = statistics.median(cut(page)) if way != "house" else None
        except Exception:
            print(f"  {way}: {json.dumps(page.evaluate('window.told'))}", file=sys.stderr)
            raise
        finally:
            browser.close()
    cuts = statistics.quantiles(late, n=20)
    return Found(way, len(late), cuts[0], statistics.median(late), cuts[-1], back)


def looked(page: Page, seconds: float) -> list[float]:
    """How late each picture was, for so long."""
    page.evaluate("window.late.length = 0")
    page.wait_for_timeout(seconds * 1000)
    found: list[Any] = page.evaluate("window.late")
    if not found:
        raise RuntimeError("no picture was seen")
    return [float(value) for value in found]


def cut(page: Page) -> list[float]:
    """Without network for a while, then a few seconds to come back."""
    page.context.set_offline(True)
    page.wait_for_timeout(CUT_SECONDS * 1000)
    page.context.set_offline(False)
    page.wait_for_timeout(8000)
    return looked(page, 4)


if __name__ == "__main__":
    raise SystemExit(main())
