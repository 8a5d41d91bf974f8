"""From a finger on a simulated panel to the ledger and back to its light: the whole process, firmware and all."""

from collections.abc import Callable

from appliance.core import commands as c
from appliance.core.ballot_paper import Choice
from appliance.demo.panel_bus import sound
from appliance.services.panel_words import Pressed
from firmware.panel import shows
from firmware.panel.version import VERSION
from tests.house import CHAIR, CLERK, House, accepted
from tests.panels.bus_hall import Desk, Rig, file_of, paired, serial_of, wait_until
from tests.panels.hall import ServedHouse

Serve = Callable[[House], ServedHouse]
FOR, AGAINST, ABSTAIN = Choice.FOR, Choice.AGAINST, Choice.ABSTAIN
SEATED = [paired(1, "A1"), paired(2, "A2"), paired(3, "A5"), paired(4, None)]


def choices(served: ServedHouse) -> list[tuple[str, str, str]]:
    """Who has cast what by which way, in order."""
    return [(ballot.member, ballot.choice.value, ballot.by) for ballot in served.ballots()]


def test_a_press_is_a_ballot_in_the_ledger_and_a_steady_light(polling: House, serve: Serve, rig: Rig) -> None:
    served = serve(polling)
    rig.start(SEATED)
    rig.wait_for(1, shows.WAITING)
    rig.wait_for(3, shows.CHECK_IN)
    rig.wait_for(4, shows.DARK)
    rig.press(1, AGAINST)
    rig.wait_for(1, shows.RECORDED + 1)
    rig.wait_for(2, shows.WAITING)
    assert choices(served) == [("m01", "against", "panel")]
    rig.press(1, FOR)
    rig.wait_for(1, shows.RECORDED)
    rig.press(4, FOR)  # a spare is nobody's
    assert choices(served) == [("m01", "against", "panel"), ("m01", "for", "panel")]


def test_a_press_for_a_poll_that_is_over_is_refused_and_never_carried_over(
    polling: House, serve: Serve, rig: Rig
) -> None:
    served = serve(polling)
    rig.start(SEATED)
    rig.wait_for(1, shows.WAITING)
    rig.bus.faults = lambda data, from_master: ()  # the line is cut while somebody presses
    rig.press(1, FOR)
    accepted(served.give(CHAIR, c.ClosePoll, poll="p1"))
    accepted(served.give(CLERK, c.ConfirmPoll, poll="p1"))
    accepted(served.give(CHAIR, c.ConfirmPoll, poll="p1"))
    accepted(served.give(CHAIR, c.AnnouncePoll, poll="p1"))
    accepted(served.give(CLERK, c.DraftPoll, item="i1", poll="p2", question="Thông qua?"))
    accepted(served.give(CHAIR, c.OpenPoll, poll="p2", override_quorum=True))
    rig.bus.faults = sound
    rig.never(1, shows.RECORDED, lambda: rig.bus.panels[serial_of(1)].shows() == shows.REFUSED)
    rig.wait_for(1, shows.WAITING)
    assert choices(served) == []
    rig.press(1, FOR)
    rig.wait_for(1, shows.RECORDED)


def test_the_panels_process_restarts_between_press_and_answer_and_the_ballot_counts_once(
    polling: House, serve: Serve, rig: Rig
) -> None:
    served = serve(polling)
    rig.start(SEATED)
    rig.wait_for(1, shows.WAITING)
    served.do(lambda: setattr(polling.inline, "at_once", False))
    rig.press(1, AGAINST)
    rig.wait_for(1, shows.SENDING + 1)
    rig.again()
    served.do(polling.inline.flush)
    served.do(lambda: setattr(polling.inline, "at_once", True))
    rig.wait_for(1, shows.RECORDED + 1)
    rig.never(1, shows.REFUSED, lambda: rig.bus.panels[serial_of(1)].shows() == shows.RECORDED + 1)
    assert choices(served) == [("m01", "against", "panel")]


def test_power_that_fails_between_press_and_light_loses_nothing_that_was_told(
    polling: House, serve: Serve, rig: Rig
) -> None:
    served = serve(polling)
    rig.start(SEATED)
    rig.wait_for(1, shows.WAITING)
    served.do(lambda: setattr(polling.inline, "at_once", False))
    rig.press(1, FOR)
    wait_until(lambda: rig.lights_of("A1") == "sending", "the press is with the appliance")
    rig.bus.power(serial_of(1), False)
    served.do(polling.inline.flush)
    served.do(lambda: setattr(polling.inline, "at_once", True))
    rig.bus.power(serial_of(1), True)
    rig.wait_for(1, shows.RECORDED)
    assert choices(served) == [("m01", "for", "panel")]


