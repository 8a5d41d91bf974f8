"""The wire of the boxes at the seats, and the routes about them as OpenAPI has them."""

from typing import Any, Final, get_args

from appliance.server import protocol as p
from appliance.server.paths import content, ref, refused
from appliance.server.view import PanelsPage
from appliance.services.panel_orders import Asked

ORDERS: Final = "/api/panels/orders"
MODELS: Final[tuple[type, ...]] = (PanelsPage, *get_args(Asked))


PATHS: Final[dict[str, Any]] = {
    "/api/panels": {
        "get": {
            "operationId": "panels",
            "summary": "Panels, buses and seats, for technician, clerk and auditor; section `panels` is the same",
            "security": [{"cookie": []}],
            "responses": {"200": content("The house", ref(PanelsPage)), "default": refused()},
        }
    },
    ORDERS: {
        "post": {
            "operationId": "orderPanels",
            "summary": "An order to the panels: the technician all, the clerk `swap` and `locate`",
            "security": [{"cookie": []}],
            "requestBody": {
                "required": True,
                **content(None, {"oneOf": [ref(asked) for asked in get_args(Asked)]}),
            },
            "responses": {"200": content("Done, and durable", ref(p.AcceptedAnswer)), "default": refused()},
        }
    },
}
