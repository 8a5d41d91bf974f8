"""The clerk's desk: council, members, groups, committees, guests, seats. What is typed is tidied (NFC) and looked at:
what cannot be seen, or only looks like Vietnamese, does not go on file."""

from collections.abc import Iterable
from typing import Final

from msgspec.structs import replace

from appliance.core.names import same, tidy, unfit
from appliance.core.paper_rights import COMMITTEE
from appliance.core.refusals import Code, Refusal
from appliance.services import desk_commands as d
from appliance.services.desk_rule import CLERK, DeskRule, DeskRules, Effect, Given, not_as_seen
from appliance.services.on_file import (
    Change,
    Committee,
    Council,
    Document,
    Drop,
    Group,
    Guest,
    Member,
    OnFile,
    Put,
    SeatMap,
)


def set_council(command: d.SetCouncil, given: Given) -> Effect | Refusal:
    """There is one council; before it is entered it is an empty one."""
    council = Council(tidy(command.name), tidy(command.term), tidy(command.place))
    refusal = not_as_seen(given.on_file.councils.get("council"), command.seen) or unfit_text(
        name=council.name, term=council.term, place=council.place
    )
    return refusal or Effect((Put(council),))


def save_member(command: d.SaveMember, given: Given) -> Effect | Refusal:
    """A new member, or other facts about one."""
    on_file = given.on_file
    old = on_file.members.get(command.member) if command.member is not None else None
    refusal = not_as_seen(old, command.seen)
    if refusal is not None:
        return refusal
    member = Member(
        id=command.member or next_id("m", (*on_file.members, *on_file.accounts)),
        name=tidy(command.name),
        group=tidy(command.group),
        seat=tidy(command.member_seat) or None,
        office=tidy(command.office),
        status=command.status,
        position=command.position if command.position is not None else old.position if old else last(on_file) + 1,
        committee=tidy(command.committee),
        unit=tidy(command.unit),
        photo=old.photo if old else "",
    )
    return member_unfit(on_file, member) or Effect((Put(member),))


def member_unfit(on_file: OnFile, member: Member) -> Refusal | None:
    """Why this member cannot go on file among the others."""
    refusal = unfit_text(name=member.name, unit=member.unit, office=member.office, seat=member.seat or "", id=member.id)
    if refusal is not None:
        return refusal
    if member.id in on_file.accounts:
        return Refusal(Code.ALREADY_ON_FILE)
    if member.group and all(group.name != member.group for group in on_file.member_groups.values()):
        return Refusal(Code.GROUP_UNKNOWN)
    if member.committee and all(committee.name != member.committee for committee in on_file.committees.values()):
        return Refusal(Code.COMMITTEE_UNKNOWN)
    others = [m for m in on_file.members.values() if m.id != member.id]
    if member.seat is not None and any(m.seat == member.seat for m in others):
        return Refusal(Code.SEAT_TAKEN)
    if member.in_office and any(m.in_office and namesakes(m, member) for m in others):
        return Refusal(Code.NAME_TWICE)
    return None


def namesakes(one: Member, other: Member) -> bool:
    """Nobody could tell the two apart."""
    return (same(one.name), same(one.unit)) == (same(other.name), same(other.unit))


def drop_member(command: d.DropMember, given: Given) -> Effect | Refusal:
    """Only who was entered by mistake; whoever has been a member keeps their place on file."""
    on_file = given.on_file
    member = on_file.members.get(command.member)
    if member is None:
        return Refusal(Code.MEMBER_UNKNOWN)
    refusal = not_as_seen(member, command.seen)
    used = (
        any(card.member == member.id for card in on_file.cards.values())
        or any(account.member == member.id for account in on_file.accounts.values())
        or any(absence.member == member.id for absence in on_file.absences.values())
        or any(member.id in sitting.members for sitting in given.meeting.sittings)
    )
    return refusal or (Refusal(Code.STILL_IN_USE) if used else Effect((Drop(member),)))


def save_group(command: d.SaveGroup, given: Given) -> Effect | Refusal:
    """A group; its members follow when it is renamed."""
    on_file = given.on_file
    old = on_file.member_groups.get(command.group) if command.group is not None else None
    group = Group(
        command.group or next_id("g", on_file.member_groups), tidy(command.name), tidy(command.area), command.position
    )
    refusal = not_as_seen(old, command.seen) or unfit_text(name=group.name, area=group.area)
    if refusal is not None:
        return refusal
    if any(same(g.name) == same(group.name) for g in on_file.member_groups.values() if g.id != group.id):
        return Refusal(Code.ALREADY_ON_FILE)
    renamed = [m for m in on_file.members.values() if old is not None and m.group == old.name != group.name]
    return Effect((Put(group), *(Put(replace(m, group=group.name)) for m in renamed)))


def drop_group(command: d.DropGroup, given: Given) -> Effect | Refusal:
    """Refused as long as a member is in it."""
    group = given.on_file.member_groups.get(command.group)
    if group is None:
        return Refusal(Code.GROUP_UNKNOWN)
    if any(m.group == group.name for m in given.on_file.members.values()):
        return Refusal(Code.STILL_IN_USE)
    return not_as_seen(group, command.seen) or Effect((Drop(group),))


