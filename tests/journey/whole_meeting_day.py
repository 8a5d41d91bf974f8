"""The day itself, item by item: who comes and goes, who speaks, what is asked and promised, and the closing."""

from playwright.sync_api import expect

from tests.journey import whole_meeting_table as table
from tests.journey.pages import button, delegate_tab, say
from tests.journey.whole_meeting_election import a_person_is_elected
from tests.journey.whole_meeting_house import House
from tests.journey.whole_meeting_votes import a_vote_is_void_and_taken_again, vote_by_buttons, vote_by_hands

_EXCUSE = "đi công tác"


def the_morning_opens(house: House) -> None:
    opens(house, "chair.morning", away={table.AWAY: _EXCUSE}, later={table.LATE})
    numbers(house, present=25)


def opens(house: House, name: str, *, away: dict[str, str], later: frozenset[str] | set[str] = frozenset()) -> None:
    """A sitting: the three tablets by the hall's code, the chair by the clerk, the others over the wire."""
    house.chair_does("OpenSitting")
    dialog = house.chair.get_by_role("dialog")
    dialog.locator("input[name=name]").fill(say(name))
    dialog.get_by_role("button", name=say("script.do.OpenSitting"), exact=True).click()
    code = house.room_code()
    for page in house.tablets.values():
        delegate_tab(page, "now")
        page.get_by_label(say("delegate.room_code")).fill(code)
        button(page, "delegate.check_in_do").click()
        expect(button(page, "delegate.leave")).to_be_visible()
    wire = [seat for seat in house.voters if seat not in {*away, *later}]
    house.everybody(wire, lambda seat: house.give(seat, "CheckIn", code=code))
    house.tab("clerk.tab_roll")
    the_clerk_notes(house, table.CHAIR_SEAT, "clerk.check_in")
    for seat, reason in away.items():
        house.clerk.get_by_label(say("clerk.search"), exact=True).fill(seat)
        row = house.clerk.get_by_role("row").filter(has_text=table.NAMES[seat])
        row.get_by_role("button", name=f"{say('clerk.absent')} {table.NAMES[seat]}", exact=True).click()
        dialog = house.clerk.get_by_role("dialog")
        dialog.get_by_label(say("clerk.absent_reason")).fill(reason)
        dialog.get_by_role("button", name=say("clerk.absent_do"), exact=True).click()
        expect(dialog).to_have_count(0)
        expect(row.get_by_text(say("standing.excused"))).to_be_visible()
    house.clerk.get_by_label(say("clerk.search"), exact=True).fill("")


def the_clerk_notes(house: House, seat: str, key: str) -> None:
    """Somebody found by the seat; of namesakes the right one."""
    house.clerk.get_by_label(say("clerk.search"), exact=True).fill(seat)
    house.clerk.get_by_role("button", name=f"{say(key)}: {table.NAMES[seat]}", exact=True).click()


def numbers(house: House, present: int) -> None:
    """How many are here, as the API has it and the chair sees it."""
    house.until(lambda: house.view()["attendance"]["present"] == present)
    expect(house.chair.get_by_text(f"{present}/27").first).to_be_visible()


def the_programme_is_voted_on(house: House) -> None:
    for number in ("1", "2", "3"):
        house.goes_to(number)
    vote_by_hands(house, table.PROGRAMME)


def the_reports_are_heard(house: House) -> None:
    for number in ("4", "5"):
        house.goes_to(number)
    house.give(table.LATE, "CheckIn", code=house.room_code())
    numbers(house, present=26)
    house.tab("clerk.tab_roll")
    late = house.clerk.get_by_role("row").filter(has_text=table.NAMES[table.LATE])
    expect(late.get_by_text(say("standing.present")).first).to_be_visible()
    for report in range(6, 16):
        house.goes_to(str(report))


def one_speaks(house: House) -> None:
    house.goes_to("16")
    tablet, name = house.tablets["12"], table.NAMES["12"]
    delegate_tab(tablet, "now")
    button(tablet, "debate.ask.do").click()
    house.chair_does("GiveFloor", name=name)
    expect(house.hall.get_by_label(say("hall.speaking"), exact=True)).to_contain_text(name)
    house.chair_does("EndFloor")


def one_leaves_at_noon(house: House) -> None:
    house.tab("clerk.tab_roll")
    the_clerk_notes(house, table.LEAVES, "clerk.check_out")
    dialog = house.clerk.get_by_role("dialog")
    dialog.get_by_role("button", name=say("clerk.check_out_do"), exact=True).click()
    numbers(house, present=25)
    house.chair_does("CloseSitting", sure=True)


def the_afternoon_opens(house: House) -> None:
    opens(house, "chair.afternoon", away={table.AWAY: _EXCUSE, table.LEAVES: "việc gia đình"})
    numbers(house, present=25)


def three_questions_are_answered(house: House) -> None:
    house.goes_to("17")
    for at, (seat, addressee, subject, _) in enumerate(table.QUESTIONS):
        start = f"{say('debate.round.start_slip')}: {subject}"
        house.chair.get_by_role("button", name=start, exact=True).click()
        house.chair_does("call_to_ask", name=table.NAMES[seat])
        expect(house.hall.get_by_text(table.NAMES[seat]).first).to_be_visible()
        house.chair_does("call_to_answer", addressee=addressee)
        expect(house.hall.get_by_text(addressee).first).to_be_visible()
        if at == 1:
            a_pledge_is_made(house, subject)
        house.chair_does("MarkAnswered")
        house.chair_does("EndQuestioning")


def a_pledge_is_made(house: House, subject: str) -> None:
    _, what, deadline, _ = table.PLEDGE
    house.chair.get_by_role("button", name=f"{say('debate.round.pledge')}: {subject}", exact=True).click()
    dialog = house.chair.get_by_role("dialog")
    dialog.get_by_label(say("debate.pledge.what")).fill(what)
    dialog.get_by_label(say("debate.pledge.deadline")).fill(deadline)
    dialog.get_by_role("button", name=say("debate.pledge.save"), exact=True).click()
    expect(dialog).to_have_count(0)


def one_is_elected(house: House) -> None:
    house.goes_to("18")
    house.goes_to("19")
    a_person_is_elected(house)


def the_resolutions_are_voted_on(house: House) -> None:
    house.goes_to("20")
    for at, vote in enumerate(table.RESOLUTIONS):
        (a_vote_is_void_and_taken_again if at == table.REPEATED else vote_by_buttons)(house, vote, at * 3)


def the_election_is_confirmed(house: House) -> None:
    house.goes_to("21")
    house.chair_does("DraftElectionPoll_result")
    vote_by_buttons(house, table.CONFIRMING, 5)


def the_meeting_is_closed(house: House) -> None:
    house.goes_to("22")
    vote_by_buttons(house, table.ON_QUESTIONS, 11)
    house.goes_to("23")
    house.goes_to("24")
    house.chair_does("CloseSitting", sure=True)
    house.chair_does("CloseMeeting", sure=True)
    expect(house.chair.get_by_role("heading", name=say("common.meeting_closed"))).to_be_visible()
    expect(house.hall.get_by_text(say("hall.closed_meeting")).first).to_be_visible()
