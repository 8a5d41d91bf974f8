"""Every route held against a table written by hand: who may use it, and that everybody else is turned away. A route
that is added must be added here too, by somebody who has thought about it. And: ids, paths and bodies that attack."""

import socket
from collections.abc import Iterator
from typing import Any, Final

import pytest
import requests
from msgspec.structs import replace

from appliance.core.plan import MeetingKind, Plan, PlanItem
from appliance.core.refusals import Code
from appliance.services.on_file import Put
from appliance.services.rehearsal_commands import EndRehearsal, StartRehearsal
from tests.house import convene, fresh_id, sit
from tests.papers import files as f
from tests.server.running import WAIT_SECONDS, Running
from tests.server.test_attendance import _Inside

SHA: Final = "0" * 64
EVERYBODY: Final = {"", "m01", "chair", "clerk", "technician", "auditor", "hall"}
SIGNED_IN: Final = EVERYBODY - {""}
HALL_AND_OFFICE: Final = {"m01", "chair", "clerk"}
DESKS: Final = {"chair", "clerk"}
READERS: Final = {"chair", "clerk", "auditor"}
PAPER: Final = f"/api/papers/x/{SHA}"
SECURITY: Final = "<any(dossier, incidents):paper>"
GET: Final[dict[str, tuple[str, set[str]]]] = {
    "/": ("/", EVERYBODY),
    "/chair": ("/chair", EVERYBODY),
    "/clerk": ("/clerk", EVERYBODY),
    "/count": ("/count", EVERYBODY),
    "/hall": ("/hall", EVERYBODY),
    "/technician": ("/technician", EVERYBODY),
    "/offline": ("/offline", EVERYBODY),
    "/worker.js": ("/worker.js", EVERYBODY),
    "/assets/<path:name>": ("/assets/x", EVERYBODY),
    "/favicon.ico": ("/favicon.ico", EVERYBODY),
    "/healthz": ("/healthz", EVERYBODY),
    "/metrics": ("/metrics", EVERYBODY),
    "/calendar.ics": ("/calendar.ics", EVERYBODY),
    "/minutes.css": ("/minutes.css", EVERYBODY),
    "/print.css": ("/print.css", EVERYBODY),
    "/problem.css": ("/problem.css", EVERYBODY),
    "/api/me": ("/api/me", EVERYBODY),
    "/api/openapi.json": ("/api/openapi.json", EVERYBODY),
    "/api/snapshot": ("/api/snapshot", SIGNED_IN),
    "/api/seats": ("/api/seats", SIGNED_IN),
    "/api/papers": ("/api/papers", SIGNED_IN),
    "/api/papers/search": ("/api/papers/search?q=x", SIGNED_IN),
    "/api/papers/<document>/compare": ("/api/papers/x/compare", SIGNED_IN),
    "/api/papers/<document>/<sha256>/file": (f"{PAPER}/file", SIGNED_IN),
    "/api/papers/<document>/<sha256>/page/<int:n>": (f"{PAPER}/page/1", SIGNED_IN),
    "/api/papers/<document>/<sha256>/text": (f"{PAPER}/text", SIGNED_IN),
    "/api/notes": ("/api/notes", {"m01"}),
    "/api/notes/export": ("/api/notes/export", {"m01"}),
    "/api/count": ("/api/count?election=x", EVERYBODY - {"", "hall"}),
    "/api/chairs": ("/api/chairs", {"chair"}),
    "/api/room.svg": ("/api/room.svg", {"hall"}),
    "/api/excuses": ("/api/excuses", HALL_AND_OFFICE),
    "/api/excuses/<excuse>/file": ("/api/excuses/x/file", HALL_AND_OFFICE),
    "/api/opinions": ("/api/opinions", HALL_AND_OFFICE),
    "/api/slips": ("/api/slips", HALL_AND_OFFICE),
    "/api/speaking/texts": ("/api/speaking/texts", HALL_AND_OFFICE),
    "/api/pledges": ("/api/pledges", HALL_AND_OFFICE | {"auditor"}),
    "/api/plans/upcoming": ("/api/plans/upcoming", HALL_AND_OFFICE | {"auditor"}),
    "/api/plans": ("/api/plans", DESKS),
    "/api/plans/agenda.xlsx": ("/api/plans/agenda.xlsx?plan=k1", DESKS),
    "/api/desk/notes": ("/api/desk/notes", DESKS),
    "/api/desk/receipts": ("/api/desk/receipts", {"clerk"}),
    "/api/desk/registry": ("/api/desk/registry", {"clerk", "technician"}),
    "/api/desk/members.<any(xlsx, csv):kind>": ("/api/desk/members.csv", {"clerk"}),
    "/api/recorder/preview.jpg": ("/api/recorder/preview.jpg", {"chair", "clerk", "technician"}),
    "/api/panels": ("/api/panels", {"technician", "clerk", "auditor"}),
    "/api/box": ("/api/box", {"technician"}),
    "/api/box/journal": ("/api/box/journal", {"technician"}),
    "/api/readiness": ("/api/readiness", READERS | {"technician"}),
    "/api/readiness/<report>": ("/api/readiness/x", READERS | {"technician"}),
    "/print/readiness/<report>": ("/print/readiness/x", READERS | {"technician"}),
    f"/print/security/{SECURITY}": ("/print/security/dossier", {"clerk", "technician"}),
    f"/print/security/{SECURITY}.docx": ("/print/security/incidents.docx", {"clerk", "technician"}),
    "/audit": ("/audit", {"clerk", "auditor"}),
    "/minutes": ("/minutes", READERS),
    "/print/attendance": ("/print/attendance", READERS),
    "/print/count-minutes": ("/print/count-minutes?election=x", READERS),
    "/print/agenda": ("/print/agenda?plan=k1", HALL_AND_OFFICE),
    "/print/invitation": ("/print/invitation?plan=k1", DESKS),
    "/print/ballots": ("/print/ballots?election=x", DESKS),
    "/print/cards": ("/print/cards?sheet=x", {"clerk"}),
}
"""The rule, an address, and who may use it. What they then find is for the tests of each room."""
SENT: Final[dict[tuple[str, str], tuple[str, set[str]]]] = {
    ("POST", "/api/sign-in"): ("/api/sign-in", EVERYBODY),
    ("POST", "/api/sign-out"): ("", EVERYBODY),
    ("POST", "/api/pairings"): ("/api/pairings", EVERYBODY),
    ("POST", "/api/commands"): ("/api/commands", SIGNED_IN),
    ("POST", "/api/papers"): ("/api/papers", {"clerk"}),
    ("POST", "/api/papers/<document>/<sha256>/opened"): (f"{PAPER}/opened", SIGNED_IN),
    ("PUT", "/api/notes/<note>"): ("/api/notes/n", {"m01"}),
    ("DELETE", "/api/notes/<note>"): ("/api/notes/n", {"m01"}),
    ("POST", "/api/panels/orders"): ("/api/panels/orders", {"clerk", "technician"}),
    ("POST", "/api/box/clock"): ("/api/box/clock", {"technician"}),
    ("POST", "/api/readiness/orders"): ("/api/readiness/orders", {"technician"}),
    ("POST", "/api/desk/import"): ("/api/desk/import", {"clerk"}),
    ("POST", "/api/plans/preview"): ("/api/plans/preview?plan=k1", {"clerk"}),
    ("POST", "/api/excuses/<excuse>/file"): ("/api/excuses/x/file", HALL_AND_OFFICE),
}


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    """Five members, all desks, a plan that nobody has been convened to, and an open sitting."""
    with Running() as running:
        plan = Plan("k1", MeetingKind.THEMATIC, "Chưa mời ai", items=(PlanItem("i1", "Một", note="riêng chủ tọa"),))
        running.on_hub(lambda: running.shelf.registry.change("test", "test", lambda _: (Put(plan),)))
        inside: Any = _Inside(running)
        sit(convene(inside), 3)
        yield running