def test_a_panel_is_replaced_in_mid_poll_and_the_old_one_votes_no_more(polling: House, serve: Serve, rig: Rig) -> None:
    served = serve(polling)
    rig.start(SEATED)
    desk = Desk(served)
    rig.wait_for(1, shows.WAITING)
    rig.press(1, AGAINST)
    rig.wait_for(1, shows.RECORDED + 1)
    assert desk.order(do="seat", serial=serial_of(4), seat="A1") == ""
    rig.wait_for(4, shows.RECORDED + 1)
    rig.wait_for(1, shows.DARK)
    rig.press(1, FOR)
    rig.wait_for(1, shows.REFUSED)
    rig.wait_for(1, shows.DARK)
    assert choices(served) == [("m01", "against", "panel")]
    rig.press(4, ABSTAIN)
    rig.wait_for(4, shows.RECORDED + 2)
    assert [panel.seat for panel in file_of(rig.panels.pairing).values()] == [None, "A2", "A5", "A1"]
    assert desk.order(do="seat", serial=serial_of(4), seat=None) == ""  # a tablet takes over
    rig.wait_for(4, shows.DARK)
    served.wait_for_state(lambda state: "A1" not in state.seats, "A1 has no panel")
    assert choices(served)[-1] == ("m01", "abstain", "panel")


def test_a_new_panel_is_found_by_its_button_joins_votes_and_is_forgotten(
    polling: House, serve: Serve, rig: Rig
) -> None:
    served = serve(polling)
    rig.start([paired(1, "A1")], 9)
    desk, new = Desk(served), serial_of(9)
    rig.wait_for(1, shows.WAITING)
    rig.wait_for(9, shows.NO_HALL)
    assert desk.order(do="take", serial=new, seat="A2") == "pairing-not-underway"
    assert desk.order(do="pair-start", bus="b") == "bus-unknown"
    assert desk.order(do="pair-start", bus="a") == ""
    assert desk.order(do="pair-start", bus="a") == "pairing-underway"
    assert desk.order(do="take", serial=new, seat="A2") == "panel-not-found"
    rig.press(9, FOR)
    desk.wait_for(lambda house: house.pairing is not None and house.pairing.found == new, "the new panel")
    rig.wait_for(9, shows.JOINING)
    assert desk.order(do="take", serial=new, seat="A1") == "seat-has-panel"
    assert desk.order(do="take", serial=new, seat="A2") == ""
    rig.wait_for(9, shows.WAITING)
    desk.wait_for(lambda house: house.pairing is None, "pairing has ended")
    rig.press(9, ABSTAIN)
    rig.wait_for(9, shows.RECORDED + 2)
    assert choices(served) == [("m02", "abstain", "panel")]
    assert desk.order(do="forget", serial=new) == ""
    rig.wait_for(9, shows.NO_HALL)
    rig.press(9, FOR)
    assert desk.order(do="forget", serial=new) == "panel-not-found"
    assert choices(served) == [("m02", "abstain", "panel")]


def test_a_panel_that_does_not_take_its_key_is_not_on_file(polling: House, serve: Serve, rig: Rig) -> None:
    served = serve(polling)
    rig.start([paired(1, "A1")], 9)
    desk = Desk(served)
    rig.wait_for(1, shows.WAITING)
    assert desk.order(do="pair-start", bus="a") == ""
    rig.press(9, FOR)
    desk.wait_for(lambda house: house.pairing is not None and house.pairing.found is not None, "the new panel")
    rig.bus.power(serial_of(9), False)
    assert desk.order(do="take", serial=serial_of(9), seat="A2") == "panel-offline"
    assert list(file_of(rig.panels.pairing)) == [serial_of(1)]


def test_fingers_are_reported_while_testing_and_count_nothing(polling: House, serve: Serve, rig: Rig) -> None:
    served = serve(polling)
    rig.start(SEATED)
    desk = Desk(served)
    rig.wait_for(1, shows.WAITING)
    assert desk.order(do="test", on=True) == ""
    assert desk.order(do="light", serial=serial_of(4), lights=[True, False, True]) == ""
    rig.wait_for(4, shows.STEADY + 5)
    rig.press(4, AGAINST)
    finger = Pressed(serial=serial_of(4), seat=None, button="against", down=True)
    desk.watched.wait_for(lambda: finger in desk.pressed, "a finger")
    served.stop()  # and whoever was testing with it
    rig.wait_for(4, shows.DARK)
    served = serve(polling)
    rig.wait_for(1, shows.WAITING)
    assert choices(served) == []
    rig.press(1, FOR)
    rig.wait_for(1, shows.RECORDED)


def test_the_house_says_which_firmware_each_panel_runs(polling: House, serve: Serve, rig: Rig) -> None:
    served = serve(polling)
    desk = Desk(served)
    rig.start(SEATED)
    version = ".".join(map(str, VERSION))
    desk.wait_for(lambda house: [p.version for p in house.panels] == [version] * len(SEATED), "versions")
