"""The public pages, as they are written: what is on them, what never is, and that they are written whole."""

import os
import re
from pathlib import Path

import pytest

from appliance.adapters.sql.reader import LedgerReader
from appliance.core import commands as c
from appliance.core.refusals import Fault
from appliance.portal.texts import folded
from tests.house import CHAIR, CLERK, accepted, announce_poll, cast, close_poll, convene, open_poll, sit
from tests.portal.public_site import PublicSite

PAGES = ("index.html", "watch.html", "archive/index.html", "404.html")


@pytest.mark.parametrize("language", ["", "en/"])
def test_before_any_meeting_there_is_a_site_that_says_so(site: PublicSite, language: str) -> None:
    for page in PAGES:
        assert "<h1" in site.page(language + page)


def test_a_meeting_that_is_convened_is_announced_as_the_next(site: PublicSite) -> None:
    convene(site.house)
    assert "Kỳ họp sắp tới" in site.page("index.html")
    assert "Triệu tập Thứ Sáu, 18/12/2026" in site.page("index.html")


def test_the_archive_is_found_with_and_without_accents_and_by_the_day(site: PublicSite) -> None:
    sit(convene(site.house))
    found = re.search(r'data-search="([^"]+)"', site.page("archive/index.html"))
    assert found is not None
    for typed in ("kỳ họp thứ 3", "KY HOP THU 3", "hội đồng", "18/12/2026", "tháng 12 năm 2026", "18-12-2026"):
        assert folded(typed) in found.group(1), typed
    assert folded("Đặng Ước") == "dang uoc"


def test_an_announced_vote_stands_on_the_meetings_page_with_its_sentence(site: PublicSite) -> None:
    announce_poll(cast(open_poll(sit(convene(site.house))), yes=20, no=5))
    page = site.meeting()
    assert "20 đại biểu tán thành, bằng 74,07 % tổng số đại biểu HĐND" in page
    assert "● Thông qua" in page
    told = site.data(f"meetings/{site.house.state.ledger}.json")
    assert told["polls"][0]["tally"]["for"] == 20
    assert told["polls"][0]["sentence"]["en"]


def test_no_page_and_no_data_tell_a_vote_before_its_announcement(site: PublicSite) -> None:
    close_poll(cast(open_poll(sit(convene(site.house))), yes=20, no=5))
    site.portal.look()
    for path in (p for p in site.public.rglob("*") if p.suffix in {".html", ".json"}):
        text = path.read_text(encoding="utf-8")
        assert "20 đại biểu" not in text, path
        assert '"tally":{' not in text, path
        assert "m01" not in text, path


def test_a_private_part_is_named_and_nothing_of_it_is_told(site: PublicSite) -> None:
    house = sit(convene(site.house, items=3))
    accepted(house.give(CHAIR, c.GoPrivate))
    accepted(house.give(CLERK, c.AddItem, item="secret", number="4", title="Việc kín"))
    announce_poll(cast(open_poll(house, item="i1"), yes=20))
    assert "Họp kín từ" in site.meeting()
    for path in (p for p in site.public.rglob("*") if p.suffix in {".html", ".json"}):
        text = path.read_text(encoding="utf-8")
        assert "Việc kín" not in text, path
        assert "20 đại biểu" not in text, path


def test_while_the_ledger_says_private_the_web_server_is_told_to_refuse(site: PublicSite) -> None:
    house = sit(convene(site.house))
    mark = site.public / ".private"
    site.portal.look()
    assert not mark.exists()
    accepted(house.give(CHAIR, c.GoPrivate))
    site.portal.look()
    assert mark.exists()
    accepted(house.give(CHAIR, c.GoPublic))
    site.portal.look()
    assert not mark.exists()


def test_the_portal_takes_away_the_live_files_that_a_dead_recorder_has_left(site: PublicSite) -> None:
    house = sit(convene(site.house))
    site.portal.look()
    live = site.public / "live"
    live.mkdir()
    picture, state = live / "a-1.m4s", live / "state.json"
    state.write_bytes(b"{}")
    accepted(house.give(CHAIR, c.GoPrivate))
    picture.write_bytes(b"written by a live process that was killed then")
    site.portal.look()
    assert not picture.exists()
    picture.write_bytes(b"written later by one that hung")
    site.portal.look()
    assert [path.name for path in live.iterdir()] == ["state.json"]
    accepted(house.give(CHAIR, c.GoPublic))
    picture.write_bytes(b"public again")
    site.portal.look()
    assert picture.exists()


def test_a_portal_that_was_dead_in_private_takes_away_what_was_written_then(site: PublicSite) -> None:
    house = sit(convene(site.house))
    live = site.public / "live"
    live.mkdir(parents=True)
    before, then = live / "a-1.m4s", live / "a-2.m4s"
    accepted(house.give(CHAIR, c.GoPrivate))
    since = house.clock.now().utc.timestamp()
    for picture, moment in ((before, since - 1), (then, since)):
        picture.write_bytes(b"a picture")
        os.utime(picture, (moment, moment))
    accepted(house.give(CHAIR, c.GoPublic))
    site.started().look()
    assert before.exists()
    assert not then.exists()