@pytest.fixture(scope="module")
def at(server: Running) -> dict[str, requests.Session]:
    """Everybody's browser; `""` is a stranger's."""
    return {who: server.sign_in(who) if who else server.http() for who in EVERYBODY}


def test_every_route_stands_in_the_table(server: Running) -> None:
    rules = {(m, r.rule) for r in server.server.app.url_map.iter_rules() for m in (r.methods or set())}
    assert rules - {(m, r) for m, r in rules if m in {"HEAD", "OPTIONS"}} == {("GET", rule) for rule in GET} | set(SENT)


@pytest.mark.parametrize("rule", GET)
def test_whoever_may_not_read_it_is_turned_away(server: Running, at: dict[str, requests.Session], rule: str) -> None:
    path, who = GET[rule]
    turned_away = {
        person
        for person, web in at.items()
        if web.get(server.base + path, timeout=WAIT_SECONDS).status_code in {401, 403}
    }
    assert turned_away == EVERYBODY - who


@pytest.mark.parametrize(("method", "rule"), SENT)
def test_whoever_may_not_send_it_is_turned_away(
    server: Running, at: dict[str, requests.Session], method: str, rule: str
) -> None:
    path, who = SENT[method, rule]
    if not path:
        return
    answers = {
        person: web.request(method, server.base + path, data=b"?", timeout=WAIT_SECONDS) for person, web in at.items()
    }
    assert {person for person, answer in answers.items() if answer.status_code in {401, 403}} == EVERYBODY - who
    assert all(answer.status_code < 500 for answer in answers.values())


