"""One seat between its buttons and the server: what a press asks for, what is under way, what is recorded.

Pure but for the `Seat` that remembers. A newer press takes the place of an older one; an older one is
never sent again. After a lost connection the newest command goes once more, under the same id, unless
it is stale or somebody has chosen otherwise for this seat in the meantime (a tablet at the same seat).

Between votes the third button (–) asks to speak, and no other does: the button that is pressed late for a vote that has
just been closed is hardly ever this one. A request cannot be taken back here; the chair passes it over.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from typing import Final, Literal

from msgspec import Struct

from appliance.core.ballot_paper import Choice, Method
from appliance.core.state import PollState, Standing
from appliance.panels.fixtures import Outcome
from appliance.panels.lights import REFUSED_SECONDS, Situation
from appliance.panels.wire import AnswerSeen, PanelCommand, Seen

STALE_SECONDS: Final = 10.0
"""A press that could not be delivered for so long is dropped: nobody stands behind it any more."""


SPEAKS: Final = Choice.ABSTAIN
"""The button that asks to speak while there is no vote."""


class Meaning(StrEnum):
    """What a press can ask for."""

    CHECK_IN = "check-in"
    BALLOT = "ballot"
    SPEAK = "speak"
    NOTHING = "nothing"
    REFUSED = "refused"


class Asked(Struct, frozen=True):
    """A command on its way, when it was pressed, and what was recorded before it."""

    command: PanelCommand
    at: float
    before: Choice | None


class Noted(Struct, frozen=True):
    """A durable answer that section `seats` does not show yet."""

    seq: int
    poll: str
    choice: Choice


@dataclass(slots=True)
class Seat:
    """What the process remembers of one seat."""

    name: str
    newest: Asked | None = None
    under_way: dict[str, Asked] = field(default_factory=dict)
    noted: Noted | None = None
    refused_until: float = 0.0
    ended: dict[str, bool] = field(default_factory=dict)
    """The commands of the last press that were answered: accepted or not."""

    def pressed(self, choice: Choice, seen: Seen, command_id: str, now: float) -> PanelCommand | None:
        """The command that this press gives, or None; a press that can mean nothing is shown as refused."""
        meaning = means(self.name, seen, choice)
        if meaning is Meaning.REFUSED:
            self.refuse(now)
            return None
        if meaning is Meaning.BALLOT and seen.poll is not None:
            if self._wanted(seen) == (seen.poll.poll, choice):
                return None  # it is recorded, or on its way
            command = PanelCommand("CastBallot", command_id, self.name, seen.poll.poll, choice)
        elif meaning is Meaning.CHECK_IN and self.newest is None:
            command = PanelCommand("CheckIn", command_id, self.name)
        elif meaning is Meaning.SPEAK and self.newest is None:
            command = PanelCommand("AskToSpeak", command_id, self.name)
        else:
            return None
        self.newest = Asked(command, now, self.recorded(seen))
        self.under_way[command_id] = self.newest
        self.refused_until = 0.0
        self.ended.clear()
        return command

    def answered(self, answer: AnswerSeen, seen: Seen, now: float) -> bool:
        """Take an answer; False when it is to no command of this seat."""
        asked = self.under_way.pop(answer.id or "", None)
        if asked is None:
            return False
        command = asked.command
        self.ended[command.id] = answer.accepted
        if answer.accepted and command.poll is not None and command.choice is not None:
            newer = self.noted is None or answer.seq > self.noted.seq
            if answer.seq > seen.seats_seq and newer:
                self.noted = Noted(answer.seq, command.poll, command.choice)
        if self.newest is asked:
            self.newest = None
            if not answer.accepted:
                self.refuse(now)
        return True

    def stands_for(self, choice: Choice, seen: Seen) -> PanelCommand | Outcome:
        """What a press that gave no command stands for: the command that asks for the same, or its outcome."""
        if means(self.name, seen, choice) is Meaning.REFUSED:
            return Outcome.REFUSED
        return Outcome.RECORDED if self.newest is None else self.newest.command

    def became(self, command: PanelCommand, seen: Seen) -> Outcome:
        """What became of a command: by its answer, or by what is on disk when that was lost with the connection."""
        if command.id in self.under_way or (self.newest is not None and self.newest.command.id == command.id):
            return Outcome.TAKEN
        done = self.ended.get(command.id)
        return Outcome.RECORDED if (self._shows(command, seen) if done is None else done) else Outcome.REFUSED

    def refuse(self, now: float) -> None:
        """Show for a moment that a press counted nothing."""
        self.refused_until = now + REFUSED_SECONDS

    def looked(self, seen: Seen) -> None:
        """A new view: what it shows need not be noted any more."""
        if self.noted is not None and seen.seats_seq >= self.noted.seq:
            self.noted = None

    def lost(self) -> None:
        """The connection is gone: only the newest command may still be answered, after it was sent again."""
        self.under_way.clear()
        self.noted = None

    def again(self, seen: Seen, now: float) -> PanelCommand | None:
        """After a new snapshot: the newest command, to be sent once more, or None."""
        asked = self.newest
        if asked is None:
            return None
        command = asked.command
        if now - asked.at > STALE_SECONDS or not self._still_wanted(asked, seen):
            self.newest = None
            return None
        self.under_way[command.id] = asked
        return command

    def recorded(self, seen: Seen) -> Choice | None:
        """The choice that is on disk for the poll on the table."""
        poll = seen.poll
        if poll is None:
            return None
        if self.noted is not None and self.noted.poll == poll.poll:
            return self.noted.choice
        here = seen.seats.get(self.name)
        return here.choice if here is not None else None

    def situation(self, seen: Seen, *, online: bool, now: float, jammed: bool = False) -> Situation:
        """All that the lights of this seat depend on."""
        here = seen.seats.get(self.name)
        electronic = seen.poll is not None and seen.poll.method is Method.ELECTRONIC
        return Situation(
            online=online,
            fault=seen.fault,
            jammed=jammed,
            refused=now < self.refused_until,
            sending=self._sending(),
            sitting=seen.sitting,
            standing=here.standing if here is not None else None,
            entitled=here is not None and here.entitled,
            poll=seen.poll.state if seen.poll is not None and electronic else None,
            recorded=self.recorded(seen),
            speech=here.speech if here is not None else None,
        )

    def _shows(self, command: PanelCommand, seen: Seen) -> bool:
        """Whether the view already has what a command asks for."""
        here = seen.seats.get(self.name)
        if here is None:
            return False
        if command.type == "CheckIn":
            return here.standing in {Standing.ASKED, Standing.PRESENT}
        if command.type == "AskToSpeak":
            return here.speech is not None
        return seen.poll is not None and seen.poll.poll == command.poll and self.recorded(seen) == command.choice

    def _wanted(self, seen: Seen) -> tuple[str | None, Choice | None]:
        if self.newest is not None:
            return self.newest.command.poll, self.newest.command.choice
        return seen.poll.poll if seen.poll is not None else None, self.recorded(seen)

    def _still_wanted(self, asked: Asked, seen: Seen) -> bool:
        if asked.command.type == "AskToSpeak":
            return means(self.name, seen, SPEAKS) is Meaning.SPEAK
        meaning = means(self.name, seen)
        if asked.command.choice is None:
            return meaning is Meaning.CHECK_IN
        same_poll = seen.poll is not None and seen.poll.poll == asked.command.poll
        return meaning is Meaning.BALLOT and same_poll and self.recorded(seen) == asked.before

    def _sending(self) -> Choice | Literal["check-in"] | None:
        if self.newest is None:
            return None
        command = self.newest.command
        return SPEAKS if command.type == "AskToSpeak" else command.choice or "check-in"


def asks(seat: str, seen: Seen) -> str:
    """What a press at this seat would be for: the same words for as long as that is the same, and no other time."""
    here, poll = seen.seats.get(seat), seen.poll
    if here is None or here.standing is None or not seen.sitting:
        what = "nothing"
    elif here.standing is not Standing.PRESENT:
        what = "check-in"
    elif poll is None or poll.state in {PollState.ANNOUNCED, PollState.VOID}:
        what = "floor"
    else:
        what = f"poll {poll.poll}"
    return f"{seen.ledger} {seat} {what}"


@lru_cache(maxsize=1024)
def mark_of(asked: str) -> int:
    """What `asks` says, in the 16 bits that panels have room for; never 0. One in 65,535 is another's."""
    return 1 + int.from_bytes(sha256(asked.encode()).digest()[:4]) % 65_535


def means(seat: str, seen: Seen, button: Choice = Choice.FOR) -> Meaning:
    """What pressing a button at this seat asks for.

    Any button of a member who is not in the room asks for check-in, which then waits for the clerk. Whether
    a ballot counts is for the server alone to say; a held poll refuses it there.
    """
    here = seen.seats.get(seat)
    if here is None or here.standing is None or not seen.sitting:
        return Meaning.REFUSED
    if here.standing is Standing.ASKED:
        return Meaning.NOTHING
    if here.standing is not Standing.PRESENT:
        return Meaning.CHECK_IN
    poll = seen.poll
    if poll is None or poll.state in {PollState.ANNOUNCED, PollState.VOID}:
        if button is not SPEAKS:
            return Meaning.REFUSED
        return Meaning.SPEAK if here.speech is None else Meaning.NOTHING
    if poll.method is not Method.ELECTRONIC:
        return Meaning.REFUSED
    return Meaning.BALLOT if poll.state in {PollState.OPEN, PollState.HELD} else Meaning.REFUSED
