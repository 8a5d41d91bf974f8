"""The speakers' list: who waits to speak on the item, in which order, and contributions in writing.

A request belongs to the item at which it was made. The queue is those of the current item whose member is in the
room: when the meeting comes back to an item, or a member back into the room, their request is there again.
"""

from datetime import datetime
from typing import Final

from msgspec.structs import replace

from appliance.core import commands as c
from appliance.core import events as e
from appliance.core.names import tidy
from appliance.core.people import Role
from appliance.core.refusals import Code, Refusal
from appliance.core.rule import CHAIR, MEMBERS, Decision, Rule, Rules, Tellings
from appliance.core.speech import NEXT, RequestAction, RequestState, SpeechKind
from appliance.core.state import HandedIn, Meeting, Order, Sitting, SpeechRequest, Standing

_TEXTS_A_MEMBER: Final = 50


def queue(state: Meeting) -> tuple[SpeechRequest, ...]:
    """Who waits to speak on the current item and is in the room, in order."""
    sitting = state.sitting
    if sitting is None:
        return ()
    waiting = (state.speakers.requests[name] for name in state.speakers.order)
    return tuple(r for r in waiting if r.item == state.current_item and _present(sitting, r.member))


def _present(sitting: Sitting, member: str) -> bool:
    presence = sitting.roll.get(member)
    return presence is not None and presence.standing is Standing.PRESENT


# --- decide


def ask(state: Meeting, order: Order, command: c.AskToSpeak) -> Decision:
    """One request a member at a time, besides a point of order. No request while they have the floor."""
    member = order.actor.member
    sitting = state.sitting
    if sitting is None:
        return Refusal(Code.SITTING_NOT_OPEN)
    if member is None or member not in sitting.members:
        return Refusal(Code.NOT_A_MEMBER)
    if not _present(sitting, member):
        return Refusal(Code.NOT_PRESENT)
    if state.floor is not None and state.floor.member == member:
        return Refusal(Code.FLOOR_ALREADY_THEIRS)
    point = command.kind is SpeechKind.POINT_OF_ORDER
    if any(r.member == member and (r.kind is SpeechKind.POINT_OF_ORDER) == point for r in queue(state)):
        return Refusal(Code.ALREADY_ASKED_TO_SPEAK)
    by = "panel" if order.actor.role is Role.PANELS else "tablet"
    name = command.id.lower()
    return (e.SpeechAsked(request=name, member=member, kind=command.kind, note=tidy(command.note), by=by),)


def withdraw(state: Meeting, order: Order, command: c.WithdrawRequest) -> Decision:
    """Only by who made it; a clerk may for a member who has no tablet."""
    found = _waiting(state, command.request)
    if isinstance(found, Refusal):
        return found
    if found.member != order.actor.member and order.actor.role is not Role.CLERK:
        return Refusal(Code.NOT_ALLOWED)
    return (e.RequestWithdrawn(request=found.request),)


def decline(state: Meeting, order: Order, command: c.DeclineRequest) -> Decision:
    """The member is told, and may ask again."""
    found = _waiting(state, command.request)
    return (
        found
        if isinstance(found, Refusal)
        else (e.RequestDeclined(request=found.request, reason=tidy(command.reason)),)
    )


def arrange(state: Meeting, order: Order, command: c.OrderSpeakers) -> Decision:
    """A request that does not wait any more is passed over: it was withdrawn while the chair put them in order."""
    if len(set(command.requests)) != len(command.requests):
        return Refusal(Code.MALFORMED, "a request is named twice")
    if any(name not in state.speakers.requests for name in command.requests):
        return Refusal(Code.SPEECH_REQUEST_UNKNOWN)
    waiting = [r.request for r in queue(state)]
    named = [name for name in command.requests if name in waiting]
    wanted = (*named, *(name for name in waiting if name not in named))
    if list(wanted) == waiting:
        return Refusal(Code.ORDER_UNCHANGED)
    return (e.SpeakersOrdered(requests=wanted),)


