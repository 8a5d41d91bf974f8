"""What is on file about debate, for the screens: question slips, pledges, opinions, texts handed in.

Nothing here is pushed; section `filing` says when to fetch it again.
"""

from collections.abc import Iterable
from datetime import datetime

import msgspec
from flask import Flask, Response, g

from appliance.core.people import Actor, Role
from appliance.core.profile import RuleProfile
from appliance.core.questioning import HALL_TIME, asked
from appliance.core.state import Meeting
from appliance.server.access import allow
from appliance.server.debate_wire import (
    FollowUpView,
    HandedInView,
    IssueGroupView,
    OpinionGiven,
    OpinionsPage,
    OpinionView,
    PledgesPage,
    PledgeView,
    SlipsPage,
    SlipView,
    TextsPage,
)
from appliance.server.live.sections import iso
from appliance.server.parts import Parts
from appliance.services.desk_opinions import is_open
from appliance.services.on_file import OnFile, Opinion, OpinionAnswer, QuestionSlip, SlipState, revision
from appliance.services.pledges import Carried, Pledges

_DESK = frozenset({Role.CHAIR, Role.CLERK})
_SHOWN_TO_ALL = frozenset({SlipState.SELECTED, SlipState.ANSWERED})


def add(app: Flask, parts: Parts) -> None:
    """Add the four routes."""
    registry = parts.sign_in.registry
    pledges = Pledges(parts.store, lambda: parts.chamber.durable, lambda: registry.on_file)

    @allow(Role.DELEGATE, Role.CHAIR, Role.CLERK)
    def slips() -> Response:
        return _json(slips_for(g.session.actor, registry.on_file, parts.chamber.durable, registry.profile, _now(parts)))

    @allow(Role.DELEGATE, Role.CHAIR, Role.CLERK, Role.AUDITOR)
    def all_pledges() -> Response:
        return _json(pledges_page(parts.hub.offload(pledges.all), _now(parts)))

    @allow(Role.DELEGATE, Role.CHAIR, Role.CLERK)
    def opinions() -> Response:
        return _json(opinions_for(g.session.actor, registry.on_file, _now(parts)))

    @allow(Role.DELEGATE, Role.CHAIR, Role.CLERK)
    def texts() -> Response:
        return _json(texts_for(g.session.actor, parts.chamber.durable))

    app.add_url_rule("/api/slips", view_func=slips)
    app.add_url_rule("/api/pledges", view_func=all_pledges)
    app.add_url_rule("/api/opinions", view_func=opinions)
    app.add_url_rule("/api/speaking/texts", view_func=texts)


def _json(page: object) -> Response:
    return Response(msgspec.json.encode(page), mimetype="application/json")


def _now(parts: Parts) -> datetime:
    return parts.clock.now().utc


def slips_for(actor: Actor, on_file: OnFile, meeting: Meeting, profile: RuleProfile, now: datetime) -> SlipsPage:
    """The desk sees all that were sent; a delegate what concerns them."""
    desk = actor.role in _DESK
    shown = (s for s in on_file.question_slips.values() if desk or s.member == actor.member or s.state in _SHOWN_TO_ALL)
    groups = sorted(on_file.issue_groups.values(), key=lambda x: (x.position, x.title, x.id))
    return SlipsPage(
        slips=tuple(_slip(s, on_file, meeting, now) for s in sorted(shown, key=lambda s: (s.sent, s.id))),
        groups=tuple(IssueGroupView(x.id, x.title, x.position) for x in groups),
        written_answer_days=profile.written_answer_days.value,
    )


def _slip(slip: QuestionSlip, on_file: OnFile, meeting: Meeting, now: datetime) -> SlipView:
    today = now.astimezone(HALL_TIME).date()
    return SlipView(
        slip=slip.id,
        member=slip.member,
        name=on_file.members[slip.member].name,
        addressee=slip.addressee,
        title=slip.title,
        text=slip.text,
        sent=iso(slip.sent),
        state=slip.state,
        group=slip.group,
        due=slip.due.isoformat() if slip.due is not None else None,
        overdue=slip.state is SlipState.IN_WRITING and slip.due is not None and slip.due < today,
        answer=slip.answer,
        answered=iso(slip.answered) if slip.answered is not None else None,
        asked=asked(meeting, slip.id) is not None,
        revision=revision(slip),
    )


def pledges_page(carried: Iterable[Carried], now: datetime) -> PledgesPage:
    """All of them; the screen shows first what is not settled."""
    today = now.astimezone(HALL_TIME).date()
    return PledgesPage(
        tuple(
            PledgeView(
                ledger=c.promised.ledger,
                meeting=c.promised.meeting,
                pledge=c.promised.pledge,
                kind=c.promised.kind,
                who=c.promised.who,
                what=c.promised.what,
                made=c.promised.made.isoformat(),
                deadline=c.promised.deadline.isoformat() if c.promised.deadline is not None else None,
                slip=c.promised.slip,
                settled=c.settled,
                overdue=c.overdue(today),
                heard=tuple(FollowUpView(iso(f.at), f.note, f.settled) for f in c.heard),
            )
            for c in carried
        )
    )


def opinions_for(actor: Actor, on_file: OnFile, now: datetime) -> OpinionsPage:
    """A delegate sees the question and their own answer; how the others answered is for the desk."""
    asked_of = sum(m.in_office for m in on_file.members.values())
    newest = sorted(on_file.opinions.values(), key=lambda o: (o.asked, o.id), reverse=True)
    return OpinionsPage(tuple(_opinion(o, actor, on_file, asked_of, now) for o in newest))


def _opinion(opinion: Opinion, actor: Actor, on_file: OnFile, asked_of: int, now: datetime) -> OpinionView:
    mine = on_file.opinion_answers.get(f"{opinion.id}.{actor.member}") if actor.member is not None else None
    answers = None
    if actor.role in _DESK:
        given = sorted((a for a in on_file.opinion_answers.values() if a.opinion == opinion.id), key=lambda a: a.at)
        answers = tuple(_given(a, on_file.members[a.member].name) for a in given)
    return OpinionView(
        opinion=opinion.id,
        title=opinion.title,
        text=opinion.text,
        asked=iso(opinion.asked),
        closes=opinion.closes.isoformat(),
        open=is_open(opinion, now),
        asked_of=asked_of,
        mine=_given(mine) if mine is not None else None,
        answers=answers,
    )


def _given(answer: OpinionAnswer, name: str = "") -> OpinionGiven:
    return OpinionGiven(answer.choice, answer.text, iso(answer.at), answer.member if name else "", name)


def texts_for(actor: Actor, meeting: Meeting) -> TextsPage:
    """In the order in which they came."""
    shown = (t for t in meeting.speakers.texts if actor.role in _DESK or t.member == actor.member)
    return TextsPage(tuple(HandedInView(t.member, t.name, t.text, t.item, iso(t.at)) for t in shown))
