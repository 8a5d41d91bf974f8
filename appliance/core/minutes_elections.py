"""A secret vote as the minutes tell it: read from its events, from the list to the result."""

from dataclasses import dataclass, field
from typing import Any, Final, get_args

from msgspec import Struct

from appliance.core import events as e
from appliance.core.ballot_marks import Candidate, ElectionKind, Purpose, Teller
from appliance.core.election_texts import titled
from appliance.core.events import ElectionResult
from appliance.core.minutes_when import When
from appliance.core.profile import Fraction

_OF_ELECTIONS: Final[tuple[Any, ...]] = get_args(e.ElectionEvent)


class Withdrawal(Struct, frozen=True):
    """Somebody left the list."""

    candidate: Candidate
    reason: str
    when: When


class ElectionMinutes(Struct, frozen=True):
    """One round. `found` is what was counted; the minutes of the meeting tell it only once it is announced."""

    election: str
    item: str
    kind: ElectionKind
    title: str
    office: str
    seats: int
    round: int
    follows: str | None
    why: str
    rules: str
    candidates: tuple[Candidate, ...]
    withdrawn: tuple[Withdrawal, ...]
    tellers: tuple[Teller, ...]
    keyed_by: tuple[str, ...]
    """Which of the tellers keyed the papers."""
    polls: dict[Purpose, str]
    n: int
    present: int
    needed: int
    rule: Fraction | None
    quorum_overridden: bool
    issued: int | None
    exchanged: int
    collected: int | None
    started: When | None
    box_closed: When | None
    counted: When | None
    recounts: tuple[str, ...]
    """Why papers were counted or keyed again."""
    announced: When | None
    voided: When | None
    void_reason: str
    found: ElectionResult | None

    @property
    def result(self) -> ElectionResult | None:
        """As told to the hall."""
        return self.found if self.announced is not None else None

    def named(self, names: tuple[str, ...]) -> tuple[Candidate, ...]:
        """The persons behind these ids, in this order."""
        by_id = {person.candidate: person for person in self.candidates}
        return tuple(by_id[name] for name in names)


@dataclass(slots=True)
class ElectionRecord:
    """One round, while it goes on."""

    drafted: e.ElectionDrafted
    candidates: dict[str, Candidate] = field(default_factory=dict)
    told: bool = False
    """Nominations were opened, or it is a round between the tied."""
    withdrawn: list[Withdrawal] = field(default_factory=list)
    tellers: e.TellersProposed | None = None
    polls: dict[Purpose, str] = field(default_factory=dict)
    issued: tuple[When, e.BallotsIssued] | None = None
    counts: e.IssuedRecorded | None = None
    box_closed: When | None = None
    box_opened: tuple[When, int] | None = None
    keyed_by: dict[str, None] = field(default_factory=dict)
    counted: tuple[When, e.ElectionCounted] | None = None
    recounts: list[str] = field(default_factory=list)
    announced: When | None = None
    voided: tuple[When, str] | None = None

    def read(self, event: e.Event, when: When) -> None:
        """One event more of this round."""
        match event:
            case e.NominationsOpened():
                self.told = True
            case e.CandidateNominated():
                self.candidates[event.candidate.candidate] = event.candidate
            case e.CandidateWithdrawn():
                self.withdrawn.append(Withdrawal(self.candidates.pop(event.candidate), event.reason, when))
            case e.TellersProposed():
                self.tellers = event
            case e.ElectionPollLinked():
                self.polls[event.purpose] = event.poll
            case e.BallotsIssued():
                self.issued = (when, event)
            case e.IssuedRecorded():
                self.counts = event
            case e.BoxClosed():
                self.box_closed = when
            case e.BoxOpened():
                self.box_opened = (when, event.collected)
            case _:
                self._count(event, when)

    def _count(self, event: e.Event, when: When) -> None:
        match event:
            case e.PaperKeyed():
                self.keyed_by.setdefault(event.teller)
            case e.KeyingDropped():
                self.keyed_by.pop(event.teller, None)
                self.recounts.append(event.reason)
            case e.ElectionCounted():
                self.counted = (when, event)
            case e.CountReopened():
                self.counted = None
                self.recounts.append(event.reason)
            case e.ElectionAnnounced():
                self.announced = when
            case e.ElectionVoided():
                self.voided = (when, event.reason)

    def minutes(self) -> ElectionMinutes:
        """As far as it went."""
        drafted, issued = self.drafted, self.issued[1] if self.issued else None
        return ElectionMinutes(
            election=drafted.election,
            item=drafted.item,
            kind=drafted.kind,
            title=titled(drafted.kind, drafted.office, drafted.round),
            office=drafted.office,
            seats=drafted.seats,
            round=drafted.round,
            follows=drafted.follows,
            why=drafted.why,
            rules=issued.rules if issued else drafted.rules,
            candidates=issued.candidates if issued else tuple(self.candidates.values()),
            withdrawn=tuple(self.withdrawn),
            tellers=self.tellers.tellers if self.tellers else drafted.tellers,
            keyed_by=tuple(self.keyed_by),
            polls=dict(self.polls),
            n=issued.n if issued else 0,
            present=len(issued.present) if issued else 0,
            needed=issued.needed if issued else 0,
            rule=issued.rule if issued else None,
            quorum_overridden=issued.quorum_overridden if issued else False,
            issued=self.counts.issued if self.counts else None,
            exchanged=self.counts.exchanged if self.counts else 0,
            collected=self.box_opened[1] if self.box_opened else None,
            started=self.issued[0] if self.issued else None,
            box_closed=self.box_closed,
            counted=self.counted[0] if self.counted else None,
            recounts=tuple(self.recounts),
            announced=self.announced,
            voided=self.voided[0] if self.voided else None,
            void_reason=self.voided[1] if self.voided else "",
            found=self.counted[1].result if self.counted else None,
        )


@dataclass(slots=True)
class ElectionRecords:
    """All rounds of a meeting, in the order of preparation."""

    records: dict[str, ElectionRecord] = field(default_factory=dict)

    def read(self, event: e.Event, when: When) -> None:
        """One event more of whatever kind."""
        if isinstance(event, e.ElectionDrafted):
            people = {person.candidate: person for person in event.candidates}
            self.records[event.election] = ElectionRecord(event, people)
        elif isinstance(event, _OF_ELECTIONS):
            self.records[event.election].read(event, when)

    def minutes(self) -> tuple[ElectionMinutes, ...]:
        """Those that the hall was told of."""
        return tuple(record.minutes() for record in self.records.values() if record.told)
