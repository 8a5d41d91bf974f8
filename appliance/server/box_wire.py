"""The wire of the technician's page about the machine, and the routes about it as OpenAPI has them."""

from datetime import datetime
from typing import Any, Final, Literal

from msgspec import Struct

from appliance.server import protocol as p
from appliance.server.paths import content, ref, refused
from appliance.services.readiness_facts import ClockFacts, PowerFacts, UpsFacts

CLOCK: Final = "/api/box/clock"
SOURCES: Final = (
    "all", "appliance", "panels", "recorder", "papers", "portal", "backup", "web", "network", "kernel",
)  # fmt: skip
Source = Literal[
    "all", "appliance", "panels", "recorder", "papers", "portal", "backup", "web", "network", "kernel"
]  # fmt: skip
Level = Literal["error", "warning", "all"]


class SetClock(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`POST /api/box/clock`: it is `utc` now."""

    utc: datetime
    sure: bool = False
    """Also when the record's last entry is later."""


class UnitLine(Struct, frozen=True):
    """A service as systemd has it."""

    unit: str
    about: str = ""
    state: str = ""
    """`active`, `inactive`, `failed`, `activating` …"""
    detail: str = ""
    result: str = ""
    restarts: int = 0
    enabled: str = ""
    since_seconds: int | None = None
    memory_bytes: int | None = None


class DiskLine(Struct, frozen=True):
    """A file system, by the first folder of ours on it. Bytes."""

    path: str
    total: int
    free: int


class MemoryLine(Struct, frozen=True):
    """Bytes."""

    total: int
    available: int


class ReleaseLine(Struct, frozen=True):
    """An installed release."""

    version: str | None = None
    commit: str | None = None
    schema: str | int | None = None


class MachineStatus(Struct, frozen=True):
    """What the watching service tells (`nghi-truong status`)."""

    name: str = ""
    uptime_seconds: int = 0
    load: float = 0.0
    memory: MemoryLine | None = None
    disks: tuple[DiskLine, ...] = ()
    units: tuple[UnitLine, ...] = ()
    release: ReleaseLine | None = None
    previous: ReleaseLine | None = None
    drill: dict[str, Any] | None = None
    """The report of the last restore drill."""


class ClientsLine(Struct, frozen=True):
    """Who is connected now, by role."""

    delegates: int = 0
    desks: int = 0
    halls: int = 0


class BoxPage(Struct, frozen=True):
    """`GET /api/box`. Seconds, bytes, degrees Celsius; null: this machine cannot tell, or nothing is set up."""

    at: str
    clock: ClockFacts
    settable: bool
    """The clock can be set from this page."""
    sitting: bool
    """A sitting is open: the clock cannot be set now."""
    machine: MachineStatus | None
    """Null: no watching service is configured, or it does not answer."""
    watched: bool
    """A watching service is configured."""
    temperature: float | None
    power: PowerFacts | None
    ups: UpsFacts | None
    free_bytes: int | None
    backup_seconds: float | None
    backup_wanted: bool
    certificate_seconds: float | None
    certificate_wanted: bool
    versions: dict[str, str]
    clients: ClientsLine
    camera: str
    """`none`: no recorder is fitted; `offline`; `idle`; `running`."""


class JournalLine(Struct, frozen=True):
    """One line; `level` as syslog has it, 0 to 7."""

    at: str
    unit: str
    level: int
    text: str


class JournalPage(Struct, frozen=True):
    """`GET /api/box/journal`: oldest first."""

    lines: tuple[JournalLine, ...]


MODELS: Final[tuple[type, ...]] = (BoxPage, JournalPage, SetClock)


def _query(name: str, values: tuple[str, ...]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": {"type": "string", "enum": list(values)}}


PATHS: Final[dict[str, Any]] = {
    "/api/box": {
        "get": {
            "operationId": "box",
            "summary": "How the machine is, for the technician",
            "security": [{"cookie": []}],
            "responses": {"200": content("The machine", ref(BoxPage)), "default": refused()},
        }
    },
    "/api/box/journal": {
        "get": {
            "operationId": "boxJournal",
            "summary": "The last lines of the product's own services, without secrets, for the technician",
            "security": [{"cookie": []}],
            "parameters": [_query("source", SOURCES), _query("level", ("error", "warning", "all"))],
            "responses": {"200": content("The lines", ref(JournalPage)), "default": refused()},
        }
    },
    CLOCK: {
        "post": {
            "operationId": "setClock",
            "summary": "Set the machine's clock (technician); never while a sitting is open",
            "security": [{"cookie": []}],
            "requestBody": {"required": True, **content(None, ref(SetClock))},
            "responses": {"200": content("Set", ref(p.AcceptedAnswer)), "default": refused()},
        }
    },
}