def test_a_plan_that_nobody_was_convened_to_is_the_desks_own(server: Running, at: dict[str, requests.Session]) -> None:
    for path in (
        "/print/agenda?plan=k1",
        "/api/plans/upcoming",
        "/api/papers?plan=k1",
        "/api/snapshot",
        "/calendar.ics",
    ):
        answer = at["m01"].get(server.base + path, timeout=WAIT_SECONDS)
        assert "Chưa mời ai" not in answer.text, path
        assert "riêng chủ tọa" not in answer.text, path
    assert at["m01"].get(f"{server.base}/print/agenda?plan=k1", timeout=WAIT_SECONDS).status_code == 404


ODD: Final = (
    f"/api/papers/x/{SHA}/page/{'9' * 4400}",
    f"/api/papers/x/{SHA}/page/1?width={'9' * 4400}",
    f"/api/papers/x/{SHA}/page/-1",
    "/api/papers/%00/%00/text",
    "/api/papers/..%2f..%2fledger.db/x/file",
    "/api/papers/x/..%2f..%2fledger.db/file",
    "/api/papers?plan=%00",
    "/api/papers/search?q=%00%22*%20NEAR(&plan=%ff",
    "/api/papers/x/compare?old=../../x&new=%00",
    "/api/notes?plan=%00&document=%ff",
    "/api/excuses/..%2f..%2fregistry.db/file",
    "/assets/..%2f..%2f..%2fpyproject.toml",
    "/assets/%2e%2e/%2e%2e/pyproject.toml",
    "/assets/%00",
    "/assets/.vite/manifest.json",
    "/print/attendance?ledger=../../x&sitting=%00",
    "/print/attendance?sitting=" + "s" * 4000,
    "/print/ballots?election=%00&per=" + "9" * 4400,
    "/print/count-minutes?election=%00&ledger=%27%20OR%201=1",
    "/print/invitation?plan=%00",
    "/print/cards?sheet=%00",
    "/minutes?ledger=%27;DROP%20TABLE%20entries",
    "/audit?before=" + "9" * 4400,
    "/audit?before=-1&all=%00",
    "/api/desk/members.csv?order=%00&sample=%ff",
    "/api/recorder/preview.jpg?n=%00",
    "/chair?code=%00",
    "/api/readiness/..%2f..%2fregistry.db",
    "/api/readiness?ledger=%00&plan=%ff",
    "/print/readiness/%00",
)