def test_in_private_nobody_can_count_what_happens(site: PublicSite) -> None:
    house = sit(convene(site.house, items=3))
    accepted(house.give(CHAIR, c.GoPrivate))
    told = site.data(f"meetings/{house.state.ledger}.json")
    for item in ("secret", "more"):
        accepted(house.give(CLERK, c.AddItem, item=item, number="4", title="Việc kín"))
    accepted(house.give(CHAIR, c.StartItem, item="i2"))
    assert site.data(f"meetings/{house.state.ledger}.json") == told


def test_the_agenda_leads_into_the_video_once_it_is_published(site: PublicSite) -> None:
    sit(convene(site.house))
    assert "Chưa có bản ghi của kỳ họp này" in site.meeting()
    site.publish()
    page = site.meeting()
    assert 'data-anchor="item=i1" data-start="12.5"' in page
    assert "1:02:05" in page
    assert f'href="../../video/{site.house.state.ledger}/t1.mp4#t=12.5"' in page, "without scripts it plays the file"
    assert "MP4, 1,3 GB" in page


def test_a_video_description_that_is_broken_counts_as_none(site: PublicSite) -> None:
    sit(convene(site.house))
    site.publish(chapters="nonsense")
    assert "Chưa có bản ghi của kỳ họp này" in site.meeting()
    site.publish()
    assert 'data-anchor="item=i1"' in site.meeting()


def test_a_video_that_is_taken_away_goes_from_the_page(site: PublicSite) -> None:
    sit(convene(site.house))
    site.publish()
    assert 'data-anchor="item=i1"' in site.meeting()
    (site.public / "video" / site.house.state.ledger / "video.json").unlink()
    assert "Chưa có bản ghi của kỳ họp này" in site.meeting()


def test_captions_beside_the_take_are_offered(site: PublicSite) -> None:
    sit(convene(site.house))
    site.publish(captions="captions.vtt")
    assert '<track kind="captions"' in site.meeting()


def test_titles_cannot_become_markup(site: PublicSite) -> None:
    house = convene(site.house)
    accepted(house.give(CLERK, c.AddItem, item="i9", number="9", title="<script>alert(1)</script>"))
    sit(house, item="i9")
    for page in (site.page("watch.html"), site.meeting(), site.page("archive/index.html")):
        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page


def test_every_page_forbids_scripts_that_are_not_files(site: PublicSite) -> None:
    sit(convene(site.house))
    for page in [*map(site.page, PAGES), site.meeting()]:
        assert "script-src &#39;self&#39;" in page
        inline = re.findall(r"<script(?![^>]*(?:src=|application/json))", page)
        assert not inline
        assert not re.search(r"\son\w+=|\sstyle=", page)


def test_a_file_that_has_not_changed_is_not_touched(site: PublicSite) -> None:
    sit(convene(site.house))
    site.portal.look()
    before = {path: path.stat().st_mtime_ns for path in site.public.rglob("*") if path.is_file()}
    site.started().look()
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_a_portal_that_was_away_catches_up(site: PublicSite) -> None:
    sit(convene(site.house))
    site.portal.look()
    site.portal.close()
    announce_poll(cast(open_poll(site.house), yes=20))
    site.started()
    assert "20 đại biểu tán thành" in site.meeting()
    assert site.data("live.json")["frames"][-1]["poll"]["result"]["adopted"] is True


def test_a_disk_that_refuses_is_tried_again(site: PublicSite) -> None:
    sit(convene(site.house))
    site.public.mkdir(exist_ok=True)
    block = site.public / "meetings"
    block.write_text("in the way", encoding="utf-8")
    with pytest.raises(OSError, match="meetings"):
        site.portal.look()
    block.unlink()
    assert "Nội dung 1" in site.meeting()


def test_the_portal_leaves_the_ledger_as_it_is(site: PublicSite) -> None:
    sit(convene(site.house))
    reader = LedgerReader(site.folder / "ledger.db")
    assert reader.new()
    assert reader.new() == ()
    site.ledger.checkpoint()
    assert (site.folder / "ledger.db-wal").stat().st_size == 0, "a reader keeps the log from being shortened"
    reader.close()


def test_a_spoiled_entry_is_not_told(tmp_path: Path, site: PublicSite) -> None:
    import sqlite3

    sit(convene(site.house))
    site.ledger.checkpoint()
    with sqlite3.connect(site.folder / "ledger.db") as connection:
        connection.execute("DROP TRIGGER entries_no_update")
        connection.execute("UPDATE entries SET body = CAST(replace(body, 'thứ 3', 'thứ 4') AS BLOB) WHERE seq = 1")
    connection.close()
    with pytest.raises(Fault):
        site.portal.look()


def test_a_ledger_that_is_not_there_yet_is_waited_for(tmp_path: Path) -> None:
    reader = LedgerReader(tmp_path / "ledger.db")
    assert reader.new() == ()
    assert not (tmp_path / "ledger.db").exists()
