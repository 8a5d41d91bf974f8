"""A meeting through a stepped clock and a killed recorder, and how each of its moments is found again in the archive.

The demo films a test pattern with the wall clock burned in. In mid-meeting that clock is put 7 s forward and later
14 s back (for the appliance, the recorder and every ffmpeg at once, by libfaketime), and the recorder is killed with
SIGKILL. Picture and ledger read the same wall clock, right or wrong, so the picture of a moment shows the very time
that the ledger has for it. A clock that was put back shows each of 14 s twice; which of them it is, the place in the
video says, taken back to the uptime of the machine, which nobody steps.
"""

import json
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from recordings import ffmpeg
from tests.demo.running import ROOT, Demo
from tests.journey.citizen import film, public, seconds_of, shown_clock, soon, times, visitor
from tests.journey.pages import say
from tests.recordings.sources import WallClock as FakedClock

RIGHT_WITHIN_SECONDS = 1.0
STEP_SECONDS = 7
CAPTIONS = "WEBVTT\n\n00:00:01.000 --> 00:01:00.000\nKính thưa các vị đại biểu\n"
PLAYER = ("mpv", "--no-config", "--vo=null", "--ao=null", "--speed=100")


STAMPS = """
import os
import socket
import struct

_recvmsg = socket.socket.recvmsg


def _stepped(self, *sizes):
    data, extra, flags, address = _recvmsg(self, *sizes)
    with open(os.environ["FAKETIME_TIMESTAMP_FILE"]) as file:
        step = int(file.read())
    return data, [(level, kind, _moved(kind, value, step)) for level, kind, value in extra], flags, address


def _moved(kind, value, step):
    if kind != 35:  # SO_TIMESTAMPNS
        return value
    seconds, nanoseconds = struct.unpack("@ll", value)
    return struct.pack("@ll", seconds + step, nanoseconds)


socket.socket.recvmsg = _stepped
"""


class WallClock(FakedClock):
    """The same for the stamps which the kernel puts on what comes by the network: libfaketime does not know them."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        (folder / "python").mkdir()
        (folder / "python/sitecustomize.py").write_text(STAMPS, encoding="utf-8")
        self.environment |= {"PYTHONPATH": str(folder / "python")}


@dataclass(frozen=True)
class Meeting:
    """It is over, and its video is published."""

    demo: Demo
    data: Path

    @property
    def ledger(self) -> str:
        """Its ledger."""
        return str(times(self.demo)["ledger"])

    @property
    def page(self) -> str:
        """Its page."""
        return public(self.demo, f"meetings/{self.ledger}/")

    @property
    def settings(self) -> Path:
        """What the recorder reads."""
        return self.data / "recorder.toml"

    @property
    def take(self) -> Path:
        """The one take's folder."""
        (found,) = Path(tomllib.loads(self.settings.read_text())["data"]).glob("takes/*/")
        return found

    def video(self) -> Any:
        """`video.json`; empty while there is none."""
        answer = requests.get(self.file("video.json"), timeout=10)
        return answer.json() if answer.ok else {}

    def file(self, name: str) -> str:
        """The address of one of the video's files."""
        return public(self.demo, f"video/{self.ledger}/{name}")

    def recordings(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """A command of the recorder's, as the technician gives it."""
        argv = [sys.executable, "-m", "recordings", words[0], "--config", str(self.settings), *words[1:]]
        return subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)


@pytest.fixture(scope="module")
def meeting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Meeting]:
    """Held once for all of these tests."""
    folder = tmp_path_factory.mktemp("found-again")
    clock = WallClock(folder)
    demo = Demo(folder / "data", video=True, environment=clock.environment)
    try:
        hold(demo, clock)
        held = Meeting(demo, folder / "data")
        soon(lambda: held.video().get("files") == "made", "the meeting's video and files")
        soon(lambda: "result=nq9" in requests.get(held.page, timeout=10).text, "the video on the meeting's page")
        yield held
    finally:
        assert demo.process.end() == 0