def hand_in(state: Meeting, order: Order, command: c.HandInText) -> Decision:
    """While a sitting is open; a member who had to leave may still hand in. A panel cannot."""
    sitting = state.sitting
    if sitting is None:
        return Refusal(Code.SITTING_NOT_OPEN)
    clerk = order.actor.role is Role.CLERK and command.member is not None
    member = command.member if clerk else order.actor.member
    if not clerk and command.member not in {None, member}:
        return Refusal(Code.NOT_ALLOWED)
    if member is None or member not in sitting.members:
        return Refusal(Code.MEMBER_UNKNOWN if clerk else Code.NOT_A_MEMBER)
    if command.item is not None and command.item not in state.items:
        return Refusal(Code.ITEM_UNKNOWN)
    text = tidy(command.text)
    if not text:
        return Refusal(Code.MALFORMED, "text")
    if sum(t.member == member for t in state.speakers.texts) >= _TEXTS_A_MEMBER:
        return Refusal(Code.TOO_MANY_TEXTS)
    if command.request is not None:
        found = _waiting(state, command.request)
        if isinstance(found, Refusal):
            return found
        if found.member != member:
            return Refusal(Code.NOT_ALLOWED)
    item = command.item or state.current_item
    name = sitting.members[member].name
    return (e.TextHandedIn(member=member, name=name, text=text, item=item, request=command.request),)


def _waiting(state: Meeting, name: str) -> SpeechRequest | Refusal:
    found = state.speakers.requests.get(name)
    if found is None:
        return Refusal(Code.SPEECH_REQUEST_UNKNOWN)
    return found if found.state is RequestState.WAITING else Refusal(Code.SPEECH_REQUEST_SETTLED)


# --- evolve


def asked(state: Meeting, event: e.SpeechAsked, at: datetime) -> Meeting:
    """At the end; a point of order behind the other points of order, before the rest."""
    speakers = state.speakers
    request = SpeechRequest(event.request, event.member, event.kind, event.note, state.current_item, at, event.by)
    requests = {**speakers.requests, event.request: request}
    place = len(speakers.order)
    if event.kind is SpeechKind.POINT_OF_ORDER:
        points = (i for i, n in enumerate(speakers.order) if requests[n].kind is not SpeechKind.POINT_OF_ORDER)
        place = next(points, place)
    order = (*speakers.order[:place], event.request, *speakers.order[place:])
    return replace(state, speakers=replace(speakers, requests=requests, order=order))


def moved(state: Meeting, name: str, action: RequestAction) -> Meeting:
    """The request goes on in its life; what does not wait stands in no order."""
    speakers = state.speakers
    request = speakers.requests[name]
    after = replace(request, state=NEXT[request.state, action])
    order = tuple(n for n in speakers.order if n != name)
    return replace(state, speakers=replace(speakers, requests={**speakers.requests, name: after}, order=order))


def withdrawn(state: Meeting, event: e.RequestWithdrawn, at: datetime) -> Meeting:
    """They are out of the queue."""
    return moved(state, event.request, RequestAction.WITHDRAW)


def declined(state: Meeting, event: e.RequestDeclined, at: datetime) -> Meeting:
    """They are out of the queue."""
    return moved(state, event.request, RequestAction.DECLINE)


def ordered(state: Meeting, event: e.SpeakersOrdered, at: datetime) -> Meeting:
    """Those of other items stay where they are among themselves."""
    others = tuple(n for n in state.speakers.order if n not in event.requests)
    return replace(state, speakers=replace(state.speakers, order=(*event.requests, *others)))


def handed_in(state: Meeting, event: e.TextHandedIn, at: datetime) -> Meeting:
    """Kept with its item; a request that it stands for is done with."""
    if event.request is not None:
        state = moved(state, event.request, RequestAction.HAND_IN)
    text = HandedIn(event.member, event.name, event.text, event.item, at)
    return replace(state, speakers=replace(state.speakers, texts=(*state.speakers.texts, text)))


RULES: Final[Rules] = {
    c.AskToSpeak: Rule(ask, MEMBERS),
    c.WithdrawRequest: Rule(withdraw, MEMBERS - {Role.PANELS}),
    c.DeclineRequest: Rule(decline, CHAIR, gavel=True),
    c.OrderSpeakers: Rule(arrange, CHAIR, gavel=True),
    c.HandInText: Rule(hand_in, MEMBERS - {Role.PANELS}),
}

TELLINGS: Final[Tellings] = {
    e.SpeechAsked: asked,
    e.RequestWithdrawn: withdrawn,
    e.RequestDeclined: declined,
    e.SpeakersOrdered: ordered,
    e.TextHandedIn: handed_in,
}
