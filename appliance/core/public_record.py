"""What the public may know of a meeting; `public_reader` reads it from the ledger.

Whoever speaks to the public builds on this and on nothing else: the portal's pages, the recorder's chapters, the
hall's live frames. Nothing that was said while the meeting was private (họp kín) is in here, a vote has numbers
only once it has been announced in public, and who voted how only where the council shows names.
"""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from appliance.core.ballot_marks import Candidate, ElectionKind
from appliance.core.ballot_paper import Choice, Matter, Method, Subject
from appliance.core.events import ElectionResult, Tally
from appliance.core.plan import ItemKind
from appliance.core.profile import Fraction, Majority
from appliance.core.speech import SpeechKind


class At(Struct, frozen=True):
    """A moment as its ledger entry has it: the wall clock, the monotonic clock, the entry's number."""

    time: datetime
    uptime_ms: int
    """Compares only within one boot of the machine; the video is placed by it."""
    seq: int
    doubtful: bool = False
    """The wall clock had been stepped: the order is sure, the time is not."""


class Mark(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A chapter mark, in the very form in which the recorder is told it (its control socket has the page)."""

    kind: Literal["sitting", "item", "speaker", "poll", "result"]
    id: str
    """Of the sitting, item or poll; for a speaker `<member or guest>-<seq>`."""
    title: str
    at: datetime
    uptime_ms: int
    item: str | None = None
    ends: datetime | None = None
    ends_uptime_ms: int | None = None
    """What ended away from the public ended, for the public, when it went away."""


class PublicSitting(Struct, frozen=True):
    """A sitting (buổi họp)."""

    sitting: str
    name: str
    n: int
    opened: At
    closed: At | None = None


class PublicItem(Struct, frozen=True):
    """An agenda item, in the order of the agenda. One that was added in private is told once it is begun in public."""

    item: str
    number: str
    title: str
    presenter: str
    started: tuple[At, ...] = ()
    """Each time the public saw the meeting come to it."""
    kind: ItemKind = ItemKind.OTHER
    parent: str | None = None
    starts: int | None = None
    """Planned: minute of the day."""
    off: Literal["withdrawn", "postponed"] | None = None
    reason: str = ""


class PublicSpeaker(Struct, frozen=True):
    """Who has the floor, or had it."""

    speaker: str
    """`<member or guest>-<seq>`, as in the mark."""
    member: str | None
    name: str
    office: str
    item: str | None
    since: At
    until: At | None = None
    kind: SpeechKind | None = None


class PublicBallot(Struct, frozen=True):
    """Who voted how; `choice` null: was present and did not press."""

    member: str
    name: str
    choice: Choice | None


class PublicPoll(Struct, frozen=True):
    """A vote that was opened in public, or announced in public.

    `state` *away*: it ended in private, and the public is not told how.
    """

    poll: str
    subjects: tuple[Subject, ...]
    matter: Matter
    majority: Majority
    method: Method
    rule: Fraction
    needed: int
    n: int
    present: int
    state: Literal["open", "held", "closed", "announced", "void", "away"]
    opened: At
    closed: At | None = None
    announced: At | None = None
    tally: Tally | None = None
    adopted: bool | None = None
    names: tuple[PublicBallot, ...] | None = None
    """Only where the council shows names."""
    repeats: str | None = None
    part_of: str | None = None
    """The vote on the whole, of which this was one part."""
    taken: datetime | None = None
    """A vote entered afterwards: when the hall voted, and why it was not entered then."""
    past_reason: str = ""
    void_reason: str = ""


class PublicElection(Struct, frozen=True):
    """A secret vote whose ballots were handed out in public, or whose result was told in public."""

    election: str
    item: str
    kind: ElectionKind
    title: str
    seats: int
    round: int
    candidates: tuple[Candidate, ...]
    n: int
    present: int
    needed: int
    state: Literal["voting", "counting", "announced", "void", "away"]
    opened: At
    announced: At | None = None
    result: ElectionResult | None = None
    void_reason: str = ""


class PrivatePart(Struct, frozen=True):
    """From when to when the public was kept away; that it was so is public."""

    since: At
    until: At | None = None


class PublicRecord(Struct, frozen=True):
    """One meeting, as far as its ledger goes."""

    ledger: str = ""
    council: str = ""
    term: str = ""
    title: str = ""
    place: str = ""
    seq: int = 0
    """The last entry that was read, public or not."""
    convened: At | None = None
    closed: At | None = None
    sittings: tuple[PublicSitting, ...] = ()
    items: tuple[PublicItem, ...] = ()
    polls: tuple[PublicPoll, ...] = ()
    """In the order of opening."""
    elections: tuple[PublicElection, ...] = ()
    """Secret votes on persons."""
    speakers: tuple[PublicSpeaker, ...] = ()
    private: tuple[PrivatePart, ...] = ()
    marks: tuple[Mark, ...] = ()
    item: str | None = None
    """The item the meeting is at; null in private."""
    stood: At | None = None
    """When it was last convened, opened, closed, made private or public again."""

    @property
    def sitting(self) -> PublicSitting | None:
        """The sitting that is open now."""
        last = self.sittings[-1] if self.sittings else None
        return last if last is not None and last.closed is None else None

    @property
    def away(self) -> PrivatePart | None:
        """The private part that goes on now."""
        last = self.private[-1] if self.private else None
        return last if last is not None and last.until is None else None

    @property
    def speaker(self) -> PublicSpeaker | None:
        """Who has the floor now; nobody in private."""
        last = self.speakers[-1] if self.speakers else None
        return last if last is not None and last.until is None and self.away is None else None

    @property
    def poll(self) -> PublicPoll | None:
        """The vote that the hall looks at: the one that runs or waits to be announced, or the item's last one."""
        if self.away is not None or self.sitting is None:
            return None
        running = next((p for p in self.polls if p.state in {"open", "held", "closed"}), None)
        here = [p for p in self.polls if p.state != "away" and any(s.item == self.item for s in p.subjects)]
        return running or (here[-1] if here else None)
