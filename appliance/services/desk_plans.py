"""The clerk's desk: meetings in preparation. A plan that has been convened stays as it was."""

from collections.abc import Iterable
from typing import Any, Final

from msgspec.structs import asdict, replace

from appliance.core import agenda_order as order_of
from appliance.core.agenda_changes import MOST_ITEMS
from appliance.core.deadlines import TASKS
from appliance.core.names import tidy
from appliance.core.plan import Plan, PlanItem, PlannedPoll, PlannedSitting
from appliance.core.refusals import Code, Refusal
from appliance.services import desk_commands as d
from appliance.services.desk_rule import CLERK, DeskRule, DeskRules, Effect, Given
from appliance.services.on_file import Change, Drop, OnFile, Put
from appliance.services.plan_templates import template

# --- the plan


def create(command: d.CreatePlan, given: Given) -> Effect | Refusal:
    """With the items of its template, of the plan it copies, or none."""
    plans = given.on_file.plans
    if command.plan in plans:
        return Refusal(Code.PLAN_TAKEN)
    items: tuple[PlanItem, ...] = ()
    if command.copy_of is not None:
        earlier = plans.get(command.copy_of)
        if earlier is None:
            return Refusal(Code.PLAN_UNKNOWN, command.copy_of)
        items = tuple(_copied(item) for item in earlier.items)
    elif command.template:
        starts = command.sittings[0].starts if command.sittings else PlannedSitting(given.now.date()).starts
        items = template(command.kind, starts, len(command.sittings))
    plan = Plan(
        id=command.plan,
        kind=command.kind,
        title=tidy(command.title),
        place=tidy(command.place),
        sittings=_tidied(command.sittings),
        items=items,
    )
    return _put(plan)


def edit(command: d.EditPlan, given: Given) -> Effect | Refusal:
    """Kind, title, place, days."""
    plan = _open_plan(given.on_file, command.plan, command.seen)
    if isinstance(plan, Refusal):
        return plan
    says = {"kind": command.kind, "title": tidy(command.title), "place": tidy(command.place)}
    return _put(_next(plan, sittings=_tidied(command.sittings), **says))


def remove(command: d.RemovePlan, given: Given) -> Effect | Refusal:
    """Papers are withdrawn first, so that nobody throws away what others have sent."""
    plan = _open_plan(given.on_file, command.plan, command.seen)
    if isinstance(plan, Refusal):
        return plan
    if any(document.plan == plan.id for document in given.on_file.documents.values()):
        return Refusal(Code.PLAN_ITEM_IN_USE, "papers")
    return Effect((Drop(plan),))


def invite(command: d.SendInvitations, given: Given) -> Effect | Refusal:
    """Again changes nothing."""
    plan = _open_plan(given.on_file, command.plan)
    if isinstance(plan, Refusal):
        return plan
    if not plan.sittings:
        return Refusal(Code.PLAN_WITHOUT_DAY)
    return Effect() if plan.invited is not None else _put(_next(plan, invited=given.now))


def tick(command: d.TickTask, given: Given) -> Effect | Refusal:
    """Also after the meeting: resolutions are sent then."""
    plan = given.on_file.plans.get(command.plan)
    if plan is None:
        return Refusal(Code.PLAN_UNKNOWN)
    if command.task not in TASKS:
        return Refusal(Code.MALFORMED, "task")
    others = tuple(task for task in plan.done if task != command.task)
    return _put(replace(plan, done=(*others, command.task) if command.done else others))


# --- its items


def add_item(command: d.AddPlanItem, given: Given) -> Effect | Refusal:
    """Behind another, or last of its level."""
    plan = _open_plan(given.on_file, command.plan)
    if isinstance(plan, Refusal):
        return plan
    row = order_of.parents_of(plan.items)
    after = command.after or order_of.last_of(row, command.parent)
    refusal = _full(plan, (command.item,)) or _where(row, command.item, command.parent, after)
    refusal = refusal or _polls_taken(plan, command.item, command.polls)
    if refusal is not None:
        return refusal
    item = PlanItem(item=command.item, parent=command.parent, **_content(command))
    order = order_of.moved({**row, item.item: item.parent}, item.item, item.parent, after)
    return _put(_next(plan, items=_in_order((*plan.items, item), order)))


def edit_item(command: d.EditPlanItem, given: Given) -> Effect | Refusal:
    """What the item says; its place stays."""
    plan = _open_plan(given.on_file, command.plan)
    if isinstance(plan, Refusal):
        return plan
    item = _item_of(plan, command.item, command.seen)
    refusal = item if isinstance(item, Refusal) else _polls_taken(plan, command.item, command.polls)
    if isinstance(item, Refusal) or refusal is not None:
        return refusal or item  # type: ignore[return-value]  # one of the two is the refusal
    edited = replace(item, **_content(command), revision=item.revision + 1)
    items = tuple(edited if other.item == item.item else other for other in plan.items)
    return _put(replace(plan, items=items))


def move_item(command: d.MovePlanItem, given: Given) -> Effect | Refusal:
    """Says where it goes, not what stood there: two clerks who move do not undo each other."""
    plan = _open_plan(given.on_file, command.plan)
    if isinstance(plan, Refusal):
        return plan
    row = order_of.parents_of(plan.items)
    refusal = (
        Refusal(Code.ITEM_UNKNOWN)
        if command.item not in row
        else _where(row, command.item, command.parent, command.after)
    )
    if refusal is not None:
        return refusal
    items = tuple(replace(i, parent=command.parent) if i.item == command.item else i for i in plan.items)
    return _put(_next(plan, items=_in_order(items, order_of.moved(row, command.item, command.parent, command.after))))


