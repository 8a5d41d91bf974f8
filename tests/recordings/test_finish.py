"""A meeting's video, written from its takes and marks: whole, playable, and never more than may be seen."""

import argparse
import json
import os
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PIL import Image

from appliance.portal.video import Video as PortalVideo
from recordings import ffmpeg
from recordings.finish import clip, main
from recordings.finish.media import sound_before_picture
from recordings.finish.products import Video
from tests.recordings.filmed import RATE, Hall, Shot, film, true_time_at, true_time_of, true_times

FRAME = 1 / RATE
SOUND = 0.05
"""The sound may begin or end so much before or after the picture."""


@pytest.fixture(scope="session")
def shots(tmp_path_factory: pytest.TempPathFactory) -> dict[int, list[Shot]]:
    """Real pictures, encoded once: from true time 0, 20 and 60, for so many seconds."""
    folder = tmp_path_factory.mktemp("film")
    return {0: film(folder, 0, 10), 20: film(folder, 20, 8), 60: film(folder, 60, 6)}


@pytest.fixture
def hall(tmp_path: Path) -> Hall:
    return Hall(tmp_path)


def finish(hall: Hall, **changes: Any) -> Video:
    assert main.run(hall.config(**changes), argparse.Namespace(ledger=hall.ledger)) == 0
    return described(hall)


def described(hall: Hall) -> Video:
    return msgspec.json.decode((hall.public / "video.json").read_bytes(), type=Video)


def two_runs(hall: Hall, shots: dict[int, list[Shot]], step: float = 0.0) -> None:
    """10 s, 10 s without pictures, 8 s; the wall clock is stepped in the middle of each run."""
    take = hall.take("20211122T010000Z-s1-0001")
    take.shots(shots[0], step)
    take.gap(10, 10, "recorder-restarted")
    take.shots(shots[20], step)
    take.sign()


def probed(path: Path) -> Any:
    return json.loads(subprocess.run(ffmpeg.probe(path), capture_output=True, check=True).stdout)


def duration(path: Path) -> float:
    return float(probed(path)["format"]["duration"])


def plays(path: Path) -> None:
    """An independent player shows it to its end without a complaint."""
    argv = ["mpv", "--no-config", "--vo=null", "--ao=null", "--speed=100", str(path)]
    played = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=60)
    assert played.returncode == 0, played.stdout + played.stderr
    assert "Exiting... (End of file)" in played.stdout
    assert "rror" not in played.stdout + played.stderr


def true_time_in_playlist(playlist: Path, seconds: float, scratch: Path) -> float:
    """As a player finds it that adds up the segments' lengths (ffmpeg itself does not seek over a discontinuity)."""
    lines = playlist.read_text().splitlines()
    for line, file in pairwise(lines):
        if line.startswith("#EXTINF:"):
            length = float(line[8:-1])
            if seconds < length:
                whole = playlist.parent / file
                lead = sound_before_picture(whole)
                return true_time_at(whole, seconds + lead, scratch)
            seconds -= length
    raise AssertionError("the playlist is too short")


def test_every_product_is_accepted_by_ffprobe_and_an_independent_player(
    hall: Hall, shots: dict[int, list[Shot]]
) -> None:
    hall.mark("sitting", "s1", -5, 40)
    hall.mark("item", "i1", -4, 6)
    hall.mark("item", "i2", 6, 26)
    two_runs(hall, shots)
    hall.tell_marks()
    video = finish(hall)

    assert video.files == "made"
    assert video.seconds == pytest.approx(18, abs=FRAME)
    assert duration(hall.public / "index.m3u8") == pytest.approx(18, abs=SOUND)
    (take,) = video.takes
    assert take.file is not None
    assert duration(hall.public / take.file) == pytest.approx(18, abs=SOUND)
    assert (hall.public / take.file).stat().st_size == take.bytes
    assert [(found.id, found.file) for found in video.clips] == [("i1", "item-i1.mp4"), ("i2", "item-i2.mp4")]
    for name in ("index.m3u8", take.file, "item-i1.mp4", "item-i2.mp4"):
        plays(hall.public / name)
    assert probed(hall.public / "chapters.vtt")["format"]["format_name"] == "webvtt"
    with Image.open(hall.public / "poster.jpg") as poster:
        assert true_time_of(poster) == pytest.approx(0, abs=FRAME)


