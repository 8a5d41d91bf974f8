"""The election on paper: list, tellers, two rounds; two tellers key every paper at their own browsers."""

import re

from playwright.sync_api import Page, expect

from tests.journey import whole_meeting_table as table
from tests.journey.pages import button, say
from tests.journey.whole_meeting_house import House
from tests.journey.whole_meeting_votes import vote_by_buttons

_KEYS = {"a": ("1", "2"), "b": ("2", "1")}
"""Yes for one is no for the other: there is one seat."""


def a_person_is_elected(house: House) -> None:
    """Nobody in the first round; in the second the one with seventeen."""
    it_is_prepared(house)
    house.chair_does("OpenNominations")
    list_is_closed(house, table.LIST_FIRST, 1)
    house.chair_does("DraftElectionPoll_tellers")
    vote_by_buttons(house, table.TELLERS, 2)
    house.chair_does("ElectTellers")
    a_round(house, table.ROUNDS[0])
    house.chair_does("NextRound")
    house.chair_does("OpenNominations")
    list_is_closed(house, table.LIST_SECOND, 3)
    house.chair_does("ElectTellers")
    a_round(house, table.ROUNDS[1])


def it_is_prepared(house: House) -> None:
    clerk = house.clerk
    house.tab("election.tab")
    title = next(title for at, _, title, *_ in table.AGENDA if at == "19")
    clerk.get_by_label(say("election.item")).select_option(label=f"19. {title}")
    clerk.get_by_label(say("election.office")).fill(table.OFFICE)
    button(clerk, "election.prepare").click()
    for name in reversed(table.CANDIDATES):
        clerk.get_by_label(say("election.name"), exact=True).fill(name)
        button(clerk, "election.nominate").click()
        expect(clerk.get_by_role("listitem").filter(has_text=name).first).to_be_visible()
    for place, seat in enumerate((*table.TABLETS[:2], table.THIRD_TELLER)):
        clerk.locator(f"[name=teller-{place}]").select_option(label=f"{table.NAMES[seat]} ({seat})")
    button(clerk, "election.tellers_propose").click()
    expect(button(clerk, "election.poll.tellers")).to_be_visible()


def list_is_closed(house: House, vote: table.Vote, turn: int) -> None:
    house.chair_does("DraftElectionPoll_list")
    vote_by_buttons(house, vote, turn)
    house.chair_does("CloseList")


def a_round(house: House, paper: table.Round) -> None:
    """Ballots out and back, counted twice, confirmed by two, told."""
    clerk = house.clerk
    house.chair_does("IssueBallots")
    expect(house.hall.get_by_text(say("election.hall_voting"))).to_be_visible()
    clerk.get_by_label(say("election.issued")).fill(str(paper.issued))
    button(clerk, "election.issued_do").click()
    house.chair_does("CloseBox", sure=True)
    clerk.get_by_label(say("election.collected")).fill(str(len(paper.papers)))
    button(clerk, "election.collected_do").click()
    first, second = (house.tablets[seat] for seat in table.TABLETS[:2])
    for page in (first, second):
        page.goto(f"{house.base}/count")
        expect(page.get_by_role("heading", name=say("count.paper", paper=1), exact=True)).to_be_visible()
    for number, mark in enumerate(paper.papers, 1):
        key(first, number, mark)
    for number, mark in enumerate(paper.papers, 1):
        key(second, number, {"a": "b", "b": "a"}[mark] if number == paper.misread else mark)
    if paper.misread:
        the_difference_is_settled(first, second, paper)
    button(first, "count.finish").click()
    for page in (first, second):
        expect(page.get_by_text(say("count.finished"))).to_be_visible()
    assert str(paper.first[0]) not in house.hall.locator("main").inner_text()
    it_is_confirmed_and_told(house, paper)
    for page in (first, second):
        page.goto(f"{house.base}/")
        expect(page.get_by_text(say("line.online"), exact=True)).to_be_visible()


def key(page: Page, number: int, mark: str) -> None:
    """One paper by the keyboard, as a teller does who has twenty-five of them."""
    heading = page.get_by_role("heading", name=say("count.paper", paper=number), exact=True)
    expect(heading).to_be_visible()
    if mark == "x":
        page.get_by_label(say("count.invalid")).check()
        page.get_by_label(say("count.reason")).select_option("signed")
        button(page, "count.save", paper=number).click()
        return
    for name, press in zip(table.CANDIDATES, _KEYS[mark], strict=True):
        page.get_by_role("group", name=name).get_by_role("radio").first.press(press)
    page.keyboard.press("Enter")


def the_difference_is_settled(first: Page, second: Page, paper: table.Round) -> None:
    """Both see the one paper that they read differently; the second looks again and keys it anew."""
    for page in (first, second):
        expect(page.get_by_role("heading", name=say("count.differences"))).to_be_visible()
        expect(page.get_by_role("button", name=re.compile(r"^Xem lại phiếu số"))).to_have_count(1)
    button(second, "count.look_again", paper=paper.misread).click()
    for name, press in zip(table.CANDIDATES, _KEYS[paper.papers[paper.misread - 1]], strict=True):
        second.get_by_role("group", name=name).get_by_role("radio").first.press(press)
    button(second, "count.save_again", paper=paper.misread).click()
    expect(first.get_by_text(say("count.both_done"))).to_be_visible()


def it_is_confirmed_and_told(house: House, paper: table.Round) -> None:
    button(house.clerk, "election.confirm").click()
    house.chair_does("ConfirmElection")
    house.chair_does("AnnounceElection")
    numbers = say(
        "election.numbers", issued=paper.issued, collected=len(paper.papers), valid=paper.valid, invalid=paper.invalid
    )
    for page in (house.hall, house.clerk, house.chair):
        expect(page.get_by_text(numbers).first).to_be_visible()
    for name, (yes, percent) in zip(table.CANDIDATES, (paper.first, paper.second), strict=True):
        line = house.hall.get_by_role("row").filter(has_text=name)
        expect(line.get_by_role("cell").nth(0)).to_have_text(str(yes))
        expect(line).to_contain_text(f"{percent} %")
        won = paper.chosen and name == table.CANDIDATES[0]
        expect(line).to_contain_text(say("election.chosen.elect" if won else "election.not_chosen"))
