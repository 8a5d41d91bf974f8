"""The door from outside: over HTTP and over Socket.IO, with good commands and with bad ones."""

import json
import threading
import uuid
from typing import Any

import pytest
import requests

from appliance.adapters.memory_registry import QuickHasher
from appliance.core import commands as c
from tests.house import CHAIR, CLERK, cast, close_poll, convene, name_of, open_poll, sit
from tests.server.running import WAIT_SECONDS, Running


def command(kind: str, **fields: Any) -> dict[str, Any]:
    return {"type": kind, "id": str(uuid.uuid4()), **fields}


def post(server: Running, session: requests.Session, body: Any, **more: Any) -> requests.Response:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return session.post(f"{server.base}/api/commands", data=data, timeout=WAIT_SECONDS, **more)


def polling(server: Running) -> Running:
    """Five members, four present, poll p1 open."""
    return open_poll(sit(convene(server), present=4))


def test_a_vote_over_socketio_is_recorded_and_told(server: Running) -> None:
    polling(server)
    tablet, hall = server.enter("m01"), server.enter("hall")
    answer = tablet.give("CastBallot", poll="p1", choice="for")
    assert answer["accepted"] is True
    assert answer["seq"] == server.parts.chamber.head.seq
    assert tablet.wait_for("mine", lambda m: m["mine"].get("ballot"))["mine"]["ballot"]["choice"] == "for"
    hall.wait_for("push", lambda p: (p["changed"].get("progress") or {}).get("pressed") == 1)


def test_the_same_command_by_either_way_is_one_command(server: Running) -> None:
    polling(server)
    session = server.sign_in("m01")
    tablet = server.connect(session)
    tablet.wait_for("snapshot")
    ballot = command("CastBallot", poll="p1", choice="against")
    first = tablet.send(ballot)
    entries = server.parts.chamber.head.seq
    again = post(server, session, ballot)
    assert again.status_code == 200
    assert again.json() == first
    assert server.parts.chamber.head.seq == entries
    other = post(server, session, {**ballot, "choice": "for"})
    assert (other.status_code, other.json()["refusal"]) == (409, "id-reused")


def test_a_drafted_poll_is_named_in_the_answer(server: Running) -> None:
    sit(convene(server), present=4)
    clerk = server.enter("clerk")
    answer = clerk.give("DraftPoll", item="i1", question="Thông qua?")
    assert server.state.polls[answer["poll"]].subjects[0].question == "Thông qua?"


def test_an_answer_waits_until_it_is_on_disk() -> None:
    with Running(at_once=False) as server:
        session = server.sign_in("clerk")
        tablet = server.connect(session)
        tablet.wait_for("snapshot")
        answers: list[Any] = []
        given = threading.Thread(target=lambda: answers.append(tablet.give("ConveneMeeting", title="Kỳ họp")))
        given.start()
        while not server.on_hub(lambda: bool(server.writer._queue)):
            given.join(0.01)
        assert not answers
        assert server.state.ledger == ""
        server.on_hub(server.writer.flush)
        given.join(WAIT_SECONDS)
        assert answers[0]["accepted"] is True


REFUSED = [
    (b"{", 400, "malformed"),
    (b"[]", 400, "malformed"),
    (b"\xff\xfe", 400, "malformed"),
    (json.dumps({"type": "CastBallot"}).encode(), 400, "malformed"),
    (json.dumps({"type": "DropTables", "id": str(uuid.uuid4())}).encode(), 400, "unknown-type"),
    (json.dumps(command("CastBallot", poll="p1", choice="maybe")).encode(), 400, "choice-unknown"),
    (json.dumps(command("CastBallot", poll="p1", choice="for", weight=2)).encode(), 400, "malformed"),
    (json.dumps(command("CastBallot", poll="nope", choice="for")).encode(), 404, "poll-unknown"),
    (json.dumps(command("CastBallot", poll="p1", choice="for", seat="A2")).encode(), 403, "seat-not-yours"),
    (json.dumps(command("ClosePoll", poll="p1")).encode(), 403, "not-allowed"),
    (json.dumps(command("CheckIn", code="000000")).encode(), 409, "already-present"),
    (b'{"type":"ConveneMeeting","id":"' + b"x" * 1_000_000 + b'"}', 413, "too-large"),
    (b"[" * 50_000, 400, "malformed"),
]


