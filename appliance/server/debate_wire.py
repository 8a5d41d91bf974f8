"""The wire of what is on file about debate, typed, and its routes as OpenAPI has them."""

from typing import Any, Final

from msgspec import Struct

from appliance.core.slips import PledgeKind
from appliance.server.paths import content, ref, refused
from appliance.services.on_file import OpinionChoice, SlipState


class IssueGroupView(Struct, frozen=True):
    """A group of issues."""

    group: str
    title: str
    position: int


class SlipView(Struct, frozen=True):
    """A question slip. A delegate is shown their own, and those of others that were selected or answered."""

    slip: str
    member: str
    name: str
    addressee: str
    title: str
    text: str
    sent: str
    state: SlipState
    group: str | None = None
    due: str | None = None
    overdue: bool = False
    answer: str = ""
    answered: str | None = None
    asked: bool = False
    """It has been put in the hall in the meeting that goes on."""
    revision: str = ""
    """For SortSlip's `seen`."""


class SlipsPage(Struct, frozen=True):
    """`GET /api/slips`."""

    slips: tuple[SlipView, ...]
    groups: tuple[IssueGroupView, ...]
    written_answer_days: int


class FollowUpView(Struct, frozen=True):
    """What was heard of a pledge."""

    at: str
    note: str
    settled: bool


class PledgeView(Struct, frozen=True):
    """A pledge of this meeting or an earlier one."""

    ledger: str
    meeting: str
    pledge: str
    kind: PledgeKind
    who: str
    what: str
    made: str
    deadline: str | None
    slip: str | None
    settled: bool
    overdue: bool
    heard: tuple[FollowUpView, ...]


class PledgesPage(Struct, frozen=True):
    """`GET /api/pledges`: the newest first; those that are settled too."""

    pledges: tuple[PledgeView, ...]


class OpinionGiven(Struct, frozen=True):
    """One delegate's opinion. Only the clerk and the chair see those of others."""

    choice: OpinionChoice
    text: str
    at: str
    member: str = ""
    name: str = ""


class OpinionView(Struct, frozen=True):
    """An opinion asked for between meetings. Advisory: no vote, no result."""

    opinion: str
    title: str
    text: str
    asked: str
    closes: str
    open: bool
    asked_of: int
    """Members in office."""
    mine: OpinionGiven | None = None
    answers: tuple[OpinionGiven, ...] | None = None
    """Clerk and chair only."""


class OpinionsPage(Struct, frozen=True):
    """`GET /api/opinions`: the newest first."""

    opinions: tuple[OpinionView, ...]


class HandedInView(Struct, frozen=True):
    """A contribution handed in in writing, in this meeting."""

    member: str
    name: str
    text: str
    item: str | None
    at: str


class TextsPage(Struct, frozen=True):
    """`GET /api/speaking/texts`: a delegate is shown their own."""

    texts: tuple[HandedInView, ...]


MODELS: Final[tuple[type, ...]] = (SlipsPage, PledgesPage, OpinionsPage, TextsPage)


def _get(name: str, summary: str, model: type) -> dict[str, Any]:
    answers = {"200": content(summary, ref(model)), "default": refused()}
    return {"get": {"operationId": name, "summary": summary, "security": [{"cookie": []}], "responses": answers}}


PATHS: Final[dict[str, Any]] = {
    "/api/slips": _get("slips", "Question slips and the groups of issues", SlipsPage),
    "/api/pledges": _get("pledges", "Pledges of all meetings", PledgesPage),
    "/api/opinions": _get("opinions", "Opinions asked for between meetings", OpinionsPage),
    "/api/speaking/texts": _get("speakingTexts", "Contributions handed in in this meeting", TextsPage),
}