def test_the_published_segments_are_the_very_files_of_the_archive(hall: Hall, shots: dict[int, list[Shot]]) -> None:
    two_runs(hall, shots)
    video = finish(hall, make_files=False)
    take = video.takes[0].take
    for segment in hall.layout.take(take).path.glob("s*.ts"):
        assert (hall.public / take / segment.name).samefile(segment)
        assert segment.stat().st_mode & 0o004
    assert video.files == "not-wanted"
    assert video.clips == ()


def test_the_web_server_can_read_it_whatever_the_umask(hall: Hall, shots: dict[int, list[Shot]]) -> None:
    two_runs(hall, shots)
    before = os.umask(0o077)
    try:
        finish(hall)
    finally:
        os.umask(before)
    for path in (hall.public, *hall.public.rglob("*")):
        assert path.stat().st_mode & 0o044 == 0o044
        assert path.is_file() or path.stat().st_mode & 0o011 == 0o011


def test_no_picture_is_lost_or_shown_twice_in_the_file_of_a_take(hall: Hall, shots: dict[int, list[Shot]]) -> None:
    two_runs(hall, shots)
    file = hall.public / str(finish(hall).takes[0].file)
    counted = json.loads(subprocess.run(ffmpeg.count_frames(file), capture_output=True, check=True).stdout)
    assert int(counted["streams"][0]["nb_read_packets"]) == 18 * RATE


@pytest.mark.parametrize("step", [0.0, 7.0, -7.0])
def test_a_chapter_begins_at_the_picture_of_its_moment_also_when_the_clock_is_stepped(
    hall: Hall, shots: dict[int, list[Shot]], tmp_path: Path, step: float
) -> None:
    two_runs(hall, shots, step)
    hall.wrong = 0.0
    hall.mark("item", "before-the-step", 2.5)
    hall.wrong = step
    hall.mark("item", "after-the-step", 7.25)
    hall.mark("item", "second-run", 21.75)
    hall.wrong = 2 * step
    hall.mark("item", "second-step", 26.5)
    hall.tell_marks()
    video = finish(hall)
    file = hall.public / str(video.takes[0].file)
    in_file = [float(chapter["start_time"]) for chapter in probed(file)["chapters"]][1:]
    for number, true in enumerate((2.5, 7.25, 21.75, 26.5)):
        chapter = video.chapters[number]
        assert true_time_in_playlist(hall.public / "index.m3u8", chapter.start, tmp_path) == pytest.approx(true, abs=1)
        assert true_time_at(file, in_file[number], tmp_path) == pytest.approx(true, abs=1.5 * FRAME)
        assert not chapter.clamped


def test_a_file_keeps_titles_with_every_sign_that_means_something_to_ffmpeg(
    hall: Hall, shots: dict[int, list[Shot]]
) -> None:
    hall.mark("item", "i1", 1)
    two_runs(hall, shots)
    hall.tell_marks()
    video = finish(hall)
    found = probed(hall.public / str(video.takes[0].file))
    assert found["chapters"][1]["tags"]["title"].rstrip() == "Mục i1: chi; thu = 5 # \\"
    assert found["format"]["tags"]["title"] == "Kỳ họp thứ nhất"


def test_a_clip_has_its_item_and_at_most_one_second_more(
    hall: Hall, shots: dict[int, list[Shot]], tmp_path: Path
) -> None:
    hall.mark("item", "i1", 2.4, 7.6)
    hall.mark("speaker", "m7-12", 4.5, 6.25, item="i1")
    two_runs(hall, shots)
    hall.tell_marks()
    assert clip.run(hall.config(), argparse.Namespace(ledger=hall.ledger, item="m7-12")) == 0
    video = finish(hall)
    assert [(found.file, found.item) for found in video.clips] == [("item-i1.mp4", "i1"), ("speaker-m7-12.mp4", "i1")]
    for found, start, end in zip(video.clips, (2.4, 4.5), (7.6, 6.25), strict=True):
        path = hall.public / found.file
        begins = true_time_at(path, 0, tmp_path)
        assert start - 1 - FRAME <= begins <= start + FRAME
        assert begins + duration(path) == pytest.approx(end, abs=0.1)
        assert probed(path)["chapters"] == []
        plays(path)


