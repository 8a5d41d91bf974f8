"""What draft minutes (biên bản) are made of; `minutes_draft.draft` reads them from the ledger.

Who was there and when, the agenda as it was really followed, each poll with its frozen question and its
counts. Each time keeps the number of its entry, so every line can be looked up in the ledger.
"""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from appliance.core.ballot_paper import Choice, Matter, Method, Subject
from appliance.core.events import Tally
from appliance.core.minutes_debate import PledgeMinutes, QuestionRound, Unheard, WrittenText
from appliance.core.minutes_elections import ElectionMinutes
from appliance.core.minutes_when import When as When  # noqa: PLC0414 - `minutes.When` is what readers say
from appliance.core.people import MemberFacts
from appliance.core.profile import Fraction, Majority, RuleProfile
from appliance.core.speech import SpeechKind


class Attendance(Struct, frozen=True):
    """One member in one sitting, with every in and out."""

    facts: MemberFacts
    stays: tuple[tuple[When, When | None], ...] = ()
    excused: bool | None = None
    """For who never came (or went and was then marked): with leave, without, or nothing was noted."""
    late: bool = False
    left_early: bool = False

    @property
    def attended(self) -> bool:
        """Was in the room at some time of the sitting."""
        return bool(self.stays)


class SittingMinutes(Struct, frozen=True):
    """A sitting and its roll, in the council's order."""

    sitting: str
    name: str
    opened: When
    closed: When | None
    roll: tuple[Attendance, ...]

    @property
    def n(self) -> int:
        """All members in office."""
        return len(self.roll)

    @property
    def attended(self) -> int:
        """How many came at all."""
        return sum(a.attended for a in self.roll)

    @property
    def absent(self) -> tuple[Attendance, ...]:
        """Who never came."""
        return tuple(a for a in self.roll if not a.attended)


class EnteredFor(Struct, frozen=True):
    """A choice that the clerk entered because a device failed: confirmed by the chair, or lapsed."""

    facts: MemberFacts
    reason: str
    when: When


class Turn(Struct, frozen=True):
    """What the chair did to a running vote: held it, let it go on, or set its countdown anew."""

    what: Literal["held", "resumed", "countdown", "no_countdown"]
    when: When
    seconds: int | None = None


class NamedBallot(Struct, frozen=True):
    """Who voted how; None: present, did not press."""

    facts: MemberFacts
    choice: Choice | None


class GroupVotes(Struct, frozen=True):
    """One group's part in a named vote."""

    group: str
    for_: int
    against: int
    not_voting: int
    absent: int


class PollMinutes(Struct, frozen=True):
    """One vote. `tally` and `adopted` are None until it is announced, and stay None when it is void."""

    poll: str
    subjects: tuple[Subject, ...]
    matter: Matter
    majority: Majority
    method: Method
    rule: Fraction
    needed: int
    n: int
    present: int
    opened: When
    quorum_overridden: bool
    closed: When | None = None
    closed_how: str = ""
    announced: When | None = None
    tally: Tally | None = None
    adopted: bool | None = None
    voided: When | None = None
    void_reason: str = ""
    repeats: str | None = None
    repeat_reason: str = ""
    repeated_by: str | None = None
    entered: tuple[EnteredFor, ...] = ()
    """Confirmed by the chair, and counted."""
    lapsed: tuple[EnteredFor, ...] = ()
    """Not confirmed when the vote closed, and not counted."""
    turns: tuple[Turn, ...] = ()
    part_of: str | None = None
    whole: str = ""
    """The question of the whole, of which this was one part."""
    parts: int = 0
    """So many parts of it were voted on before."""
    taken: datetime | None = None
    """Entered afterwards: when the hall voted."""
    past_reason: str = ""
    names: tuple[NamedBallot, ...] | None = None
    """Only when the council shows names and the poll is announced."""
    groups: tuple[GroupVotes, ...] = ()
    """The same by group; empty where there are no names."""


class Record(Struct, frozen=True):
    """One question and the vote on it. In a bloc each question keeps a record of its own: `part` of `parts`."""

    poll: PollMinutes
    subject: Subject
    part: int = 1
    parts: int = 1


class PrivatePart(Struct, frozen=True):
    """From when to when the public was kept away (họp kín)."""

    scope: Literal["sitting", "item"]
    since: When
    until: When | None = None


