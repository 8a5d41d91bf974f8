"""Backups and updates are told what is going on; whoever tells them may be slow, may refuse, and is tried again."""

from typing import Any

from appliance.adapters.memory import ManualTimers
from appliance.core import commands as c
from appliance.services.activity import ActivityKeeper
from tests.core import elections
from tests.house import CHAIR, CLERK, House, accepted, announce_poll, convene, member, open_poll, sit
from tests.services.test_standing import Disk


class Paper(Disk):
    """What a backup reads."""

    times = 0

    def write(self, body: bytes) -> None:
        self._may("write")
        self.content, self.times = body, self.times + 1


def told(house: House, disk: Paper) -> tuple[Paper, ManualTimers]:
    timers = ManualTimers()
    ActivityKeeper(house.chamber, disk.write, disk.aside, timers)
    return disk, timers


def says(**yes: bool) -> dict[str, Any]:
    return {"sitting": False, "poll": False, "secret": False, **yes}


def test_what_a_server_that_was_killed_said_last_is_put_right_at_the_start() -> None:
    disk, _ = told(House.of(5), Paper(content=b'{"sitting":true,"poll":true,"secret":true}'))
    assert disk.says == says()


def test_a_poll_is_told_while_it_is_open_or_held_and_ballots_cost_nothing() -> None:
    house = sit(convene(House.of(5)), present=4)
    disk, _ = told(house, Paper())
    assert disk.says == says(sitting=True)
    open_poll(house, "p1")
    assert disk.says == says(sitting=True, poll=True)
    before = disk.times
    accepted(house.give(member(1), c.CastBallot, poll="p1", choice="for"))
    accepted(house.give(CHAIR, c.HoldPoll, poll="p1"))
    assert (disk.says["poll"], disk.times) == (True, before)
    announce_poll(house, "p1")
    accepted(house.give(CHAIR, c.CloseSitting))
    assert disk.says == says()


def test_a_secret_vote_is_told_from_the_handing_out_of_its_ballots_until_it_is_announced() -> None:
    house = sit(convene(House.of(27)), present=25)
    disk, _ = told(house, Paper())
    elections.ready(elections.drafted(house))
    assert not disk.says["secret"]
    accepted(house.give(CHAIR, c.IssueBallots, **elections.B1))
    assert disk.says["secret"]
    accepted(house.give(CHAIR, c.VoidElection, reason="in nhầm phiếu", **elections.B1))
    assert not disk.says["secret"]


def test_a_disk_that_refuses_is_tried_again_and_stops_no_vote() -> None:
    house = sit(convene(House.of(5)), present=4)
    disk, timers = told(house, Paper())
    disk.refuses.add("write")
    open_poll(house, "p1")
    assert not disk.says["poll"]
    disk.refuses.clear()
    timers.ring()
    assert disk.says["poll"]


def test_a_vote_that_ends_while_the_disk_is_slow_ends_there_too() -> None:
    house = sit(convene(House.of(5)), present=4)
    disk, _ = told(house, Paper())
    disk.slow = True
    accepted(house.give(CLERK, c.DraftPoll, poll="p1", item="i1", question="Thông qua?"))
    accepted(house.give(CHAIR, c.OpenPoll, poll="p1"))
    accepted(house.give(CHAIR, c.VoidPoll, poll="p1", reason="nhầm"))
    disk.slow = False
    disk.work()
    disk.work()
    assert not disk.says["poll"]
