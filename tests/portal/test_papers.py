"""Public papers on the public site: by item, as files; gone when they are withdrawn; nothing that is not public."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from appliance.adapters.sql.reader import LedgerReader
from appliance.core import commands as c
from appliance.core.paper_rights import DocumentKind
from appliance.portal.main import make
from appliance.services.paper_spool import DOCX_MEDIA, PDF_MEDIA, PublicPaper, PublicPapers
from tests.house import CLERK, convene
from tests.portal.public_site import WEB, PublicSite

SENT = datetime(2026, 12, 13, 2, tzinfo=UTC)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[PublicSite]:
    public_site = PublicSite(tmp_path)
    reader = LedgerReader(tmp_path / "ledger.db")
    public_site.portal.close()
    public_site.portal = make(reader, public_site.public, WEB, lambda: 10_000_000, papers=tmp_path / "papers")
    yield public_site
    public_site.close()


def paper(name: str, item: str | None = "i1", media: str = PDF_MEDIA) -> PublicPaper:
    return PublicPaper(f"d-{name}", item, f"Báo cáo {name} <b>", DocumentKind.REPORT, name * 64, media, 10, 3, SENT)


def tell(site: PublicSite, *papers: PublicPaper) -> None:
    """What the appliance says is public."""
    folder = site.folder / "papers"
    for one in papers:
        (folder / one.sha256).mkdir(parents=True, exist_ok=True)
        (folder / one.sha256 / "source").write_bytes(b"as it came")
        (folder / one.sha256 / "paper.pdf").write_bytes(b"as a PDF")
    beside = folder / "public.new"
    beside.write_bytes(msgspec.json.encode(PublicPapers({site.house.state.ledger: papers})))
    beside.rename(folder / "public.json")


def test_papers_stand_under_their_item_and_can_be_had_as_pdf(site: PublicSite) -> None:
    convene(site.house)
    site.house.give(CLERK, c.AddItem, item="i7", number="7", title="Ngân sách")
    tell(site, paper("a"), paper("b", "i7", DOCX_MEDIA), paper("c", None))
    page = site.meeting()
    assert page.index("Báo cáo c") < page.index("Báo cáo a") < page.index("7. Ngân sách</h3>") < page.index("Báo cáo b")
    assert "&lt;b&gt;" in page
    assert (site.public / "papers" / f"{'a' * 64}.pdf").read_bytes() == b"as it came"
    assert (site.public / "papers" / f"{'b' * 64}.pdf").read_bytes() == b"as a PDF"
    told = site.data(f"meetings/{site.house.state.ledger}.json")["papers"]
    assert [p["file"] for p in told] == [f"papers/{name * 64}.pdf" for name in "cab"]


def test_a_paper_that_is_no_longer_public_is_taken_away(site: PublicSite) -> None:
    convene(site.house)
    tell(site, paper("a"))
    assert "Báo cáo a" in site.meeting()
    tell(site)
    assert "Báo cáo a" not in site.meeting()
    assert list((site.public / "papers").iterdir()) == []


def test_a_paper_of_an_item_that_the_public_does_not_know_is_not_told_of(site: PublicSite) -> None:
    convene(site.house)
    tell(site, paper("a", "item-of-a-private-sitting"))
    assert "Báo cáo a" not in site.meeting()
    assert site.data(f"meetings/{site.house.state.ledger}.json")["papers"] == []
    assert not (site.public / "papers").exists()
