"""The clerk's desk: accounts and cards. Clerks look after chairs, clerks and auditors, technicians after technicians.

A password comes in as its hash (`given.hashed`), a card's token is drawn here (`given.draw`) and goes on file as its
digest: the token itself is handed out once, in `Effect.tokens`, and is in no record and no log.
"""

from typing import Final

from msgspec.structs import replace

from appliance.core.names import tidy
from appliance.core.people import Role
from appliance.core.refusals import Code, Refusal
from appliance.services import desk_commands as d
from appliance.services.credentials import digest, weak_password
from appliance.services.desk_access import cards_of, sessions_of
from appliance.services.desk_people import unfit_text
from appliance.services.desk_rule import CLERK, HOUSE, DeskRule, DeskRules, Effect, Given, not_as_seen
from appliance.services.enrolment import Unfit, fit_login
from appliance.services.on_file import Account, Card, Change, Drop, Put
from appliance.services.signin import login_of, password_of

_LOOKS_AFTER: Final[dict[Role, frozenset[Role]]] = {
    Role.CLERK: frozenset({Role.CHAIR, Role.CLERK, Role.AUDITOR}),
    Role.TECHNICIAN: frozenset({Role.TECHNICIAN}),
}


def looks_after(role: Role, whose: Role) -> bool:
    """Whether somebody of this role may make and change accounts of that one."""
    return whose in _LOOKS_AFTER.get(role, frozenset())


def create_account(command: d.CreateAccount, given: Given) -> Effect | Refusal:
    """A new account."""
    on_file = given.on_file
    if not looks_after(given.actor.role, command.role):
        return Refusal(Code.ROLE_NOT_YOURS)
    try:
        login = fit_login(command.account)
    except Unfit:
        return Refusal(Code.LOGIN_UNFIT)
    if login in on_file.accounts or login in on_file.members:
        return Refusal(Code.ACCOUNT_TAKEN)
    name = tidy(command.name)
    refusal = unfit_text(name=name) or _member_unfit(given, command.member, login) or _too_weak(command.password, login)
    return refusal or Effect((Put(Account(login, name, command.role, given.hashed, command.member)),))


def edit_account(command: d.EditAccount, given: Given) -> Effect | Refusal:
    """Whoever is disabled is signed out at once, everywhere; another delegate behind it is a new sign-in too."""
    account = given.on_file.accounts.get(login_of(command.account))
    if account is None:
        return Refusal(Code.ACCOUNT_UNKNOWN)
    if not looks_after(given.actor.role, account.role):
        return Refusal(Code.ROLE_NOT_YOURS)
    name = tidy(command.name)
    refusal = (
        not_as_seen(account, command.seen)
        or unfit_text(name=name)
        or _member_unfit(given, command.member, account.id)
        or (_last_clerk(given, account) if command.disabled else None)
    )
    if refusal is not None:
        return refusal
    edited = replace(account, name=name, member=command.member, disabled=command.disabled)
    anew = command.disabled or command.member != account.member
    ended = sessions_of(given.on_file, account.id) if anew else ()
    return Effect((Put(replace(edited, devices=()) if command.disabled else edited),), ended)


def reset_password(command: d.ResetPassword, given: Given) -> Effect | Refusal:
    """Whoever knew the old one is signed out; devices that were known are strangers again."""
    account = given.on_file.accounts.get(login_of(command.account))
    if account is None:
        return Refusal(Code.ACCOUNT_UNKNOWN)
    if not looks_after(given.actor.role, account.role):
        return Refusal(Code.ROLE_NOT_YOURS)
    changed = replace(account, password_hash=given.hashed, devices=())
    ended = sessions_of(given.on_file, account.id)
    return _too_weak(command.password, account.id) or Effect((Put(changed),), ended)


def issue_cards(command: d.IssueCards, given: Given) -> Effect | Refusal:
    """All or none. The earlier cards end, and with them whoever is signed in by one."""
    on_file = given.on_file
    members = tuple(dict.fromkeys(command.members))
    for member in members:
        if member not in on_file.members:
            return Refusal(Code.MEMBER_UNKNOWN, member)
        if not on_file.members[member].in_office:
            return Refusal(Code.NOT_IN_OFFICE, member)
    tokens = tuple((member, given.draw()) for member in members)
    cards = (Put(Card(digest(token), member, given.now)) for member, token in tokens)
    ended = _end_cards(given, members)
    return Effect((*ended.changes, *cards), ended.ended, tokens=tokens)


def revoke_cards(command: d.RevokeCards, given: Given) -> Effect | Refusal:
    """A lost card is worth nothing from now on."""
    members = tuple(dict.fromkeys(command.members))
    for member in members:
        if member not in given.on_file.members:
            return Refusal(Code.MEMBER_UNKNOWN, member)
    return _end_cards(given, members)


def _end_cards(given: Given, members: tuple[str, ...]) -> Effect:
    on_file = given.on_file
    revoked = (Put(replace(card, revoked=given.now)) for member in members for card in cards_of(on_file, member))
    asked = (Drop(request) for request in on_file.tablet_requests.values() if request.member in members)
    changes: tuple[Change, ...] = (*revoked, *asked)
    return Effect(changes, tuple(s for member in members for s in sessions_of(on_file, member)))


def _member_unfit(given: Given, member: str | None, login: str) -> Refusal | None:
    if member is None:
        return None
    if member not in given.on_file.members:
        return Refusal(Code.MEMBER_UNKNOWN, member)
    taken = any(a.member == member and a.id != login for a in given.on_file.accounts.values())
    return Refusal(Code.MEMBER_HAS_ACCOUNT) if taken else None


def _too_weak(password: str, login: str) -> Refusal | None:
    return Refusal(Code.PASSWORD_WEAK) if weak_password(password_of(password), login) else None


def _last_clerk(given: Given, account: Account) -> Refusal | None:
    """A house without a clerk cannot be helped from any desk."""
    others = (a for a in given.on_file.accounts.values() if a.id != account.id and not a.disabled)
    if account.role is Role.CLERK and not any(a.role is Role.CLERK for a in others):
        return Refusal(Code.LAST_CLERK)
    return None


RULES: Final[DeskRules] = {
    d.CreateAccount: DeskRule(create_account, HOUSE),
    d.EditAccount: DeskRule(edit_account, HOUSE),
    d.ResetPassword: DeskRule(reset_password, HOUSE),
    d.IssueCards: DeskRule(issue_cards, CLERK),
    d.RevokeCards: DeskRule(revoke_cards, CLERK),
}
