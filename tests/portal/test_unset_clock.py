"""No page of a meeting is published while the clock is unset; what is live, and what is taken away, goes on."""

from pathlib import Path

from appliance.adapters.sql.reader import LedgerReader
from appliance.portal.main import make
from tests.house import announce_poll, cast, convene, open_poll, sit
from tests.portal.public_site import WEB, PublicSite


def test_pages_of_meetings_wait_for_the_clock_and_come_when_it_is_set(tmp_path: Path) -> None:
    site = PublicSite(tmp_path)
    clock_set = False
    announce_poll(cast(open_poll(sit(convene(site.house))), yes=20))
    portal = make(
        LedgerReader(tmp_path / "ledger.db"), site.public, WEB, lambda: 10_000_000, may_issue=lambda _newest: clock_set
    )
    page = site.public / "meetings" / site.house.state.ledger / "index.html"
    assert portal.look()
    assert not page.exists()
    assert not (site.public / "data/meetings.json").exists()
    assert (site.public / "watch.html").exists()
    assert (site.public / "data/live.json").exists()
    assert not portal.look()
    clock_set = True
    assert portal.look()
    assert page.exists()
    assert (site.public / "data/meetings.json").exists()
    portal.close()
    site.close()
