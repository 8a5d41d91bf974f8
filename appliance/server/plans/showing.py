"""A plan on file as the wire has it. Pure."""

from datetime import date

from appliance.core.agenda_order import numbers
from appliance.core.deadlines import Task, tasks
from appliance.core.plan import Plan, PlanItem, PlannedPoll, PlannedSitting
from appliance.core.profile import RuleProfile
from appliance.server.live.sections import iso
from appliance.server.plans import wire as w
from appliance.services.on_file import OnFile
from appliance.services.plans import waiting


def plans(on_file: OnFile, profile: RuleProfile, today: date) -> w.Plans:
    """All of them: those to come by their day, those without a day, those that are over."""

    def place(plan: Plan) -> tuple[bool, bool, str, str]:
        day = plan.sittings[0].day.isoformat() if plan.sittings else "9999"
        return plan.ledger is not None, not plan.sittings, day, plan.id

    shown = (_plan(plan, profile, today) for plan in sorted(on_file.plans.values(), key=place))
    return w.Plans(tuple(shown), today.isoformat(), on_file.council.place)


def upcoming(on_file: OnFile) -> w.Upcoming:
    """What delegates have been convened to; the notes are not theirs."""
    return w.Upcoming(tuple(_upcoming(plan) for plan in waiting(on_file)))


def _plan(plan: Plan, profile: RuleProfile, today: date) -> w.PlanView:
    printed = numbers(plan.items)
    return w.PlanView(
        plan=plan.id,
        kind=plan.kind,
        title=plan.title,
        place=plan.place,
        sittings=tuple(map(_sitting, plan.sittings)),
        items=tuple(_item(item, printed[item.item]) for item in plan.items),
        tasks=tuple(map(_task, tasks(plan, profile, today))),
        invited=iso(plan.invited) if plan.invited is not None else None,
        ledger=plan.ledger,
        revision=plan.revision,
    )


def _sitting(sitting: PlannedSitting) -> w.SittingView:
    return w.SittingView(sitting.day.isoformat(), sitting.starts, sitting.name)


def _task(task: Task) -> w.TaskView:
    return w.TaskView(task.task, task.due.isoformat(), task.state, task.days, task.citation, task.verified)


def _item(item: PlanItem, printed: str) -> w.PlanItemView:
    return w.PlanItemView(
        item=item.item,
        printed=printed,
        number=item.number,
        title=item.title,
        presenter=item.presenter,
        kind=item.kind,
        parent=item.parent,
        starts=item.starts,
        minutes=item.minutes,
        sitting=item.sitting,
        private=item.private,
        note=item.note,
        polls=tuple(map(_poll, item.polls)),
        revision=item.revision,
    )


def _poll(poll: PlannedPoll) -> w.PlannedPollView:
    return w.PlannedPollView(
        poll=poll.poll,
        question=poll.question,
        document=poll.document,
        matter=poll.matter,
        majority=poll.majority,
        method=poll.method,
        seconds=poll.seconds,
        show_names=poll.show_names,
    )


def _upcoming(plan: Plan) -> w.UpcomingMeeting:
    printed = numbers(plan.items)
    items = tuple(
        w.UpcomingItem(i.item, printed[i.item], i.title, i.presenter, i.kind, i.parent, i.starts, i.sitting, i.private)
        for i in plan.items
    )
    return w.UpcomingMeeting(plan.id, plan.kind, plan.title, plan.place, tuple(map(_sitting, plan.sittings)), items)
