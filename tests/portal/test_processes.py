"""The portal and the carrier as the processes that they are: killed, started again, told to stop."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.adapters.sql.ledger import SqlLedger
from appliance.core.commands import AddItem
from tests.demo.running import Process
from tests.house import CLERK, House, accepted, announce_poll, cast, convene, open_poll, sit
from tests.portal.other_place import OtherPlace, wait_until

pytestmark = pytest.mark.timeout(240)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqlLedger]:
    found = SqlLedger(tmp_path / "ledger.db")
    yield found
    found.close()


def settings(folder: Path, *lines: str) -> Path:
    """The appliance's configuration for this folder."""
    file = folder / "appliance.toml"
    text = [f'data = "{folder}"', f'public = "{folder / "public"}"', *lines]
    file.write_text("\n".join(text), encoding="utf-8")
    return file


def test_a_killed_portal_leaves_the_last_site_up_and_catches_up_when_it_is_started_again(
    tmp_path: Path, ledger: SqlLedger
) -> None:
    house = sit(convene(House.of(ledger=ledger)))
    page = tmp_path / "public" / "meetings" / house.state.ledger / "index.html"
    portal = Process("portal", "--config", str(settings(tmp_path)))
    portal.hear("public site:")
    assert "Nội dung 1" in page.read_text(encoding="utf-8")
    portal.end(signal.SIGKILL)
    announce_poll(cast(open_poll(house), yes=20))
    assert "20 đại biểu tán thành" not in page.read_text(encoding="utf-8")
    again = Process("portal", "--config", str(settings(tmp_path)))
    again.hear("public site:")
    assert "20 đại biểu tán thành" in page.read_text(encoding="utf-8")
    announce_poll(cast(open_poll(house, poll="p2"), no=19, poll="p2"), poll="p2")
    wait_until(lambda: "19 đại biểu không tán thành" in page.read_text(encoding="utf-8"))
    assert again.end(signal.SIGTERM) == 0


def test_the_portal_waits_for_a_ledger_and_never_makes_one(tmp_path: Path) -> None:
    portal = Process("portal", "--config", str(settings(tmp_path)))
    portal.hear("public site:")
    assert not (tmp_path / "ledger.db").exists()
    assert (tmp_path / "public/index.html").exists()
    ledger = SqlLedger(tmp_path / "ledger.db")
    accepted(convene(House.of(ledger=ledger)).give(CLERK, AddItem, item="i7", number="7", title="Việc mới"))
    wait_until(lambda: "Kỳ họp thứ 3" in (tmp_path / "public/index.html").read_text(encoding="utf-8"))
    assert portal.end(signal.SIGTERM) == 0
    ledger.close()


def test_the_carrier_carries_until_it_is_told_to_stop(tmp_path: Path) -> None:
    there = OtherPlace(tmp_path / "home", "webdav")
    public = tmp_path / "public"
    public.mkdir()
    (public / "index.html").write_text("trang chủ", encoding="utf-8")
    file = settings(tmp_path, 'carry_to = "there:hdnd"', f'carry_config = "{there.config}"', 'carry_limit = "10M"')
    carrier = Process("carry", "--config", str(file))
    try:
        wait_until((there.folder / "hdnd/index.html").exists)
        assert carrier.end(signal.SIGTERM) == 0
        assert "mat-khau" not in "".join(carrier.said)
    finally:
        there.down()


def test_a_carrier_that_does_not_know_where_to_is_refused(tmp_path: Path) -> None:
    carrier = Process("carry", "--config", str(settings(tmp_path)))
    carrier.hear("carry_to")
    assert carrier.ended() == 78


def test_the_web_servers_configuration_is_printed(tmp_path: Path) -> None:
    printed = Process("web-server", "--config", str(settings(tmp_path)), "--prefix", str(tmp_path / "web"))
    printed.hear("listen 127.0.0.1:8081;")
    assert printed.ended() == 0
