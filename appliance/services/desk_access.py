"""The clerk's desk: who may come in, and by what."""

from typing import Final

from msgspec.structs import replace

from appliance.core.refusals import Code, Refusal
from appliance.services import desk_commands as d
from appliance.services.desk_rule import CLERK, HOUSE, DeskRule, DeskRules, Effect, Given
from appliance.services.on_file import Card, Change, Drop, OnFile, Put, Session


def approve_tablet(command: d.ApproveTablet, given: Given) -> Effect | Refusal:
    """The new tablet takes the first one's place, whose sign-ins end at once."""
    on_file = given.on_file
    asked = on_file.tablet_requests.get(command.request)
    if asked is None:
        return Refusal(Code.REQUEST_UNKNOWN)
    card = on_file.cards[asked.card]
    if card.revoked is not None:
        return Refusal(Code.CARD_EXPIRED)
    others = (Drop(r) for r in on_file.tablet_requests.values() if r.card == card.id)
    ended = sessions_of(on_file, card.member)
    return Effect((Put(replace(card, device=asked.device)), *others), ended, (card.id,))


def reject_tablet(command: d.RejectTablet, given: Given) -> Effect | Refusal:
    """The tablet that asked is told no."""
    asked = given.on_file.tablet_requests.get(command.request)
    return Effect((Drop(asked),), refused=(asked,)) if asked is not None else Refusal(Code.REQUEST_UNKNOWN)


def approve_display(command: d.ApproveDisplay, given: Given) -> Effect | Refusal:
    """A display whose code still waits is signed in by it; a second yes changes nothing."""
    pairing = given.on_file.pairings.get(command.pairing.replace(" ", ""))
    if pairing is None:
        return Refusal(Code.PAIRING_UNKNOWN)
    if pairing.approved is not None:
        return Effect()
    if not given.waits(pairing):
        return Refusal(Code.PAIRING_UNKNOWN)
    return Effect((Put(replace(pairing, approved=given.now)),))


def revoke(command: d.RevokeAccess, given: Given) -> Effect | Refusal:
    """A member's card ends, a display must be approved again, an account must sign in again."""
    on_file, person = given.on_file, command.person
    ended = sessions_of(on_file, person)
    changes: list[Change] = []
    if person in on_file.members:
        changes += [Put(replace(c, revoked=given.now)) for c in cards_of(on_file, person)]
        changes += [Drop(r) for r in on_file.tablet_requests.values() if r.member == person]
    elif person in on_file.accounts:
        changes.append(Put(replace(on_file.accounts[person], devices=())))
    else:
        changes += [Drop(p) for p in on_file.pairings.values() if p.display == person]
        if not changes and not ended:
            return Refusal(Code.PERSON_UNKNOWN)
    return Effect(tuple(changes), ended)


def reset_pin(command: d.ResetPin, given: Given) -> Effect | Refusal:
    """The next sign-in with the card chooses a new PIN."""
    if command.member not in given.on_file.members:
        return Refusal(Code.MEMBER_UNKNOWN)
    cards = cards_of(given.on_file, command.member)
    if not cards:
        return Refusal(Code.CARD_UNKNOWN)
    return Effect(tuple(Put(replace(c, pin_hash=None)) for c in cards), unlocked=tuple(c.id for c in cards))


def cards_of(on_file: OnFile, member: str) -> tuple[Card, ...]:
    """A member's cards that are good."""
    return tuple(c for c in on_file.cards.values() if c.member == member and c.revoked is None)


def sessions_of(on_file: OnFile, person: str) -> tuple[Session, ...]:
    """A person's live sign-ins."""
    return tuple(s for s in on_file.sessions.values() if s.person == person)


RULES: Final[DeskRules] = {
    d.ApproveTablet: DeskRule(approve_tablet, CLERK),
    d.RejectTablet: DeskRule(reject_tablet, CLERK),
    d.ApproveDisplay: DeskRule(approve_display, HOUSE),
    d.RevokeAccess: DeskRule(revoke, HOUSE),
    d.ResetPin: DeskRule(reset_pin, CLERK),
}
