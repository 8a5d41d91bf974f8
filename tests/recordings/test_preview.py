"""The small picture for the desks, and the camera that hangs but goes on sending."""

import io
import random
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from PIL import Image

from recordings.reports import SILENT
from recordings.stream.stillness import Patch, Stillness, patches
from tests.recordings.clock_blocks import read_clock
from tests.recordings.playing import small, source, told, until


@contextmanager
def camera(port: int, picture: str) -> Iterator[None]:
    """A source that shows this lavfi picture."""
    encode = ["-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-pix_fmt", "yuv420p", "-g", "15"]
    rate = [
        "-b:v",
        "400k",
        "-maxrate",
        "400k",
        "-bufsize",
        "400k",
        "-f",
        "mpegts",
        "-mpegts_flags",
        "+pat_pmt_at_frames",
    ]
    target = f"udp://127.0.0.1:{port}?pkt_size=1316"
    command = ["ffmpeg", "-nostdin", "-v", "error", "-re", "-f", "lavfi", "-i", picture, *encode, *rate, target]
    process = subprocess.Popen(command)
    try:
        yield
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    """What ends with the test."""
    with ExitStack() as found:
        yield found


def test_the_newest_picture_stands_in_a_file_and_goes_when_it_is_private(tmp_path: Path, stack: ExitStack) -> None:
    config, file = small(tmp_path, width=640, height=360)
    stack.enter_context(source(config, tmp_path / "source.log"))
    preview = stack.enter_context(told("preview", file, "live"))
    path = config.data / "preview.jpg"
    until(path.exists, "a picture")
    first = path.read_bytes()
    with Image.open(io.BytesIO(first)) as picture:
        assert picture.format == "JPEG"
        assert picture.size == (480, 270)
    shown = read_clock(first)
    assert shown is not None
    until(lambda: (read_clock(path) or 0) >= shown + 0.9, "the next second's picture")
    preview.show("private")
    until(lambda: not path.exists(), "it is gone")
    preview.show("live")
    until(path.exists, "it is there again")
    assert preview.end() == 0
    assert not path.exists()


def test_how_loud_it_is_is_told_and_of_what_is_private_nothing(tmp_path: Path, stack: ExitStack) -> None:
    config, file = small(tmp_path)
    stack.enter_context(source(config, tmp_path / "source.log"))
    preview = stack.enter_context(told("preview", file, "live"))
    until(lambda: any((report.get("sound_peak") or SILENT) > -60 for report in preview.reports), "a level")
    preview.show("private")
    until(lambda: preview.said(sound_peak=SILENT), "nothing is listened to")


HALL = "smptehdbars=size=320x180:rate=15"
"""It does not move, as a hall with nobody in it."""


def test_a_camera_that_hangs_is_noticed_and_its_coming_back_too(tmp_path: Path, stack: ExitStack) -> None:
    config, file = small(tmp_path, lost_after_seconds=1.5)
    preview = stack.enter_context(told("preview", file, "live"))
    # Three seconds with living grain, then the last picture again and again.
    with camera(config.ports.preview, f"{HALL},noise=alls=10:allf=t,loop=loop=-1:size=1:start=45"):
        until(lambda: preview.said(frozen=True), "noticed")
    with camera(config.ports.preview, f"{HALL},noise=alls=10:allf=t"):
        until(lambda: preview.said(frozen=False), "it lives again")


def grey(seed: int, strength: int = 12) -> list[Patch]:
    """A picture of nothing, with grain of its own."""
    grain = random.Random(seed)
    return patches(bytes(128 + grain.randint(-strength, strength) for _ in range(320 * 180)), 320, 320, 180)


def test_an_empty_hall_is_not_taken_for_a_camera_that_hangs() -> None:
    stillness = Stillness(3.0)
    assert not any(stillness.key(grey(second), second * 1000) for second in range(8))


def test_a_smoothed_picture_of_an_empty_hall_is_not_either() -> None:
    """Its structure stays, but nobody has ever seen this camera's grain: there is no sign that it hangs."""
    stillness = Stillness(3.0)
    structure = grey(1)
    for second in range(8):
        nearly = [Patch(patch.mean, (patch.grain[0] + second, *patch.grain[1:])) for patch in structure]
        assert not stillness.key(nearly, second * 1000)


def test_a_picture_that_is_equal_to_the_last_dot_stands_still_after_the_whole_time() -> None:
    stillness, picture = Stillness(3.0), grey(1)
    found = [stillness.key(picture, second * 1000) for second in range(6)]
    assert found == [False, False, False, True, True, True]
    assert not stillness.key(grey(2), 6000)


def test_the_same_grain_again_and_again_is_a_camera_that_hangs() -> None:
    stillness, hanging = Stillness(3.0), grey(3)
    for second in range(3):
        assert not stillness.key(grey(second), second * 1000)
    found = list[bool]()
    for second in range(3, 9):
        coded = [Patch(p.mean, tuple(g + (at + second) % 7 - 3 for at, g in enumerate(p.grain))) for p in hanging]
        found.append(stillness.key(coded, second * 1000))
    assert found == [False, False, False, True, True, True]
