"""ffmpeg's commands, run with the real ffmpeg: what comes out is what a recorder and a viewer need."""

import struct
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from recordings import ffmpeg
from recordings.config import load
from tests.recordings.clock_blocks import read_clock
from tests.recordings.sources import (
    FRAMES_PER_SECOND,
    Receiver,
    WallClock,
    decoded,
    done,
    ffprobe,
    recorded,
    small,
    source,
)

SECONDS = 4


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Some seconds of the test pattern."""
    folder = tmp_path_factory.mktemp("pattern")
    return recorded(small(folder), folder, SECONDS * FRAMES_PER_SECOND)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory, pattern: bytes) -> Path:
    """The pattern twice, as one MP4 with chapters, in a folder with a difficult name."""
    folder = tmp_path_factory.mktemp("film") / "Kỳ họp 'thứ 5'"
    folder.mkdir()
    segment, listed, words, film = (folder / name for name in ("s000001.ts", "list.txt", "words.txt", "film.mp4"))
    segment.write_bytes(pattern)
    listed.write_text(ffmpeg.concat_list([segment, segment]), encoding="utf-8")
    words.write_text(ffmpeg.chapters_metadata("Kỳ họp #5", CHAPTERS), encoding="utf-8")
    done(ffmpeg.concat_mp4(listed, words, film))
    return film


CHAPTERS = [(0.0, 2.5, "Khai mạc"), (2.5, 6.0, "Tờ trình 2026/114 (12=đồng ý; 3=không) #2 \\ hết")]


def test_the_test_pattern_has_a_key_frame_every_second_even_times_and_sound(pattern: bytes, tmp_path: Path) -> None:
    seen = decoded(pattern, tmp_path)
    assert len(seen.times) > (SECONDS - 1) * FRAMES_PER_SECOND
    assert all(
        later - earlier == pytest.approx(1 / FRAMES_PER_SECOND, abs=1e-4) for earlier, later in pairwise(seen.times)
    )
    assert [time - seen.times[0] for time in seen.key_times] == pytest.approx(range(len(seen.key_times)))
    assert len(seen.sound_times) > (SECONDS - 1) * 40


def test_every_picture_of_the_test_pattern_shows_the_moment_when_it_was_made(pattern: bytes, tmp_path: Path) -> None:
    clocks = [read_clock(picture) for picture in decoded(pattern, tmp_path).pictures]
    shown = [clock for clock in clocks if clock is not None]
    assert len(shown) == len(clocks)
    assert all(earlier < later for earlier, later in pairwise(shown))
    assert 0.7 * SECONDS < shown[-1] - shown[0] < 1.5 * SECONDS


@pytest.mark.parametrize("scale", [(1280, 720), (960, 540), (533, 300), (160, 90)])
def test_the_clock_is_read_at_any_size_and_out_of_a_page(
    pattern: bytes, tmp_path: Path, scale: tuple[int, int]
) -> None:
    picture = decoded(pattern, tmp_path).pictures[-1]
    page = Image.new("RGB", (1400, 900), "white")
    page.paste(Image.fromarray(picture.astype(np.uint8)).resize(scale), (50, 60))
    page.save(tmp_path / "page.png")
    shown = read_clock(tmp_path / "page.png", box=(50, 60, 50 + scale[0], 60 + scale[1]))
    assert shown == read_clock(picture)


def test_what_has_no_clock_is_not_taken_for_one() -> None:
    noise = np.random.default_rng(5).integers(0, 255, (180, 320))
    for card in (np.zeros((180, 320)), np.full((180, 320), 255), np.full((180, 320), 128), noise):
        assert read_clock(card) is None


def test_a_stepped_wall_clock_is_seen_in_the_picture_but_not_in_its_times(tmp_path: Path) -> None:
    wall = WallClock(tmp_path)
    config = small(tmp_path)
    with (
        Receiver(config.ports.archive) as archive,
        source(config, tmp_path, **wall.environment) as camera,
    ):
        camera.until_frames(FRAMES_PER_SECOND)
        wall.step(+7)
        camera.until_frames(camera.frames + FRAMES_PER_SECOND)
        seen = decoded(archive.drain(), tmp_path)
    shown = np.diff([read_clock(picture) or 0 for picture in seen.pictures])
    assert np.diff(seen.times) == pytest.approx(1 / FRAMES_PER_SECOND, abs=1e-4)
    assert [step for step in shown if step > 3] == pytest.approx([7], abs=1)


def test_fragments_carry_the_times_of_the_source(pattern: bytes, tmp_path: Path) -> None:
    boxes = list(_boxes(done(ffmpeg.live_fragments(ffmpeg.PIPE), pattern)))
    assert [kind for kind, _ in boxes[:2]] == ["ftyp", "moov"]
    starts = [_first_time(body) / 90_000 for kind, body in boxes if kind == "moof"]
    assert starts[0] == pytest.approx(decoded(pattern, tmp_path).times[0], abs=0.001)
    assert len(starts) > (SECONDS - 1) * 5
    assert all(0 < later - earlier < 0.25 for earlier, later in pairwise(starts))


def test_segments_become_one_file_with_chapters_and_lose_no_picture(film: Path, pattern: bytes, tmp_path: Path) -> None:
    found = ffprobe(ffmpeg.probe(film))
    chapters = [(float(c["start_time"]), float(c["end_time"]), c["tags"]["title"]) for c in found["chapters"]]
    assert chapters == CHAPTERS
    assert found["format"]["tags"]["title"] == "Kỳ họp #5"
    counted = ffprobe(ffmpeg.count_frames(film))["streams"][0]["nb_read_packets"]
    assert int(counted) == 2 * len(decoded(pattern, tmp_path).times)


def test_a_file_without_words_has_no_chapters(film: Path, tmp_path: Path) -> None:
    done(ffmpeg.concat_mp4(film.parent / "list.txt", None, tmp_path / "plain.mp4"))
    assert ffprobe(ffmpeg.probe(tmp_path / "plain.mp4"))["chapters"] == []


def test_a_clip_begins_at_the_key_frame_before_and_has_only_picture_and_sound(film: Path, tmp_path: Path) -> None:
    done(ffmpeg.clip(film, 1.4, 3.4, tmp_path / "clip.mp4", "Mục 1: a=b"))
    found = ffprobe(ffmpeg.probe(tmp_path / "clip.mp4"))
    assert [stream["codec_type"] for stream in found["streams"]] == ["video", "audio"]
    assert found["format"]["tags"]["title"] == "Mục 1: a=b"
    assert 2.0 <= float(found["format"]["duration"]) <= 3.1
    done(ffmpeg.poster(tmp_path / "clip.mp4", 0, tmp_path / "first.jpg", 320))
    done(ffmpeg.poster(film, 1.4, tmp_path / "asked.jpg", 320))
    first, asked = read_clock(tmp_path / "first.jpg"), read_clock(tmp_path / "asked.jpg")
    assert first is not None
    assert asked is not None
    assert asked - 1.1 < first <= asked


def test_the_push_goes_to_each_kind_of_server_in_its_own_box() -> None:
    for address, box in (("rtmp://a/b/c", "flv"), ("rtmps://a/b/c", "flv"), ("srt://a:9000?streamid=c", "mpegts")):
        command = ffmpeg.push(ffmpeg.PIPE, address)
        assert address in command
        assert box in command[command.index("-i") :]


def test_no_command_reads_the_terminal_and_the_source_goes_to_every_consumer() -> None:
    config = load(None, bus_port=30001)
    for command in (ffmpeg.source_test(config), ffmpeg.source_file(config), ffmpeg.source_rtsp(config)):
        assert "-nostdin" in command
        targets = next(word for word in command if word.startswith("[f=mpegts"))
        assert [f"127.0.0.1:{port}?" in targets for port in range(30001, 30006)] == [True] * 5


def _boxes(data: bytes) -> Iterator[tuple[str, bytes]]:
    at = 0
    while at < len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        yield kind.decode(), data[at + 8 : at + size]
        at += size


def _first_time(moof: bytes) -> int:
    """Of the picture's track, which comes first."""
    at = moof.index(b"tfdt")
    found: int = struct.unpack_from(">Q", moof, at + 8)[0]
    return found