def save_committee(command: d.SaveCommittee, given: Given) -> Effect | Refusal:
    """A committee; its members and its papers follow when it is renamed."""
    on_file = given.on_file
    old = on_file.committees.get(command.committee) if command.committee is not None else None
    committee = Committee(command.committee or next_id("c", on_file.committees), tidy(command.name), command.position)
    refusal = not_as_seen(old, command.seen) or unfit_text(name=committee.name)
    if refusal is not None:
        return refusal
    if any(same(c.name) == same(committee.name) for c in on_file.committees.values() if c.id != committee.id):
        return Refusal(Code.ALREADY_ON_FILE)
    renamed = [m for m in on_file.members.values() if old is not None and m.committee == old.name != committee.name]
    papers = _papers_of(on_file, old) if old is not None and old.name != committee.name else []
    rights = f"{COMMITTEE}{committee.name}"
    return Effect(
        (
            Put(committee),
            *(Put(replace(m, committee=committee.name)) for m in renamed),
            *(Put(replace(d, rights=rights, revision=d.revision + 1)) for d in papers),
        )
    )


def _papers_of(on_file: OnFile, committee: Committee) -> list[Document]:
    """What only this committee may read: it goes along with its name, and falls to no other that takes the name."""
    return [d for d in on_file.documents.values() if d.rights == f"{COMMITTEE}{committee.name}"]


def drop_committee(command: d.DropCommittee, given: Given) -> Effect | Refusal:
    """Refused as long as a member is in it, or a paper is its alone."""
    committee = given.on_file.committees.get(command.committee)
    if committee is None:
        return Refusal(Code.COMMITTEE_UNKNOWN)
    if _papers_of(given.on_file, committee) or any(
        m.committee == committee.name for m in given.on_file.members.values()
    ):
        return Refusal(Code.STILL_IN_USE)
    return not_as_seen(committee, command.seen) or Effect((Drop(committee),))


def save_guest(command: d.SaveGuest, given: Given) -> Effect | Refusal:
    """A guest."""
    on_file = given.on_file
    old = on_file.guests.get(command.guest) if command.guest is not None else None
    guest = Guest(
        command.guest or next_id("k", on_file.guests), tidy(command.name), tidy(command.title), tidy(command.body)
    )
    refusal = not_as_seen(old, command.seen) or unfit_text(name=guest.name, title=guest.title, body=guest.body)
    return refusal or Effect((Put(guest),))


def drop_guest(command: d.DropGuest, given: Given) -> Effect | Refusal:
    """What a guest said in a meeting stays in its ledger."""
    guest = given.on_file.guests.get(command.guest)
    if guest is None:
        return Refusal(Code.GUEST_UNKNOWN)
    return not_as_seen(guest, command.seen) or Effect((Drop(guest),))


def save_seats(command: d.SaveSeatMap, given: Given) -> Effect | Refusal:
    """A seat stands in one place. Seats on the map need nobody to sit there, and members need no map."""
    rows = tuple(tuple(tidy(seat) for seat in row) for row in command.rows)
    named = [seat for row in rows for seat in row if seat]
    refusal = not_as_seen(given.on_file.seat_maps.get("seats"), command.seen)
    if refusal is not None:
        return refusal
    for seat in named:
        if unfit(seat) is not None:
            return Refusal(Code.TEXT_UNFIT, seat)
    if len(set(named)) < len(named):
        return Refusal(Code.SEAT_TAKEN, next(seat for seat in named if named.count(seat) > 1))
    return Effect((Put(SeatMap(rows)),))


def unfit_text(**texts: str) -> Refusal | None:
    """A name must be there, and no text may hold what a reader would not see."""
    for field, text in texts.items():
        why = "missing" if field == "name" and not text else unfit(text)
        if why is not None:
            return Refusal(Code.TEXT_UNFIT, f"{field}: {why}")
    return None


def next_id(letter: str, taken: Iterable[str]) -> str:
    """`m28` after `m01` … `m27`: never one that is on file."""
    used = set(taken)
    numbers = [int(t[len(letter) :]) for t in used if t.startswith(letter) and t[len(letter) :].isdecimal()]
    number = max(numbers, default=0) + 1
    while f"{letter}{number:02}" in used:
        number += 1
    return f"{letter}{number:02}"


def last(on_file: OnFile) -> int:
    """The last place in the council's order."""
    return max((m.position for m in on_file.members.values()), default=0)


def new_bodies(on_file: OnFile, members: Iterable[Member]) -> tuple[Change, ...]:
    """The groups and committees that these members name and that are not on file yet."""
    groups = {group.name for group in on_file.member_groups.values()}
    committees = {committee.name for committee in on_file.committees.values()}
    group_ids, committee_ids = set(on_file.member_groups), set(on_file.committees)
    changes: list[Change] = []
    for member in members:
        if member.group and member.group not in groups:
            groups.add(member.group)
            group_ids.add(new := next_id("g", group_ids))
            changes.append(Put(Group(new, member.group, position=len(groups))))
        if member.committee and member.committee not in committees:
            committees.add(member.committee)
            committee_ids.add(new := next_id("c", committee_ids))
            changes.append(Put(Committee(new, member.committee, len(committees))))
    return tuple(changes)


RULES: Final[DeskRules] = {
    d.SetCouncil: DeskRule(set_council, CLERK),
    d.SaveMember: DeskRule(save_member, CLERK),
    d.DropMember: DeskRule(drop_member, CLERK),
    d.SaveGroup: DeskRule(save_group, CLERK),
    d.DropGroup: DeskRule(drop_group, CLERK),
    d.SaveCommittee: DeskRule(save_committee, CLERK),
    d.DropCommittee: DeskRule(drop_committee, CLERK),
    d.SaveGuest: DeskRule(save_guest, CLERK),
    d.DropGuest: DeskRule(drop_guest, CLERK),
    d.SaveSeatMap: DeskRule(save_seats, CLERK),
}