def remove_item(command: d.RemovePlanItem, given: Given) -> Effect | Refusal:
    """Only what nothing else hangs on."""
    plan = _open_plan(given.on_file, command.plan)
    if isinstance(plan, Refusal):
        return plan
    item = _item_of(plan, command.item, command.seen)
    if isinstance(item, Refusal):
        return item
    papers = any((p.plan, p.item) == (plan.id, item.item) for p in given.on_file.documents.values())
    if item.polls or papers or any(other.parent == item.item for other in plan.items):
        return Refusal(Code.PLAN_ITEM_IN_USE)
    return _put(_next(plan, items=tuple(other for other in plan.items if other.item != item.item)))


def import_agenda(command: d.ImportAgenda, given: Given) -> Effect | Refusal:
    """All or none, in the order of the file; a part stands behind its item."""
    plan = _open_plan(given.on_file, command.plan, command.seen)
    if isinstance(plan, Refusal):
        return plan
    refusal = _full(plan, tuple(item.item for item in command.items))
    if refusal is not None:
        return refusal
    items = plan.items
    for said in command.items:
        row = order_of.parents_of(items)
        refusal = _where(row, said.item, said.parent, None)
        if refusal is not None:
            return refusal
        item = PlanItem(item=said.item, parent=said.parent, **_content(said))
        order = order_of.moved(
            {**row, said.item: said.parent}, said.item, said.parent, order_of.last_of(row, said.parent)
        )
        items = _in_order((*items, item), order)
    return _put(_next(plan, items=items))


# --- what they share

_CONTENT: Final = ("number", "title", "presenter", "kind", "starts", "minutes", "sitting", "private", "note", "polls")


def _open_plan(on_file: OnFile, name: str, seen: int | None = None) -> Plan | Refusal:
    plan = on_file.plans.get(name)
    if plan is None:
        return Refusal(Code.PLAN_UNKNOWN)
    if plan.ledger is not None:
        return Refusal(Code.PLAN_CONVENED)
    return plan if seen in {None, plan.revision} else Refusal(Code.EDITED_MEANWHILE, str(plan.revision))


def _item_of(plan: Plan, name: str, seen: int) -> PlanItem | Refusal:
    item = next((item for item in plan.items if item.item == name), None)
    if item is None:
        return Refusal(Code.ITEM_UNKNOWN)
    return item if item.revision == seen else Refusal(Code.EDITED_MEANWHILE, str(item.revision))


def _full(plan: Plan, names: tuple[str, ...]) -> Refusal | None:
    taken = {item.item for item in plan.items}
    if len(set(names)) < len(names) or taken & set(names):
        return Refusal(Code.ITEM_TAKEN)
    return Refusal(Code.TOO_MANY_ITEMS, str(MOST_ITEMS)) if len(taken) + len(names) > MOST_ITEMS else None


def _where(row: order_of.Parents, item: str, parent: str | None, after: str | None) -> Refusal | None:
    unknown = next((name for name in (parent, after) if name is not None and name not in row), None)
    if unknown is not None:
        return Refusal(Code.ITEM_UNKNOWN, unknown)
    return Refusal(Code.ITEM_MISPLACED) if order_of.misplaced(row, item, parent, after) else None


def _polls_taken(plan: Plan, item: str, polls: tuple[PlannedPoll, ...]) -> Refusal | None:
    others = [poll.poll for other in plan.items if other.item != item for poll in other.polls]
    names = [poll.poll for poll in polls]
    return Refusal(Code.POLL_TAKEN) if len(set(names)) < len(names) or set(names) & set(others) else None


def _content(command: d.AddPlanItem | d.EditPlanItem | d.ImportedItem) -> dict[str, Any]:
    says = {name: value for name, value in asdict(command).items() if name in _CONTENT}
    for name in ("number", "title", "presenter", "note"):
        says[name] = tidy(says[name])
    says["polls"] = tuple(replace(poll, question=tidy(poll.question)) for poll in says.get("polls", ()))
    return says


def _copied(item: PlanItem) -> PlanItem:
    """Its questions lose their documents, which are the other meeting's."""
    return replace(item, polls=tuple(replace(poll, document=None) for poll in item.polls), revision=1)


def _tidied(sittings: Iterable[PlannedSitting]) -> tuple[PlannedSitting, ...]:
    return tuple(sorted((replace(s, name=tidy(s.name)) for s in sittings), key=lambda s: (s.day, s.starts)))


def _in_order(items: Iterable[PlanItem], order: tuple[str, ...]) -> tuple[PlanItem, ...]:
    by_name = {item.item: item for item in items}
    return tuple(by_name[name] for name in order)


def _next(plan: Plan, **changes: Any) -> Plan:
    return replace(plan, **changes, revision=plan.revision + 1)


def _put(plan: Plan) -> Effect:
    changes: tuple[Change, ...] = (Put(plan),)
    return Effect(changes)


RULES: Final[DeskRules] = {
    d.CreatePlan: DeskRule(create, CLERK),
    d.EditPlan: DeskRule(edit, CLERK),
    d.RemovePlan: DeskRule(remove, CLERK),
    d.AddPlanItem: DeskRule(add_item, CLERK),
    d.EditPlanItem: DeskRule(edit_item, CLERK),
    d.MovePlanItem: DeskRule(move_item, CLERK),
    d.RemovePlanItem: DeskRule(remove_item, CLERK),
    d.ImportAgenda: DeskRule(import_agenda, CLERK),
    d.SendInvitations: DeskRule(invite, CLERK),
    d.TickTask: DeskRule(tick, CLERK),
}
