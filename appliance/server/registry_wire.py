"""The wire of what is on file: routes and types, for the description."""

from typing import Any, Final

from appliance.server.paths import content, ref, refused
from appliance.server.view import registry as v

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SPREADSHEET: Final = {"schema": {"type": "string", "format": "binary"}}
_FORM: Final = {"type": "object", "properties": {"file": _SPREADSHEET["schema"]}}
PATHS: Final[dict[str, Any]] = {
    "/api/desk/registry": {
        "get": {
            "operationId": "registry",
            "summary": "All records on file, for the clerk; accounts for the technician",
            "security": [{"cookie": []}],
            "responses": {"200": content("The records", ref(v.RegistryView)), "default": refused()},
        }
    },
    "/api/seats": {
        "get": {
            "operationId": "seats",
            "summary": "The hall's seats and who sits there",
            "security": [{"cookie": []}],
            "responses": {"200": content("The seats", ref(v.SeatedView)), "default": refused()},
        }
    },
    "/api/desk/import": {
        "post": {
            "operationId": "importMembers",
            "summary": "Look at a list of members (XLSX or CSV); nothing changes until ApplyImport",
            "security": [{"cookie": []}],
            "requestBody": {
                "required": True,
                "content": {"multipart/form-data": {"schema": _FORM}},
            },
            "responses": {"200": content("What it would do", ref(v.ImportPreview)), "default": refused()},
        }
    },
    "/api/desk/members.{kind}": {
        "get": {
            "operationId": "exportMembers",
            "summary": "The members as a spreadsheet",
            "security": [{"cookie": []}],
            "parameters": [
                {"name": "kind", "in": "path", "required": True, "schema": {"enum": ["xlsx", "csv"]}},
                {"name": "order", "in": "query", "schema": {"enum": ["council", "name"]}},
                {"name": "sample", "in": "query", "schema": {"type": "string"}},
            ],
            "responses": {
                "200": {"description": "The list", "content": {_XLSX: _SPREADSHEET, "text/csv": _SPREADSHEET}},
                "default": refused(),
            },
        }
    },
}  # fmt: skip
MODELS: Final = (v.RegistryView, v.SeatedView, v.ImportPreview)
