"""While a vote is open, papers are not prepared; whoever is told so may be slow, may refuse, and may be told late."""

from appliance.core import commands as c
from appliance.services.giving_way import GivingWay
from tests.house import CHAIR, CLERK, House, accepted, convene, member, sit
from tests.services.test_standing import Disk


class Mark:
    """What the papers process finds."""

    def __init__(self, disk: Disk) -> None:
        self.disk, self.is_there, self.times = disk, True, 0  # left behind by a server that was killed

    def __call__(self, on: bool) -> None:
        self.disk._may("mark")
        self.is_there, self.times = on, self.times + 1


def house_with_a_poll() -> tuple[House, Disk, Mark]:
    house = sit(convene(House.of(5)), present=4)
    accepted(house.give(CLERK, c.DraftPoll, poll="p1", item="i1", question="Thông qua?"))
    disk = Disk()
    return house, disk, Mark(disk)


def test_a_mark_that_was_left_behind_is_taken_away() -> None:
    house, disk, mark = house_with_a_poll()
    GivingWay(house.chamber, mark, disk.aside)
    assert not mark.is_there


def test_it_is_there_from_the_opening_to_the_end_of_a_vote_and_ballots_cost_nothing() -> None:
    house, disk, mark = house_with_a_poll()
    GivingWay(house.chamber, mark, disk.aside)
    accepted(house.give(CHAIR, c.OpenPoll, poll="p1"))
    assert mark.is_there
    before = mark.times
    accepted(house.give(member(1), c.CastBallot, poll="p1", choice="for"))
    accepted(house.give(CHAIR, c.HoldPoll, poll="p1"))
    assert (mark.is_there, mark.times) == (True, before)
    accepted(house.give(CHAIR, c.ClosePoll, poll="p1"))
    assert not mark.is_there


def test_a_vote_that_ends_while_the_disk_is_slow_ends_there_too() -> None:
    house, disk, mark = house_with_a_poll()
    GivingWay(house.chamber, mark, disk.aside)
    disk.slow = True
    accepted(house.give(CHAIR, c.OpenPoll, poll="p1"))
    accepted(house.give(CHAIR, c.VoidPoll, poll="p1", reason="nhầm"))
    disk.slow = False
    disk.work()
    assert not mark.is_there


def test_a_disk_that_refuses_stops_no_vote() -> None:
    house, disk, mark = house_with_a_poll()
    GivingWay(house.chamber, mark, disk.aside)
    disk.refuses.add("mark")
    accepted(house.give(CHAIR, c.OpenPoll, poll="p1"))
    disk.refuses.clear()
    accepted(house.give(CHAIR, c.ClosePoll, poll="p1"))
    assert not mark.is_there
