"""From a mock pin to the ledger and back to the light: the whole panels process against a real Chamber and Door."""

from collections.abc import Callable

from appliance.core import commands as c
from appliance.core.ballot_paper import Choice
from appliance.core.state import Standing
from appliance.panels.buttons import Timing
from tests.house import CHAIR, CLERK, House, accepted, convene, member, name_of, sit
from tests.panels.hall import RunningPanels, ServedHouse

Serve = Callable[[House], ServedHouse]
Fit = Callable[..., RunningPanels]
FOR, AGAINST, ABSTAIN = Choice.FOR, Choice.AGAINST, Choice.ABSTAIN


def choices(served: ServedHouse) -> list[tuple[str, str, str]]:
    """Who has cast what by which way, in order."""
    return [(ballot.member, ballot.choice.value, ballot.by) for ballot in served.ballots()]


def test_a_press_is_a_ballot_in_the_ledger_and_a_steady_light(polling: House, serve: Serve, fit: Fit) -> None:
    served, panels = serve(polling), fit("A1", "A2")
    panels.wait_for("A1", "waiting")
    panels.press("A1", AGAINST)
    panels.wait_for("A1", "recorded", AGAINST)
    assert panels.lit("A1") == (False, True, False)
    assert choices(served) == [("m01", "against", "panel")]
    assert panels.shows("A2")[-1] == "waiting"


def test_the_light_says_recorded_only_after_the_durable_answer(polling: House, serve: Serve, fit: Fit) -> None:
    served, panels = serve(polling), fit("A1")
    panels.wait_for("A1", "waiting")
    served.do(lambda: setattr(polling.inline, "at_once", False))
    panels.press("A1", FOR)
    panels.wait_for("A1", "sending")
    assert served.ballots() == []
    assert "recorded" not in panels.shows("A1")
    served.do(polling.inline.flush)
    panels.wait_for("A1", "recorded", FOR)


def test_a_ballot_that_the_disk_refused_is_shown_as_refused_and_never_as_recorded(
    polling: House, serve: Serve, fit: Fit
) -> None:
    served, panels = serve(polling), fit("A1")
    panels.wait_for("A1", "waiting")
    polling.memory.broken = True
    panels.press("A1", FOR)
    panels.wait_for("A1", "refused")
    panels.wait_for("A1", "offline")  # the machine cannot record: the light says so until it can
    assert "recorded" not in panels.shows("A1")
    polling.memory.broken = False
    served.do(polling.probe)
    panels.wait_for("A1", "waiting")
    panels.press("A1", FOR)
    panels.wait_for("A1", "recorded", FOR)


def test_one_changes_their_mind_until_the_poll_is_closed(polling: House, serve: Serve, fit: Fit) -> None:
    served, panels = serve(polling), fit("A1")
    panels.wait_for("A1", "waiting")
    panels.press("A1", FOR)
    panels.wait_for("A1", "recorded", FOR)
    panels.press("A1", ABSTAIN)
    panels.wait_for("A1", "recorded", ABSTAIN)
    assert choices(served) == [("m01", "for", "panel"), ("m01", "abstain", "panel")]
    accepted(served.give(CHAIR, c.ClosePoll, poll="p1"))
    panels.press("A1", AGAINST)
    panels.wait_for("A1", "refused")
    panels.wait_for("A1", "recorded", ABSTAIN)
    assert len(served.ballots()) == 2


def test_a_contact_that_bounces_is_one_press(polling: House, serve: Serve, fit: Fit) -> None:
    served, panels = serve(polling), fit("A1", timing=Timing(bounce_seconds=1.0))
    panels.wait_for("A1", "waiting")
    for _ in range(6):
        panels.press("A1", FOR)
    panels.down("A1", FOR)
    panels.wait_for("A1", "recorded", FOR)
    for _ in range(6):
        panels.up("A1", FOR)
        panels.down("A1", FOR)
    panels.up("A1", FOR)
    panels.press("A1", AGAINST)
    panels.wait_for("A1", "recorded", AGAINST)
    assert choices(served) == [("m01", "for", "panel"), ("m01", "against", "panel")]


