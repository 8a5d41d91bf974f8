"""Who may see a paper: the narrowest circle wins, and what is public is never more than it says."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.core.paper_rights import NEXT, Paper, PaperRights, Reader, circle, may_be_published, may_see
from appliance.core.people import Role

SENT = datetime(2026, 12, 13, tzinfo=UTC)
RIGHTS = st.one_of(
    st.sampled_from(["public", "delegates", "presiding", "committee:", "", "PUBLIC", "everybody"]),
    st.text(max_size=20).map(lambda name: f"committee:{name}"),
)
PAPERS = st.builds(
    Paper, rights=RIGHTS, sent=st.sampled_from([None, SENT]), private=st.booleans(), withdrawn=st.booleans()
)
READERS = st.builds(
    Reader,
    role=st.sampled_from([r for r in Role if r not in {Role.PANELS, Role.SYSTEM}]),
    member=st.sampled_from([None, "m01"]),
    committee=st.sampled_from(["", "Ban Kinh tế"]),
)


@given(PAPERS, READERS)
def test_nobody_but_the_presiding_table_sees_what_was_not_sent_or_was_withdrawn(paper: Paper, reader: Reader) -> None:
    if paper.sent is None and may_see(paper, reader):
        assert reader.role in {Role.CLERK, Role.CHAIR}
    if paper.withdrawn and may_see(paper, reader):
        assert reader.role is Role.CLERK


@given(PAPERS, READERS)
def test_a_committees_paper_is_its_members_and_the_presiding_tables(paper: Paper, reader: Reader) -> None:
    if circle(paper.rights) is PaperRights.COMMITTEE and may_see(paper, reader):
        theirs = reader.member is not None and paper.rights == f"committee:{reader.committee}"
        assert theirs or reader.role in {Role.CLERK, Role.CHAIR}


@given(PAPERS)
def test_the_public_has_only_what_was_sent_to_all_and_belongs_to_an_open_item(paper: Paper) -> None:
    if may_be_published(paper):
        assert paper.rights == "public"
        assert paper.sent is not None
        assert not paper.private
        assert not paper.withdrawn
        assert all(may_see(paper, Reader(role, "m01")) for role in (Role.DELEGATE, Role.CHAIR, Role.HALL, Role.AUDITOR))


@given(PAPERS)
def test_a_technician_sees_no_more_than_the_public(paper: Paper) -> None:
    assert not may_see(paper, Reader(Role.TECHNICIAN)) or may_be_published(paper)


@given(PAPERS)
def test_the_hall_screen_never_shows_a_committees_or_the_presiding_tables_paper(paper: Paper) -> None:
    if may_see(paper, Reader(Role.HALL)):
        assert circle(paper.rights) in {PaperRights.PUBLIC, PaperRights.DELEGATES}


@pytest.mark.parametrize("odd", ["", "PUBLIC", "committee:", "delegates ", "all"])
def test_rights_that_are_none_are_the_narrowest(odd: str) -> None:
    assert circle(odd) is PaperRights.PRESIDING


def test_the_drawing_is_the_table() -> None:
    page = (Path(__file__).parents[2] / "ARCHITECTURE.md").read_text(encoding="utf-8")
    drawn = set(re.findall(r"^\s+(\w+) --> (\w+)$", page.split("## 13. Papers")[1], re.M))
    assert drawn == {(str(a), str(b)) for a, ways in NEXT.items() for b in ways}
