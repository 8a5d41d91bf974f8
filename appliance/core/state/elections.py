"""Secret votes on persons, taken on paper."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from appliance.core.ballot_marks import Candidate, ElectionKind, Invalid, Mark, Purpose, Teller
from appliance.core.events import ElectionResult
from appliance.core.profile import Fraction
from appliance.core.state.polls import Confirmation


class ElectionState(StrEnum):
    """Where an election is in its life; `election_life.NEXT` has the ways between."""

    DRAFTED = "drafted"
    NOMINATING = "nominating"
    LISTED = "listed"
    READY = "ready"
    """The tellers are elected."""
    ISSUING = "issuing"
    BOX_CLOSED = "box_closed"
    COUNTING = "counting"
    COUNTED = "counted"
    CONFIRMED = "confirmed"
    ANNOUNCED = "announced"
    VOID = "void"


class KeyedPaper(Struct, frozen=True):
    """What one teller read on one paper."""

    marks: dict[str, Mark] = {}
    invalid: Invalid | None = None


class Election(Struct, frozen=True):
    """One round. What follows `state` comes with the ways through its life."""

    election: str
    item: str
    kind: ElectionKind
    office: str
    seats: int
    rules: str
    candidates: tuple[Candidate, ...] = ()
    of_delegate: bool = False
    tellers: tuple[Teller, ...] = ()
    round: int = 1
    follows: str | None = None
    why: str = ""
    state: ElectionState = ElectionState.DRAFTED
    polls: dict[Purpose, str] = {}
    """The open vote drafted last for each purpose; forgotten when what it is about changes."""
    sitting: str | None = None
    rule: Fraction | None = None
    needed: int = 0
    n: int = 0
    present: frozenset[str] = frozenset()
    quorum_overridden: bool = False
    issued: int | None = None
    exchanged: int = 0
    collected: int | None = None
    keyed: dict[str, dict[int, KeyedPaper]] = {}
    """Teller -> paper -> reading; two tellers at most, each blind to the other until both are done."""
    count: int = 0
    """How often it has been counted."""
    result: ElectionResult | None = None
    confirmations: tuple[Confirmation, ...] = ()
    started: datetime | None = None
    """When the ballots were first handed out."""
    box_closed: datetime | None = None
    counted: datetime | None = None
    announced: datetime | None = None
    void_reason: str = ""

    @property
    def ended(self) -> bool:
        """Announced or void."""
        return self.state in {ElectionState.ANNOUNCED, ElectionState.VOID}

    @property
    def unfinished(self) -> bool:
        """Ballots have been handed out, and the result is not told yet."""
        return self.started is not None and not self.ended

    @property
    def whole(self) -> bool:
        """Two tellers have keyed every paper."""
        return len(self.keyed) == 2 and all(len(papers) == self.collected for papers in self.keyed.values())

    def teller(self, *names: str | None) -> Teller | None:
        """The one of the committee who goes by one of these names."""
        return next((t for t in self.tellers if t.who in names), None)
