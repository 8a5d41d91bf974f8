"""The Pi's own camera: the real picamera2 on a double of libcamera, and our calls against what picamera2 really has.

What the double cannot show: a sensor, the hardware encoder of a Pi 4, a microphone.
"""

import ast
import os
import signal
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Final

import msgspec
import pytest

from recordings.camera.port import UNAVAILABLE
from tests.recordings.clock_blocks import read_clock
from tests.recordings.sources import (
    FRAMES_PER_SECOND,
    REPOSITORY,
    Receiver,
    WallClock,
    decoded,
    free_bus,
    recorded,
    small,
    source,
)

DOUBLE: Final = {"PYTHONPATH": str(Path(__file__).parent / "pi_double")}
OURS: Final = REPOSITORY / "recordings/camera/picamera.py"
ASK: Final = """
import inspect, json, sys
import picamera2
from picamera2.encoders import H264Encoder, LibavH264Encoder
from picamera2.outputs import PyavOutput

def members(kind, made):
    found = {name: None for name in vars(made)} if made else {}
    for name in dir(kind):
        try:
            found[name] = list(inspect.signature(getattr(kind, name)).parameters)
        except (TypeError, ValueError):
            found.setdefault(name, None)
    return found

sys.stdout.write(json.dumps({
    "camera": members(picamera2.Picamera2, None),
    "kind": members(picamera2.Picamera2, None),
    "hardware": members(H264Encoder, None) | {"__init__": list(inspect.signature(H264Encoder).parameters)},
    "encoder": members(LibavH264Encoder, LibavH264Encoder()),
    "output": members(PyavOutput, PyavOutput("-")),
}))
"""


def on_double(script: str, **environment: str) -> str:
    """What a script prints that runs with the double in the place of libcamera."""
    ran = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | DOUBLE | environment,
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return ran.stdout


@pytest.fixture(scope="module")
def real() -> dict[str, dict[str, list[str] | None]]:
    """Every member of the installed picamera2's classes, with its parameters, on a Pi 4."""
    told: dict[str, dict[str, list[str] | None]] = msgspec.json.decode(on_double(ASK, PI_DOUBLE_PLATFORM="VC4"))
    return told


