"""A tablet without a line for a long while in the middle of a debate: what it is shown when it is back is how things
are, its place in the queue is kept, and what was written meanwhile arrives once."""

from typing import Any

import requests

from tests.house import convene, fresh_id, sit
from tests.server.running import WAIT_SECONDS, Running
from tests.server.test_attendance import _Inside

SPEECHES = 40
"""As many as ten minutes hold, and then some."""


def give(server: Running, web: requests.Session, kind: str, **fields: Any) -> dict[str, Any]:
    body = {"type": kind, "id": fresh_id(), **fields}
    answer: dict[str, Any] = web.post(f"{server.base}/api/commands", json=body, timeout=WAIT_SECONDS).json()
    return answer


def test_a_tablet_that_was_away_in_a_debate_is_shown_how_things_are_and_loses_nothing() -> None:
    with Running() as server:
        away_and_back(server)


def away_and_back(server: Running) -> None:
    inside: Any = _Inside(server)
    sit(convene(inside), 4)
    tablet, chair, other = (server.sign_in(who) for who in ("m01", "chair", "m02"))
    line = server.connect(tablet)
    line.wait_for("snapshot")
    assert give(server, tablet, "AskToSpeak", note="đã đăng ký trước khi mất mạng")["accepted"]
    line.wait_for("push", lambda body: "speakers" in body["changed"])
    line.close()

    for _ in range(SPEECHES):
        assert give(server, other, "AskToSpeak")["accepted"]
        queue = server.state.speakers
        request = next(name for name in queue.order if queue.requests[name].member == "m02")
        assert give(server, chair, "GiveFloor", request=request)["accepted"]
        assert give(server, chair, "EndFloor")["accepted"]

    back = server.connect(tablet).wait_for("snapshot")
    witness = server.enter("m03").wait_for("snapshot")
    assert back["seq"] == witness["seq"] == server.parts.chamber.head.seq
    for section in ("speakers", "floor", "agenda"):
        assert back["view"].get(section) == witness["view"].get(section), section
    assert [r["member"] for r in back["view"]["speakers"]["queue"]] == ["m01"]
    assert give(server, tablet, "AskToSpeak")["refusal"] == "already-asked-to-speak"

    written = {"id": fresh_id(), "text": "Viết khi không có mạng"}
    first = give(server, tablet, "HandInText", **written)
    assert first["accepted"]
    assert give(server, tablet, "HandInText", **written) == first, "sent again because no answer had come"
    assert [t.text for t in server.state.speakers.texts] == [written["text"]]
