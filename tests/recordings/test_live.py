"""The public's stream, with the real processes: the source's ffmpeg, the live process, and ffprobe as a player."""

import asyncio
import json
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from recordings.process.launcher import Launcher
from recordings.process.showing import Showing
from tests.recordings.clock_blocks import read_clock
from tests.recordings.playing import Child, Source, fetched, small, source, status, told, until


class Stage:
    """A source and a live process."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.config, self.file = small(folder)
        self.folder = self.config.public / "live"
        self.stack = stack
        self.log = folder / "source.log"
        self.live = stack.enter_context(told("live", self.file))

    def source(self) -> Source:
        """Another start of the camera."""
        return self.stack.enter_context(source(self.config, self.log))

    def shown(self, state: str) -> None:
        """Tell it, and wait until it has been done."""
        before = len(self.live.reports)
        self.live.show(state)
        until(lambda: {"shown": state} in self.live.reports[before:], f"{state} is not shown")

    @property
    def address(self) -> str:
        """The origin."""
        return f"http://127.0.0.1:{self.config.live_port}/live"

    def plain(self) -> str:
        """The playlist among the files, empty while there is none."""
        path = self.folder / "index.m3u8"
        return path.read_text() if path.exists() else ""

    def pieces(self) -> list[str]:
        """What it names."""
        return [line for line in self.plain().splitlines() if not line.startswith("#")]

    def files(self) -> set[str]:
        """All that the web server can give out."""
        return {path.name for path in self.folder.iterdir()}


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Nothing is shown yet."""
    with ExitStack() as stack:
        yield Stage(tmp_path, stack)


