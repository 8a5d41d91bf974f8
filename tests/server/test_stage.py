"""What is told of the hall's screens, and to whom; and to whom the gavel can be handed."""

from appliance.core import commands as c
from appliance.services.hall_clock import HallClock
from tests.house import CHAIR, CLERK, HALL, House, accepted, announce_poll, cast, convene, member, open_poll, sit
from tests.server.running import Running
from tests.server.test_screens import room


def test_the_queue_is_the_desks_and_the_scene_is_everybodys() -> None:
    here = room(sit(convene(House.of())))
    chair, clerk, wall, tablet = (here.enter(actor) for actor in (CHAIR, CLERK, HALL, member(1)))
    here.house.give(CLERK, c.QueueForHall, entry="q1", scene={"kind": "message", "text": "Giải lao"})
    here.house.give(CHAIR, c.ShowOnHall, scene={"kind": "paper", "document": "d1", "sha256": "a" * 64, "pages": 9})
    for sid in (chair, clerk):
        assert here.last(sid, "stage")["queue"][0]["scene"]["text"] == "Giải lao"
    for sid in (wall, tablet):
        assert here.last(sid, "stage")["queue"] is None
        assert (here.last(sid, "stage")["shown"]["document"], here.last(sid, "stage")["shown"]["page"]) == ("d1", 1)
    here.house.give(CLERK, c.ShowPage, page=4)
    assert here.last(tablet, "stage")["shown"]["page"] == 4


def test_the_latest_result_can_be_shown_again_on_the_wall_alone() -> None:
    here = room(announce_poll(cast(open_poll(sit(convene(House.of()))), yes=20)))
    wall, tablet = here.enter(HALL), here.enter(member(1))
    here.house.give(CHAIR, c.StartItem, item="i2")
    assert here.last(wall, "poll") is None
    here.house.give(CLERK, c.ShowOnHall, scene={"kind": "poll"})
    assert here.last(wall, "poll")["result"]["tally"]["for"] == 20
    assert here.last(tablet, "poll") is None
    here.house.give(CLERK, c.ShowOnHall, scene={"kind": "auto"})
    assert here.last(wall, "poll") is None


def test_a_countdown_runs_by_the_monotonic_clock_and_goes_on_after_a_restart() -> None:
    house = convene(House.of())
    clock = HallClock(house.chamber, house.clock)
    assert clock.remaining_ms() is None
    accepted(house.give(CLERK, c.ShowOnHall, scene={"kind": "countdown", "seconds": 60}))
    house.clock.advance(20)
    assert clock.remaining_ms() == 40_000
    house.clock.step(-7200)
    assert clock.remaining_ms() == 40_000, "somebody has set the wall clock"
    house.clock.step(7200)
    again = house.restarted()
    assert HallClock(again.chamber, again.clock).remaining_ms() == 40_000
    house.clock.advance(100)
    assert clock.remaining_ms() == 0


def test_whoever_hands_on_the_gavel_is_told_to_whom(server: Running) -> None:
    chair = server.sign_in("chair")
    found = chair.get(f"{server.base}/api/chairs", timeout=20).json()["chairs"]
    assert [one["name"] for one in found] == ["Vũ Đình Mẫu"]
    clerk = server.sign_in("clerk")
    assert clerk.get(f"{server.base}/api/chairs", timeout=20).status_code == 403