def hold(demo: Demo, clock: WallClock) -> None:
    """Five items, three speakers and a vote, with all that may happen between them."""
    with demo.sign_in("chair") as chair, demo.sign_in("clerk") as clerk:

        def did(kind: str, by: requests.Session = chair, **fields: object) -> None:
            answer = demo.give(by, kind, **fields)
            assert answer["accepted"], answer

        film(demo, 6)
        did("StartItem", item="i21")
        film(demo, 3)
        did("OpenPoll", poll="nq9")
        demo.until(lambda: demo.lights()["01"] == "waiting")
        assert demo.post("/simulator/everyone", {"for": 20, "against": 2, "abstain": 1}).json()["pressed"]
        film(demo, 4)
        did("ClosePoll", poll="nq9")
        did("ConfirmPoll", clerk, poll="nq9")
        did("ConfirmPoll", poll="nq9")
        did("AnnouncePoll", poll="nq9")
        film(demo, 5)
        clock.step(STEP_SECONDS)
        film(demo, 4)
        did("StartItem", item="i22")
        film(demo, 3)
        did("GiveFloor", member="m09")
        film(demo, 5)
        demo.kill("recorder")
        film(demo, 5)
        did("GiveFloor", guest="Bà Nguyễn Thị Mẫu")
        film(demo, 4)
        did("StartItem", item="i23")
        film(demo, 5)
        clock.step(-STEP_SECONDS)
        film(demo, 4)
        did("StartItem", item="i24")
        film(demo, 4)
        did("GiveFloor", member="m10")
        film(demo, 5)
        did("CloseSitting")


NOTE_WHAT_IS_SHOWN = """video => {
  const look = (_, { mediaTime }) => { video.dataset.shown = mediaTime; video.requestVideoFrameCallback(look); };
  video.requestVideoFrameCallback(look);
}"""


@dataclass(frozen=True)
class Moment:
    """What a link must lead to."""

    anchor: str
    clock: float
    """The wall clock as the ledger has it."""
    uptime: float


def moments(data: dict[str, Any]) -> list[Moment]:
    """All that was filmed, by the ledger."""
    found = [(f"item={item['item']}", item["started"][-1]) for item in data["items"][20:]]
    found += [(f"speaker={one['speaker']}", one["since"]) for one in data["speakers"]]
    (poll,) = (poll for poll in data["polls"] if poll["poll"] == "nq9")
    found += [("poll=nq9", poll["opened"]), ("result=nq9", poll["announced"])]
    return [Moment(anchor, seconds_of(at["time"]), at["uptime_ms"] / 1000) for anchor, at in found]


def uptime_of(take: Path, seconds: float) -> float:
    """The machine's uptime at a place of the player, by what the archive noted of each segment. Between two of them
    it goes evenly: a camera on a machine that is too busy films slower than time goes."""
    lines = [json.loads(line) for line in (take / "manifest.jsonl").read_bytes().splitlines()]
    segments = [line for line in lines if "n" in line]
    for one, other in pairwise([*segments, None]):
        length = one["end"] - one["start"]
        if seconds < length or other is None:
            follows = other is not None and other["run"] == one["run"]
            took = (other["uptime_ms"] - one["uptime_ms"]) / 1000 if follows else length
            return float(one["uptime_ms"] / 1000 + seconds * took / length)
        seconds -= length
    raise AssertionError("there is no segment")


def settled(page: Page) -> bool:
    """The picture on screen is that of the player's place."""
    return bool(page.locator("#video").evaluate("v => !v.seeking && Math.abs(v.dataset.shown - v.currentTime) < 0.2"))


@pytest.mark.timeout(300)
def test_every_item_speech_and_vote_is_found_within_a_second_of_the_ledgers_time(
    browser: Browser, meeting: Meeting
) -> None:
    page = visitor(browser, public(meeting.demo, "archive/"))
    page.get_by_role("link", name=str(times(meeting.demo)["title"])).first.click()
    expect(page).to_have_url(meeting.page)
    page.evaluate("() => { HTMLMediaElement.prototype.play = () => Promise.resolve(); }")
    page.locator("#video").evaluate(NOTE_WHAT_IS_SHOWN)
    video, wanted = meeting.video(), moments(times(meeting.demo))
    assert len(wanted) == 9
    assert {gap["reason"] for gap in video["gaps"]} >= {"recorder-restarted"}
    wrong = []
    for moment in reversed(wanted):
        page.locator(f"a[data-anchor='{moment.anchor}']").first.click()
        soon(lambda: settled(page), f"the picture of {moment.anchor}")
        place = page.locator("#video").evaluate("video => video.currentTime")
        by_picture = soon(lambda: shown_clock(page), "a clock in the picture") - moment.clock
        by_place = uptime_of(meeting.take, place) - moment.uptime
        print(f"{moment.anchor:<16} picture {by_picture:+.2f} s, place {by_place:+.2f} s of the ledger's time")
        if max(abs(by_picture), abs(by_place)) >= RIGHT_WITHIN_SECONDS:
            wrong.append((moment.anchor, by_picture, by_place))
    assert not wrong
    page.close()


