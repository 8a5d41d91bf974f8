"""The speakers' list and chất vấn as screens show them."""

from typing import Literal

from msgspec import Struct

from appliance.core.slips import PledgeKind
from appliance.core.speech import SpeechKind


class SpeakerLine(Struct, frozen=True):
    """Who waits to speak, in order. `note` is for chair and clerk only."""

    request: str
    member: str
    name: str
    group: str
    office: str
    kind: SpeechKind
    asked: str
    times: int = 0
    """So often has the member had the floor in this meeting."""
    seconds: int = 0
    note: str | None = None
    panel: bool = False
    """Asked by the panel's button: there is no kind and no note."""


class SpokenLine(Struct, frozen=True):
    """How often and how long a member of the open sitting has had the floor in this meeting."""

    member: str
    name: str
    group: str
    times: int
    seconds: int


class GroupLine(Struct, frozen=True):
    """The same for a delegates' group (Tổ đại biểu)."""

    group: str
    present: int
    waiting: int
    times: int
    seconds: int


class SpeakersView(Struct, frozen=True):
    """Section `speakers`; null while no sitting is open. The last three are for chair and clerk only."""

    queue: tuple[SpeakerLine, ...]
    limits: dict[SpeechKind, int]
    """Seconds that each kind is given; 0: no limit."""
    warning_seconds: int
    """So long before the end the speaker, the chair and the hall are warned."""
    texts: int = 0
    """Contributions handed in in writing; `GET /api/speaking/texts` has them."""
    suggested: str | None = None
    """The request of whoever comes from the group that has spoken least, when it is not the first one already."""
    spoken: tuple[SpokenLine, ...] | None = None
    groups: tuple[GroupLine, ...] | None = None


class QuestionLine(Struct, frozen=True):
    """A question of the round."""

    slip: str
    member: str
    name: str
    addressee: str
    title: str
    text: str
    state: Literal["waiting", "answered", "written"]


class RoundView(Struct, frozen=True):
    """The round of questions that goes on."""

    round: str
    title: str
    questions: tuple[QuestionLine, ...]


class PledgeLine(Struct, frozen=True):
    """A promise made in this meeting. `deadline` is a date (`2026-12-31`)."""

    pledge: str
    kind: PledgeKind
    who: str
    what: str
    deadline: str | None = None
    slip: str | None = None
    item: str | None = None
    withdrawn: str | None = None


class QuestioningView(Struct, frozen=True):
    """Section `questioning`: the round that goes on, and what was promised in this meeting."""

    round: RoundView | None
    pledges: tuple[PledgeLine, ...]
    settled: tuple[str, ...] = ()
    """The slips that were answered in this meeting, or will be in writing."""