@pytest.mark.parametrize("path", ODD, ids=lambda p: p[:50])
def test_no_address_is_too_odd_for_an_answer_and_none_leads_out_of_its_folder(
    server: Running, at: dict[str, requests.Session], path: str
) -> None:
    for who in ("m01", "clerk"):
        answer = at[who].get(server.base + path, timeout=WAIT_SECONDS)
        assert answer.status_code < 500 or answer.json()["refusal"] == "recorder-absent", answer.text[:200]
        assert "[project]" not in answer.text
        assert b"SQLite format" not in answer.content


def raw(server: Running, sent: bytes) -> bytes:
    """What the server says to these bytes, until it hangs up or has said something."""
    with socket.create_connection(("127.0.0.1", int(server.base.rsplit(":", 1)[1])), timeout=WAIT_SECONDS) as line:
        line.sendall(sent)
        return line.recv(65536)


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", (b"414", b"400")),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 70_000 + b"\r\n\r\n", (b"431", b"400")),
        (
            b"GET / HTTP/1.1\r\nHost: x\r\n" + b"".join(b"X%d: y\r\n" % n for n in range(2000)) + b"\r\n",
            (b"431", b"400"),
        ),
        (b"GET / HTTP/1.1\r\nHost: x\r\nbroken\r\n\r\n", (b"200", b"400")),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 tls to a plain port\r\n\r\n", (b"400",)),
        (b"POST /api/commands HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n", (b"400", b"401")),
        (b"POST /api/commands HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", (b"400", b"401")),
    ],
)
def test_a_request_that_is_none_is_refused_and_the_others_are_served(
    server: Running, at: dict[str, requests.Session], sent: bytes, says: tuple[bytes, ...]
) -> None:
    assert raw(server, sent).split(b" ", 2)[1] in says
    assert at["m01"].get(f"{server.base}/api/snapshot", timeout=WAIT_SECONDS).status_code == 200


def test_two_hundred_who_never_finish_a_request_keep_nobody_from_voting(
    server: Running, at: dict[str, requests.Session]
) -> None:
    port, cookies = int(server.base.rsplit(":", 1)[1]), at["clerk"].cookies
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items()).encode()
    begun = (
        b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow",
        b"POST /api/commands HTTP/1.1\r\nHost: x\r\nCookie: " + cookie + b"\r\nContent-Length: 5000\r\n\r\n{",
        b"POST /api/papers HTTP/1.1\r\nHost: x\r\nCookie: " + cookie + b"\r\nContent-Length: 4000000\r\n"
        b"Content-Type: multipart/form-data; boundary=b\r\n\r\n--b\r\nContent-Disposition: form-data; name=\"fi",
        b"POST /api/desk/import HTTP/1.1\r\nHost: x\r\nCookie: " + cookie + b"\r\nContent-Length: 400000\r\n"
        b"Content-Type: multipart/form-data; boundary=b\r\n\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; f",
    )  # fmt: skip
    lines = [socket.create_connection(("127.0.0.1", port), timeout=WAIT_SECONDS) for _ in range(200)]
    try:
        for number, line in enumerate(lines):
            line.sendall(begun[number % len(begun)])
        for who in ("chair", "m01"):
            assert at[who].get(f"{server.base}/api/snapshot", timeout=WAIT_SECONDS).status_code == 200
        answer = command(server, at["m01"], "AskToSpeak", note="vẫn kịp")
        assert answer["accepted"] or answer["refusal"] == "already-asked-to-speak"
    finally:
        for line in lines:
            line.close()


