"""The description of the wire: valid, and true of what the server takes and sends."""

import re
from typing import Any, get_args

import pytest
from openapi_spec_validator import validate

from appliance.server.openapi import description
from appliance.services.desk_commands import AnyCommand
from tests.house import convene, open_poll, sit
from tests.server.running import WAIT_SECONDS, Running

SPEC = description()
SCHEMAS: dict[str, Any] = SPEC["components"]["schemas"]


def test_it_is_openapi() -> None:
    validate(SPEC)


def test_it_names_every_command_by_its_type() -> None:
    mapping = SCHEMAS["Command"]["discriminator"]["mapping"]
    assert set(mapping) == {command.__name__ for command in get_args(AnyCommand)}


def test_the_server_gives_it_to_whoever_asks(server: Running) -> None:
    answer = server.http().get(f"{server.base}/api/openapi.json", timeout=WAIT_SECONDS)
    assert answer.json()["paths"].keys() == SPEC["paths"].keys()


@pytest.mark.parametrize("path", sorted(SPEC["paths"]))
def test_every_route_it_names_is_there(server: Running, path: str) -> None:
    rules = {re.sub(r"<(?:[^<>:]+:)?(\w+)>", r"{\1}", rule.rule) for rule in server.server.app.url_map.iter_rules()}
    assert path in rules


@pytest.mark.parametrize("who", ["m01", "chair", "clerk", "hall", "auditor"])
def test_a_snapshot_has_only_sections_that_it_describes(server: Running, who: str) -> None:
    open_poll(sit(convene(server), present=4))
    snapshot = server.sign_in(who).get(f"{server.base}/api/snapshot", timeout=WAIT_SECONDS).json()
    assert set(snapshot) == set(SCHEMAS["Snapshot"]["properties"])
    assert set(snapshot["view"]) <= set(SCHEMAS["View"]["properties"])
    assert set(snapshot["view"]["meeting"]) <= set(SCHEMAS["MeetingView"]["properties"])


def test_every_refusal_is_told_in_the_form_it_describes(server: Running) -> None:
    said = server.http().get(f"{server.base}/api/snapshot", timeout=WAIT_SECONDS).json()
    assert set(said) == set(SCHEMAS["RefusedAnswer"]["properties"])
    assert set(SCHEMAS["RefusedAnswer"]["required"]) <= set(said)
