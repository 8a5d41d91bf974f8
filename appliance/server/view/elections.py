"""Secret votes on persons as screens show them: never what stands on a paper, and no result before its time."""

from typing import Literal

from msgspec import Struct

from appliance.core.ballot_marks import ElectionKind, Invalid, Mark, Purpose, TellerPart
from appliance.core.state import ElectionState


class CandidateView(Struct, frozen=True):
    """A person on the ballot, in its order."""

    candidate: str
    name: str
    about: str
    member: str | None = None
    nominated_by: str = ""


class TellerView(Struct, frozen=True):
    """One of the tellers' committee. `keyed`: papers keyed so far, null for who does not key."""

    who: str
    name: str
    part: TellerPart
    keyed: int | None = None


class PersonResultView(Struct, frozen=True):
    """One person's line of the count."""

    candidate: str
    name: str
    about: str
    marks: dict[Mark, int]
    percent: str
    """Of N, of the mark that decides: yes, or *no confidence*, or *low*."""
    chosen: bool
    tied: bool = False
    relieve: bool = False


class ElectionResultView(Struct, frozen=True):
    """The numbers: for clerk and gavel holder once counted, for all once announced."""

    issued: int
    exchanged: int
    collected: int
    valid: int
    invalid: int
    reasons: dict[Invalid, int]
    lines: tuple[PersonResultView, ...]
    open_seats: int = 0


class ElectionView(Struct, frozen=True):
    """Section `elections`: one round."""

    election: str
    item: str
    kind: ElectionKind
    title: str
    office: str
    seats: int
    state: ElectionState
    choices: tuple[Mark, ...]
    candidates: tuple[CandidateView, ...]
    tellers: tuple[TellerView, ...]
    rules: str
    round: int = 1
    follows: str | None = None
    why: str = ""
    of_delegate: bool = False
    polls: dict[Purpose, str] = {}
    n: int = 0
    present: int = 0
    needed: int = 0
    issued: int | None = None
    exchanged: int = 0
    collected: int | None = None
    differ: int | None = None
    """How many papers the two tellers read differently; null until both are done."""
    count: int = 0
    confirmed_by: tuple[Literal["clerk", "gavel"], ...] = ()
    started: str | None = None
    box_closed: str | None = None
    announced: str | None = None
    void_reason: str = ""
    result: ElectionResultView | None = None