def test_a_clip_is_cut_from_the_segments_when_there_is_no_file_of_the_take(
    hall: Hall, shots: dict[int, list[Shot]], tmp_path: Path
) -> None:
    hall.mark("item", "i1", 8.3, 22.0)
    two_runs(hall, shots)
    hall.tell_marks()
    config = hall.config(make_files=False)
    assert clip.run(config, argparse.Namespace(ledger=hall.ledger, item="i1")) == 0
    path = hall.public / "item-i1.mp4"
    assert 7.3 - FRAME <= true_time_at(path, 0, tmp_path) <= 8.3 + FRAME
    assert true_time_at(path, duration(path) - 0.2, tmp_path) == pytest.approx(22.0, abs=0.4)
    assert not list(hall.public.glob("2026*.mp4"))


def test_each_thumbnail_lies_in_the_sheet_and_shows_its_time(hall: Hall, shots: dict[int, list[Shot]]) -> None:
    two_runs(hall, shots)
    video = finish(hall, make_files=False)
    assert video.thumbs is not None
    with Image.open(hall.public / video.thumbs.sheet) as found:
        sheet = found.convert("L")
    cues = (hall.public / video.thumbs.track).read_text().split("\n\n")[1:]
    assert len(cues) == 4
    for cue, earliest in zip(cues, (0.0, 4.0, 20.0, 24.0), strict=True):
        left, top, width, height = (int(number) for number in cue.strip().rsplit("=", 1)[1].split(","))
        assert left + width <= sheet.width
        assert top + height <= sheet.height
        shown = true_time_of(sheet.crop((left, top, left + width, top + height)))
        assert earliest - FRAME <= shown <= earliest + 5.0