def command(server: Running, web: requests.Session, kind: str, **fields: Any) -> dict[str, Any]:
    body = {"type": kind, "id": fresh_id(), **fields}
    answer: dict[str, Any] = web.post(f"{server.base}/api/commands", json=body, timeout=WAIT_SECONDS).json()
    return answer


def test_an_id_that_one_has_used_is_no_key_to_what_was_answered_to_them(
    server: Running, at: dict[str, requests.Session]
) -> None:
    other = server.sign_in("m02")
    for kind, fields in (
        ("SendSlip", {"addressee": "Ông A", "title": "Một", "text": "Hai"}),
        ("SendExcuse", {"day": "2099-01-01", "reason": "riêng tư"}),
        ("SetEase", {"contrast": True}),
    ):
        given = {"id": fresh_id(), **fields}
        assert command(server, at["m01"], kind, **given)["accepted"], kind
        assert command(server, other, kind, **given)["refusal"] == "id-reused", kind
    assert "riêng tư" not in other.get(f"{server.base}/api/excuses", timeout=WAIT_SECONDS).text
    assert "Hai" not in [s["text"] for s in other.get(f"{server.base}/api/slips", timeout=WAIT_SECONDS).json()["slips"]]


@pytest.mark.parametrize("kind", [StartRehearsal, EndRehearsal])
def test_nobody_but_the_clerk_switches_to_a_rehearsal(
    server: Running, at: dict[str, requests.Session], kind: type
) -> None:
    before = server.parts.chamber.head
    for who in SIGNED_IN - {"clerk"}:
        assert command(server, at[who], kind.__name__)["refusal"] in {Code.NOT_ALLOWED, Code.NOT_REHEARSING}, who
    assert server.parts.chamber.head == before
    assert not server.parts.rehearsal


def test_a_list_that_goes_out_holds_no_formula(server: Running, at: dict[str, requests.Session]) -> None:
    evil = ("=cmd|' /C calc'!A0", "+84 90", "-2+3", "@SUM(1)", "\t=1")
    members = server.shelf.registry.on_file.members
    changed = tuple(Put(replace(members[f"m0{n}"], unit=text, office=text)) for n, text in enumerate(evil, 1))
    server.on_hub(lambda: server.shelf.registry.change("test", "test", lambda _: changed))
    table = at["clerk"].get(f"{server.base}/api/desk/members.csv", timeout=WAIT_SECONDS).text
    for text in evil:
        assert f",{text}," not in table
        assert f'"{text}"' not in table
        assert f"'{text}" in table


def test_what_is_not_this_readers_is_told_like_what_is_not_there(
    server: Running, at: dict[str, requests.Session]
) -> None:
    form = {"id": fresh_id(), "plan": "k1", "item": "i1", "title": "Riêng đoàn chủ tọa", "rights": "presiding"}
    files = {"file": ("a.pdf", f.pdf(["bàn chủ tọa"]))}
    sent = at["clerk"].post(f"{server.base}/api/papers", data=form, files=files, timeout=WAIT_SECONDS).json()
    for who in SIGNED_IN - {"clerk", "chair"}:
        for document in (sent["document"], "x"):
            base = f"{server.base}/api/papers/{document}"
            one = f"{base}/{sent['sha256']}"
            reads = [f"{one}/page/1", f"{one}/text", f"{one}/file", f"{one}/file?as=pdf",
                     f"{base}/compare?old={sent['sha256']}&new={sent['sha256']}"]  # fmt: skip
            answers = [at[who].get(path, timeout=WAIT_SECONDS) for path in reads]
            answers.append(at[who].post(f"{one}/opened", timeout=WAIT_SECONDS))
            assert {(a.status_code, a.json()["refusal"]) for a in answers} == {(404, "document-unknown")}, (
                who,
                document,
            )
    note = {"document": sent["document"], "sha256": sent["sha256"], "page": 1, "text": "?"}
    kept = at["m01"].put(f"{server.base}/api/notes/n1", json=note, timeout=WAIT_SECONDS)
    assert kept.json()["refusal"] == "document-unknown"
