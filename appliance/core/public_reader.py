"""The ledger read as the public may know it: `PublicReader` takes the entries one by one, `record` is what they tell.

What happens while the meeting is private is noted and not told. When it is public again, what goes on is gone on
with, what ended has ended when the doors were closed, and what began begins now.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Literal

from msgspec.structs import replace

from appliance.core import events as e
from appliance.core import public_record as p
from appliance.core.ballot_paper import Choice, Subject
from appliance.core.ledger import LedgerEntry
from appliance.core.minutes_records import edited
from appliance.core.people import MemberFacts
from appliance.core.public_agenda import Changed, PublicAgenda
from appliance.core.public_elections import ELECTIONS, PublicElections

_FRAME: Final = (
    e.MeetingConvened, e.MeetingClosed, e.SittingOpened, e.SittingClosed, e.WentPrivate, e.WentPublic,
)  # fmt: skip
_SILENT: Final = (
    e.GavelTaken, e.CheckInAsked, e.CheckedIn, e.CheckedOut, e.MarkedAbsent, e.DeadlineSet, e.EntryAsked,
    e.EntryRejected, e.CountsEntered, e.NameCalled, e.PollDropped, e.StrawStarted, e.StrawAnswered,
    e.StrawEnded, e.PollConfirmed, e.CheckpointSigned, e.EpochBegun, e.RecordingSealed,
    e.SpeechAsked, e.RequestWithdrawn, e.RequestDeclined, e.SpeakersOrdered, e.TimeAdded, e.FloorOverran,
    e.TextHandedIn, e.QuestioningStarted, e.QuestioningEnded, e.QuestionAnswered, e.PledgeMade, e.PledgeWithdrawn,
    e.HallShown, e.HallQueued, e.HallQueueMoved, e.HallQueueDropped, e.PageShown,
)  # fmt: skip
"""Events of which the public is told nothing."""
Running = Literal["open", "held", "closed"]
Kind = Literal["sitting", "item", "speaker", "poll", "result"]
_STATE: Final[dict[type[e.Event], Running]] = {e.PollHeld: "held", e.PollResumed: "open", e.PollClosed: "closed"}


def read(entries: Iterable[LedgerEntry]) -> p.PublicRecord:
    """The record of one meeting as far as the entries go."""
    reader = PublicReader()
    for entry in entries:
        reader.read(entry)
    return reader.record


@dataclass(slots=True)
class _Poll:
    """A poll as it really stands, whoever knows of it."""

    drafted: e.PollDrafted
    opened: e.PollOpened | None = None
    state: Running | Literal["over"] = "open"
    ballots: dict[str, Choice] = field(default_factory=dict)


@dataclass(slots=True)
class PublicReader:
    """Reads on and on; a new ledger begins a new record."""

    record: p.PublicRecord = field(default_factory=p.PublicRecord)
    _items: PublicAgenda = field(default_factory=PublicAgenda)
    _item: tuple[str, int] | None = None
    """The item that the meeting is really at, with the entry that began it."""
    _item_told: tuple[str, int] | None = None
    _floor: tuple[e.FloorGiven, int] | None = None
    _floor_told: int | None = None
    _polls: dict[str, _Poll] = field(default_factory=dict)
    _elections: PublicElections = field(default_factory=PublicElections)
    _members: dict[str, MemberFacts] = field(default_factory=dict)
    _open_marks: dict[str, int] = field(default_factory=dict)
    """The mark of each kind that has not ended, by its place."""

    def read(self, entry: LedgerEntry) -> bool:
        """One entry more; tells whether the public learns something by it."""
        before = self.record
        at = p.At(entry.time, entry.uptime_ms, entry.seq, entry.time_doubtful)
        shut = before.away
        for event in entry.events:
            self._note(event, at)
        if self.record is not before and self.record.away is None:
            self._tell(shut.since if shut is not None else at, at, returned=shut is not None)
        told = self.record is not before
        self.record = replace(self.record, seq=entry.seq)
        return told

    # --- what happens

    def _note(self, event: e.Event, at: p.At) -> None:
        if isinstance(event, e.BallotCast):
            self._polls[event.poll].ballots[event.member] = event.choice
        elif isinstance(event, _FRAME):
            if not (isinstance(event, e.WentPrivate) and self.record.away is not None):  # it stands as it stood
                self._frame(event, at)
                self.record = replace(self.record, stood=at)
        elif isinstance(event, Changed | e.ItemStarted | e.FloorGiven | e.FloorEnded):
            self._agenda(event, at)
            if self.record.away is None:  # in private not even that something happened is told
                self.record = replace(self.record)
        elif isinstance(event, ELECTIONS):
            if self._elections.note(event, at, shut=self.record.away is not None):
                self.record = replace(self.record, elections=self._elections.told())
        elif not isinstance(event, _SILENT):
            self._poll(event, at)

    def _frame(self, event: e.Event, at: p.At) -> None:
        record = self.record
        match event:
            case e.MeetingConvened():
                self.__init__()  # type: ignore[misc]  # another meeting, another record
                told = {name: getattr(event, name) for name in ("ledger", "council", "term", "title", "place")}
                self.record = p.PublicRecord(**told, convened=at)
            case e.MeetingClosed():
                self.record = replace(record, closed=at)
            case e.SittingOpened():
                self._members = {facts.member: facts for facts in event.members}
                sitting = p.PublicSitting(event.sitting, event.name, len(event.members), at)
                self.record = replace(record, sittings=(*record.sittings, sitting))
                self._begin("sitting", event.sitting, event.name or record.title, at)
            case e.SittingClosed():
                *before, last = record.sittings
                self.record = replace(record, sittings=(*before, replace(last, closed=at)))
                self._end("sitting", at)
            case e.WentPrivate():
                self.record = replace(record, private=(*record.private, p.PrivatePart(at)), item=None)
            case e.WentPublic() if record.away is not None:
                *before_it, part = record.private
                self.record = replace(record, private=(*before_it, replace(part, until=at)))

    def _agenda(self, event: e.Event, at: p.At) -> None:
        if isinstance(event, Changed):
            self._items.note(event, shut=self.record.away is not None)
        match event:
            case e.ItemWithdrawn() | e.ItemPostponed() if self._item is not None and self._item[0] == event.item:
                self._item = None
            case e.ItemStarted():
                self._item = (event.item, at.seq)
            case e.FloorGiven():
                self._floor = (event, at.seq)
            case e.FloorEnded():
                self._floor = None

    def _poll(self, event: e.Event, at: p.At) -> None:
        public = self.record.away is None
        match event:
            case e.PollDrafted():
                self._polls[event.poll] = _Poll(event)
            case e.PollEdited():
                self._polls[event.poll].drafted = edited(self._polls[event.poll].drafted, event)
            case e.PollOpened():
                poll = self._polls[event.poll]
                poll.opened, poll.state = event, "open"
                if public:
                    self._put(self._opened(poll, event, at))
                    self._begin("poll", event.poll, _question(event.subjects), at, event.subjects[0].item)
            case e.PollHeld() | e.PollResumed() | e.PollClosed():
                state = _STATE[type(event)]
                self._polls[event.poll].state = state
                if public and event.poll in self._known():
                    self._put(replace(self._known()[event.poll], state=state, closed=at if state == "closed" else None))
                if public and state == "closed":
                    self._end("poll", at)
            case e.PollAnnounced():
                self._polls[event.poll].state = "over"
                if public:
                    self._announced(self._polls[event.poll], event, at)
            case e.PollVoided():
                self._polls[event.poll].state = "over"
                if public and event.poll in self._known():
                    self._put(replace(self._known()[event.poll], state="void", void_reason=event.reason))
                    self._end("poll", at)

    def _announced(self, poll: _Poll, event: e.PollAnnounced, at: p.At) -> None:
        opened = poll.opened
        if opened is None:
            return
        known = self._known().get(event.poll) or self._opened(poll, opened, at)
        names = None
        if poll.drafted.show_names and poll.drafted.method.named:
            names = tuple(p.PublicBallot(m, self._members[m].name, poll.ballots.get(m)) for m in opened.present)
        told = {"tally": event.tally, "adopted": event.adopted, "names": names}
        self._put(replace(known, state="announced", announced=at, **told))
        title = f"{event.tally.for_}/{event.tally.n} - {_question(opened.subjects)}"
        self._mark("result", event.poll, title, at, opened.subjects[0].item)

    # --- what is told of it

    def _tell(self, ended: p.At, now: p.At, *, returned: bool) -> None:
        """Bring what is told in line with what is so. `ended`: when what is no longer so ended, for the public."""
        if returned:
            self._polls_again(ended)
            self.record = replace(self.record, elections=self._elections.told())
        here = self._item if self.record.sitting is not None else None
        if here != self._item_told:
            self._end("item", ended)
            self._item_told = here
            if here is not None:
                self._item_begins(here[0], now)
        self.record = replace(self.record, item=here[0] if here is not None else None, items=self._items.told())
        speaking = self._floor[1] if self._floor is not None else None
        if speaking != self._floor_told:
            self._end("speaker", ended)
            *before, last = self.record.speakers or (None,)
            if last is not None and last.until is None:
                self.record = replace(self.record, speakers=(*before, replace(last, until=ended)))
            self._floor_told = speaking
            if self._floor is not None:
                self._speaks(*self._floor, now)

    def _item_begins(self, item: str, now: p.At) -> None:
        begun = self._items.begun(item, now)
        title = f"{begun.number}. {begun.title}" if begun.number else begun.title
        self._begin("item", item, title, now, item)

    def _speaks(self, given: e.FloorGiven, seq: int, now: p.At) -> None:
        name = f"{given.member or 'guest'}-{seq}"
        speaker = p.PublicSpeaker(name, given.member, given.name, given.office, self.record.item, now, kind=given.kind)
        self.record = replace(self.record, speakers=(*self.record.speakers, speaker))
        self._begin("speaker", name, _who(given), now, self.record.item)

    def _polls_again(self, ended: p.At) -> None:
        """The votes that were going on when the doors were closed, as they are now that these are open again."""
        for told in self.record.polls:
            if told.state in {"open", "held", "closed"}:
                state = self._polls[told.poll].state
                closed = told.closed or (None if state in {"open", "held"} else ended)
                self._put(replace(told, state="away" if state == "over" else state, closed=closed))
                if closed is not None:
                    self._end("poll", ended)

    @staticmethod
    def _opened(poll: _Poll, opened: e.PollOpened, at: p.At) -> p.PublicPoll:
        drafted = poll.drafted
        return p.PublicPoll(
            poll=opened.poll, subjects=opened.subjects, matter=drafted.matter, majority=drafted.majority,
            method=drafted.method, rule=opened.rule, needed=opened.needed, n=opened.n, present=opened.present_number,
            state="open", opened=at, repeats=drafted.repeats,
            part_of=drafted.part_of, taken=opened.taken, past_reason=opened.past_reason,
        )  # fmt: skip

    def _known(self) -> dict[str, p.PublicPoll]:
        return {poll.poll: poll for poll in self.record.polls}

    def _put(self, poll: p.PublicPoll) -> None:
        self.record = replace(self.record, polls=tuple({**self._known(), poll.poll: poll}.values()))

    # --- chapter marks

    def _begin(self, kind: Kind, name: str, title: str, at: p.At, item: str | None = None) -> None:
        self._end(kind, at)
        self._open_marks[kind] = len(self.record.marks)
        self._mark(kind, name, title, at, item)

    def _end(self, kind: str, at: p.At) -> None:
        place = self._open_marks.pop(kind, None)
        if place is not None:
            marks = list(self.record.marks)
            marks[place] = replace(marks[place], ends=at.time, ends_uptime_ms=at.uptime_ms)
            self.record = replace(self.record, marks=tuple(marks))

    def _mark(self, kind: Kind, name: str, title: str, at: p.At, item: str | None) -> None:
        mark = p.Mark(kind=kind, id=name, title=title, at=at.time, uptime_ms=at.uptime_ms, item=item)
        self.record = replace(self.record, marks=(*self.record.marks, mark))


def _who(given: e.FloorGiven) -> str:
    return f"{given.name} ({given.office})" if given.office else given.name


def _question(subjects: tuple[Subject, ...]) -> str:
    """The question, and that there were more: `… (+2)`."""
    more = f" (+{len(subjects) - 1})" if len(subjects) > 1 else ""
    return subjects[0].question + more