def test_a_broken_segment_is_left_out_and_named_and_all_else_is_published(
    hall: Hall, shots: dict[int, list[Shot]]
) -> None:
    two_runs(hall, shots)
    hall.mark("item", "i1", 22)
    hall.tell_marks()
    broken = hall.layout.take("20211122T010000Z-s1-0001").segment(2)
    content = bytearray(broken.read_bytes())
    content[len(content) // 2] ^= 1
    broken.write_bytes(content)
    video = finish(hall)
    assert [(found.file, found.why) for found in video.left_out] == [("s000002.ts", "changed")]
    assert video.seconds == pytest.approx(14, abs=FRAME)
    assert [gap.reason for gap in video.gaps] == ["broken", "recorder-restarted"]
    assert not (hall.public / video.takes[0].take / "s000002.ts").exists()
    assert video.chapters[0].start == pytest.approx(8, abs=2 * FRAME)
    plays(hall.public / "index.m3u8")
    plays(hall.public / str(video.takes[0].file))


def test_a_segment_that_is_gone_is_left_out_and_named(hall: Hall, shots: dict[int, list[Shot]]) -> None:
    two_runs(hall, shots)
    hall.layout.take("20211122T010000Z-s1-0001").segment(1).unlink()
    video = finish(hall, make_files=False)
    assert [(found.file, found.why) for found in video.left_out] == [("s000001.ts", "missing")]
    assert video.seconds == pytest.approx(14, abs=FRAME)


def test_a_take_whose_manifest_cannot_be_read_hinders_no_other(hall: Hall, shots: dict[int, list[Shot]]) -> None:
    two_runs(hall, shots)
    hall.take("20211122T005900Z-s1-0000").sign()
    hall.layout.take("20211122T005900Z-s1-0000").manifest.mkdir()
    video = finish(hall, make_files=False)
    assert [(found.take, found.file) for found in video.left_out] == [("20211122T005900Z-s1-0000", "manifest.jsonl")]
    assert video.seconds == pytest.approx(18, abs=FRAME)


def test_a_take_without_a_picture_is_told_and_hinders_nothing(hall: Hall, shots: dict[int, list[Shot]]) -> None:
    hall.take("20211122T005900Z-s1-0000").sign()
    video = finish(hall)
    assert (video.playlist, video.seconds, len(video.takes)) == (None, 0, 1)
    two_runs(hall, shots)
    video = finish(hall, make_files=False)
    assert video.playlist == "index.m3u8"
    assert [round(take.seconds) for take in video.takes] == [18, 0]


def test_no_picture_of_a_private_time_is_in_any_product(
    hall: Hall, shots: dict[int, list[Shot]], tmp_path: Path
) -> None:
    take = hall.take("20211122T010000Z-s1-0001")
    take.shots(shots[0])
    take.gap(10, 45, "private")
    take.shots(shots[20])  # an archive that has gone wrong
    take.shots(shots[60])
    take.sign()
    hall.mark("item", "i1", 5, 64)
    hall.tell_marks()
    video = finish(hall)
    assert sorted(path.name for path in (hall.public / video.takes[0].take).iterdir()) == [
        "s000001.ts", "s000002.ts", "s000003.ts", "s000006.ts", "s000007.ts",
    ]  # fmt: skip
    assert {found.why for found in video.left_out} == {"private"}
    for name in (str(video.takes[0].file), "item-i1.mp4"):
        seen = true_times(hall.public / name, tmp_path)
        assert len(seen) > 10
        assert not [true for true in seen if 10 < true < 60]


def test_pictures_that_turn_out_to_be_private_are_taken_back(hall: Hall, shots: dict[int, list[Shot]]) -> None:
    two_runs(hall, shots)
    hall.mark("item", "i1", 1, 25)
    hall.tell_marks()
    assert finish(hall).clips
    folder = hall.layout.take("20211122T010000Z-s1-0001")
    lines = folder.manifest.read_bytes().splitlines(keepends=True)
    folder.manifest.write_bytes(b"".join(lines[:2]))
    for number in (3, 4, 5):
        folder.segment(number).unlink()
    video = finish(hall, make_files=False)
    assert sorted(path.name for path in (hall.public / folder.path.name).iterdir()) == ["s000001.ts", "s000002.ts"]
    assert not list(hall.public.glob("*.mp4"))
    assert video.seconds == pytest.approx(8, abs=FRAME)


def test_a_second_run_with_nothing_new_touches_nothing(hall: Hall, shots: dict[int, list[Shot]]) -> None:
    hall.mark("item", "i1", 1, 5)
    hall.tell_marks()
    two_runs(hall, shots)
    finish(hall)
    before = {path: path.stat().st_mtime_ns for path in hall.public.rglob("*") if path.is_file()}
    finish(hall)
    assert {path: path.stat().st_mtime_ns for path in hall.public.rglob("*") if path.is_file()} == before


def test_marks_that_come_later_are_in_the_chapters_of_page_and_file(hall: Hall, shots: dict[int, list[Shot]]) -> None:
    hall.mark("item", "i1", 1)
    hall.tell_marks()
    two_runs(hall, shots)
    finish(hall)
    hall.mark("poll", "p1", 5, 7, item="i1")
    hall.mark("result", "p1", 7, item="i1")
    hall.tell_marks()
    video = finish(hall)
    assert [(chapter.kind, round(chapter.start)) for chapter in video.chapters] == [
        ("item", 1), ("poll", 5), ("result", 7),
    ]  # fmt: skip
    assert len(probed(hall.public / str(video.takes[0].file))["chapters"]) == 4
    assert (hall.public / "chapters.vtt").read_text().count("-->") == 3
    assert [chapter["kind"] for chapter in json.loads((hall.public / "chapters.json").read_text())] == [
        "item", "poll", "result",
    ]  # fmt: skip


def test_a_title_of_many_lines_and_no_letters_ends_no_cue_and_no_file(hall: Hall, shots: dict[int, list[Shot]]) -> None:
    hall.mark("item", "i1", 1, 5)
    hall.marks[0] = msgspec.structs.replace(hall.marks[0], title="Mục 1\x00\n\n00:00:00.000 --> 00:01:00.000\nx" * 30)
    hall.tell_marks()
    two_runs(hall, shots)
    video = finish(hall)
    assert video.files == "made"
    assert [clip.title[:8] for clip in video.clips] == ["Mục 1 00"]
    assert len((hall.public / "chapters.vtt").read_text().split("\n\n")) == 2


def test_two_takes_are_one_video_and_each_has_its_file(
    hall: Hall, shots: dict[int, list[Shot]], tmp_path: Path
) -> None:
    hall.mark("item", "i1", 5, 63)
    hall.tell_marks()
    two_runs(hall, shots)
    second = hall.take("20211122T010100Z-s2-0002")
    second.shots(shots[60])
    second.sign()
    video = finish(hall)
    assert [(round(take.start), round(take.seconds)) for take in video.takes] == [(0, 18), (18, 6)]
    assert [found.file for found in video.clips] == ["item-i1.mp4", "item-i1.2.mp4"]
    assert true_time_at(hall.public / "item-i1.2.mp4", 0, tmp_path) == pytest.approx(60, abs=FRAME)
    assert duration(hall.public / "item-i1.2.mp4") == pytest.approx(3, abs=0.1)
    plays(hall.public / "index.m3u8")


def test_what_began_before_a_takes_first_picture_has_its_chapter_there(
    hall: Hall, shots: dict[int, list[Shot]]
) -> None:
    for kind, name, true, ends in (
        ("sitting", "s1", -4, 30),
        ("item", "i1", -2, 29),
        ("sitting", "s2", 55, 66),
        ("item", "i20", 57, None),
    ):
        hall.mark(kind, name, true, ends)
    hall.tell_marks()
    two_runs(hall, shots)
    first = {chapter.id: (chapter.start, chapter.end) for chapter in finish(hall).chapters}
    assert first == {"s1": (0, 18), "i1": (0, 18)}  # of the second sitting there is no picture yet
    second = hall.take("20211122T010100Z-s2-0002")
    second.shots(shots[60])
    second.sign()
    found = {chapter.id: (chapter.start, chapter.end) for chapter in finish(hall).chapters}
    assert found == {**first, "s2": (18.2, 24), "i20": (18.2, 24)}


def test_a_take_that_is_still_recorded_is_not_published(hall: Hall, shots: dict[int, list[Shot]]) -> None:
    two_runs(hall, shots)
    note = json.loads(hall.layout.take("20211122T010000Z-s1-0001").note.read_text())
    (hall.layout.data / "recorder.json").write_text(json.dumps({"take": note, "hand": None}))
    assert main.run(hall.config(), argparse.Namespace(ledger=hall.ledger)) == 0
    assert not hall.public.exists()


def test_where_room_is_low_the_video_is_published_without_files(hall: Hall, shots: dict[int, list[Shot]]) -> None:
    hall.mark("item", "i1", 1, 5)
    hall.tell_marks()
    two_runs(hall, shots)
    video = finish(hall, warn_hours=1e9)
    assert video.files == "disk-low"
    assert video.playlist == "index.m3u8"
    assert not list(hall.public.glob("*.mp4"))
    assert finish(hall).files == "made"


def test_captions_beside_the_takes_are_captions_of_the_video(hall: Hall, shots: dict[int, list[Shot]]) -> None:
    two_runs(hall, shots)
    second = hall.take("20211122T010100Z-s2-0002")
    second.shots(shots[60])
    second.sign()
    text = "WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.500 line:0\nKính thưa Hội đồng\n"
    hall.layout.take(second.take).captions.write_text(text)
    video = finish(hall, make_files=False)
    assert video.captions == "captions.vtt"
    assert "00:00:19.000 --> 00:00:20.500 line:0\nKính thưa Hội đồng" in (hall.public / "captions.vtt").read_text()
    assert video.captioned_playlist == "main.m3u8"
    assert duration(hall.public / "main.m3u8") == pytest.approx(24, abs=0.5)
    assert "X-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:127920\n" in (hall.public / "captions-hls.vtt").read_text()
    hall.layout.take(second.take).captions.write_text("no captions at all")
    assert finish(hall, make_files=False).captions is None
    assert not (hall.public / "captions.vtt").exists()


def test_without_ffmpeg_the_video_is_published_all_the_same(
    hall: Hall, shots: dict[int, list[Shot]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    hall.mark("item", "i1", 1, 5)
    hall.tell_marks()
    two_runs(hall, shots)
    with monkeypatch.context() as nothing_found:
        nothing_found.setenv("PATH", str(tmp_path / "empty"))
        video = finish(hall)
    assert (video.files, video.poster, video.thumbs, video.playlist) == ("failed", None, None, "index.m3u8")
    assert len(video.chapters) == 1
    video = finish(hall)
    assert (video.files, video.poster) == ("made", "poster.jpg")


def test_the_portal_understands_what_is_written_here(hall: Hall, shots: dict[int, list[Shot]]) -> None:
    hall.mark("item", "i1", 1, 5)
    hall.tell_marks()
    two_runs(hall, shots)
    written = finish(hall)
    read = msgspec.json.decode((hall.public / "video.json").read_bytes(), type=PortalVideo)
    for name in ("ledger", "seconds", "playlist", "poster", "captions", "chapter_track"):
        assert getattr(read, name) == getattr(written, name)
    assert [(chapter.kind, chapter.id, chapter.start) for chapter in read.chapters] == [
        (chapter.kind, chapter.id, chapter.start) for chapter in written.chapters
    ]
    assert [found.file for found in read.clips] == [found.file for found in written.clips]
    assert [take.file for take in read.takes] == [take.file for take in written.takes]