@pytest.mark.parametrize(
    ("body", "status", "code"), REFUSED, ids=[f"{code}-{i}" for i, (_, _, code) in enumerate(REFUSED)]
)
def test_what_is_refused_over_http_says_why_in_both_languages_and_changes_nothing(
    server: Running, body: bytes, status: int, code: str
) -> None:
    polling(server)
    before = server.parts.chamber.head
    answer = post(server, server.sign_in("m01"), body)
    said = answer.json()
    assert (answer.status_code, said["accepted"], said["refusal"]) == (status, False, code)
    assert said["messages"] == {
        "vi": server.parts.words.say("vi", f"refusal.{code}"), "en": server.parts.words.say("en", f"refusal.{code}"),
    }  # fmt: skip
    assert said["fault"] is False
    assert server.parts.chamber.head == before


BAD_OVER_SOCKETIO = [
    (None, "malformed"),
    ("CastBallot", "malformed"),
    ([1, 2], "malformed"),
    ({"type": "DropTables", "id": str(uuid.uuid4())}, "unknown-type"),
    (command("CastBallot", poll="p1", choice="maybe"), "choice-unknown"),
    (command("ConveneMeeting", title="x" * 1_000_000), "too-large"),
    ({"type": "CastBallot", "nested": [[[[]]]]}, "malformed"),
]


def test_what_is_refused_over_socketio_says_why_and_the_connection_lives_on(server: Running) -> None:
    polling(server)
    tablet = server.enter("m01")
    before = server.parts.chamber.head
    for given, code in BAD_OVER_SOCKETIO:
        said = tablet.send(given)
        assert (said["accepted"], said["refusal"]) == (False, code), given
        assert said["messages"]["vi"]
    assert server.parts.chamber.head == before
    assert tablet.give("CastBallot", poll="p1", choice="for")["accepted"]


def test_the_message_is_in_the_clients_language(server: Running) -> None:
    polling(server)
    session = server.sign_in("m01")
    answer = post(server, session, command("ClosePoll", poll="p1"), headers={"Accept-Language": "en-GB,en"})
    assert answer.json()["message"] == answer.json()["messages"]["en"]
    tablet = server.connect(session, **{"Accept-Language": "en"})
    tablet.wait_for("snapshot")
    said = tablet.give("ClosePoll", poll="p1")
    assert said["message"] == said["messages"]["en"]


def test_a_disk_that_refuses_is_a_fault_for_all_and_ends_without_a_restart(server: Running) -> None:
    polling(server)
    session = server.sign_in("m01")
    tablet, hall = server.connect(session), server.enter("hall")
    tablet.wait_for("snapshot")
    server.ledger.broken = True
    said = tablet.give("CastBallot", poll="p1", choice="for")
    assert (said["refusal"], said["fault"]) == ("storage-fault", True)
    assert post(server, session, command("CastBallot", poll="p1", choice="for")).status_code == 503
    hall.wait_for("push", lambda p: p["changed"].get("health", {}).get("fault") == "storage-fault")
    health = requests.get(f"{server.base}/healthz", timeout=WAIT_SECONDS)
    assert (health.status_code, health.json()["fault"]) == (503, "storage-fault")
    server.ledger.broken = False
    hall.wait_for("push", lambda p: p["changed"].get("health", {}).get("fault", "") is None)
    assert requests.get(f"{server.base}/healthz", timeout=WAIT_SECONDS).status_code == 200
    assert tablet.give("CastBallot", poll="p1", choice="for")["accepted"]


def test_the_snapshot_can_be_fetched_again_by_either_way(server: Running) -> None:
    polling(server)
    session = server.sign_in("m01")
    tablet = server.connect(session)
    first = tablet.wait_for("snapshot")
    by_http = session.get(f"{server.base}/api/snapshot", timeout=WAIT_SECONDS).json()
    by_ack = tablet.send(None, event="snapshot")
    for other in (by_http, by_ack):
        assert {**other, "view": None} == {**first, "view": None}
        assert other["view"]["mine"] == first["view"]["mine"]


def test_a_client_that_missed_a_push_finds_its_way_by_the_snapshot(server: Running) -> None:
    polling(server)
    session = server.sign_in("m01")
    tablet = server.connect(session)
    seen = tablet.wait_for("snapshot")["seq"]
    close_poll(cast(server, yes=3))
    tablet.wait_for("push", lambda p: p["prev"] >= seen and "poll" in p["changed"])
    fetched = tablet.send(None, event="snapshot")
    server.give(CHAIR, c.ConfirmPoll, poll="p1")
    server.give(CLERK, c.ConfirmPoll, poll="p1")
    after = [b for n, b in tablet.got if n == "push" and b["seq"] > fetched["seq"]]
    following = after[0] if after else tablet.wait_for("push", lambda p: p["seq"] > fetched["seq"])
    assert following["prev"] == fetched["seq"]


