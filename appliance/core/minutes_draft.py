"""The ledger read as minutes: `draft` walks a meeting's entries once and writes nothing of its own.

Every number comes from an entry. A poll gets numbers only when it has been announced: a draft printed
in mid-poll tells nobody how the vote stands.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from appliance.core import events as e
from appliance.core import minutes as m
from appliance.core.commands import Choice, Method
from appliance.core.ledger import LedgerEntry, seal
from appliance.core.people import MemberFacts, Role


def draft(entries: Iterable[LedgerEntry]) -> m.Minutes | None:
    """The minutes as far as the ledger of one meeting goes; None when it has no entry."""
    keeper = _Keeper()
    for entry in entries:
        keeper.read(entry)
    return keeper.minutes()


@dataclass(slots=True)
class _Line:
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
class _Sitting:
    opened: e.SittingOpened
    since: m.When
    roll: dict[str, _Line]
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

    def _attendance(self, member: str, line: _Line, grace: timedelta) -> m.Attendance:
        gone = bool(line.stays) and line.stays[-1][1] is not None
        return m.Attendance(
            facts=line.facts,
            stays=tuple(line.stays),
            excused=line.excused,
            late=bool(line.stays) and line.stays[0][0].time > self.since.time + grace,
            left_early=gone and member not in self.to_the_end,
        )


@dataclass(slots=True)
class _Poll:
    drafted: e.PollDrafted
    opened: e.PollOpened | None = None
    opened_at: m.When | None = None
    closed: tuple[m.When, str] | None = None
    announced: tuple[m.When, e.PollAnnounced] | None = None
    voided: tuple[m.When, str] | None = None
    members: dict[str, MemberFacts] = field(default_factory=dict)
    ballots: dict[str, tuple[e.BallotCast, m.When]] = field(default_factory=dict)
    asked: dict[str, str] = field(default_factory=dict)
    repeated_by: str | None = None

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
            present=len(opened.present),
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
            names=self._names(opened.present) if told and drafted.show_names else None,
        )

    def _entered(self) -> tuple[m.EnteredFor, ...]:
        return tuple(
            m.EnteredFor(self.members[member], self.asked.get(member, ""), when)
            for member, (ballot, when) in self.ballots.items()
            if ballot.by == "entered"
        )

    def _names(self, present: Iterable[str]) -> tuple[m.NamedBallot, ...] | None:
        if self.drafted.method is not Method.ELECTRONIC:
            return None
        return tuple(m.NamedBallot(self.members[member], self._choice(member)) for member in present)

    def _choice(self, member: str) -> Choice | None:
        return self.ballots[member][0].choice if member in self.ballots else None


@dataclass(slots=True)
class _Passage:
    item: e.ItemAdded
    sitting: str
    started: m.When | None
    continued: bool = False
    polls: list[_Poll] = field(default_factory=list)

    def minutes(self) -> m.Passage:
        return m.Passage(
            item=self.item.item,
            number=self.item.number,
            title=self.item.title,
            presenter=self.item.presenter,
            sitting=self.sitting,
            started=self.started,
            continued=self.continued,
            polls=tuple(done for poll in self.polls if (done := poll.minutes()) is not None),
        )


@dataclass(slots=True)
class _Private:
    scope: Literal["sitting", "item"]
    since: m.When
    until: m.When | None = None


@dataclass(slots=True)
class _Keeper:
    """Keeps the minutes while the meeting goes by."""

    convened: tuple[m.When, e.MeetingConvened] | None = None
    closed: m.When | None = None
    sittings: list[_Sitting] = field(default_factory=list)
    chairs: list[m.GavelPassage] = field(default_factory=list)
    clerks: dict[str, None] = field(default_factory=dict)
    items: dict[str, e.ItemAdded] = field(default_factory=dict)
    passages: list[_Passage] = field(default_factory=list)
    polls: dict[str, _Poll] = field(default_factory=dict)
    private: list[_Private] = field(default_factory=list)
    last: LedgerEntry | None = None
    signed_seq: int = 0

    def read(self, entry: LedgerEntry) -> None:
        """One entry more."""
        when = m.When(entry.time, entry.seq, entry.time_doubtful)
        if entry.actor.role is Role.CLERK:
            self.clerks.setdefault(entry.actor.person)
        for event in entry.events:
            self._frame(event, when)
            self._roll(event, when)
            self._poll(event, when)
        self.last = entry

    def minutes(self) -> m.Minutes | None:
        """What has been kept so far."""
        if self.convened is None or self.last is None:
            return None
        when, meeting = self.convened
        grace = timedelta(minutes=meeting.profile.grace_minutes.value)
        return m.Minutes(
            ledger=meeting.ledger,
            council=meeting.council,
            term=meeting.term,
            title=meeting.title,
            place=meeting.place,
            convened=when,
            closed=self.closed,
            profile=meeting.profile,
            sittings=tuple(s.minutes(grace) for s in self.sittings),
            chairs=tuple(self.chairs),
            clerks=tuple(self.clerks),
            passages=tuple(p.minutes() for p in self.passages),
            private=tuple(m.PrivatePart(p.scope, p.since, p.until) for p in self.private),
            item_numbers={name: item.number for name, item in self.items.items()},
            seq=self.last.seq,
            head=seal(self.last).hash,
            signed_seq=self.signed_seq,
        )

    def _frame(self, event: e.Event, when: m.When) -> None:
        match event:
            case e.MeetingConvened():
                self.convened = (when, event)
            case e.MeetingClosed():
                self.closed = when
            case e.ItemAdded():
                self.items[event.item] = event
            case e.ItemStarted():
                self.passages.append(_Passage(self.items[event.item], self._sitting_now(), when))
            case e.WentPrivate():
                self._public_again(when)
                self.private.append(_Private(event.scope, when))
            case e.WentPublic():
                self._public_again(when)
            case e.GavelTaken():
                self.chairs.append(m.GavelPassage(event.name or event.person, when))
            case e.CheckpointSigned():
                self.signed_seq = event.seq

    def _roll(self, event: e.Event, when: m.When) -> None:
        match event:
            case e.SittingOpened():
                roll = {facts.member: _Line(facts) for facts in event.members}
                self.sittings.append(_Sitting(event, when, roll))
                if self.passages and not self.passages[-1].sitting:
                    self.passages[-1].sitting = event.sitting
            case e.SittingClosed():
                self.sittings[-1].close(when)
            case e.CheckedIn():
                line = self.sittings[-1].roll[event.member]
                line.stays.append((when, None))
                line.excused = None
            case e.CheckedOut():
                self.sittings[-1].roll[event.member].leave(when)
            case e.MarkedAbsent():
                self.sittings[-1].roll[event.member].excused = event.excused

    def _poll(self, event: e.Event, when: m.When) -> None:
        match event:
            case e.PollDrafted():
                self.polls[event.poll] = _Poll(event)
            case e.PollOpened():
                self._opened(event, when)
            case e.PollClosed():
                self.polls[event.poll].closed = (when, event.how)
            case e.PollAnnounced():
                self.polls[event.poll].announced = (when, event)
            case e.PollVoided():
                self.polls[event.poll].voided = (when, event.reason)
            case e.EntryAsked():
                self.polls[event.poll].asked[event.member] = event.reason
            case e.BallotCast():
                self.polls[event.poll].ballots[event.member] = (event, when)

    def _opened(self, event: e.PollOpened, when: m.When) -> None:
        poll = self.polls[event.poll]
        poll.opened, poll.opened_at = event, when
        poll.members = {name: line.facts for name, line in self.sittings[-1].roll.items()}
        if poll.drafted.repeats is not None:
            self.polls[poll.drafted.repeats].repeated_by = event.poll
        sitting = self._sitting_now()
        last = self.passages[-1] if self.passages else None
        if last is None:
            last = _Passage(self.items[event.subjects[0].item], sitting, None)
            self.passages.append(last)
        elif last.sitting != sitting:
            last = _Passage(last.item, sitting, last.started, continued=True)
            self.passages.append(last)
        last.polls.append(poll)

    def _public_again(self, when: m.When) -> None:
        if self.private and self.private[-1].until is None:
            self.private[-1].until = when

    def _sitting_now(self) -> str:
        """The open sitting; an item started between two belongs to the one that opens next."""
        now = self.sittings[-1] if self.sittings else None
        return now.opened.sitting if now is not None and now.closed is None else ""
