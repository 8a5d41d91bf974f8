"""A secret vote on the wire: who may see a mark, a number, a paper to print."""

from typing import Any

import msgspec
import pytest

from appliance.core import commands as c
from appliance.server.elections_page import count_page, may_see_early
from appliance.server.elections_wire import CountPage
from appliance.server.live.audiences import INSIDERS, SECTIONS, Around, Audience
from appliance.server.live.elections import elections
from tests.core.elections import (
    HEAD,
    SECOND,
    THIRD,
    announced,
    counted,
    counting,
    drafted,
    hall_of,
    issuing,
    key,
    ready,
)
from tests.house import AUDITOR, CHAIR, CLERK, OTHER_CHAIR, Hall, accepted, member, name_of, refused
from tests.server.running import Running

YES, NO = {"a": "yes", "b": "no"}, {"a": "no", "b": "yes"}
PAPERS: list[dict[str, str] | str] = [YES] * 17 + [NO] * 2 + ["signed"]
OUTSIDERS = [audience for audience in Audience if "elections" in SECTIONS[audience] and audience not in INSIDERS]


def shown(hall: Hall, audience: Audience) -> Any:
    """The section as it goes over the wire."""
    return msgspec.json.decode(msgspec.json.encode(elections(hall.state, Around(), audience)))


def at_the_count() -> Hall:
    """Ready to be keyed."""
    return counting(issuing(ready(drafted(hall_of()))), len(PAPERS))


@pytest.mark.parametrize("audience", [a for a in Audience if "elections" in SECTIONS[a]])
def test_nobodys_screen_shows_what_stands_on_a_paper(audience: Audience) -> None:
    hall = key(at_the_count(), PAPERS, HEAD)
    key(hall, [NO, *PAPERS[1:]], SECOND)
    (election,) = shown(hall, audience)
    assert election["result"] is None
    assert election["differ"] == 1
    assert [teller["keyed"] for teller in election["tellers"]] == [20, 20, None]
    told = str({name: value for name, value in election.items() if name not in {"choices", "rules"}})
    assert "'yes'" not in told
    assert "signed" not in told


@pytest.mark.parametrize("audience", OUTSIDERS)
def test_a_counted_result_is_the_two_confirmers_until_it_is_told(audience: Audience) -> None:
    hall = counted(at_the_count(), PAPERS)
    assert shown(hall, audience)[0]["result"] is None
    assert all(shown(hall, insider)[0]["result"]["valid"] == 19 for insider in INSIDERS)
    announced(hall)
    line = shown(hall, audience)[0]["result"]["lines"][0]
    assert (line["marks"]["yes"], line["percent"], line["chosen"]) == (17, "62,96", True)


def test_a_draft_is_the_desks_alone() -> None:
    hall = drafted(hall_of())
    assert shown(hall, Audience.CLERK)
    assert not shown(hall, Audience.DELEGATE)
    assert not shown(hall, Audience.HALL)


def test_a_void_vote_shows_no_result_to_anyone() -> None:
    hall = counted(at_the_count(), PAPERS)
    accepted(hall.give(CHAIR, c.VoidElection, election="b1", reason="thiếu dấu"))
    assert all(shown(hall, audience)[0]["result"] is None for audience in (*OUTSIDERS, *INSIDERS))


def test_a_teller_reads_only_their_own_papers_until_both_are_done() -> None:
    hall = key(at_the_count(), PAPERS, HEAD)
    mine, others = count_page(hall.state, "b1", HEAD), count_page(hall.state, "b1", SECOND)
    assert isinstance(mine, CountPage)
    assert isinstance(others, CountPage)
    assert len(mine.papers) == 20
    assert (others.papers, others.differences) == ((), None)
    key(hall, [NO, *PAPERS[1:]], SECOND)
    both = count_page(hall.state, "b1", THIRD)
    assert isinstance(both, CountPage)
    assert both.differences is not None
    assert [d.paper for d in both.differences] == [1]
    assert both.differences[0].tellers == (name_of(21), name_of(22))
    assert not both.may_key


@pytest.mark.parametrize("who", [member(1), CLERK, CHAIR, AUDITOR])
def test_nobody_but_a_teller_reads_a_paper(who: Any) -> None:
    hall = key(at_the_count(), PAPERS, HEAD)
    assert refused(count_page(hall.state, "b1", who)) == "not-a-teller"
    assert refused(count_page(hall.state, "b9", HEAD)) == "election-unknown"


def test_the_counts_minutes_are_early_only_for_clerk_and_gavel_holder() -> None:
    hall = counted(at_the_count(), PAPERS)
    assert may_see_early(hall.state, CLERK)
    assert may_see_early(hall.state, CHAIR)
    assert not may_see_early(hall.state, OTHER_CHAIR)
    assert not may_see_early(hall.state, AUDITOR)


def test_the_papers_to_print_are_for_the_desks(server: Running) -> None:
    nobody, delegate, clerk = server.http(), server.sign_in("m01"), server.sign_in("clerk")
    for path in ("/print/ballots?election=q", "/print/count-minutes?election=q"):
        answers = [visitor.get(server.base + path).status_code for visitor in (nobody, delegate, clerk)]
        assert answers == [401, 403, 404]
    assert server.sign_in("hall").get(server.base + "/api/count?election=q").status_code == 403
    assert delegate.get(server.base + "/api/count?election=q").json()["refusal"] == "election-unknown"


@pytest.mark.parametrize("per", [1, 2, 4, 99])
def test_ballots_are_printed_without_a_number_and_with_markup_as_text(server: Running, per: int) -> None:
    accepted(server.give(CLERK, c.ConveneMeeting, title="Kỳ họp thứ 3"))
    accepted(server.give(CLERK, c.AddItem, item="i1", number="1", title="Bầu"))
    people = [{"candidate": "a", "name": "<b>Lê Mẫu An</b>"}, {"candidate": "b", "name": "Trần Mẫu Bình"}]
    fields: dict[str, Any] = {"election": "b1", "item": "i1", "kind": "elect", "office": "Ủy viên"}
    accepted(server.give(CLERK, c.DraftElection, **fields, candidates=people))
    page = server.sign_in("clerk").get(f"{server.base}/print/ballots?election=b1&per={per}")
    assert page.status_code == 200
    assert "&lt;b&gt;Lê Mẫu An&lt;/b&gt;" in page.text
    ballot = page.text.split('class="ballot"')[1].split("</table>")[0]
    table = ballot.split("<table>")[1]
    assert not set("0123456789") & set(table)
    assert f"per-{per if per in {1, 2, 4} else 4}" in page.text
