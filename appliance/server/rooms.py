"""All rooms with routes of their own, in one list: bootstrap fits a real appliance with them, tests their server."""

from dataclasses import dataclass

from appliance.server import (
    attendance_page,
    audit_page,
    box_page,
    minutes_page,
    panels_page,
    readiness_page,
    registry_routes,
    security_papers,
)
from appliance.server.papers.pages import pages as paper_pages
from appliance.server.parts import Page
from appliance.server.plans import routes as plans
from appliance.server.registry_routes import RegistryDesk, Spreadsheets
from appliance.services.desk import Desk
from appliance.services.excuses import ExcuseFiles
from appliance.services.paper_shelf import PaperShelf
from appliance.services.registry import Registry


@dataclass(frozen=True, slots=True)
class Fittings:
    """What the rooms work on besides the server's own parts."""

    registry: Registry
    desk: Desk
    spreadsheets: Spreadsheets
    write_calendar: plans.WriteCalendar
    excuses: ExcuseFiles
    shelf: PaperShelf
    largest_paper: int
    """Bytes of the greatest file that is taken."""


def rooms(fitted: Fittings) -> list[Page]:
    """What adds their routes to the app."""
    formats = plans.Formats(fitted.spreadsheets.read, fitted.spreadsheets.xlsx, fitted.write_calendar)
    return [
        lambda app, parts: minutes_page.register(
            app, minutes_page.MinutesDesk(parts.store, fitted.registry, parts.words, parts.demo), parts.hub.offload
        ),
        lambda app, parts: registry_routes.register(
            app, RegistryDesk(fitted.registry, fitted.desk, fitted.spreadsheets, parts)
        ),
        lambda app, parts: audit_page.register(
            app, audit_page.AuditDesk(fitted.registry, parts.words, parts.demo), parts.hub.offload
        ),
        lambda app, parts: attendance_page.register(app, parts, fitted.excuses),
        panels_page.register,
        readiness_page.register,
        box_page.register,
        security_papers.register,
        lambda app, parts: plans.register(app, parts, formats),
        paper_pages(fitted.shelf, fitted.largest_paper),
    ]
