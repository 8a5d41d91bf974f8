"""Every kind of camera as its own process: what it sends, how it says that it is not there, that it can come back."""

import os
import select
import signal
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from recordings import ffmpeg
from recordings.camera import v4l2
from recordings.camera.by_ffmpeg import open_by_ffmpeg, secret_of
from recordings.camera.opening import open_camera
from recordings.camera.port import UNAVAILABLE, CameraLost
from tests.recordings.rtsp_camera import rtsp_camera
from tests.recordings.sources import (
    FRAMES_PER_SECOND,
    REPOSITORY,
    Receiver,
    WallClock,
    decoded,
    done,
    recorded,
    small,
    source,
)

PASSWORD = "quoc-hoi-1946"


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of picture and sound in a file, with a key frame every second."""
    folder = tmp_path_factory.mktemp("film")
    (folder / "s.ts").write_bytes(recorded(small(folder), folder, 3 * FRAMES_PER_SECOND))
    (folder / "list.txt").write_text(ffmpeg.concat_list([folder / "s.ts"]), encoding="utf-8")
    done(ffmpeg.concat_mp4(folder / "list.txt", None, folder / "film.mp4"))
    done(ffmpeg.clip(folder / "film.mp4", 0, 2, folder / "two.mp4"))
    return folder / "two.mp4"


def test_the_same_goes_to_every_consumer(tmp_path: Path) -> None:
    config = small(tmp_path)
    with (
        Receiver(config.ports.archive) as archive,
        Receiver(config.ports.preview) as preview,
        source(config, tmp_path) as camera,
    ):
        camera.until_frames(FRAMES_PER_SECOND)
        camera.process.send_signal(signal.SIGTERM)
        camera.ended()
        assert archive.drain() == preview.drain() != b""


def test_a_file_is_played_again_and_again_in_the_wanted_size_with_its_own_sound(film: Path, tmp_path: Path) -> None:
    wide = small(tmp_path, source="file", device=str(film), sound="source", width=320, height=240)
    seen = decoded(recorded(wide, tmp_path, 4 * FRAMES_PER_SECOND), tmp_path)
    assert seen.pictures[0].shape == (240, 320)
    assert seen.pictures[0][:20].max() < 32, "a picture of another shape has black beside it"
    assert seen.times[-1] - seen.times[0] > 3
    assert seen.sound_times[-1] - seen.sound_times[0] > 2


def test_a_source_whose_own_pictures_are_right_is_not_encoded_again(film: Path, tmp_path: Path) -> None:
    config = small(tmp_path, source="file", device=str(film), sound="source", copy_video=True, width=640, height=360)
    seen = decoded(recorded(config, tmp_path, 2 * FRAMES_PER_SECOND), tmp_path)
    assert seen.pictures[0].shape == (180, 320)
    assert "libx264" not in ffmpeg.source_file(config)


def test_a_source_without_a_microphone_can_be_silent(film: Path, tmp_path: Path) -> None:
    config = small(tmp_path, source="file", device=str(film), sound="silence")
    seen = decoded(recorded(config, tmp_path, 2 * FRAMES_PER_SECOND), tmp_path)
    assert len(seen.sound_times) > 30


def test_a_microphone_that_is_missing_does_not_cost_the_picture(tmp_path: Path) -> None:
    with source(small(tmp_path, sound="hw:7,0"), tmp_path) as camera:
        camera.until_frames(FRAMES_PER_SECOND)
        assert "sound hw:7,0 cannot be had" in camera.said()
        assert camera.sound is False


@pytest.mark.parametrize(
    ("kind", "device"),
    [
        ("v4l2", "/dev/video77"),
        ("v4l2", "/dev/null"),
        ("file", "no-such-film.mp4"),
        ("picamera", ""),
        ("rtsp", f"rtsp://admin:{PASSWORD}@127.0.0.1:9/main"),
    ],
)
def test_a_camera_that_is_not_there_is_said_to_be_unavailable(tmp_path: Path, kind: str, device: str) -> None:
    with source(small(tmp_path, source=kind, device=device), tmp_path) as camera:
        assert camera.ended() == UNAVAILABLE
        assert camera.frames == 0
        assert camera.said(), "the log says why"
        assert PASSWORD not in camera.said()


def test_a_file_that_comes_back_can_be_opened_again(film: Path, tmp_path: Path) -> None:
    linked = tmp_path / "camera.mp4"
    config = small(tmp_path, source="file", device=str(linked), sound="source")
    with pytest.raises(CameraLost, match="no such file"):
        open_camera(config)
    linked.symlink_to(film)
    assert recorded(config, tmp_path, FRAMES_PER_SECOND)


def test_a_network_camera_is_seen_lost_and_opened_again(tmp_path: Path) -> None:
    with rtsp_camera(tmp_path) as there:
        config = small(tmp_path, source="rtsp", device=there.address, sound="source", lost_after_seconds=1)
        assert decoded(recorded(config, tmp_path, 2 * FRAMES_PER_SECOND), tmp_path).pictures
        with source(config, tmp_path) as camera:
            camera.until_frames(FRAMES_PER_SECOND)
            there.unplug()
            camera.ended()
        with source(config, tmp_path) as camera:
            assert camera.ended() == UNAVAILABLE
        there.plug_in()
        with source(config, tmp_path) as camera:
            camera.until_frames(FRAMES_PER_SECOND)
            assert PASSWORD not in camera.said()


def test_a_network_camera_that_sends_nothing_more_is_given_up(tmp_path: Path) -> None:
    with rtsp_camera(tmp_path) as there:
        config = small(tmp_path, source="rtsp", device=there.address, sound="source", lost_after_seconds=1)
        with source(config, tmp_path) as camera:
            camera.until_frames(FRAMES_PER_SECOND)
            there.stall()
            camera.ended()


def test_the_pictures_of_a_network_camera_are_taken_as_they_are(tmp_path: Path) -> None:
    with rtsp_camera(tmp_path) as there:
        config = small(tmp_path, source="rtsp", device=there.address, copy_video=True)
        seen = decoded(recorded(config, tmp_path, 2 * FRAMES_PER_SECOND), tmp_path)
    assert seen.pictures[0].shape == (180, 320)
    assert len(seen.sound_times) > 20


def test_ffmpeg_ends_with_the_process_that_keeps_it(tmp_path: Path) -> None:
    with rtsp_camera(tmp_path) as there:
        config = small(tmp_path, source="rtsp", device=there.address)
        with source(config, tmp_path) as camera:
            camera.until_frames(1)
            (kept,) = Path(f"/proc/{camera.process.pid}/task/{camera.process.pid}/children").read_text().split()
            watched = os.pidfd_open(int(kept))
            camera.process.kill()
            camera.process.wait()
        # A pidfd is readable when its process has ended.
        assert select.select([watched], [], [], 10)[0]
        os.close(watched)


@contextmanager
def kept(
    command: list[str], environment: dict[str, str] | None = None, **asked: str
) -> Iterator[subprocess.Popen[bytes]]:
    """A keeper with any process in ffmpeg's place: there is no microphone here."""
    run = "from recordings.camera import by_ffmpeg as b; b.TRY_AGAIN_SECONDS = 0.1"
    run += f"; raise SystemExit(b.ByFfmpeg({command}, **{asked}).run())"
    environment = os.environ | (environment or {})
    with subprocess.Popen(
        [sys.executable, "-c", run], stdout=subprocess.PIPE, cwd=REPOSITORY, env=environment
    ) as keeper:
        try:
            yield keeper
        finally:
            keeper.kill()