def pictures(folder: Path) -> int:
    """So many pictures an independent player decodes of the playlist, without a complaint."""
    playlist = (folder / "index.m3u8").read_text() + "#EXT-X-ENDLIST\n"
    (folder / "ended.m3u8").write_text(playlist)
    command = ["ffprobe", "-v", "error", "-count_frames", "-select_streams", "v", "-of", "json", "-show_streams"]
    done = subprocess.run([*command, str(folder / "ended.m3u8")], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return sum(int(found["nb_read_frames"]) for found in json.loads(done.stdout)["streams"])


def test_at_its_end_it_withdraws_everything(stage: Stage) -> None:
    stage.source()
    stage.shown("live")
    until(stage.pieces, "a piece")
    assert stage.live.end() == 0
    assert stage.files() == {"state.json", "clock.json"}


def test_an_independent_player_decodes_every_picture_also_over_a_restart_of_the_source(stage: Stage) -> None:
    first = stage.source()
    stage.shown("live")
    until(lambda: len(stage.pieces()) >= 2, "two seconds")
    first.end()
    stage.source()
    until(lambda: stage.plain().count("#EXT-X-MAP") == 2 and len(stage.pieces()) >= 6, "another run")
    text = stage.plain()
    assert text.count("#EXT-X-DISCONTINUITY\n") == 1
    assert len(set(stage.pieces())) == len(stage.pieces())
    seconds = sum(float(line[8:-1]) for line in text.splitlines() if line.startswith("#EXTINF"))
    assert abs(pictures(stage.folder) - seconds * 15) <= 15  # one more piece may have come meanwhile


def test_nothing_is_shown_before_it_is_told_so(stage: Stage) -> None:
    camera = stage.source()
    until(lambda: camera.frames > 30, "the source runs")
    assert stage.files() == {"state.json", "clock.json"}
    assert json.loads((stage.folder / "state.json").read_text())["state"] == "unknown"


def test_a_blocking_question_is_answered_with_what_it_asked_for(stage: Stage) -> None:
    stage.source()
    stage.shown("live")
    until(stage.pieces, "a first piece")
    newest = max(int(name.split("-")[1].split(".")[0]) for name in stage.pieces())
    text = fetched(f"{stage.address}/ll.m3u8?_HLS_msn={newest + 2}&_HLS_part=1").decode()
    assert f"{newest + 2}.1.m4s" in text
    hint = text.split('PRELOAD-HINT:TYPE=PART,URI="')[1].split('"')[0]
    part = fetched(f"{stage.address}/{hint}")
    assert part[4:8] == b"moof"
    assert fetched(f"{stage.address}/{hint}") == part
    assert status(f"{stage.address}/ll.m3u8?_HLS_msn={newest + 60}") == 400
    assert status(f"{stage.address}/parts/nothing.m4s") == 404


def test_told_private_everything_is_withdrawn_and_those_who_wait_are_sent_away(stage: Stage) -> None:
    camera = stage.source()
    stage.shown("live")
    until(lambda: len(stage.pieces()) >= 2, "two seconds")
    named = stage.pieces()
    camera.end()  # so that the next question waits
    ahead = int(named[-1].split("-")[1].split(".")[0]) + 2
    answers = list[int | None]()
    address = f"{stage.address}/ll.m3u8?_HLS_msn={ahead}"
    waiting = threading.Thread(target=lambda: answers.append(status(address)))
    waiting.start()
    stage.shown("private")
    assert stage.files() == {"state.json", "clock.json"}
    assert json.loads((stage.folder / "state.json").read_text())["state"] == "private"
    waiting.join()
    assert answers == [403]
    assert status(f"{stage.address}/ll.m3u8") == 403
    assert status(f"{stage.address}/{named[-1]}") == 403


def test_what_was_seen_in_private_is_never_shown_afterwards(stage: Stage) -> None:
    camera = stage.source()
    stage.shown("live")
    until(stage.pieces, "a piece")
    before = stage.pieces()
    stage.shown("private")
    at = camera.frames
    until(lambda: camera.frames > at + 30, "two seconds in private")
    ended = datetime.now(UTC)
    stage.shown("live")
    until(stage.pieces, "a piece after it")
    assert not set(before) & set(stage.pieces())
    first = stage.plain().split("PROGRAM-DATE-TIME:")[1].split("\n")[0]
    assert datetime.fromisoformat(first) >= ended
    numbers = [int(name.split("-")[1].split(".")[0]) for name in (*before, *stage.pieces())]
    assert numbers == sorted(set(numbers))


def test_while_it_is_unknown_nothing_new_is_shown_and_what_was_stays(stage: Stage) -> None:
    camera = stage.source()
    stage.shown("live")
    until(lambda: len(stage.pieces()) >= 2, "two seconds")
    stage.shown("unknown")
    at, before = camera.frames, stage.files()
    until(lambda: camera.frames > at + 30, "two seconds")
    # The piece that was open when the word came may have been closed with what was shown of it.
    assert before <= stage.files()
    assert len(stage.files() - before) <= 1
    assert status(f"{stage.address}/ll.m3u8") == 200
    assert json.loads((stage.folder / "state.json").read_text())["state"] == "unknown"
    stage.shown("live")
    until(lambda: "#EXT-X-DISCONTINUITY\n" in stage.plain(), "it goes on, with a break")


def test_another_live_process_never_uses_a_number_or_name_again(stage: Stage) -> None:
    stage.source()
    stage.shown("live")
    until(lambda: len(stage.pieces()) >= 2, "two seconds")
    old = stage.pieces()
    stage.live.process.kill()
    stage.live.process.wait()
    again = stage.stack.enter_context(told("live", stage.file))
    assert not set(old) & stage.files()
    again.show("live")
    until(stage.pieces, "a piece")
    numbers = [int(name.split("-")[1].split(".")[0]) for name in (*old, *stage.pieces())]
    assert numbers == sorted(set(numbers))


def test_program_time_is_the_moment_at_which_the_picture_was_made(stage: Stage) -> None:
    stage.source()
    stage.shown("live")
    until(lambda: len(stage.pieces()) >= 3, "three seconds")
    clock = json.loads((stage.folder / "clock.json").read_text())
    assert set(clock) == {"boot", "anchor_utc", "anchor_uptime_ms"}
    newest = stage.pieces()[-1]
    times = dict(zip(stage.pieces(), stage.plain().split("PROGRAM-DATE-TIME:")[1:], strict=False))
    said = datetime.fromisoformat(times[newest].split("\n")[0]).timestamp()
    run = newest.split("-")[0]
    whole = (stage.folder / f"{run}-init.mp4").read_bytes() + (stage.folder / newest).read_bytes()
    png = ["-frames:v", "1", "-f", "image2pipe", "-c:v", "png", "-"]
    done = subprocess.run(["ffmpeg", "-v", "error", "-i", "-", *png], input=whole, capture_output=True, check=True)
    shown = read_clock(done.stdout)
    assert shown is not None
    assert abs(said - shown) < 0.5


def test_a_port_that_is_taken_is_told_and_not_waited_for(stage: Stage) -> None:
    second = Child("live", stage.file)
    assert second.end() == 69
    assert "cannot go on" in second.log.read_text()


def test_no_file_of_the_stream_is_seen_half_written(stage: Stage, tmp_path: Path) -> None:
    stage.source()
    stage.shown("live")
    seen = set[str]()

    def enough() -> bool:
        seen.update(stage.files())
        return len(stage.pieces()) >= 3

    until(enough, "three seconds")
    assert not [name for name in seen if name.endswith((".m4s", ".mp4")) and not whole(stage.folder / name)]


def test_the_files_of_a_live_process_that_hangs_are_withdrawn_without_it(stage: Stage) -> None:
    stage.source()
    stage.shown("live")
    until(stage.pieces, "a piece")
    showing = Showing(stage.config, Launcher(stage.file, stage.folder.parent), lambda _: None, show="live")

    async def tell() -> None:
        showing.tell("private", "private")

    stage.live.process.send_signal(signal.SIGSTOP)
    try:
        asyncio.run(tell())
        assert stage.files() == {"state.json", "clock.json"}
        stage.live.show("private")
    finally:
        stage.live.process.send_signal(signal.SIGCONT)
    until(lambda: stage.live.said(shown="private"), "it goes on, and does as told")
    assert stage.files() == {"state.json", "clock.json"}


def whole(path: Path) -> bool:
    """Its boxes fill it to the last byte. One that has been renamed since was whole then."""
    if not path.exists():
        return True
    data, at = path.read_bytes(), 0
    while at < len(data):
        at += int.from_bytes(data[at : at + 4], "big")
    return at == len(data)