def used(name: str) -> dict[str, set[str]]:
    """What our code does with the object that it calls `name`: members, and the keywords that they are called with."""
    found: dict[str, set[str]] = {}
    for node in ast.walk(ast.parse(OURS.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == name:
            found.setdefault(node.attr, set())
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            called = node.func
            if isinstance(called.value, ast.Name) and called.value.id == name:
                found.setdefault(called.attr, set()).update(word.arg for word in node.keywords if word.arg)
    return found


@pytest.mark.parametrize(
    ("name", "members"),
    [
        ("camera", {"create_video_configuration", "configure", "start_recording", "stop_recording"}),
        ("kind", {"global_camera_info"}),
        ("encoder", {"preset", "threads", "audio", "audio_input", "audio_output", "frames_encoded", "stop"}),
        ("output", {"error_callback"}),
    ],
)
def test_all_that_we_ask_of_picamera2_is_really_there(
    real: dict[str, dict[str, list[str] | None]], name: str, members: set[str]
) -> None:
    asked = used(name)
    assert members <= asked.keys()
    for member, keywords in asked.items():
        assert member in real[name], f"picamera2 has no {name}.{member}"
        assert keywords <= set(real[name][member] or ())


def test_both_encoders_take_the_words_that_they_are_made_with(
    real: dict[str, dict[str, list[str] | None]],
) -> None:
    tree = ast.parse(OURS.read_text(encoding="utf-8"))
    made = next(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == "_encoder")
    dictionary = next(node for node in ast.walk(made) if isinstance(node, ast.Dict))
    words = {key.value for key in dictionary.keys if isinstance(key, ast.Constant)}
    assert {"bitrate", "iperiod"} <= words, "picamera2's own differ between the two"
    assert words <= set(real["encoder"]["__init__"] or ())
    assert words | {"enable_sps_framerate"} <= set(real["hardware"]["__init__"] or ())
    assert "format" in (real["output"]["__init__"] or ())
    assert "options" in (real["output"]["__init__"] or ())


MADE: Final = """
import sys
from recordings.camera.picamera import PiCamera
from recordings.config import load
made = PiCamera(load(None, frames_per_second=25, kilobits_per_second=3000))._encoder()
sys.stdout.write(f"{type(made).__module__} {made.bitrate} {made.iperiod} {made.framerate}")
"""


@pytest.mark.parametrize(("pi", "module"), [("VC4", "h264_encoder"), ("PISP", "libav_h264_encoder")])
def test_each_pi_gets_the_encoder_that_it_has(pi: str, module: str) -> None:
    assert on_double(MADE, PI_DOUBLE_PLATFORM=pi) == f"picamera2.encoders.{module} 3000000 25 25"


def test_picamera2_sends_pictures_and_sound_to_every_consumer(tmp_path: Path) -> None:
    config = small(tmp_path, source="picamera")
    with Receiver(config.ports.preview) as preview:
        stream = recorded(config, tmp_path, 3 * FRAMES_PER_SECOND, **DOUBLE)
        assert preview.drain()[: 188 * 100] == stream[: 188 * 100]
    seen = decoded(stream, tmp_path)
    # A second of pictures from key frame to key frame; on a busy machine the double's second is longer.
    assert {seen.times.index(key) % FRAMES_PER_SECOND for key in seen.key_times} == {0}
    assert len(seen.key_times) > 1
    assert all(earlier < later for earlier, later in pairwise(seen.times))
    assert seen.sound_times[-1] > 1
    clocks = [read_clock(picture) for picture in seen.pictures]
    assert None not in clocks
    # The sensor's times, not the encoder's: they go with the moments at which the pictures were taken.
    shown = [(clock or 0) - (clocks[0] or 0) for clock in clocks]
    assert shown == pytest.approx([time - seen.times[0] for time in seen.times], abs=0.05)


def test_pictures_that_come_close_together_are_two_moments(tmp_path: Path) -> None:
    # The sensor's pictures are never even; a muxer that counts in pictures would refuse the second of two.
    config = small(tmp_path, source="picamera", sound="source")
    seen = decoded(recorded(config, tmp_path, 2 * FRAMES_PER_SECOND, **DOUBLE, PI_DOUBLE_JITTER_MS="60"), tmp_path)
    steps = [later - earlier for earlier, later in pairwise(seen.times)]
    assert 0 < min(steps) < 0.5 / FRAMES_PER_SECOND


def test_it_ends_when_told(tmp_path: Path) -> None:
    with source(small(tmp_path, source="picamera"), tmp_path, **DOUBLE) as camera:
        camera.until_frames(5)
        camera.process.send_signal(signal.SIGTERM)
        assert camera.ended() == 0


def test_a_camera_whose_cable_slips_is_lost(tmp_path: Path) -> None:
    config = small(tmp_path, source="picamera", lost_after_seconds=1)
    with source(config, tmp_path, PI_DOUBLE_FRAMES="20", **DOUBLE) as camera:
        assert camera.ended() == UNAVAILABLE
        assert camera.frames > 0
        assert "no picture" in camera.said()


@pytest.mark.parametrize(("cameras", "device"), [("0", ""), ("1", "1"), ("1", "ov5647")])
def test_no_such_camera_is_said(tmp_path: Path, cameras: str, device: str) -> None:
    with source(
        small(tmp_path, source="picamera", device=device), tmp_path, PI_DOUBLE_CAMERAS=cameras, **DOUBLE
    ) as camera:
        assert camera.ended() == UNAVAILABLE
        assert "no camera" in camera.said()


def test_a_missing_microphone_does_not_cost_the_picture(tmp_path: Path) -> None:
    config = small(tmp_path, source="picamera", device="imx708", sound="hw:7,0")
    seen = decoded(recorded(config, tmp_path, 2 * FRAMES_PER_SECOND, **DOUBLE), tmp_path)
    assert seen.pictures
    assert not seen.sound_times
    assert "sound hw:7,0" in (tmp_path / "source.log").read_text(encoding="utf-8")


HEARD: Final = """
import sys
from recordings.camera import picamera
from recordings.config import load
# A microphone that is a tone: there is no sound card here.
picamera.PiCamera._sound = lambda self: {"file": picamera.MADE_SOUND["tone"], "format": "lavfi"}
config = load(None, source="picamera", width=320, height=180, sound="hw:1,0", bus_port=int(sys.argv[1]))
raise SystemExit(picamera.PiCamera(config).run())
"""


def test_a_stepped_wall_clock_opens_a_camera_with_a_microphone_anew(tmp_path: Path) -> None:
    wall = WallClock(tmp_path)
    with subprocess.Popen(
        [sys.executable, "-c", HEARD, str(free_bus())],
        env=os.environ | DOUBLE | wall.environment,
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as camera:
        try:
            assert camera.stdout is not None
            assert camera.stdout.readline() == '{"sound":true}\n'
            assert camera.stdout.readline().startswith("frame=")
            wall.step(+7)
            assert "the wall clock was stepped" in camera.communicate(timeout=30)[1]
            assert camera.returncode == UNAVAILABLE
        finally:
            camera.kill()


COMES_BACK: Final = """
import sys
from recordings.camera import picamera
from recordings.config import load
picamera.TRY_AGAIN_SECONDS = 0.1
there = {"file": picamera.MADE_SOUND["tone"], "format": "lavfi"}
asked = iter([{"file": "hw:7,0", "format": "alsa"}])
picamera.PiCamera._sound = lambda self: next(asked)
is_heard = picamera._is_heard
assert not is_heard({"file": "hw:7,0", "format": "alsa"})
picamera._is_heard = lambda sound: is_heard(there)  # plugged in again
config = load(None, source="picamera", width=320, height=180, sound="hw:7,0")
raise SystemExit(picamera.PiCamera(config).run())
"""


def test_a_microphone_that_comes_back_opens_the_camera_anew() -> None:
    with pytest.raises(subprocess.CalledProcessError) as ended:
        on_double(COMES_BACK)
    assert ended.value.returncode == UNAVAILABLE
    assert '{"sound":false}' in ended.value.stdout
    assert "the microphone is back" in ended.value.stderr


BROKEN: Final = """
from recordings.camera import picamera
from recordings.config import load

class Broken(picamera.UdpBus):
    def write(self, data):
        raise OSError(28, "No space left on device")

picamera.UdpBus = Broken
config = load(None, source="picamera", width=320, height=180, sound="source")
raise SystemExit(picamera.PiCamera(config).run())
"""


def test_an_output_that_fails_is_not_silent_for_ever() -> None:
    with pytest.raises(subprocess.CalledProcessError) as ended:
        on_double(BROKEN)
    assert ended.value.returncode == UNAVAILABLE
    assert "output:" in ended.value.stderr
