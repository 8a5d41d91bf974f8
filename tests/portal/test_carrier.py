"""The copy of the public site at another place, carried there by the real rclone."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from appliance.portal.carrier import Carrying, Rounds, rounds
from tests.portal.other_place import OtherPlace


@pytest.fixture(params=["webdav", "sftp"])
def there(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[OtherPlace]:
    place = OtherPlace(tmp_path / "home", request.param)
    yield place
    place.down()


@pytest.fixture
def public(tmp_path: Path) -> Path:
    """A small public folder."""
    folder = tmp_path / "public"
    for name, text in {
        "index.html": "trang chủ",
        "live/index.m3u8": "#EXTM3U 1",
        "live/a-1.m4s": "picture 1",
        "live/state.json": '{"state":"live"}',
        "video/m/t1/s000001.ts": "ts",
        "video/m/index.m3u8": "#EXTM3U",
        ".private.not": "kept here",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def carriers(public: Path, there: OtherPlace) -> tuple[Rounds, Rounds]:
    """Fresh ones, as after a restart of the process."""
    return rounds(Carrying(public, "there:hdnd", public.parent, there.config), Event())


def lying(there: OtherPlace) -> dict[str, str]:
    """What a visitor there finds."""
    root = there.folder / "hdnd"
    return {
        path.relative_to(root).as_posix(): path.read_text(encoding="utf-8")
        for path in root.rglob("*")
        if path.is_file()
    }


def test_what_is_here_is_there_and_follows(public: Path, there: OtherPlace) -> None:
    live, rest = carriers(public, there)
    assert live.once()
    assert rest.once()
    assert lying(there)["video/m/index.m3u8"] == "#EXTM3U"
    assert ".private.not" not in lying(there)
    # Another content of the same length: storages that keep no times would overlook it.
    (public / "live/index.m3u8").write_text("#EXTM3U 2", encoding="utf-8")
    (public / "live/a-1.m4s").unlink()
    assert live.once()
    assert lying(there)["live/index.m3u8"] == "#EXTM3U 2"
    assert "live/a-1.m4s" not in lying(there)


def test_a_place_that_was_away_is_brought_up_to_date_also_by_a_process_started_anew(
    public: Path, there: OtherPlace
) -> None:
    _, rest = carriers(public, there)
    assert rest.once()
    there.down()
    (public / "index.html").write_text("trang chủ mới", encoding="utf-8")
    assert not rest.once()
    _, again = carriers(public, there)
    assert not again.once()
    there.up()
    assert again.once()
    assert lying(there)["index.html"] == "trang chủ mới"


def test_in_private_the_live_picture_is_deleted_there(public: Path, there: OtherPlace) -> None:
    live, _ = carriers(public, there)
    assert live.once()
    (public / ".private").touch()
    (public / "live/state.json").write_text('{"state":"private"}', encoding="utf-8")
    assert live.once()
    assert lying(there) == {"live/state.json": '{"state":"private"}'}
