"""One hall, three ways to wire a seat: three lights at the Pi, one light at the Pi, three lights on an expander."""

from collections.abc import Callable

import msgspec

from appliance.config import Expander, SeatPins
from appliance.core import commands as c
from appliance.core.ballot_paper import Choice
from appliance.panels.wiring import STANDARD_INTERRUPTS, Wiring, on_expander, one_light, standard, wiring
from tests.house import House, accepted, member
from tests.panels.hall import RunningPanels, ServedHouse

Serve = Callable[[House], ServedHouse]
Fit = Callable[..., RunningPanels]
FOR, AGAINST, ABSTAIN = Choice.FOR, Choice.AGAINST, Choice.ABSTAIN


def mixed() -> Wiring:
    """A1 and A2 as the standard wiring has them, A3 with one light, A4 and A5 on an expander."""
    narrow = {**one_light(["A3"])["A3"], "button_for": 10, "button_against": 11, "button_abstain": 12}
    tables = {**standard(["A1", "A2"]), "A3": narrow, **on_expander(1, ["A4", "A5"])}
    fitted = {"1": Expander(address=0x20, interrupt=STANDARD_INTERRUPTS[0])}
    return wiring(msgspec.convert(tables, dict[str, SeatPins]), fitted)


def test_every_seat_of_a_mixed_hall_votes_and_sees_it_recorded(polling: House, serve: Serve, fit: Fit) -> None:
    served, panels = serve(polling), fit(wired=mixed())
    for seat in ("A1", "A3", "A4"):
        panels.wait_for(seat, "waiting")
    panels.wait_for("A5", "check-in")
    panels.press("A1", AGAINST)
    panels.press("A3", FOR)
    panels.press("A4", ABSTAIN)
    panels.wait_for("A1", "recorded", AGAINST)
    panels.wait_for("A3", "recorded")
    panels.wait_for("A4", "recorded", ABSTAIN)
    assert panels.lit("A1") == (False, True, False)
    assert panels.lit("A3") == (True,), "one light, on without a gap: for"
    assert panels.lit("A4") == (False, False, True)
    assert {(b.member, b.choice, b.by) for b in served.ballots()} == {
        ("m01", "against", "panel"),
        ("m03", "for", "panel"),
        ("m04", "abstain", "panel"),
    }


def test_one_light_shows_each_step_of_a_change_of_mind_by_its_own_look(polling: House, serve: Serve, fit: Fit) -> None:
    served, panels = serve(polling), fit(wired=mixed())
    panels.wait_for("A3", "waiting")
    assert panels.shown["A3"][-1].lights == ("blink",) * 3
    panels.press("A3", FOR)
    panels.wait_for("A3", "recorded")
    accepted(served.give(member(3), c.CastBallot, poll="p1", choice="against"))
    panels.watched.wait_for(lambda: panels.shown["A3"][-1].lights == ("blink",) * 3, "on with a gap: no longer for")
    assert panels.shows("A3")[-1] == "recorded"
