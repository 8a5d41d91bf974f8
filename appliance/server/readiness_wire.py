"""The wire of readiness reports, and the routes about them as OpenAPI has them."""

from typing import Any, Final, Literal, get_args

from msgspec import Struct

from appliance.server import protocol as p
from appliance.server.paths import content, ref, refused
from appliance.services.readiness_orders import RunAsked
from appliance.services.readiness_report import ReadinessReport

ORDERS: Final = "/api/readiness/orders"


class ReportLine(Struct, frozen=True):
    """A report in the list."""

    report: str
    at: str
    by: str
    by_name: str
    meeting: str
    ledger: str
    """The meeting's; empty: it was made before the meeting was convened."""
    plan: str
    verdict: Literal["green", "amber", "red"]
    green: int
    amber: int
    red: int


class ReadinessPage(Struct, frozen=True):
    """`GET /api/readiness`: newest first; `?ledger=` or `?plan=`: of one meeting alone."""

    reports: tuple[ReportLine, ...]


class SealedReport(Struct, frozen=True):
    """`GET /api/readiness/<report>`: the report, and the appliance's seal on it.

    `text` is the canonical JSON that is sealed; `signature` is Ed25519 with `key` over
    `"nghi-truong readiness 1\\n" + sha256` (both hex, the SHA-256 of `text` in UTF-8).
    """

    report: ReadinessReport
    text: str
    sha256: str
    key: str
    signature: str
    verdict: Literal["green", "amber", "red"]


MODELS: Final[tuple[type, ...]] = (ReadinessPage, SealedReport, *get_args(RunAsked))

_REPORT: Final = {"name": "report", "in": "path", "required": True, "schema": {"type": "string"}}

PATHS: Final[dict[str, Any]] = {
    "/api/readiness": {
        "get": {
            "operationId": "readinessReports",
            "summary": "Readiness reports on file, for technician, clerk, chair and auditor",
            "security": [{"cookie": []}],
            "responses": {"200": content("Reports", ref(ReadinessPage)), "default": refused()},
        }
    },
    "/api/readiness/{report}": {
        "get": {
            "operationId": "readinessReport",
            "summary": "One report with its seal; `/print/readiness/{report}` is the same on A4",
            "security": [{"cookie": []}],
            "parameters": [_REPORT],
            "responses": {"200": content("The report", ref(SealedReport)), "default": refused()},
        }
    },
    ORDERS: {
        "post": {
            "operationId": "checkReadiness",
            "summary": "A step of the check (technician); section `readiness` shows where it stands",
            "security": [{"cookie": []}],
            "requestBody": {
                "required": True,
                **content(None, {"oneOf": [ref(asked) for asked in get_args(RunAsked)]}),
            },
            "responses": {"200": content("Done", ref(p.AcceptedAnswer)), "default": refused()},
        }
    },
}
