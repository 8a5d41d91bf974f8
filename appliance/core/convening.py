"""A plan becomes a meeting: its items and questions are the first entries of the new ledger, under the same ids."""

from appliance.core import events as e
from appliance.core.agenda_order import numbers
from appliance.core.ballot_paper import Subject
from appliance.core.plan import Plan, PlanItem, PlannedPoll
from appliance.core.refusals import Code, Refusal
from appliance.core.state import Facts


def prepared(plan: Plan, facts: Facts) -> tuple[e.Event, ...] | Refusal:
    """What stands in the ledger behind MeetingConvened. A plan is convened once; the chair's notes stay on file."""
    if plan.ledger is not None:
        return Refusal(Code.PLAN_CONVENED, plan.ledger)
    printed = numbers(plan.items)
    items = (_item(item, printed[item.item]) for item in plan.items)
    polls = (_poll(item, poll, facts) for item in plan.items for poll in item.polls)
    return (*items, *polls)


def _item(item: PlanItem, number: str) -> e.ItemAdded:
    return e.ItemAdded(
        item=item.item,
        number=number,
        title=item.title,
        presenter=item.presenter,
        kind=item.kind,
        parent=item.parent,
        starts=item.starts,
        minutes=item.minutes,
        sitting=item.sitting,
        private=item.private,
    )


def _poll(item: PlanItem, poll: PlannedPoll, facts: Facts) -> e.PollDrafted:
    show = poll.show_names
    if show is None:
        show = facts.profile is not None and bool(facts.profile.show_names.value)
    document = facts.documents.get(poll.document) if poll.document is not None else None
    return e.PollDrafted(
        poll=poll.poll,
        subjects=(Subject(item=item.item, question=poll.question, document=document),),
        matter=poll.matter,
        majority=poll.majority,
        method=poll.method,
        seconds=poll.seconds,
        show_names=show,
    )
