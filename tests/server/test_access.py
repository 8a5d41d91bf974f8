"""Who gets in: sessions, roles, other sites' pages, strict headers, and a server that starts only when guarded."""

import json
import re
import socket
from typing import Any

import pytest
import requests
import socketio.exceptions
from flask import Flask

from appliance.core.people import Role
from appliance.server.access import PUBLIC, Unguarded, addresses, allow, allowed, check, same_origin
from appliance.server.app import HEADERS
from appliance.server.parts import Parts
from tests.house import convene, sit
from tests.server.running import WAIT_SECONDS, Running


def get(server: Running, path: str, session: requests.Session | None = None, **headers: str) -> requests.Response:
    return (session or server.http()).get(f"{server.base}{path}", headers=headers, timeout=WAIT_SECONDS)


def test_the_server_does_not_start_with_a_route_that_says_not_who_may_use_it() -> None:
    def bare(app: Flask, parts: Parts) -> None:
        app.add_url_rule("/bare", "bare", lambda: "")

    with pytest.raises(Unguarded, match="bare"):
        Running(pages=(bare,)).__enter__()


def test_an_event_without_allow_is_named_too() -> None:
    @allow(PUBLIC)
    def guarded() -> None: ...

    check({"page": guarded}, {"event": guarded})
    with pytest.raises(Unguarded, match="event"):
        check({"page": guarded}, {"event": lambda: None})


def test_allow_must_name_somebody() -> None:
    with pytest.raises(Unguarded):
        allow()


def test_every_route_and_event_says_who_may_use_it(server: Running) -> None:
    app = server.server.app
    assert all(allowed(view) for view in app.view_functions.values())
    assert len(app.view_functions) > 10


def test_the_door_is_shut_to_whoever_is_not_signed_in(server: Running) -> None:
    for answer in (get(server, "/api/snapshot"), requests.post(f"{server.base}/api/commands", data=b"{}", timeout=9)):
        assert (answer.status_code, answer.json()["refusal"]) == (401, "not-signed-in")


def test_a_page_that_is_not_for_this_role_is_refused() -> None:
    def desk(app: Flask, parts: Parts) -> None:
        app.add_url_rule("/desk", "desk", allow(Role.CLERK)(lambda: "papers"))

    with Running(pages=(desk,)) as server:
        assert get(server, "/desk", server.sign_in("m01")).status_code == 403
        assert get(server, "/desk").status_code == 401
        assert get(server, "/desk", server.sign_in("clerk")).text == "papers"


def test_a_connection_without_a_sign_in_is_refused_with_the_reason(server: Running) -> None:
    with pytest.raises(socketio.exceptions.ConnectionError):
        server.connect()
    assert server._clients[-1].refused["data"]["refusal"] == "not-signed-in"
    assert server.parts.screens.clients == {}


def test_a_cookie_of_nobody_is_no_sign_in(server: Running) -> None:
    session = server.http()
    session.cookies.set("nghi_truong", "made-up")
    assert get(server, "/api/snapshot", session).status_code == 401


def test_a_command_whose_body_was_held_back_is_asked_again_who_gives_it(server: Running) -> None:
    session = server.sign_in("m01")
    cookies = "; ".join(f"{name}={value}" for name, value in session.cookies.items())
    body = json.dumps({"type": "CheckOut", "id": "0" * 31 + "7"}).encode()
    head = f"POST /api/commands HTTP/1.1\r\nHost: x\r\nCookie: {cookies}\r\nContent-Length: {len(body)}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", int(server.base.rsplit(":", 1)[1])), timeout=WAIT_SECONDS) as line:
        line.sendall(head.encode())
        assert session.post(f"{server.base}/api/sign-out", timeout=WAIT_SECONDS).status_code == 200
        line.sendall(body)
        assert line.recv(65536).startswith(b"HTTP/1.1 401")


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost.evil.example"])
def test_another_sites_page_can_neither_post_nor_connect(server: Running, origin: str) -> None:
    session = server.sign_in("clerk")
    posted = session.post(f"{server.base}/api/commands", data=b"{}", headers={"Origin": origin}, timeout=WAIT_SECONDS)
    assert (posted.status_code, posted.json()["refusal"]) == (403, "cross-origin")
    with pytest.raises(socketio.exceptions.ConnectionError):
        server.connect(session, Origin=origin)
    assert server.parts.screens.clients == {}


