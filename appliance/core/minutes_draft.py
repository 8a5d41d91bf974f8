"""The ledger read as minutes: `draft` walks a meeting's entries once and writes nothing of its own.

Every number comes from an entry. A poll gets numbers only when it has been announced: a draft printed
in mid-poll tells nobody how the vote stands.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, Literal, get_args

from msgspec.structs import asdict, replace

from appliance.core import events as e
from appliance.core import minutes as m
from appliance.core.ledger import LedgerEntry, seal
from appliance.core.minutes_debate import DebateKeeper, DebateRecord
from appliance.core.minutes_elections import ElectionRecords
from appliance.core.minutes_records import PassageRecord, PollRecord, PrivateRecord, RollRecord, SittingRecord, edited
from appliance.core.people import Role


def draft(entries: Iterable[LedgerEntry]) -> m.Minutes | None:
    """The minutes as far as the ledger of one meeting goes; None when it has no entry."""
    keeper = _Keeper()
    for entry in entries:
        keeper.read(entry)
    return keeper.minutes()


_HOW: Final[dict[type[e.Event], m.AgendaTurn]] = {
    e.ItemWithdrawn: "withdrawn",
    e.ItemPostponed: "postponed",
    e.ItemRestored: "restored",
}


def _reason(event: e.ItemWithdrawn | e.ItemPostponed | e.ItemRestored) -> str:
    return "" if isinstance(event, e.ItemRestored) else event.reason


@dataclass(slots=True)
class _Keeper:
    """Keeps the minutes while the meeting goes by."""

    convened: tuple[m.When, e.MeetingConvened] | None = None
    closed: m.When | None = None
    sittings: list[SittingRecord] = field(default_factory=list)
    chairs: list[m.GavelPassage] = field(default_factory=list)
    clerks: dict[str, None] = field(default_factory=dict)
    items: dict[str, e.ItemAdded] = field(default_factory=dict)
    passages: list[PassageRecord] = field(default_factory=list)
    at: PassageRecord | None = None
    """The passage of the item that the meeting is at."""
    changes: list[m.AgendaChange] = field(default_factory=list)
    polls: dict[str, PollRecord] = field(default_factory=dict)
    private: list[PrivateRecord] = field(default_factory=list)
    speaking: PassageRecord | None = None
    """Where the speech that goes on is told; None: nobody has the floor."""
    elections: ElectionRecords = field(default_factory=ElectionRecords)
    debate: DebateKeeper = field(default_factory=DebateKeeper)
    before: DebateRecord = field(default_factory=DebateRecord)
    """The debate before the meeting came to its first item."""
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
            self._floor(event, when)
            self._poll(event, when)
            self.elections.read(event, when)
            if isinstance(event, get_args(e.SpeakingEvent | e.QuestioningEvent)):
                self._debate(event, when)
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
            agenda_changes=tuple(self.changes),
            item_numbers={name: item.number for name, item in self.items.items()},
            seq=self.last.seq,
            head=seal(self.last).hash,
            signed_seq=self.signed_seq,
            elections=self.elections.minutes(),
            pledges=tuple(self.debate.pledges.values()),
            texts=tuple(self.before.texts),
            rehearsal=meeting.rehearsal,
        )

    def _frame(self, event: e.Event, when: m.When) -> None:
        match event:
            case e.MeetingConvened():
                self.convened = (when, event)
            case e.MeetingClosed():
                self.closed = when
            case e.ItemAdded():
                self.items[event.item] = event
            case e.ItemEdited():
                self._edited(event)
            case e.ItemWithdrawn() | e.ItemPostponed() | e.ItemRestored():
                self._agenda_changed(event, when)
            case e.ItemStarted():
                self.at = PassageRecord(self.items[event.item], self._sitting_now(), when)
                self.passages.append(self.at)
            case e.WentPrivate():
                self._public_again(when)
                self.private.append(PrivateRecord(event.scope, when))
            case e.WentPublic():
                self._public_again(when)
            case e.GavelTaken():
                self.chairs.append(m.GavelPassage(event.name or event.person, when))
            case e.CheckpointSigned():
                self.signed_seq = event.seq

    def _edited(self, event: e.ItemEdited) -> None:
        """What has been dealt with is told as it was then; what the meeting is at, as it is now."""
        self.items[event.item] = item = replace(self.items[event.item], **asdict(event))
        if self.at is not None and self.at.item.item == event.item:
            self.at.item = item

    def _agenda_changed(self, event: e.ItemWithdrawn | e.ItemPostponed | e.ItemRestored, when: m.When) -> None:
        item = self.items[event.item]
        self.changes.append(m.AgendaChange(_HOW[type(event)], item.number, item.title, when, _reason(event)))
        if self.at is not None and self.at.item.item == event.item:
            self.at = None

    def _roll(self, event: e.Event, when: m.When) -> None:
        match event:
            case e.SittingOpened():
                roll = {facts.member: RollRecord(facts) for facts in event.members}
                self.sittings.append(SittingRecord(event, when, roll))
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

    def _floor(self, event: e.Event, when: m.When) -> None:
        """Speeches are told at the item that the meeting is at; before the first item there is none."""
        match event:
            case e.FloorGiven() if self.at is not None:
                self.speaking = self._passage_of(self.at.item.item)
                self.speaking.speeches.append(
                    m.Speech(event.member, event.name, event.office, when, kind=event.kind, seconds=event.seconds)
                )
            case e.TimeAdded() if self.speaking is not None:
                last = self.speaking.speeches[-1]
                self.speaking.speeches[-1] = replace(last, seconds=(last.seconds or 0) + event.seconds)
            case e.FloorOverran() if self.speaking is not None:
                self.speaking.speeches[-1] = replace(self.speaking.speeches[-1], overran=True)
            case e.FloorEnded() if self.speaking is not None:
                self.speaking.speeches[-1] = replace(self.speaking.speeches[-1], until=when)
                self.speaking = None

    def _debate(self, event: e.Event, when: m.When) -> None:
        """Texts and questions are told at their item; a request, which may come to nothing, where the meeting is."""
        here = self.at.debate if self.at is not None else self.before
        if isinstance(event, e.TextHandedIn) and event.item is not None:
            here = self._passage_of(event.item).debate
        elif isinstance(event, e.QuestioningStarted) and self.at is not None:
            here = self._passage_of(self.at.item.item).debate
        roll = self.sittings[-1].roll if self.sittings else {}
        self.debate.read(event, when, here, {member: line.facts.name for member, line in roll.items()})

    def _poll(self, event: e.Event, when: m.When) -> None:
        match event:
            case e.PollDrafted():
                self.polls[event.poll] = PollRecord(event)
            case e.PollEdited():
                self.polls[event.poll].drafted = edited(self.polls[event.poll].drafted, event)
            case e.StrawStarted() if self.at is not None:
                self._passage_of(self.at.item.item).straws.append(when)
            case e.PollOpened():
                self._opened(event, when)
            case e.PollClosed():
                self.polls[event.poll].closed = (when, event.how)
            case e.PollAnnounced():
                self.polls[event.poll].announced = (when, event)
            case e.PollVoided():
                self.polls[event.poll].voided = (when, event.reason)
            case e.BallotCast():
                self.polls[event.poll].ballots[event.member] = (event, when)
                self.polls[event.poll].waiting.pop(event.member, None)
            case _:
                self._turn(event, when)

    def _turn(self, event: e.Event, when: m.When) -> None:
        match event:
            case e.EntryAsked():
                self.polls[event.poll].asked[event.member] = event.reason
                self.polls[event.poll].waiting[event.member] = when
            case e.EntryRejected():
                self.polls[event.poll].waiting.pop(event.member, None)
            case e.PollHeld():
                self.polls[event.poll].turns.append(m.Turn("held", when))
            case e.PollResumed():
                self.polls[event.poll].turns.append(m.Turn("resumed", when))
            case e.DeadlineSet():
                what: Literal["countdown", "no_countdown"] = "no_countdown" if event.seconds is None else "countdown"
                self.polls[event.poll].turns.append(m.Turn(what, when, event.seconds))

    def _opened(self, event: e.PollOpened, when: m.When) -> None:
        poll = self.polls[event.poll]
        poll.opened, poll.opened_at = event, when
        poll.members = {name: line.facts for name, line in self.sittings[-1].roll.items()}
        whole = self.polls.get(poll.drafted.part_of or "")
        if whole is not None:
            poll.whole = whole.drafted.subjects[0].question
            whole.parts += 1
        if poll.drafted.repeats is not None:
            self.polls[poll.drafted.repeats].repeated_by = event.poll
        for item in dict.fromkeys(subject.item for subject in event.subjects):
            self._passage_of(item).polls.append(poll)

    def _passage_of(self, item: str) -> PassageRecord:
        """Where a vote on `item` is told: at the item, also when the meeting is at another one."""
        sitting, at = self._sitting_now(), self.at
        if at is not None and at.item.item == item:
            if at.sitting != sitting:
                self.at = at = PassageRecord(at.item, sitting, at.started, continued=True)
                self.passages.append(at)
            return at
        since = self.passages.index(at) if at is not None else 0
        for told in self.passages[since:]:
            if (told.item.item, told.sitting) == (item, sitting):
                return told
        aside = PassageRecord(self.items[item], sitting, None, during=at.item.number if at is not None else "")
        self.passages.append(aside)
        return aside

    def _public_again(self, when: m.When) -> None:
        if self.private and self.private[-1].until is None:
            self.private[-1].until = when

    def _sitting_now(self) -> str:
        """The open sitting; an item started between two belongs to the one that opens next."""
        now = self.sittings[-1] if self.sittings else None
        return now.opened.sitting if now is not None and now.closed is None else ""
