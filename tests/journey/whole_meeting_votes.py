"""A vote in the hall from the chair's first word to the announcement, held against the table on every screen."""

import re

from playwright.sync_api import Page, expect

from tests.journey import whole_meeting_table as table
from tests.journey.pages import button, say
from tests.journey.whole_meeting_house import House

_CHOICES = ("for", "against", "abstain", "")


def choices(vote: table.Vote, turn: int) -> dict[str, str]:
    """Who presses what, by seat; '': nothing. Another member begins each time, so nobody always says the same."""
    here = [seat for seat in table.NAMES if seat not in {table.AWAY, table.LEAVES}]
    here = here[turn:] + here[:turn]
    counts = (vote.in_favour, vote.against, vote.abstain, vote.no_press)
    pressed = [choice for choice, count in zip(_CHOICES, counts, strict=True) for _ in range(count)]
    return dict(zip(here, pressed, strict=True))


def vote_by_hands(house: House, vote: table.Vote) -> None:
    """The clerk counts."""
    house.chair_does("OpenPoll")
    form = house.clerk.locator("form.hands")
    for choice, count in (("for", vote.in_favour), ("against", vote.against), ("abstain", vote.abstain)):
        form.locator(f"input[name={choice}]").fill(str(count))
    button(house.clerk, "clerk.hands_do").click()
    expect(house.main_step()).to_have_text(say("script.do.ClosePoll"))
    house.chair_does("ClosePoll")
    confirmed_and_told(house, vote)


def vote_by_buttons(house: House, vote: table.Vote, turn: int) -> None:
    """The chair, three delegates at their browsers, and the others over the wire."""
    house.chair_does("OpenPoll")
    expect(house.hall.get_by_text(say("hall.voting"), exact=True)).to_be_visible()
    everybody_presses(house, choices(vote, turn))
    house.chair_does("ClosePoll", sure=vote.no_press > 0)
    confirmed_and_told(house, vote)


def everybody_presses(house: House, pressed: dict[str, str]) -> None:
    """Those who press at all."""
    poll = str(house.view()["poll"]["poll"])
    wire = [seat for seat in pressed if seat in house.voters and pressed[seat]]
    house.everybody(wire, lambda seat: house.give(seat, "CastBallot", poll=poll, choice=pressed[seat]))
    for seat, page in (*house.tablets.items(), (table.CHAIR_SEAT, house.chair)):
        if pressed.get(seat):
            press(page, pressed[seat])
    count = sum(1 for choice in pressed.values() if choice)
    expect(house.hall.get_by_text(re.compile(rf"^\s*{count}\s*/\s*{len(pressed)}\s"))).to_be_visible()


def press(page: Page, choice: str) -> None:
    """A finger on the ballot; it stays until the ballot says that it is recorded."""
    word = say(f"choice.{choice}")
    page.get_by_role("region", name=say("ballot.label")).get_by_role("button", name=word, exact=True).click()
    expect(page.get_by_text(say("ballot.recorded", choice=word))).to_be_visible()


def confirmed_and_told(house: House, vote: table.Vote) -> None:
    """Clerk and chair see the same numbers; the hall has none until they are told."""
    button(house.clerk, "clerk.confirm").click()
    figures = house.hall.get_by_role("region", name=say("hall.result")).get_by_role("definition")
    expect(figures).to_have_count(0)
    house.chair_does("ConfirmPoll")
    house.chair_does("AnnouncePoll")
    not_voting = vote.abstain + vote.no_press
    expect(figures.nth(0)).to_have_text(re.compile(rf"^{vote.in_favour}\s+{vote.percent}\s?%$"))
    expect(figures.nth(1)).to_have_text(re.compile(rf"^{vote.against}\s"))
    expect(figures.nth(2)).to_have_text(re.compile(rf"^{not_voting}\s"))
    verdict = say("result.adopted" if vote.adopted else "result.rejected")
    expect(house.hall.get_by_role("status").filter(has_text=verdict).first).to_have_text(re.compile(rf"^\W*{verdict}$"))
    expect(house.clerk.get_by_text(f"{say('choice.for')} {vote.in_favour}/27", exact=True)).to_be_visible()
    for page in (house.chair, house.tablets[table.TABLETS[2]]):
        expect(
            page.get_by_text(re.compile(rf"{vote.in_favour} đại biểu tán thành, bằng {vote.percent} %")).first
        ).to_be_visible()


def a_vote_is_void_and_taken_again(house: House, vote: table.Vote, turn: int) -> None:
    """Twenty-one have voted when somebody sees that the title names the wrong year."""
    house.chair_does("OpenPoll")
    expect(house.hall.get_by_text(table.MISTITLED)).to_be_visible()
    first = {seat: "for" if at < table.BEFORE_THE_ERROR else "" for at, seat in enumerate(choices(vote, turn))}
    everybody_presses(house, first)
    button(house.chair, "script.do.VoidPoll").click()
    dialog = house.chair.get_by_role("dialog")
    dialog.locator("input[name=reason]").fill("sai năm trong tên dự thảo")
    dialog.get_by_role("button", name=say("script.do.VoidPoll"), exact=True).click()
    expect(house.hall.get_by_text(say("hall.void"), exact=True)).to_be_visible()
    button(house.chair, "script.do.RepeatPoll").click()
    dialog.locator("textarea[name=question]").fill(vote.question)
    dialog.get_by_role("button", name=say("script.do.RepeatPoll"), exact=True).click()
    expect(house.main_step()).to_have_text(say("script.do.OpenPoll"))
    vote_by_buttons(house, vote, turn)
    expect(house.hall.get_by_text(vote.question)).to_be_visible()
