"""The sample meeting up to the moment at which the demo begins: real commands through the real door.

The morning is over: the programme was adopted by raised hands. In the afternoon the tellers were agreed to
by buttons and tablets; now the meeting is at item 20, eight polls are drafted and none is open. Of 27
delegates 24 are in the room; one is excused, one is late, one has not been heard of: the roll is still yours
to play. Times are the programme's, moved so that item 20 began two minutes ago.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from appliance.core import commands as c
from appliance.core.ballot_paper import Choice
from appliance.core.people import Actor, Role
from appliance.demo import agenda
from appliance.demo import council as people
from appliance.demo.plan import PLAN
from appliance.services.answers import Accepted, Answer
from appliance.services.chamber import Chamber
from appliance.services.ports import Moment

EXCUSED: Final = "m26"
LATE: Final = "m18"
UNHEARD_OF: Final = "m23"
FIRST_POLL: Final = "nq1"
_SINCE_ITEM_20: Final = timedelta(minutes=2)

_CHAIR: Final = Actor(role=Role.CHAIR, person=people.CHAIR.account, member=people.CHAIR.member)
_CLERK: Final = Actor(role=Role.CLERK, person=people.CLERK.account)


class SampleRefused(RuntimeError):
    """Raised when the door refuses a command of the sample meeting: the sample is wrong, not the door."""


@dataclass(slots=True)
class ProgrammeClock:
    """A Clock for a day that has been: it goes as fast as the programme does."""

    begins: datetime
    booted: datetime | None = None
    passed: timedelta = timedelta()

    @classmethod
    def before(cls, now: datetime, uptime_ms: int | None = None) -> "ProgrammeClock":
        """The clock of a day on which item 20 begins two minutes before `now`, when this machine's uptime is such."""
        booted = None if uptime_ms is None else now - timedelta(milliseconds=uptime_ms)
        return cls(now - _SINCE_ITEM_20 - _time_of(agenda.VOTING_ITEM), booted)

    def now(self) -> Moment:
        """The two clocks. Since this machine was started the uptime is its own, so that the recording, which goes
        by it, finds item 20 where it began; before that the appliance was switched on at midnight."""
        utc = self.begins + self.passed
        up = self.passed if self.booted is None or utc < self.booted else utc - self.booted
        return Moment(utc, int(up / timedelta(milliseconds=1)))

    def at(self, since_midnight: timedelta) -> None:
        """Go on to a time of the day; never back."""
        self.passed = max(self.passed, since_midnight)

    def go(self, seconds: float) -> None:
        """A little later."""
        self.passed += timedelta(seconds=seconds)


@dataclass(slots=True)
class SampleMeeting:
    """Plays the meeting; `chamber` must have been built on `clock`, with a writer that writes at once."""

    chamber: Chamber
    clock: ProgrammeClock

    def play(self) -> None:
        """From convening to item 20. Raises SampleRefused, Fault."""
        self.prepare()
        self.morning()
        self.afternoon()

    def prepare(self) -> None:
        """Convened from its plan: with its programme and its questions."""
        self.clock.at(timedelta(hours=7))
        self._clerk(c.ConveneMeeting, title=agenda.TITLE, place=people.PLACE, plan=PLAN)

    def morning(self) -> None:
        """Items 1 to 16; one delegate comes late, the programme is adopted by raised hands."""
        self._sit("Buổi sáng", 1)
        self._roll({LATE, EXCUSED})
        self._clerk(c.MarkAbsent, member=EXCUSED, excused=True)
        for number in range(2, 17):
            self._go_to(number)
            if number == 3:
                self._vote_by_hands("ct")
            if number == 4:
                self._clerk(c.CheckIn, member=LATE)
        self.clock.at(timedelta(hours=11, minutes=30))
        self._chair(c.CloseSitting)

    def afternoon(self) -> None:
        """Items 17 to 20; two who were there in the morning are not here."""
        self._sit("Buổi chiều", 17)
        self._roll({EXCUSED, LATE, UNHEARD_OF})
        self._clerk(c.MarkAbsent, member=EXCUSED, excused=True)
        self._go_to(18)
        self._go_to(19)
        self._vote_by_buttons("bkp")
        self._go_to(agenda.VOTING_ITEM)

    # --- the steps

    def _sit(self, name: str, first_item: int) -> None:
        self.clock.at(_time_of(first_item))
        self._chair(c.OpenSitting, name=name)
        self._chair(c.StartItem, item=agenda.item_id(first_item))

    def _roll(self, absent: set[str]) -> None:
        for member in people.members():
            if member.id not in absent:
                self.clock.go(8)
                self._clerk(c.CheckIn, member=member.id)

    def _go_to(self, number: int) -> None:
        self.clock.at(_time_of(number))
        self._chair(c.StartItem, item=agenda.item_id(number))

    def _vote_by_hands(self, poll: str) -> None:
        self.clock.go(120)
        self._chair(c.OpenPoll, poll=poll)
        sitting = self.chamber.durable.sitting
        present = len(sitting.present()) if sitting else 0
        self.clock.go(40)
        self._clerk(c.EnterCounts, poll=poll, for_=present, against=0, abstain=0)
        self._tell(poll)

    def _vote_by_buttons(self, poll: str) -> None:
        self.clock.go(240)
        self._chair(c.OpenPoll, poll=poll)
        for place, member in enumerate(sorted(self.chamber.durable.polls[poll].present)):
            self.clock.go(1)
            role, person = (Role.PANELS, "panels") if place % 3 else (Role.DELEGATE, member)
            choice = Choice.AGAINST if place == 10 else Choice.FOR
            self._give(c.CastBallot, Actor(role=role, person=person, member=member), poll=poll, choice=choice)
        self._tell(poll)

    def _tell(self, poll: str) -> None:
        for step, actor in (
            (c.ClosePoll, _CHAIR),
            (c.ConfirmPoll, _CLERK),
            (c.ConfirmPoll, _CHAIR),
            (c.AnnouncePoll, _CHAIR),
        ):
            self.clock.go(10)
            self._give(step, actor, poll=poll)

    def _chair(self, kind: Callable[..., c.Command], **fields: object) -> None:
        self._give(kind, _CHAIR, **fields)

    def _clerk(self, kind: Callable[..., c.Command], **fields: object) -> None:
        self._give(kind, _CLERK, **fields)

    def _give(self, kind: Callable[..., c.Command], actor: Actor, **fields: object) -> None:
        # A fresh id each time: the ledger takes its name from one, and a screen must see that it is another.
        command = kind(id=str(uuid.uuid4()), **fields)
        answers: list[Answer] = []
        self.chamber.handle(command, actor, answers.append)
        if not answers or not isinstance(answers[0], Accepted):
            raise SampleRefused(f"{type(command).__name__}: {answers}")


def _time_of(number: int) -> timedelta:
    at = datetime.strptime(agenda.ITEMS[number - 1][0], "%H:%M").replace(tzinfo=UTC)
    return timedelta(hours=at.hour, minutes=at.minute)