def test_two_buttons_at_once_are_none(polling: House, serve: Serve, fit: Fit) -> None:
    served, panels = serve(polling), fit("A1", timing=Timing(together_seconds=0.5))
    panels.wait_for("A1", "waiting")
    panels.down("A1", FOR)
    panels.down("A1", AGAINST)
    panels.wait_for("A1", "refused")
    panels.up("A1", FOR)
    panels.down("A1", FOR)
    panels.up("A1", FOR)
    panels.up("A1", AGAINST)
    panels.wait_for("A1", "waiting")
    panels.press("A1", ABSTAIN)
    panels.wait_for("A1", "recorded", ABSTAIN)
    assert choices(served) == [("m01", "abstain", "panel")]


def test_a_stuck_button_is_noticed_and_its_seat_has_no_panel_until_it_is_freed(
    polling: House, serve: Serve, fit: Fit
) -> None:
    served, panels = serve(polling), fit("A1", "A2", timing=Timing(jam_seconds=0.2))
    panels.wait_for("A1", "waiting")
    panels.down("A1", FOR)
    panels.wait_for("A1", "jammed")
    served.wait_for_state(lambda state: state.working == {"A2"}, "A1 is known to be jammed")
    panels.press("A1", AGAINST)
    panels.up("A1", FOR)
    panels.wait_for("A1", "recorded", FOR)  # what was pressed before it stuck stands
    served.wait_for_state(lambda state: state.working == {"A1", "A2"}, "A1 is freed")
    assert choices(served) == [("m01", "for", "panel")]


def test_a_panel_of_someone_who_is_not_here_asks_for_check_in_which_waits_for_the_clerk(serve: Serve, fit: Fit) -> None:
    house = sit(convene(House.of(n=3)), present=1)
    served, panels = serve(house), fit("A1", "A2")
    panels.wait_for("A1", "dark")
    panels.wait_for("A2", "check-in")
    panels.press("A2", ABSTAIN)
    panels.wait_for("A2", "asked")
    sitting = house.state.sitting
    assert sitting is not None
    assert sitting.roll["m02"].standing is Standing.ASKED
    accepted(served.give(CLERK, c.ConfirmCheckIn, member="m02"))
    panels.wait_for("A2", "dark")
    assert served.ballots() == []


def test_who_came_in_after_the_opening_sees_that_the_poll_is_not_theirs(polling: House, serve: Serve, fit: Fit) -> None:
    served, panels = serve(polling), fit("A5")
    panels.wait_for("A5", "check-in")
    accepted(served.give(CLERK, c.CheckIn, member="m05"))
    panels.wait_for("A5", "not-your-poll")
    panels.press("A5", FOR)
    panels.wait_for("A5", "refused")
    panels.wait_for("A5", "not-your-poll")
    assert served.ballots() == []


def test_a_held_poll_keeps_what_is_recorded_and_takes_no_press(polling: House, serve: Serve, fit: Fit) -> None:
    served, panels = serve(polling), fit("A1", "A2")
    panels.wait_for("A1", "waiting")
    panels.press("A1", FOR)
    panels.wait_for("A1", "recorded", FOR)
    accepted(served.give(CHAIR, c.HoldPoll, poll="p1"))
    panels.wait_for("A2", "held")
    panels.press("A2", FOR)
    panels.wait_for("A2", "refused")
    assert panels.shows("A1")[-1] == "recorded"
    accepted(served.give(CHAIR, c.ResumePoll, poll="p1"))
    panels.wait_for("A2", "waiting")


def test_a_choice_made_on_a_tablet_shows_on_the_panel_of_the_same_seat(polling: House, serve: Serve, fit: Fit) -> None:
    served, panels = serve(polling), fit("A3")
    panels.wait_for("A3", "waiting")
    panels.press("A3", FOR)
    panels.wait_for("A3", "recorded", FOR)
    accepted(served.give(member(3), c.CastBallot, poll="p1", choice="against"))
    panels.wait_for("A3", "recorded", AGAINST)


def test_lights_go_out_once_the_result_is_announced(polling: House, serve: Serve, fit: Fit) -> None:
    served, panels = serve(polling), fit("A1", "A2")
    panels.wait_for("A1", "waiting")
    panels.press("A1", FOR)
    panels.wait_for("A1", "recorded", FOR)
    accepted(served.give(CHAIR, c.ClosePoll, poll="p1"))
    panels.wait_for("A2", "dark")
    accepted(served.give(CLERK, c.ConfirmPoll, poll="p1"))
    accepted(served.give(CHAIR, c.ConfirmPoll, poll="p1"))
    assert panels.shows("A1")[-1] == "recorded"
    accepted(served.give(CHAIR, c.AnnouncePoll, poll="p1"))
    panels.wait_for("A1", "dark")


