"""The plain sections of a view: meeting, attendance, agenda, roll, entries, devices, seats, the house. Pure.

None of these tells how anyone voted; what may be told of a poll is in `polls`.
"""

from datetime import datetime

from msgspec.structs import replace

from appliance.core import roll as rules
from appliance.core.profile import Majority
from appliance.core.script import poll_on_the_table
from appliance.core.speakers import queue
from appliance.core.state import Item, Meeting, Presence, Sitting, Standing
from appliance.server.live.audiences import DESK, INSIDERS, Around, Audience
from appliance.server.view import (
    AlertView,
    AttendanceView,
    DevicesView,
    EntryView,
    FilingView,
    HealthView,
    ItemView,
    MeetingView,
    PanelsPage,
    RollLine,
    RoomView,
    SeatView,
    StayView,
)


def iso(at: datetime) -> str:
    """ISO 8601 in UTC, to the millisecond."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def meeting(state: Meeting, around: Around, audience: Audience) -> MeetingView | None:
    """What stands at the top of every screen."""
    if not state.ledger:
        return None
    sitting = state.sitting
    return MeetingView(
        ledger=state.ledger,
        stage=state.stage,
        council=state.council,
        term=state.term,
        title=state.title,
        place=state.place,
        sitting=sitting.sitting if sitting else None,
        sitting_name=sitting.name if sitting else "",
        sitting_opened=iso(sitting.opened) if sitting else None,
        private=state.private,
        gavel=state.gavel,
        gavel_name=state.gavel_name,
        demo=around.demo,
        rehearsal=state.rehearsal,
    )


def attendance(state: Meeting, around: Around, audience: Audience) -> AttendanceView | None:
    """Numbers of the open sitting, with what they mean for quorum and majority."""
    sitting, profile = state.sitting, state.profile
    if sitting is None or profile is None:
        return None
    n, present = sitting.n, len(sitting.present())
    quorum = profile.quorum.needed(n)
    majority = profile.majority(Majority.ORDINARY).needed(n)
    return AttendanceView(
        n=n,
        present=present,
        absent=n - present,
        quorum_needed=quorum,
        quorum_met=profile.quorum.reached(present, n),
        majority_needed=majority,
        two_thirds_needed=profile.majority(Majority.TWO_THIRDS).needed(n),
        can_pass=present >= majority,
    )


def agenda(state: Meeting, around: Around, audience: Audience) -> tuple[ItemView, ...]:
    """The items in order. The hall's screen, which guests read too, does not name what is private."""
    return tuple(_item(item, hide=item.private and audience is Audience.HALL) for item in state.items.values())


def _item(item: Item, *, hide: bool) -> ItemView:
    return ItemView(
        item=item.item,
        number=item.number,
        title="" if hide else item.title,
        presenter="" if hide else item.presenter,
        state=item.state,
        started=iso(item.started[-1]) if item.started else None,
        kind=item.kind,
        parent=item.parent,
        starts=item.starts,
        minutes=item.minutes,
        sitting=item.sitting,
        ended=iso(item.ended) if item.ended else None,
        private=item.private,
        reason="" if hide else item.reason,
        revision=item.revision,
    )


def roll(state: Meeting, around: Around, audience: Audience) -> tuple[RollLine, ...] | None:
    """The roll of the open sitting, in the council's order."""
    sitting = state.sitting
    if sitting is None:
        return None
    grace = state.profile.grace_minutes.value if state.profile else 0
    return tuple(_line(sitting, member, presence, grace) for member, presence in sitting.roll.items())


def _line(sitting: Sitting, member: str, presence: Presence, grace: int) -> RollLine:
    facts = sitting.members[member]
    return RollLine(
        member=member,
        name=facts.name,
        group=facts.group,
        seat=facts.seat,
        office=facts.office,
        standing=presence.standing,
        stays=tuple(
            StayView(since=iso(s.since), by=s.by, until=iso(s.until) if s.until else None) for s in presence.stays
        ),
        late=rules.late(sitting, presence, grace),
        left_early=rules.left_early(presence),
    )


def entries(state: Meeting, around: Around, audience: Audience) -> tuple[EntryView, ...]:
    """Choices that the clerk entered and the gavel holder has not yet confirmed: for those two alone."""
    if audience not in INSIDERS:
        return ()
    members = state.sittings[-1].members if state.sittings else {}
    return tuple(
        EntryView(
            poll=poll,
            member=member,
            name=members[member].name if member in members else member,
            choice=entry.choice,
            reason=entry.reason,
        )
        for poll, waiting in state.entries.items()
        for member, entry in waiting.items()
    )


def devices(state: Meeting, around: Around, audience: Audience) -> DevicesView:
    """Who is present with neither a tablet on line nor a working panel."""
    offline: tuple[str, ...] = ()
    present: tuple[str, ...] = ()
    sitting = state.sitting
    if sitting is not None:
        present = sitting.present()
        panels = around.working - around.retired
        offline = tuple(m for m in present if m not in around.connected and sitting.members[m].seat not in panels)
    return DevicesView(
        expected=len(present),
        offline=len(offline),
        panels="online" if around.panels == "online" else "offline" if around.panels == "offline" else "none",
        offline_members=offline if audience in DESK else None,
    )


def room(state: Meeting, around: Around, audience: Audience) -> RoomView | None:
    """The code that proves presence; only while there is something to check in to."""
    if state.sitting is None:
        return None
    return RoomView(code=around.room[0], seconds_left=around.room[1])


def health(state: Meeting, around: Around, audience: Audience) -> HealthView:
    """What every screen must say at once."""
    return HealthView(fault=around.fault, time_doubtful=around.time_doubtful, rehearsal=around.rehearsal)


def seats(state: Meeting, around: Around, audience: Audience) -> tuple[SeatView, ...]:
    """For the panels: what each seat's light must show. The choice is the member's own, at their own seat."""
    sitting = state.sitting
    if sitting is None:
        return ()
    poll = poll_on_the_table(state)
    ballots = state.ballots.get(poll.poll, {}) if poll is not None and poll.unfinished else {}
    may_vote = poll.present if poll is not None and poll.running else frozenset[str]()
    speaking = state.floor.member if state.floor is not None else None
    waiting = {request.member for request in queue(state)}
    return tuple(
        SeatView(
            seat=facts.seat,
            member=member,
            standing=sitting.roll[member].standing,
            entitled=member in may_vote and sitting.roll[member].standing is Standing.PRESENT,
            speech="speaking" if member == speaking else "waiting" if member in waiting else None,
            choice=ballots[member].choice if member in ballots else None,
        )
        for member, facts in sitting.members.items()
        if facts.seat and facts.seat not in around.retired
    )


def filing(state: Meeting, around: Around, audience: Audience) -> FilingView:
    """What on file has changed: who shows it fetches it anew."""
    return FilingView(changes=around.filing)


def house(state: Meeting, around: Around, audience: Audience) -> PanelsPage | None:
    """The boxes at the seats, with who has a tablet on line besides."""
    page = around.house
    if page is None:
        return None
    seats = tuple(replace(seat, tablet=seat.member in around.connected) for seat in page.seats)
    return replace(page, seats=seats)


def alerts(state: Meeting, around: Around, audience: Audience) -> tuple[AlertView, ...]:
    """What the presiding table must know of the machine, worst first."""
    return tuple(AlertView(alert.code, alert.since) for alert in around.alerts)
