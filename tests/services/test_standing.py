"""Who may watch stands on the disk before GoPrivate is answered; nothing else waits for that disk."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from appliance.adapters.memory import ManualTimers
from appliance.core import commands as c
from appliance.core.refusals import Code, Fault, Refusal
from appliance.services.answers import Accepted
from appliance.services.chronicle import Chronicle
from appliance.services.standing import StandingKeeper
from tests.house import CHAIR, CLERK, House, Waiter, accepted, command_of, convene, member, refused, sit


@dataclass
class Disk:
    """A StandingStore that notes the order of things; it refuses when told, and may be asked later (`aside`)."""

    happened: list[str] = field(default_factory=list)
    content: bytes | None = None
    refuses: set[str] = field(default_factory=set)
    slow: bool = False
    waiting: list[tuple[Callable[[], None], Callable[[Fault | None], None]]] = field(default_factory=list)

    def write(self, body: bytes) -> None:
        self._may("write")
        self.content = body
        self.happened.append("private on disk" if json.loads(body)["private"] else "public on disk")

    def remove(self) -> None:
        self._may("remove")
        self.content = None
        self.happened.append("removed")

    def _may(self, what: str) -> None:
        if what in self.refuses:
            raise Fault(Code.STORAGE_FAULT, f"told to refuse {what}")

    def aside(self, call: Callable[[], None], then: Callable[[Fault | None], None]) -> None:
        self.waiting.append((call, then))
        if not self.slow:
            self.work()

    def work(self) -> None:
        """Do what waits."""
        waiting, self.waiting = self.waiting, []
        for call, then in waiting:
            try:
                call()
            except Fault as fault:
                then(fault)
            else:
                then(None)

    @property
    def says(self) -> dict[str, Any]:
        assert self.content is not None
        return dict(json.loads(self.content))


@dataclass
class Hall:
    """A house with a standing file."""

    house: House
    disk: Disk = field(default_factory=Disk)
    timers: ManualTimers = field(default_factory=ManualTimers)

    def __post_init__(self) -> None:
        self.chronicle = Chronicle(self.house.chamber, self.house.ledger, self.house.clock)
        self.keeper = StandingKeeper(self.chronicle, self.disk, self.disk.aside, self.timers)

    def give(self, kind: type[c.Command], **fields: Any) -> Waiter:
        """As the door does it."""
        waiter = Waiter()
        command = command_of(kind, fields)

        def told(answer: Any) -> None:
            self.disk.happened.append(f"{kind.__name__} answered")
            waiter(answer)

        self.house.chamber.handle(command, CHAIR, self.keeper.hold(command, told))
        return waiter


@pytest.fixture
def hall() -> Hall:
    return Hall(sit(convene(House.of(5)), present=4))


def test_private_is_on_the_disk_before_it_is_answered(hall: Hall) -> None:
    hall.disk.happened.clear()
    accepted(hall.give(c.GoPrivate).answer)
    assert hall.disk.happened == ["private on disk", "GoPrivate answered"]
    assert hall.disk.says["private"] is True
    assert hall.disk.says["since_uptime_ms"] == hall.house.clock.uptime_ms


def test_an_item_that_closes_the_doors_is_answered_only_when_that_is_on_the_disk(hall: Hall) -> None:
    accepted(hall.house.give(CLERK, c.EditItem, item="i2", seen=1, title="Việc kín", private=True))
    hall.disk.slow = True
    waiter = hall.give(c.StartItem, item="i2")
    assert waiter.answer is None
    hall.disk.work()
    assert isinstance(waiter.answer, Accepted)
    assert hall.disk.says["private"] is True


def test_a_slow_disk_holds_that_answer_and_no_other(hall: Hall) -> None:
    hall.disk.slow = True
    waiter = hall.give(c.GoPrivate)
    ballot = hall.give(c.StartItem, item="i2")
    assert (waiter.answer, type(ballot.answer)) == (None, Accepted)
    hall.disk.work()
    assert isinstance(waiter.answer, Accepted)
    assert hall.disk.happened[-2:] == ["private on disk", "GoPrivate answered"]


def test_the_same_command_again_waits_for_the_same_disk(hall: Hall) -> None:
    hall.disk.slow = True
    first = hall.give(c.GoPrivate, id="a" * 32)
    again = hall.give(c.GoPrivate, id="a" * 32)
    assert (first.answer, again.answer) == (None, None)
    hall.disk.work()
    assert first.answer == again.answer == hall.give(c.GoPrivate, id="a" * 32).answer


def test_a_refused_command_waits_for_nothing(hall: Hall) -> None:
    hall.disk.slow = True
    accepted_later = hall.give(c.GoPrivate)
    assert refused(hall.give(c.GoPrivate).answer) is Code.ALREADY_PRIVATE
    hall.disk.work()
    assert isinstance(accepted_later.answer, Accepted)


def test_a_disk_that_takes_no_file_takes_the_old_one_away_which_says_private(hall: Hall) -> None:
    hall.disk.refuses = {"write"}
    accepted(hall.give(c.GoPrivate).answer)
    assert hall.disk.content is None
    assert hall.disk.happened[-2:] == ["removed", "GoPrivate answered"]


def test_a_disk_that_refuses_everything_is_a_fault_and_is_tried_again(hall: Hall) -> None:
    hall.disk.refuses = {"write", "remove"}
    waiter = hall.give(c.GoPrivate)
    assert waiter.answer is None
    hall.timers.ring()
    assert waiter.answer == Refusal(Code.STORAGE_FAULT, "the standing file")
    assert hall.house.state.private == "sitting"
    hall.disk.refuses = set()
    hall.timers.ring()
    assert hall.disk.says["private"] is True


def test_a_file_that_cannot_be_opened_to_the_public_stays_as_it_was(hall: Hall) -> None:
    accepted(hall.give(c.GoPrivate).answer)
    hall.disk.refuses = {"write"}
    accepted(hall.give(c.GoPublic).answer)
    assert hall.disk.says["private"] is True
    hall.disk.refuses = set()
    hall.timers.ring()
    assert hall.disk.says["private"] is False


def test_it_follows_sittings_and_meetings(hall: Hall) -> None:
    assert (hall.disk.says["sitting"], hall.disk.says["ledger"]) == ("s1", hall.house.state.ledger)
    assert hall.disk.says["title"] == "Kỳ họp thứ 3"
    accepted(hall.give(c.CloseSitting).answer)
    assert (hall.disk.says["sitting"], hall.disk.says["private"]) == (None, False)
    accepted(hall.give(c.OpenSitting).answer)
    assert hall.disk.says["sitting"] == "s2"


def test_ballots_and_check_ins_write_nothing(hall: Hall) -> None:
    hall.disk.happened.clear()
    accepted(hall.house.give(CLERK, c.CheckIn, member="m05"))
    accepted(hall.house.give(member(1), c.CheckOut))
    assert hall.disk.happened == []


def test_several_changes_while_the_disk_is_slow_end_with_the_last(hall: Hall) -> None:
    hall.disk.slow = True
    hall.give(c.GoPrivate)
    hall.give(c.GoPublic)
    last = hall.give(c.GoPrivate)
    hall.disk.work()
    assert last.answer is None or hall.disk.says["private"] is True
    hall.disk.work()
    assert isinstance(last.answer, Accepted)
    assert hall.disk.says["seq"] == hall.house.chamber.head.seq


def test_a_start_says_what_the_ledger_says_before_anybody_is_served(hall: Hall) -> None:
    """The server was killed between the ledger's commit and the standing file."""
    hall.disk.slow = True
    hall.give(c.GoPrivate)
    since = hall.house.clock.uptime_ms
    assert hall.disk.says["private"] is False
    hall.house.clock.advance(3)
    again = Hall(hall.house.restarted(), Disk(content=hall.disk.content))
    assert again.disk.says["private"] is True
    assert again.disk.says["since_uptime_ms"] == since


def test_a_moment_of_an_earlier_boot_was_before_all_of_this_one(hall: Hall) -> None:
    hall.house.clock.advance(100)
    accepted(hall.give(c.GoPrivate).answer)
    hall.house.clock.uptime_ms = 50
    assert Hall(hall.house.restarted()).disk.says["since_uptime_ms"] == 0


def test_before_any_meeting_nothing_is_shown_to_anybody() -> None:
    hall = Hall(House.of(5))
    assert (hall.disk.says["sitting"], hall.disk.says["ledger"]) == (None, "")
