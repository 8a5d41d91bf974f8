"""The readiness report as it comes out of the printer: one sheet of A4, in the worst of cases too."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace
from playwright.sync_api import Browser, expect

from appliance.adapters.memory import HashSigner
from appliance.server import printing, readiness_sheet
from appliance.server.words import Language, Words
from appliance.services import readiness as rules
from appliance.services.readiness_facts import ClockFacts, Facts, PanelFacts, PowerFacts, TabletFacts, UpsFacts
from appliance.services.readiness_report import PollTape, ReadinessReport
from appliance.services.readiness_sealing import sealed
from tests.core.a_random_meeting import ROOT
from tests.journey.pages import axe_finds_nothing
from tests.services.test_readiness_rules import BOX, GOOD, HOST, RECORDER

AT = datetime(2026, 12, 18, 0, 46, tzinfo=UTC)


def wrong(panels: int) -> Facts:
    """All that can be wrong at once, with so many panels."""
    boxes = tuple(
        replace(BOX, serial=f"p{n}", seat=f"{n:03}", pressed=(n % 9 != 0, True, True), online=n != 17)
        for n in range(1, panels + 1)
    )
    boxes += tuple(replace(BOX, serial=f"e66038b713a5{n:04x}", seat=None, pressed=(False,) * 3) for n in range(6))
    host = replace(
        HOST,
        temperature=83.0,
        power=PowerFacts(low_now=True, low_before=True, slowed=True),
        backup_seconds=None,
        certificate_seconds=-1.0,
        ups=UpsFacts("OB LB", 20, 300),
        clock=ClockFacts(synchronised=False, rtc_offset=75.0),
    )
    recorder = replace(RECORDER, picture_seconds=None, problems=("no-sound",), seconds_left=3 * rules.HOUR)
    zero = PollTape("2026-12-18T00:40:00Z", 0, 0, 0, panels, "k1", 7, "ab" * 32)
    return replace(
        GOOD,
        panels=PanelFacts(fitted=True, online=True, panels=boxes),
        tablets=TabletFacts(panels, panels, panels - 4),
        recorder=recorder,
        host=host,
        zero=zero,
        result=replace(zero, yes=panels - 10, no=7, abstain=3, silent=0),
        displays=0,
    )


def page_of(facts: Facts, language: Language) -> str:
    """The page with its stylesheet in it."""
    report = ReadinessReport(
        id="3f2a9c", begun="2026-12-18T00:10:00Z", at="2026-12-18T00:46:00Z", by="ky-thuat", by_name="Hồ Quang Mẫu",
        council="Hội đồng nhân dân xã Hồng Mẫu", meeting="Kỳ họp thứ ba (thường lệ cuối năm 2026)", ledger="k1",
        plan="ky-3", items=rules.items(facts), panels=facts.panels.panels, zero=facts.zero, result=facts.result,
        versions={"appliance": "0.1.0", "system": "Debian GNU/Linux 12 (bookworm)"}, note="Hàng C đã thay dây.",
    )  # fmt: skip
    html = readiness_sheet.lay_out(Words(ROOT / "web/src/words"), sealed(report, AT, HashSigner()), language, None)
    css = Path(readiness_sheet.__file__).with_name("static").joinpath("print.css").read_text(encoding="utf-8")
    return html.replace(f'<link rel="stylesheet" href="{printing.STYLESHEET}">', f"<style>{css}</style>")


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("panels", [27, 120])
def test_it_is_one_sheet_whatever_is_wrong(browser: Browser, panels: int, language: Language) -> None:
    page = browser.new_page()
    page.set_content(page_of(wrong(panels), language))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    axe_finds_nothing(page)
    pdf = page.pdf(prefer_css_page_size=True, print_background=True)
    page.context.close()
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