def test_another_tablet_waits_for_the_clerk_and_ends_the_first(server: Running) -> None:
    sit(convene(server), present=4)
    first, clerk = server.enter("m01"), server.enter("clerk")
    form = {"card": "card-of-m01-0123456789abcdef", "pin": "2846"}
    other = server.http()
    asked = other.post(f"{server.base}/api/sign-in", json=form, timeout=WAIT_SECONDS)
    assert (asked.status_code, asked.json()["refusal"]) == (403, "tablet-needs-approval")
    waiting = clerk.wait_for("push", lambda p: p["changed"].get("requests", {}).get("tablets"))
    request = waiting["changed"]["requests"]["tablets"][0]
    assert request["member"] == name_of(1)
    assert clerk.give("ApproveTablet", request=request["request"])["accepted"]
    first.wait_for("signed_out")
    assert first.gone.wait(WAIT_SECONDS)
    assert other.post(f"{server.base}/api/sign-in", json=form, timeout=WAIT_SECONDS).status_code == 200


def test_a_hall_display_is_let_in_by_the_clerk(server: Running) -> None:
    convene(server)
    display, clerk = server.http(), server.enter("clerk")
    code = display.post(f"{server.base}/api/pairings", timeout=WAIT_SECONDS).json()["pairing"]
    form = {"pairing": code}
    pending = display.post(f"{server.base}/api/sign-in", json=form, timeout=WAIT_SECONDS)
    assert (pending.status_code, pending.json()["refusal"]) == (403, "pairing-pending")
    clerk.wait_for("push", lambda p: p["changed"].get("requests", {}).get("displays"))
    assert clerk.give("ApproveDisplay", pairing=code)["accepted"]
    assert display.post(f"{server.base}/api/sign-in", json=form, timeout=WAIT_SECONDS).json()["role"] == "hall"


class StuckHasher(QuickHasher):
    """Takes as long as the test wants."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = threading.Event()

    def verify(self, hashed: str | None, secret: str) -> bool:
        assert self.go_on.wait(WAIT_SECONDS)
        return super().verify(hashed, secret)


def test_a_hall_that_signs_in_keeps_the_desk_waiting_for_nothing(server: Running) -> None:
    convene(server)
    clerk, hasher = server.enter("clerk"), StuckHasher()
    server.parts.sign_in.hasher = hasher
    form = {"account": "auditor", "password": "bình minh trên sông"}
    answers: list[int] = []

    def knock() -> None:
        answers.append(requests.post(f"{server.base}/api/sign-in", json=form, timeout=WAIT_SECONDS).status_code)

    visitors = [threading.Thread(target=knock) for _ in range(15)]
    for visitor in visitors:
        visitor.start()
    assert clerk.give("NoteAbsence", member="m05", reason="Đi công tác")["accepted"]
    assert answers == []
    hasher.go_on.set()
    for visitor in visitors:
        visitor.join(WAIT_SECONDS)
    assert len(answers) == 15


def test_revoking_ends_a_connection_at_once(server: Running) -> None:
    convene(server)
    tablet, clerk = server.enter("m01"), server.enter("clerk")
    assert clerk.give("RevokeAccess", person="m01")["accepted"]
    tablet.wait_for("signed_out")
    assert tablet.gone.wait(WAIT_SECONDS)


def test_signing_out_ends_the_sign_in_for_http_and_socketio(server: Running) -> None:
    session = server.sign_in("m01")
    tablet = server.connect(session)
    tablet.wait_for("snapshot")
    assert session.get(f"{server.base}/api/me", timeout=WAIT_SECONDS).json()["member"] == "m01"
    session.post(f"{server.base}/api/sign-out", timeout=WAIT_SECONDS)
    tablet.wait_for("signed_out")
    assert session.get(f"{server.base}/api/me", timeout=WAIT_SECONDS).json()["signed_in"] is False


def test_a_check_in_needs_the_code_on_the_hall_screen(server: Running) -> None:
    sit(convene(server), present=2)
    tablet, hall = server.enter("m04"), server.enter("hall")
    code = hall.wait_for("snapshot")["view"]["room"]["code"]
    wrong = "0" * 6 if code != "0" * 6 else "1" * 6
    assert tablet.give("CheckIn", code=wrong)["refusal"] == "room-code-wrong"
    assert tablet.give("CheckIn", code=code)["accepted"]