def probed(address: str | Path) -> Any:
    """What ffprobe finds; it fails where something is wrong."""
    done = subprocess.run([*ffmpeg.probe(Path("x"))[:-1], str(address)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{address}: {done.stderr}"
    return json.loads(done.stdout)


def duration(address: str) -> float:
    """Seconds."""
    return float(probed(address)["format"]["duration"])


def plays(address: str) -> None:
    """An independent player shows it to its end without a complaint."""
    played = subprocess.run([*PLAYER, address], capture_output=True, text=True, check=False, timeout=60)
    assert played.returncode == 0, played.stdout + played.stderr
    assert "Exiting... (End of file)" in played.stdout
    # Of the picture at which the recorder was killed a part may be there: a player says so, and goes on.
    complaints = [line for line in (played.stdout + played.stderr).splitlines() if "rror" in line]
    assert not [line for line in complaints if "error while decoding" not in line], complaints


@pytest.mark.timeout(300)
def test_ffprobe_and_an_independent_player_take_every_product_as_it_is_served(meeting: Meeting) -> None:
    speech = times(meeting.demo)["speakers"][0]["speaker"]
    with meeting.demo.sign_in("clerk") as clerk:
        answer = meeting.demo.give(clerk, "MakeClip", ledger=meeting.ledger, item=speech)
        assert answer["accepted"], answer
    soon(lambda: any(clip["id"] == speech for clip in meeting.video()["clips"]), "the clip of a speech")
    video = meeting.video()
    assert {clip["id"] for clip in video["clips"]} >= {"i21", "i22", "i23", "i24", speech}
    (take,) = video["takes"]
    length = video["seconds"]
    for segment in sorted(meeting.take.glob("s*.ts")):
        kinds = {stream["codec_type"] for stream in probed(segment)["streams"]}
        assert kinds == {"video", "audio"}, segment
    for name in (video["playlist"], take["file"]):
        assert duration(meeting.file(name)) == pytest.approx(length, abs=0.5)
    titles = [chapter["tags"]["title"] for chapter in probed(meeting.file(take["file"]))["chapters"]]
    assert any(title.startswith("22. ") for title in titles)
    for clip in video["clips"]:
        more = duration(meeting.file(clip["file"])) - clip["seconds"]
        assert -0.3 < more < 1.3, f"{clip['file']}: it begins at a key frame, of which there is one a second"
    assert probed(meeting.file(video["chapter_track"]))["format"]["format_name"] == "webvtt"
    for name in (video["playlist"], take["file"], *(clip["file"] for clip in video["clips"])):
        plays(meeting.file(name))


def test_one_flipped_byte_of_the_take_is_found_and_named(meeting: Meeting, tmp_path: Path) -> None:
    done = meeting.recordings("verify")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert done.stdout.rstrip().endswith(": whole")
    copy = Path(shutil.copytree(meeting.take, tmp_path / meeting.take.name))
    spoilt = copy / "s000003.ts"
    content = bytearray(spoilt.read_bytes())
    content[len(content) // 2] ^= 0xFF
    spoilt.write_bytes(content)
    done = meeting.recordings("verify", str(copy))
    assert done.returncode == 1
    assert "s000003.ts: " in done.stdout
    assert "s000002.ts" not in done.stdout


def test_captions_that_somebody_put_beside_the_take_are_on_the_meetings_page(
    browser: Browser, meeting: Meeting
) -> None:
    (meeting.take / "captions.vtt").write_text(CAPTIONS, encoding="utf-8")
    done = meeting.recordings("finish", "--ledger", meeting.ledger)
    assert done.returncode == 0, done.stderr
    soon(lambda: 'kind="captions"' in requests.get(meeting.page, timeout=10).text, "captions on the page")
    page = visitor(browser, f"{meeting.page}#t=5")
    page.evaluate("document.querySelector('#video').textTracks[0].mode = 'showing'")
    shown = "() => [...(document.querySelector('#video').textTracks[0].activeCues ?? [])].map((cue) => cue.text).join()"
    assert soon(lambda: page.evaluate(shown), "a caption") == "Kính thưa các vị đại biểu"
    expect(page.get_by_role("link", name=say("portal.file_captions"))).to_be_visible()
    chapters = """video => {
      const track = [...video.textTracks].find(({ kind }) => kind === 'chapters');
      track.mode = 'hidden';
      return [...(track.cues ?? [])].map((cue) => cue.text);
    }"""
    named = soon(lambda: page.locator("#video").evaluate(chapters), "the browser's own list of chapters")
    assert any(name.startswith("22. ") for name in named)
    page.close()