def test_a_source_with_a_microphone_is_opened_anew_when_the_wall_clock_is_stepped(tmp_path: Path) -> None:
    wall = WallClock(tmp_path)
    with kept(["sh", "-c", "echo frame=1; exec sleep 600"], wall.environment, microphone="hw:1,0") as keeper:
        assert keeper.stdout is not None
        assert keeper.stdout.readline() == b'{"sound":true}\n'
        assert keeper.stdout.readline() == b"frame=1\n"
        wall.step(-7)
        assert keeper.wait(20) == UNAVAILABLE


def test_a_microphone_that_goes_has_the_source_opened_anew() -> None:
    with kept(["sh", "-c", "echo hw:1,0: No such device >&2; exec sleep 600"], microphone="hw:1,0") as keeper:
        assert keeper.wait(20) == UNAVAILABLE


def test_a_microphone_that_comes_has_the_source_opened_anew(tmp_path: Path) -> None:
    devices = tmp_path / "asound.conf"
    devices.touch()
    with kept(["sh", "-c", "echo; exec sleep 600"], {"ALSA_CONFIG_PATH": str(devices)}, missing="desk") as keeper:
        assert keeper.stdout is not None
        assert keeper.stdout.readline()
        devices.write_text("pcm.desk { type null }\n", encoding="ascii")
        assert keeper.wait(20) == UNAVAILABLE


@pytest.mark.parametrize(
    ("address", "secret"),
    [
        ("rtsp://camera/main", ""),
        ("rtsp://admin:a@b@camera:554/main?x=@", "admin:a@b"),
        ("rtsp://admin@camera", "admin"),
        ("/a/file@home", ""),
    ],
)
def test_the_secret_of_an_address_is_found(address: str, secret: str) -> None:
    assert secret_of(address) == secret


class UsbCamera:
    """What a USB camera answers when it is asked for its formats."""

    def __init__(self, *formats: bytes) -> None:
        self._formats = formats

    def __call__(self, _camera: int, _asked: int, told: bytearray) -> None:
        index, kind = struct.unpack_from("II", told)
        assert kind == v4l2.CAPTURE
        if index >= len(self._formats):
            raise OSError(22, "Invalid argument")
        told[44:48] = self._formats[index]


@pytest.mark.parametrize(
    ("formats", "asked_for"),
    [((b"YUYV", b"MJPG"), "mjpeg"), ((b"YUYV",), ""), ((b"H264", b"MJPG"), "mjpeg"), ((b"H264",), ""), ((), "")],
)
def test_a_usb_camera_is_asked_for_jpeg_where_it_has_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, formats: tuple[bytes, ...], asked_for: str
) -> None:
    monkeypatch.setattr("recordings.camera.v4l2.fcntl.ioctl", UsbCamera(*formats))
    device = tmp_path / "video0"
    device.touch()
    assert v4l2.best_pixels(str(device)) == asked_for
    command = open_by_ffmpeg(small(tmp_path, source="v4l2", device=str(device))).command
    assert ("-input_format" in command) == bool(asked_for)
    assert command[command.index("-video_size") + 1] == "320x180"
