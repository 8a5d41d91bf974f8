"""The script of the agenda: who is asked to present, and on to the next item."""

from typing import Final

from appliance.core import commands as c
from appliance.core.plan import ItemKind
from appliance.core.script_step import ID, Candidate, Say, Turn
from appliance.core.state import Item, ItemState, Meeting, Sitting

_BY_KIND: Final = {
    ItemKind.PROCEDURE: "start_procedure",
    ItemKind.SPEECH: "start_speech",
    ItemKind.REPORT: "start_report",
    ItemKind.SUBMISSION: "start_report",
    ItemKind.VERIFICATION: "start_report",
    ItemKind.DRAFT_RESOLUTION: "start_draft",
    ItemKind.DISCUSSION: "start_discussion",
    ItemKind.QUESTIONING: "start_questioning",
    ItemKind.ELECTION: "start_election",
    ItemKind.BREAK: "start_break",
}
"""The words with which an item begins; `other` has those of any item."""
_NAMES_SOMEBODY: Final = frozenset({"start_report", "start_speech"})
_CHAIRED: Final = frozenset(
    {ItemKind.PROCEDURE, ItemKind.DISCUSSION, ItemKind.QUESTIONING, ItemKind.ELECTION, ItemKind.DRAFT_RESOLUTION}
)
"""Run by the chair: nobody is thanked for them."""


def steps(state: Meeting) -> list[Candidate]:
    """The next item that waits, with the words that lead to it."""
    if state.sitting is None:
        return []
    waiting = next_item(state)
    if waiting is None:
        return []
    return [
        Candidate(
            c.StartItem(id=ID, item=waiting.item),
            Turn.NEXT_ITEM,
            main=not of_a_later_sitting(waiting, state),
            say=_leading_to(waiting, state),
            values={"number": waiting.number},
        )
    ]


def next_item(state: Meeting) -> Item | None:
    """The first one that the meeting has not come to."""
    return next((i for i in state.items.values() if i.state is ItemState.WAITING), None)


def of_a_later_sitting(item: Item, state: Meeting) -> bool:
    """Planned for the afternoon, say: the sitting is closed first. The chair may go on to it all the same."""
    return item.sitting > len(state.sittings)


def _leading_to(item: Item, state: Meeting) -> tuple[Say, ...]:
    """The report on the roll comes first in a sitting; otherwise whoever presented is thanked."""
    current = state.items.get(state.current_item or "")
    sitting = state.sitting
    found: tuple[Say, ...] = ()
    if sitting is not None and not any(at >= sitting.opened for i in state.items.values() for at in i.started):
        found = _roll(state, sitting)
    elif current is not None and current.kind is ItemKind.BREAK:
        found = (Say("back_to_work"),)
    elif current is not None and current.presenter and current.kind not in _CHAIRED:
        found = (Say("thanks", {"presenter": current.presenter}),)
    values: dict[str, str | int] = {"number": item.number, "title": item.title, "presenter": item.presenter}
    return (*found, Say(_key(item), values))


def _roll(state: Meeting, sitting: Sitting) -> tuple[Say, ...]:
    present, n = len(sitting.present()), sitting.n
    values: dict[str, str | int] = {"present": present, "n": n}
    reported = Say("roll_report_full" if present == n else "roll_report", values)
    quorum = state.profile.quorum if state.profile is not None else None
    if quorum is None or quorum.reached(present, n):
        return (reported,)
    return (reported, Say("roll_report_low", {**values, "needed": quorum.needed(n)}))


def _key(item: Item) -> str:
    """How an item of its kind is announced; who presents is named where somebody does."""
    spoken = _BY_KIND.get(item.kind)
    if spoken is None or (spoken in _NAMES_SOMEBODY and not item.presenter):
        return "StartItemBy" if item.presenter else "StartItem"
    return spoken
