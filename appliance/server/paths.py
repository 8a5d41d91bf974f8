"""Words for describing a route in OpenAPI. A room with routes of its own has them in `PATHS`, types in `MODELS`."""

from typing import Any, Final

from appliance.server import protocol as p

REF: Final = "#/components/schemas/{name}"


def operation(name: str, summary: str, model: type) -> dict[str, Any]:
    guarded: list[dict[str, list[str]]] = [{"cookie": []}] if name == "snapshot" else []
    responses = {"200": content(summary, ref(model)), "default": refused()}
    return {"operationId": name, "summary": summary, "security": guarded, "responses": responses}


def content(text: str | None, schema: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"content": {"application/json": {"schema": schema}}}
    return found if text is None else {"description": text, **found}


def refused() -> dict[str, Any]:
    return content("Refused; nothing has changed", ref(p.RefusedAnswer))


def ref(model: type) -> dict[str, Any]:
    return {"$ref": REF.format(name=model.__name__)}
