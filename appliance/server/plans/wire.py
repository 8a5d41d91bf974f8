"""The wire of meetings in preparation, typed, and their routes as OpenAPI has them."""

from typing import Any, Final

from msgspec import Struct

from appliance.core.ballot_paper import Matter, Method
from appliance.core.deadlines import TaskState
from appliance.core.plan import ItemKind, MeetingKind
from appliance.core.profile import Majority
from appliance.server.paths import content, ref, refused
from appliance.services.agenda_import import AgendaPreview


class PlannedPollView(Struct, frozen=True):
    """A question prepared for an item."""

    poll: str
    question: str
    document: str | None
    matter: Matter
    majority: Majority
    method: Method
    seconds: int | None
    show_names: bool | None


class PlanItemView(Struct, frozen=True):
    """An item of a plan. `printed` is its number, also where it is counted."""

    item: str
    printed: str
    number: str
    title: str
    presenter: str
    kind: ItemKind
    parent: str | None
    starts: int | None
    minutes: int | None
    sitting: int
    private: bool
    note: str
    polls: tuple[PlannedPollView, ...]
    revision: int


class SittingView(Struct, frozen=True):
    """A sitting as planned: `day` is `2026-12-18`, `starts` the minute of the day."""

    day: str
    starts: int
    name: str


class TaskView(Struct, frozen=True):
    """Something to do by a day, with its source."""

    task: str
    due: str
    state: TaskState
    days: int
    citation: str
    verified: bool


class PlanView(Struct, frozen=True):
    """A meeting in preparation, whole."""

    plan: str
    kind: MeetingKind
    title: str
    place: str
    sittings: tuple[SittingView, ...]
    items: tuple[PlanItemView, ...]
    tasks: tuple[TaskView, ...]
    invited: str | None
    ledger: str | None
    """The meeting that was convened from it."""
    revision: int


class Plans(Struct, frozen=True):
    """`GET /api/plans` (clerk, chair): the next meeting first, what is over last."""

    plans: tuple[PlanView, ...]
    today: str
    place: str
    """The council's own hall, for a new plan."""


class UpcomingItem(Struct, frozen=True):
    """A line of the programme that delegates are sent."""

    item: str
    printed: str
    title: str
    presenter: str
    kind: ItemKind
    parent: str | None
    starts: int | None
    sitting: int
    private: bool


class UpcomingMeeting(Struct, frozen=True):
    """A meeting that the delegates have been convened to."""

    plan: str
    kind: MeetingKind
    title: str
    place: str
    sittings: tuple[SittingView, ...]
    items: tuple[UpcomingItem, ...]


class Upcoming(Struct, frozen=True):
    """`GET /api/plans/upcoming`: the next one first."""

    meetings: tuple[UpcomingMeeting, ...]


class ChairNotes(Struct, frozen=True):
    """`GET /api/desk/notes` (clerk, chair): what the clerk has noted for the presiding table, by item."""

    plan: str | None
    notes: dict[str, str]


def _get(name: str, summary: str, model: type, *parameters: str) -> dict[str, Any]:
    return {
        "operationId": name,
        "summary": summary,
        "security": [{"cookie": []}],
        "parameters": [_parameter(parameter) for parameter in parameters],
        "responses": {"200": content(summary, ref(model)), "default": refused()},
    }


def _parameter(name: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": True, "schema": {"type": "string"}}


def _file(name: str, summary: str, media: str, *parameters: str, public: bool = False) -> dict[str, Any]:
    guarded: list[dict[str, list[str]]] = [] if public else [{"cookie": []}]
    return {
        "operationId": name,
        "summary": summary,
        "security": guarded,
        "parameters": [_parameter(parameter) for parameter in parameters],
        "responses": {"200": {"description": summary, "content": {media: {}}}, "default": refused()},
    }


_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MODELS: Final[tuple[Any, ...]] = (Plans, Upcoming, ChairNotes, AgendaPreview)
PATHS: Final[dict[str, Any]] = {
    "/api/plans": {"get": _get("plans", "Meetings in preparation (clerk, chair)", Plans)},
    "/api/plans/upcoming": {"get": _get("upcoming", "Meetings that delegates have been convened to", Upcoming)},
    "/api/plans/preview": {
        "post": {
            **_get(
                "previewAgenda", "An agenda from XLSX or CSV, row by row; nothing is taken over", AgendaPreview, "plan"
            ),
            "requestBody": {"required": True, "content": {"application/octet-stream": {}}},
        }
    },
    "/api/plans/agenda.xlsx": {"get": _file("agendaFile", "A plan's agenda, to be imported again", _XLSX, "plan")},
    "/api/desk/notes": {"get": _get("chairNotes", "Notes on the items, for the presiding table", ChairNotes)},
    "/calendar.ics": {"get": _file("calendar", "Meetings that have been convened", "text/calendar", public=True)},
    "/print/invitation": {"get": _file("invitation", "The invitation, on A4", "text/html", "plan")},
    "/print/agenda": {"get": _file("programme", "The programme, on A4", "text/html", "plan")},
}
