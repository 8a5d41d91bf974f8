"""The script of the agenda: who is asked to present, and on to the next item."""

from appliance.core import commands as c
from appliance.core.script_step import ID, Candidate, Say, Turn
from appliance.core.state import Item, ItemState, Meeting


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
            main=True,
            say=_leading_to(waiting, state),
            values={"number": waiting.number},
        )
    ]


def next_item(state: Meeting) -> Item | None:
    """The first one that the meeting has not come to."""
    return next((i for i in state.items.values() if i.state is ItemState.WAITING), None)


def _leading_to(item: Item, state: Meeting) -> tuple[Say, ...]:
    found: list[Say] = []
    current = state.items.get(state.current_item or "")
    sitting = state.sitting
    if sitting is not None and not any(at >= sitting.opened for i in state.items.values() for at in i.started):
        present = len(sitting.present())
        found.append(Say("roll_report", {"present": present, "n": sitting.n}))
    elif current is not None and current.presenter:
        found.append(Say("thanks", {"presenter": current.presenter}))
    values: dict[str, str | int] = {"number": item.number, "title": item.title, "presenter": item.presenter}
    found.append(Say("StartItemBy" if item.presenter else "StartItem", values))
    return tuple(found)
