"""What is noted down while the minutes are read from the ledger: one record a sitting, a poll, an agenda item.

Records grow as entries go by; `minutes()` of each gives the finished part.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from msgspec.structs import replace

from appliance.core import events as e
from appliance.core import minutes as m
from appliance.core.ballot_paper import Choice
from appliance.core.minutes_debate import DebateRecord
from appliance.core.people import MemberFacts


@dataclass(slots=True)
class RollRecord:
    """A member's line in a roll, while it is being written."""

    facts: MemberFacts
    stays: list[tuple[m.When, m.When | None]] = field(default_factory=list)
    excused: bool | None = None

    def leave(self, when: m.When) -> bool:
        """Out, if in; tells whether the member was in."""
        if not self.stays or self.stays[-1][1] is not None:
            return False
        self.stays[-1] = (self.stays[-1][0], when)
        return True


@dataclass(slots=True)
class SittingRecord:
    """A sitting, while it goes on."""

    opened: e.SittingOpened
    since: m.When
    roll: dict[str, RollRecord]
    closed: m.When | None = None
    to_the_end: set[str] = field(default_factory=set)

    def close(self, when: m.When) -> None:
        """Everyone still here leaves with the sitting, and is not early."""
        self.closed = when
        self.to_the_end = {member for member, line in self.roll.items() if line.leave(when)}

    def minutes(self, grace: timedelta) -> m.SittingMinutes:
        """The roll as it stands."""
        return m.SittingMinutes(
            sitting=self.opened.sitting,
            name=self.opened.name,
            opened=self.since,
            closed=self.closed,
            roll=tuple(self._attendance(member, line, grace) for member, line in self.roll.items()),
        )

    def _attendance(self, member: str, line: RollRecord, grace: timedelta) -> m.Attendance:
        gone = bool(line.stays) and line.stays[-1][1] is not None
        return m.Attendance(
            facts=line.facts,
            stays=tuple(line.stays),
            excused=line.excused,
            late=bool(line.stays) and line.stays[0][0].time > self.since.time + grace,
            left_early=gone and member not in self.to_the_end,
        )


@dataclass(slots=True)
class PollRecord:
    """A poll, while it goes on."""

    drafted: e.PollDrafted
    opened: e.PollOpened | None = None
    opened_at: m.When | None = None
    closed: tuple[m.When, str] | None = None
    announced: tuple[m.When, e.PollAnnounced] | None = None
    voided: tuple[m.When, str] | None = None
    members: dict[str, MemberFacts] = field(default_factory=dict)
    ballots: dict[str, tuple[e.BallotCast, m.When]] = field(default_factory=dict)
    asked: dict[str, str] = field(default_factory=dict)
    waiting: dict[str, m.When] = field(default_factory=dict)
    """The entries that nobody has confirmed or rejected; whoever is here when the poll closes has lapsed."""
    turns: list[m.Turn] = field(default_factory=list)
    repeated_by: str | None = None
    whole: str = ""
    parts: int = 0

    def minutes(self) -> m.PollMinutes | None:
        """None for a draft that was never put to the vote."""
        if self.opened is None or self.opened_at is None:
            return None
        drafted, opened, told = self.drafted, self.opened, self.announced
        return m.PollMinutes(
            poll=drafted.poll,
            subjects=opened.subjects,
            matter=drafted.matter,
            majority=drafted.majority,
            method=drafted.method,
            rule=opened.rule,
            needed=opened.needed,
            n=opened.n,
            present=opened.present_number,
            opened=self.opened_at,
            quorum_overridden=opened.quorum_overridden,
            closed=self.closed[0] if self.closed else None,
            closed_how=self.closed[1] if self.closed else "",
            announced=told[0] if told else None,
            tally=told[1].tally if told else None,
            adopted=told[1].adopted if told else None,
            voided=self.voided[0] if self.voided else None,
            void_reason=self.voided[1] if self.voided else "",
            repeats=drafted.repeats,
            repeat_reason=drafted.reason,
            repeated_by=self.repeated_by,
            entered=self._entered(),
            lapsed=self._lapsed(),
            turns=tuple(self.turns),
            part_of=drafted.part_of,
            whole=self.whole,
            parts=self.parts,
            taken=opened.taken,
            past_reason=opened.past_reason,
            names=self._names(opened.present) if told and drafted.show_names else None,
            groups=self._groups(opened.present) if told and drafted.show_names and drafted.method.named else (),
        )

    def _entered(self) -> tuple[m.EnteredFor, ...]:
        return tuple(
            m.EnteredFor(self.members[member], self.asked.get(member, ""), when)
            for member, (ballot, when) in self.ballots.items()
            if ballot.by == "entered"
        )

    def _lapsed(self) -> tuple[m.EnteredFor, ...]:
        if self.closed is None:
            return ()
        return tuple(m.EnteredFor(self.members[name], self.asked[name], when) for name, when in self.waiting.items())

    def _names(self, present: Iterable[str]) -> tuple[m.NamedBallot, ...] | None:
        if self.drafted.method.counted:
            return None
        return tuple(m.NamedBallot(self.members[member], self._choice(member)) for member in present)

    def _groups(self, present: Collection[str]) -> tuple[m.GroupVotes, ...]:
        groups: dict[str, Counter[str]] = {}
        for member, facts in self.members.items():
            here = (self._choice(member) or "none") if member in present else "absent"
            groups.setdefault(facts.group, Counter())[here] += 1
        return tuple(
            m.GroupVotes(group, g[Choice.FOR], g[Choice.AGAINST], g[Choice.ABSTAIN] + g["none"], g["absent"])
            for group, g in groups.items()
        )

    def _choice(self, member: str) -> Choice | None:
        return self.ballots[member][0].choice if member in self.ballots else None


def edited(drafted: e.PollDrafted, event: e.PollEdited) -> e.PollDrafted:
    """The draft as it is after it was changed."""
    return replace(
        drafted,
        subjects=event.subjects,
        matter=event.matter,
        majority=event.majority,
        method=event.method,
        seconds=event.seconds,
        show_names=event.show_names,
    )


@dataclass(slots=True)
class PassageRecord:
    """The meeting at one agenda item."""

    item: e.ItemAdded
    sitting: str
    started: m.When | None
    continued: bool = False
    during: str = ""
    polls: list[PollRecord] = field(default_factory=list)
    speeches: list[m.Speech] = field(default_factory=list)
    debate: DebateRecord = field(default_factory=DebateRecord)
    straws: list[m.When] = field(default_factory=list)

    def minutes(self) -> m.Passage:
        """One line of the agenda as it was followed."""
        polls = (done for poll in self.polls if (done := poll.minutes()) is not None)
        here = self.item.item
        return m.Passage(
            item=self.item.item,
            number=self.item.number,
            title=self.item.title,
            presenter=self.item.presenter,
            sitting=self.sitting,
            started=self.started,
            continued=self.continued,
            during=self.during,
            records=tuple(
                m.Record(poll, subject, part, len(poll.subjects))
                for poll in polls
                for part, subject in enumerate(poll.subjects, 1)
                if subject.item == here
            ),
            speeches=tuple(self.speeches),
            unheard=tuple(self.debate.requests.values()),
            texts=tuple(self.debate.texts),
            rounds=tuple(self.debate.rounds),
            straws=tuple(self.straws),
        )


@dataclass(slots=True)
class PrivateRecord:
    """A time away from the public."""

    scope: Literal["sitting", "item"]
    since: m.When
    until: m.When | None = None