def test_without_a_server_the_panels_show_offline_and_after_it_came_back_the_right_lights(
    polling: House, serve: Serve, fit: Fit
) -> None:
    panels = fit("A1", "A2", "A5")
    panels.wait_for("A1", "offline")
    first = serve(polling)
    panels.wait_for("A1", "waiting")
    panels.press("A1", ABSTAIN)
    panels.wait_for("A1", "recorded", ABSTAIN)
    first.stop()
    panels.wait_for("A1", "offline")
    serve(polling.restarted())
    panels.wait_for("A1", "recorded", ABSTAIN)
    panels.wait_for("A2", "waiting")
    panels.wait_for("A5", "check-in")


def test_a_ballot_that_the_dead_server_never_wrote_is_sent_again_and_counts_once(
    polling: House, serve: Serve, fit: Fit
) -> None:
    first, panels = serve(polling), fit("A1")
    panels.wait_for("A1", "waiting")
    first.do(lambda: setattr(polling.inline, "at_once", False))
    panels.press("A1", FOR)
    panels.wait_for("A1", "sending")
    first.stop()
    panels.wait_for("A1", "offline")
    second = serve(polling.restarted())
    panels.wait_for("A1", "recorded", FOR)
    assert choices(second) == [("m01", "for", "panel")]


def test_a_ballot_whose_answer_was_lost_counts_once(polling: House, serve: Serve, fit: Fit) -> None:
    first, panels = serve(polling), fit("A1")
    panels.wait_for("A1", "waiting")
    first.do(lambda: setattr(polling.inline, "at_once", False))
    panels.press("A1", FOR)
    panels.wait_for("A1", "sending")

    def cut_and_write() -> None:
        first.panels.stop()
        polling.inline.flush()  # it reaches the disk; the answer reaches nobody

    first.do(cut_and_write)
    first.stop()
    second = serve(polling.restarted())
    panels.wait_for("A1", "recorded", FOR)
    assert choices(second) == [("m01", "for", "panel")]


def test_a_press_is_not_sent_again_over_a_newer_choice_of_the_same_member(
    polling: House, serve: Serve, fit: Fit
) -> None:
    first, panels = serve(polling), fit("A1", "A2")
    panels.wait_for("A1", "waiting")
    first.do(lambda: setattr(polling.inline, "at_once", False))
    panels.press("A1", FOR)
    panels.wait_for("A1", "sending")
    first.stop()
    house = polling.restarted()
    accepted(house.give(member(1), c.CastBallot, poll="p1", choice="against"))
    second = serve(house)
    panels.wait_for("A1", "recorded", AGAINST)
    panels.press("A2", FOR)  # answered after anything that was sent before it
    panels.wait_for("A2", "recorded", FOR)
    assert choices(second) == [("m01", "against", "tablet"), ("m02", "for", "panel")]


def test_a_process_that_is_stopped_leaves_every_light_dark(polling: House, serve: Serve, fit: Fit) -> None:
    served, panels = serve(polling), fit("A1")
    panels.wait_for("A1", "waiting")
    panels.press("A1", FOR)
    panels.wait_for("A1", "recorded", FOR)
    panels.stop()
    assert panels.code == 0
    assert panels.lit("A1") == (False, False, False)
    served.wait_for_state(lambda state: not state.online, "the server knows that they are gone")


def test_twenty_seven_seats_vote_at_once_and_each_ballot_is_there_once(serve: Serve, fit: Fit) -> None:
    house = sit(convene(House.of(n=27)), present=27)
    accepted(house.give(CLERK, c.DraftPoll, item="i1", poll="p1", question="?"))
    accepted(house.give(CHAIR, c.OpenPoll, poll="p1"))
    seats = [f"A{i}" for i in range(1, 28)]
    served, panels = serve(house), fit(*seats)
    for seat in seats:
        panels.wait_for(seat, "waiting")
    for seat in seats:
        panels.press(seat, FOR)
    for seat in seats:
        panels.wait_for(seat, "recorded", FOR)
    assert sorted(choices(served)) == [(name_of(i), "for", "panel") for i in range(1, 28)]