class Speech(Struct, frozen=True):
    """Who had the floor; `member` is None for a guest. `until` is None while they speak."""

    member: str | None
    name: str
    office: str
    since: When
    until: When | None = None
    kind: SpeechKind | None = None
    seconds: int | None = None
    """The time given, with what was added; None: no limit."""
    overran: bool = False


AgendaTurn = Literal["withdrawn", "postponed", "restored"]


class AgendaChange(Struct, frozen=True):
    """An item was taken off the agenda with its reason, or put back on it."""

    how: AgendaTurn
    number: str
    title: str
    when: When
    reason: str = ""


class Passage(Struct, frozen=True):
    """The meeting at one agenda item: one line of the agenda as it was followed.

    `continued`: the same item went on in a later sitting. `started` is None for a vote on an item that
    the meeting was not at; `during` is then the number of the one it was at.
    """

    item: str
    number: str
    title: str
    presenter: str
    sitting: str
    started: When | None
    continued: bool = False
    during: str = ""
    records: tuple[Record, ...] = ()
    speeches: tuple[Speech, ...] = ()
    unheard: tuple[Unheard, ...] = ()
    texts: tuple[WrittenText, ...] = ()
    rounds: tuple[QuestionRound, ...] = ()
    straws: tuple[When, ...] = ()
    """When the hall was asked for its opinion; what came of it is in no record."""

    @property
    def polls(self) -> tuple[PollMinutes, ...]:
        """The votes that touched this item."""
        return tuple({record.poll.poll: record.poll for record in self.records}.values())


class GavelPassage(Struct, frozen=True):
    """Who chaired from when on."""

    name: str
    since: When


class Minutes(Struct, frozen=True):
    """A meeting's draft minutes, and the place in the ledger that they were read to."""

    ledger: str
    council: str
    term: str
    title: str
    place: str
    convened: When
    closed: When | None
    profile: RuleProfile
    sittings: tuple[SittingMinutes, ...]
    chairs: tuple[GavelPassage, ...]
    clerks: tuple[str, ...]
    """The clerks' accounts, in the order in which they first acted."""
    passages: tuple[Passage, ...]
    private: tuple[PrivatePart, ...]
    item_numbers: dict[str, str]
    agenda_changes: tuple[AgendaChange, ...]
    seq: int
    head: str
    signed_seq: int
    """The last entry that a signed checkpoint covers; 0: none yet."""
    elections: tuple[ElectionMinutes, ...] = ()
    """Secret votes on persons, each round by itself, in the order of preparation."""
    pledges: tuple[PledgeMinutes, ...] = ()
    texts: tuple[WrittenText, ...] = ()
    """Handed in before the meeting came to its first item."""
    rehearsal: bool = False
    """Of a meeting that was only rehearsed: no record of anything."""

    @property
    def polls(self) -> tuple[PollMinutes, ...]:
        """All votes, in the order in which they were opened."""
        polls = {p.poll: p for passage in self.passages for p in passage.polls}
        return tuple(sorted(polls.values(), key=lambda p: p.opened.seq))

    @property
    def doubtful(self) -> bool:
        """Whether any time in here is doubtful."""
        times = [self.convened, self.closed, *(c.since for c in self.chairs)]
        times += [t for s in self.sittings for t in (s.opened, s.closed)]
        times += [t for s in self.sittings for a in s.roll for stay in a.stays for t in stay]
        times += [p.started for p in self.passages] + [change.when for change in self.agenda_changes]
        times += [t for p in self.passages for s in p.speeches for t in (s.since, s.until)]
        times += [t for p in self.polls for t in (p.opened, p.closed, p.announced, p.voided)]
        times += [turn.when for p in self.polls for turn in p.turns]
        times += [entry.when for p in self.polls for entry in (*p.entered, *p.lapsed)]
        times += [t for x in self.elections for t in (x.started, x.box_closed, x.counted, x.announced, x.voided)]
        times += [t for part in self.private for t in (part.since, part.until)]
        return any(t.doubtful for t in times if t is not None)

    def resolutions(self) -> tuple[tuple[PollMinutes, Subject], ...]:
        """What was adopted as a resolution, by the last vote on it: a repeated vote no longer counts."""
        by_name = {p.poll: p for p in self.polls}

        def superseded(poll: PollMinutes) -> bool:
            later = by_name.get(poll.repeated_by or "")
            return later is not None and (later.announced is not None or superseded(later))

        return tuple(
            (poll, subject)
            for poll in self.polls
            if poll.adopted and poll.matter is Matter.RESOLUTION and poll.part_of is None and not superseded(poll)
            for subject in poll.subjects
        )
