"""The whole meeting as one value."""

from datetime import datetime
from enum import StrEnum
from typing import Literal

from msgspec import Struct

from appliance.core.profile import RuleProfile
from appliance.core.state.agenda import Item
from appliance.core.state.elections import Election
from appliance.core.state.hall_screen import HallScreen
from appliance.core.state.polls import Ballot, Entry, Poll
from appliance.core.state.questioning import Questioning
from appliance.core.state.roll import Sitting
from appliance.core.state.speaking import Floor, Speakers
from appliance.core.state.straw import Straw


class MeetingStage(StrEnum):
    """A meeting's life: nothing yet, convened, closed."""

    NONE = "none"
    CONVENED = "convened"
    CLOSED = "closed"


class Meeting(Struct, frozen=True):
    """The whole meeting. `ballots` and `entries` stand beside the polls: a ballot changes them alone."""

    ledger: str = ""
    stage: MeetingStage = MeetingStage.NONE
    council: str = ""
    term: str = ""
    title: str = ""
    place: str = ""
    convened: datetime | None = None
    closed: datetime | None = None
    profile: RuleProfile | None = None
    items: dict[str, Item] = {}
    current_item: str | None = None
    sittings: tuple[Sitting, ...] = ()
    gavel: str | None = None
    gavel_name: str = ""
    private: Literal["sitting", "item"] | None = None
    polls: dict[str, Poll] = {}
    dropped_polls: frozenset[str] = frozenset()
    """Names of drafts that were thrown away: no poll is ever called so again."""
    ballots: dict[str, dict[str, Ballot]] = {}
    entries: dict[str, dict[str, Entry]] = {}
    elections: dict[str, Election] = {}
    """Secret votes on persons, each round one of them."""
    floor: Floor | None = None
    straw: Straw | None = None
    """The show of opinion on the screens; never a vote."""
    straws: int = 0
    hall: HallScreen = HallScreen()
    speakers: Speakers = Speakers()
    questioning: Questioning = Questioning()
    plan: str | None = None
    """The plan on file that it was convened from; documents are found by it."""
    rehearsal: bool = False
    """Nothing in it is the record of anything."""
    epoch: int = 0
    """How often another box has gone on with this ledger."""

    @property
    def sitting(self) -> Sitting | None:
        """The sitting that is open now."""
        last = self.sittings[-1] if self.sittings else None
        return last if last is not None and last.closed is None else None

    @property
    def running_poll(self) -> Poll | None:
        """The one poll that is open or held."""
        return next((p for p in self.polls.values() if p.running), None)
