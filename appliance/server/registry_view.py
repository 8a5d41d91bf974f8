"""From what is on file to what the clerk's desk is shown of it. Pure."""

from collections import Counter

from appliance.core.names import by_given_name
from appliance.core.people import Role
from appliance.server.view import registry as v
from appliance.services.desk_accounts import looks_after
from appliance.services.on_file import Card, OnFile, revision
from appliance.services.roster import Line, Preview


def registry_view(on_file: OnFile, role: Role) -> v.RegistryView:
    """All of it, for a clerk or a technician; the technician sees no more of people than their accounts."""
    clerk = role is Role.CLERK
    council = on_file.councils.get("council")
    seats = on_file.seat_maps.get("seats")
    groups = Counter(m.group for m in on_file.members.values())
    committees = Counter(m.committee for m in on_file.members.values())
    return v.RegistryView(
        version=on_file.version,
        council=v.CouncilView(council.name, council.term, council.place, revision(council))
        if council
        else v.CouncilView("", "", ""),
        members=_members(on_file) if clerk else (),
        groups=tuple(
            v.GroupView(g.id, g.name, g.area, g.position, groups[g.name], revision(g))
            for g in sorted(on_file.member_groups.values(), key=lambda g: (g.position, g.id))
        ),
        committees=tuple(
            v.CommitteeView(c.id, c.name, c.position, committees[c.name], revision(c))
            for c in sorted(on_file.committees.values(), key=lambda c: (c.position, c.id))
        ),
        guests=tuple(
            v.GuestView(g.id, g.name, g.title, g.body, revision(g))
            for g in sorted(on_file.guests.values(), key=lambda g: (by_given_name(g.name), g.id))
        )
        if clerk
        else (),
        accounts=tuple(
            v.AccountView(a.id, a.name, a.role, a.member, a.disabled, looks_after(role, a.role), revision(a))
            for a in sorted(on_file.accounts.values(), key=lambda a: (a.role, a.id))
        ),
        seats=v.SeatMapView(seats.rows, revision(seats)) if seats else v.SeatMapView(),
    )


def _members(on_file: OnFile) -> tuple[v.MemberView, ...]:
    ranked = sorted(on_file.members.values(), key=lambda m: (by_given_name(m.name), m.unit, m.id))
    rank = {member.id: place for place, member in enumerate(ranked)}
    cards = {card.member: card for card in on_file.cards.values() if card.revoked is None}
    accounts = {account.member: account.id for account in on_file.accounts.values() if account.member}
    return tuple(
        v.MemberView(
            member=m.id,
            name=m.name,
            group=m.group,
            committee=m.committee,
            unit=m.unit,
            office=m.office,
            seat=m.seat or "",
            status=m.status,
            in_office=m.in_office,
            position=m.position,
            by_name=rank[m.id],
            photo=m.photo,
            card=_card(cards.get(m.id)),
            account=accounts.get(m.id),
            revision=revision(m),
        )
        for m in sorted(on_file.members.values(), key=lambda m: (m.position, m.id))
    )


def _card(card: Card | None) -> str:
    return "none" if card is None else "issued" if card.device is None else "enrolled"


def seated_view(on_file: OnFile) -> v.SeatedView:
    """The hall's seats and who sits there."""
    seats = on_file.seat_maps.get("seats")
    members = {m.seat: m.id for m in on_file.members.values() if m.seat is not None and m.in_office}
    return v.SeatedView(seats.rows if seats else (), members)


def preview_view(upload: str, preview: Preview) -> v.ImportPreview:
    """A list as its sender is shown it."""
    changes = Counter(line.change for line in preview.lines)
    return v.ImportPreview(
        upload=upload,
        seen=preview.seen,
        clean=preview.clean,
        columns=preview.columns,
        total=len(preview.lines),
        new=changes["new"],
        changed=changes["changed"],
        same=changes["same"],
        wrong=sum(any(p.blocks for p in line.problems) for line in preview.lines),
        lines=tuple(_line(line) for line in preview.shown()),
    )


def _line(line: Line) -> v.ImportLine:
    m = line.member
    return v.ImportLine(
        line=line.number,
        member=m.id,
        name=m.name,
        group=m.group,
        committee=m.committee,
        unit=m.unit,
        office=m.office,
        seat=m.seat or "",
        change=line.change,
        problems=tuple(v.ImportProblem(p.field, p.code, p.detail, p.blocks) for p in line.problems),
    )
