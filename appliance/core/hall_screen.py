"""The hall's big screens: what chair and clerk put there, what waits, and who turns the pages of a paper.

The meeting comes first: a vote that opens, an item that begins, a sitting that opens take the screen back
(`given_back`), so no message ever hides a vote. While a vote runs nothing else can be shown.
"""

import unicodedata
from datetime import datetime
from typing import Final

from msgspec.structs import replace

from appliance.core import commands as c
from appliance.core import events as e
from appliance.core.people import Actor
from appliance.core.refusals import Code, Refusal
from appliance.core.rule import DESK, MEMBERS, Decision, Rule, Rules, Tellings
from appliance.core.scene import AUTO, Scene, SceneKind
from appliance.core.state import HallScreen, Meeting, Order, Queued

LONGEST_QUEUE: Final = 50
_MEANWHILE: Final = frozenset({SceneKind.AUTO, SceneKind.POLL})
"""What may be shown while a vote runs: both show the vote."""

# --- decide


def show(state: Meeting, order: Order, command: c.ShowOnHall) -> Decision:
    """At once, save while a vote runs."""
    refused = _unfit(command.scene) or _hides_a_vote(state, command.scene)
    return refused or (e.HallShown(scene=_clean(command.scene)),)


def queue(state: Meeting, order: Order, command: c.QueueForHall) -> Decision:
    """An entry's name is used once in a queue."""
    waiting = state.hall.queue
    if any(queued.entry == command.entry for queued in waiting):
        return Refusal(Code.QUEUE_ENTRY_TAKEN)
    if len(waiting) >= LONGEST_QUEUE:
        return Refusal(Code.QUEUE_FULL, f"{LONGEST_QUEUE} at most")
    return _unfit(command.scene) or (e.HallQueued(entry=command.entry, scene=_clean(command.scene)),)


def move(state: Meeting, order: Order, command: c.MoveInQueue) -> Decision:
    """Two desks may move at once: what counts is the entry, not the place it had."""
    waiting = [queued.entry for queued in state.hall.queue]
    if command.entry not in waiting:
        return Refusal(Code.QUEUE_ENTRY_UNKNOWN)
    return (e.HallQueueMoved(entry=command.entry, to=min(command.to, len(waiting) - 1)),)


def drop(state: Meeting, order: Order, command: c.DropFromQueue) -> Decision:
    """Refused when it is not there any more: somebody has shown or dropped it."""
    if not any(queued.entry == command.entry for queued in state.hall.queue):
        return Refusal(Code.QUEUE_ENTRY_UNKNOWN)
    return (e.HallQueueDropped(entry=command.entry),)


def show_next(state: Meeting, order: Order, command: c.ShowNext) -> Decision:
    """What the desk previewed as the first, or nothing: two desks that press at once show one scene."""
    first = state.hall.queue[0] if state.hall.queue else None
    if first is None:
        return Refusal(Code.QUEUE_EMPTY)
    if command.entry not in {None, first.entry}:
        return Refusal(Code.QUEUE_ENTRY_UNKNOWN)
    return _hides_a_vote(state, first.scene) or (e.HallShown(scene=first.scene, entry=first.entry),)


def show_page(state: Meeting, order: Order, command: c.ShowPage) -> Decision:
    """By chair and clerk, and by the member who has the floor: they present."""
    if not _may_turn(state, order.actor):
        return Refusal(Code.FLOOR_NOT_YOURS)
    shown = state.hall.shown
    if shown.kind is not SceneKind.PAPER:
        return Refusal(Code.NO_PAPER_SHOWN)
    if shown.pages is not None and command.page > shown.pages:
        return Refusal(Code.PAGE_UNKNOWN, f"{shown.pages} pages")
    return (e.PageShown(page=command.page),)


def _may_turn(state: Meeting, actor: Actor) -> bool:
    speaks = state.floor
    return actor.role in DESK or (speaks is not None and actor.member is not None and speaks.member == actor.member)


def _hides_a_vote(state: Meeting, scene: Scene) -> Refusal | None:
    if state.running_poll is not None and scene.kind not in _MEANWHILE:
        return Refusal(Code.POLL_ON_SCREEN, state.running_poll.poll)
    return None


def _unfit(scene: Scene) -> Refusal | None:
    """What a scene of its kind must have."""
    match scene.kind:
        case SceneKind.MESSAGE if not scene.text.strip():
            return Refusal(Code.MALFORMED, "text")
        case SceneKind.COUNTDOWN if scene.seconds is None:
            return Refusal(Code.MALFORMED, "seconds")
        case SceneKind.PAPER if scene.document is None or scene.sha256 is None:
            return Refusal(Code.MALFORMED, "document")
        case SceneKind.PAPER if scene.pages is not None and scene.page > scene.pages:
            return Refusal(Code.PAGE_UNKNOWN, f"{scene.pages} pages")
    return None


def _clean(scene: Scene) -> Scene:
    """Names are told apart by NFC everywhere; so it is written."""
    return replace(scene, text=unicodedata.normalize("NFC", scene.text).strip())


# --- evolve


def given_back(state: Meeting) -> HallScreen:
    """The screen follows the meeting again; what waits goes on waiting."""
    return state.hall if state.hall.shown is AUTO else replace(state.hall, shown=AUTO, since=None)


def hall_shown(state: Meeting, event: e.HallShown, at: datetime) -> Meeting:
    """It came at once, or out of the queue."""
    waiting = tuple(queued for queued in state.hall.queue if queued.entry != event.entry)
    scene = AUTO if event.scene == AUTO else event.scene
    return replace(state, hall=HallScreen(shown=scene, since=at, queue=waiting))


def hall_queued(state: Meeting, event: e.HallQueued, at: datetime) -> Meeting:
    """At the end."""
    waiting = (*state.hall.queue, Queued(event.entry, event.scene))
    return replace(state, hall=replace(state.hall, queue=waiting))


def hall_moved(state: Meeting, event: e.HallQueueMoved, at: datetime) -> Meeting:
    """The others keep their order."""
    one = next(queued for queued in state.hall.queue if queued.entry == event.entry)
    others = [queued for queued in state.hall.queue if queued is not one]
    others.insert(event.to, one)
    return replace(state, hall=replace(state.hall, queue=tuple(others)))


def hall_dropped(state: Meeting, event: e.HallQueueDropped, at: datetime) -> Meeting:
    """Gone."""
    left = tuple(queued for queued in state.hall.queue if queued.entry != event.entry)
    return replace(state, hall=replace(state.hall, queue=left))


def page_shown(state: Meeting, event: e.PageShown, at: datetime) -> Meeting:
    """The same paper, turned."""
    return replace(state, hall=replace(state.hall, shown=replace(state.hall.shown, page=event.page)))


RULES: Final[Rules] = {
    c.ShowOnHall: Rule(show, DESK),
    c.QueueForHall: Rule(queue, DESK),
    c.MoveInQueue: Rule(move, DESK),
    c.DropFromQueue: Rule(drop, DESK),
    c.ShowNext: Rule(show_next, DESK),
    c.ShowPage: Rule(show_page, MEMBERS),
}

TELLINGS: Final[Tellings] = {
    e.HallShown: hall_shown,
    e.HallQueued: hall_queued,
    e.HallQueueMoved: hall_moved,
    e.HallQueueDropped: hall_dropped,
    e.PageShown: page_shown,
}