def test_our_own_page_can(server: Running) -> None:
    client = server.connect(server.sign_in("clerk"), Origin=server.base)
    client.wait_for("snapshot")


def test_polling_is_not_offered(server: Running) -> None:
    answer = get(server, "/socket.io/?EIO=4&transport=polling", server.sign_in("clerk"))
    assert answer.status_code == 400


def test_the_cookie_is_kept_from_scripts_and_other_sites(server: Running) -> None:
    form = {"account": "clerk", "password": "bình minh trên sông"}
    answer = requests.post(f"{server.base}/api/sign-in", json=form, timeout=WAIT_SECONDS)
    cookies = re.split(r",\s*(?=nghi_truong)", answer.headers["Set-Cookie"])
    assert len(cookies) == 2
    for cookie in cookies:
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
        assert "Path=/" in cookie


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"card": 5, "pin": "1"},
        {"card": "x", "pin": "1", "more": 1},
        {"account": "clerk"},
        {"card": "x" * 999, "pin": ""},
    ],
)
def test_a_sign_in_that_is_none_is_refused_without_repeating_it(server: Running, form: dict[str, Any]) -> None:
    answer = requests.post(f"{server.base}/api/sign-in", json=form, timeout=WAIT_SECONDS)
    assert (answer.status_code, answer.json()["refusal"], answer.json()["detail"] in {
        "", "card and pin, account and password, or pairing",
    }) == (400, "malformed", True)  # fmt: skip


def test_a_wrong_password_says_no_more_than_that(server: Running) -> None:
    for account in ("clerk", "nobody"):
        form = {"account": account, "password": "wrong password"}
        answer = requests.post(f"{server.base}/api/sign-in", json=form, timeout=WAIT_SECONDS)
        assert (answer.status_code, answer.json()["refusal"]) == (401, "password-wrong")


@pytest.mark.parametrize("path", ["/", "/chair", "/clerk", "/hall", "/api/me", "/nowhere", "/healthz"])
def test_every_answer_carries_the_strict_headers_and_is_kept_by_no_cache(server: Running, path: str) -> None:
    answer = get(server, path)
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert answer.headers["Cache-Control"] == "no-store"


def test_metrics_are_for_this_machine_alone(server: Running) -> None:
    assert "appliance_clients" in get(server, "/metrics").text
    assert get(server, "/metrics", None, **{"X-Forwarded-For": "10.0.0.7"}).status_code == 404


def test_what_is_not_there_is_said_in_words(server: Running) -> None:
    assert get(server, "/api/nothing").json()["refusal"] == "not-found"
    page = get(server, "/nowhere", Accept="text/html")
    assert page.status_code == 404
    assert server.parts.words.say("vi", "refusal.not-found") in page.text


def test_a_bug_is_a_reference_and_no_traceback(server: Running, caplog: pytest.LogCaptureFixture) -> None:
    session = server.sign_in("m01")
    screens = server.parts.screens
    screens.snapshot = None  # type: ignore[method-assign,assignment]
    answer = get(server, "/api/snapshot", session)
    said = answer.json()
    assert (answer.status_code, said["refusal"], said["fault"]) == (500, "internal-error", True)
    reference = said["detail"].removeprefix("reference ")
    assert "Traceback" not in answer.text
    assert any(reference in record.getMessage() for record in caplog.records)


def test_the_demo_is_not_there_in_a_real_installation(server: Running) -> None:
    for path in ("/demo", "/demo.json", "/simulator", "/simulator.json"):
        assert get(server, path).status_code == 404


def test_addresses_come_from_our_own_web_server_only() -> None:
    assert addresses(["10.0.0.1", " 10.0.0.2"], "127.0.0.1") == "10.0.0.2"
    assert addresses(["10.0.0.1"], "192.168.1.9") == "192.168.1.9"
    assert addresses([""], "127.0.0.1") == "127.0.0.1"


def test_same_origin_compares_host_and_port() -> None:
    assert same_origin(None, "a:1")
    assert same_origin("https://A:1", "a:1")
    assert not same_origin("https://a:2", "a:1")
    assert not same_origin("http://[", "a:1")
    assert not same_origin("https://a:1", None)


def test_roles_are_checked_for_commands_by_the_rules(server: Running) -> None:
    sit(convene(server), present=2)
    for who in ("technician", "auditor", "hall"):
        assert server.enter(who).give("CloseSitting")["refusal"] == "not-allowed"
    assert Role.PANELS not in (allowed(server.parts.screens.snapshot) or ())
