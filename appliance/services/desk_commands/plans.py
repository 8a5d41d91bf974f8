"""A meeting in preparation: made from a template or an earlier one, edited item by item, then convened.

An edit names the revision it `seen`: of two clerks who edit one thing the second is told (`edited-meanwhile`).
"""

from typing import Annotated

from msgspec import Meta, Struct

from appliance.core.commands import Command
from appliance.core.people import Id, LongText, ShortText
from appliance.core.plan import ItemKind, MeetingKind, Minute, PlannedPoll, PlannedSitting

_Number = Annotated[str, Meta(max_length=16)]
_Presenter = Annotated[str, Meta(max_length=200)]
_Place = Annotated[str, Meta(max_length=200)]
_Minutes = Annotated[int, Meta(ge=1, le=1440)]
_SittingNumber = Annotated[int, Meta(ge=1, le=20)]
_ChairNote = Annotated[str, Meta(max_length=2000)]
_Sittings = Annotated[tuple[PlannedSitting, ...], Meta(max_length=20)]
_Polls = Annotated[tuple[PlannedPoll, ...], Meta(max_length=50)]


class CreatePlan(Command, tag=True, frozen=True, kw_only=True):
    """Begin to prepare a meeting: from the template of its kind, as a copy of another plan, or from nothing."""

    plan: Id
    kind: MeetingKind
    title: ShortText
    place: _Place = ""
    sittings: _Sittings = ()
    copy_of: Id | None = None
    """Its items and questions are taken over, its papers and its ticks are not."""
    template: bool = True
    """Without `copy_of`: begin with the usual items of this kind of meeting."""


class EditPlan(Command, tag=True, frozen=True, kw_only=True):
    """Put this in place of what the plan says about itself; its items stay."""

    plan: Id
    seen: int
    kind: MeetingKind
    title: ShortText
    place: _Place = ""
    sittings: _Sittings = ()


class RemovePlan(Command, tag=True, frozen=True, kw_only=True):
    """A plan that comes to nothing. Refused once it is convened or has papers."""

    plan: Id
    seen: int


class AddPlanItem(Command, tag=True, frozen=True, kw_only=True):
    """One item more: behind `after`, otherwise last of its level."""

    plan: Id
    item: Id
    title: LongText
    number: _Number = ""
    presenter: _Presenter = ""
    kind: ItemKind = ItemKind.OTHER
    parent: Id | None = None
    after: Id | None = None
    starts: Minute | None = None
    minutes: _Minutes | None = None
    sitting: _SittingNumber = 1
    private: bool = False
    note: _ChairNote = ""
    polls: _Polls = ()


class EditPlanItem(Command, tag=True, frozen=True, kw_only=True):
    """Put this in place of what the item says, its questions included."""

    plan: Id
    item: Id
    seen: int
    title: LongText
    number: _Number = ""
    presenter: _Presenter = ""
    kind: ItemKind = ItemKind.OTHER
    starts: Minute | None = None
    minutes: _Minutes | None = None
    sitting: _SittingNumber = 1
    private: bool = False
    note: _ChairNote = ""
    polls: _Polls = ()


class MovePlanItem(Command, tag=True, frozen=True, kw_only=True):
    """Put an item (its parts go along) behind another of the same level; without `after` it comes first there."""

    plan: Id
    item: Id
    parent: Id | None = None
    after: Id | None = None


class RemovePlanItem(Command, tag=True, frozen=True, kw_only=True):
    """Refused while it has parts, questions or papers."""

    plan: Id
    item: Id
    seen: int


class ImportedItem(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A row of an imported agenda."""

    item: Id
    title: LongText
    number: _Number = ""
    presenter: _Presenter = ""
    kind: ItemKind = ItemKind.OTHER
    parent: Id | None = None
    starts: Minute | None = None
    minutes: _Minutes | None = None
    sitting: _SittingNumber = 1
    private: bool = False
    note: _ChairNote = ""


class ImportAgenda(Command, tag=True, frozen=True, kw_only=True):
    """Put these items behind those that are there, all or none; the preview has named the problem of each row."""

    plan: Id
    seen: int
    items: Annotated[tuple[ImportedItem, ...], Meta(min_length=1, max_length=500)]


class SendInvitations(Command, tag=True, frozen=True, kw_only=True):
    """Convene the delegates: their tablets and the calendar show the meeting from now on. The paper invitation is
    printed at `/print/invitation`."""

    plan: Id


class TickTask(Command, tag=True, frozen=True, kw_only=True):
    """Something that the deadlines ask for has been done, or has not after all."""

    plan: Id
    task: Id
    done: bool = True


PlanCommand = (
    CreatePlan
    | EditPlan
    | RemovePlan
    | AddPlanItem
    | EditPlanItem
    | MovePlanItem
    | RemovePlanItem
    | ImportAgenda
    | SendInvitations
    | TickTask
)
