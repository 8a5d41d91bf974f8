"""The line to the recorder from outside: what it is told, what screens show of it, and what it cannot do to a vote."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from appliance.core.public_record import Mark
from appliance.core.refusals import Code
from appliance.services import recorder_words as w
from recordings import control
from recordings.recorder import RecorderStage
from recordings.segments import Head
from tests.house import convene, open_poll, sit
from tests.server.a_recorder import ARecorder, state
from tests.server.running import WAIT_SECONDS, Running

PAIRS: list[tuple[type[Any], type[Any]]] = [
    (control.FromAppliance, w.ToRecorder),
    (control.FromRecorder, w.FromRecorder),
    (control.Standing, w.Standing),
    (control.Mark, Mark),
    (control.Marks, w.Marks),
    (control.Order, w.RecorderOrder),
    (control.Answer, w.RecorderAnswer),
    (control.Hello, w.ControlHello),
    (control.SourceState, w.SourceState),
    (control.PushState, w.PushState),
    (control.RecorderState, w.RecorderState),
    (control.Published, w.Published),
    (Head, w.TakeHead),
]
NOW = datetime(2026, 12, 18, 1, 0, tzinfo=UTC)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Running]:
    """A sitting at item i1; the recorder's folder is the test's."""
    with Running(recorder=tmp_path) as running:
        yield sit(convene(running), present=4)


@pytest.fixture
def recorder(house: Running, tmp_path: Path) -> Iterator[ARecorder]:
    """It is there, and has been told where the meeting stands."""
    with ARecorder(tmp_path) as there:
        there.wait(lambda: there.told("marks"))
        yield there


# --- the two pages are one


@pytest.mark.parametrize(("theirs", "ours"), PAIRS, ids=lambda kind: kind.__name__)
def test_both_ends_mean_the_same_by_each_field(theirs: type[Any], ours: type[Any]) -> None:
    def fields(kind: type[Any]) -> dict[str, bool]:
        return {field.encode_name: field.required for field in msgspec.structs.fields(kind)}

    assert fields(theirs) == fields(ours)


def test_every_refusal_of_the_recorder_is_one_of_the_houses() -> None:
    assert {refusal.value for refusal in control.Refusal} <= {code.value for code in Code}


def test_what_we_say_is_read_at_the_other_end_and_what_it_says_at_ours() -> None:
    standing = w.Standing(ledger="l", seq=3, sitting=None, private=True, since=NOW, since_uptime_ms=5, title="Kỳ họp")
    mark = Mark(kind="item", id="i1", title="1. A", at=NOW, uptime_ms=5, item="i1", ends=NOW, ends_uptime_ms=9)
    order = w.RecorderOrder(id="1", do="clip", by="clerk", ledger="l", item="i1")
    for line in (
        w.ToRecorder(standing=standing),
        w.ToRecorder(marks=w.Marks(ledger="l", marks=(mark,), from_=2)),
        w.ToRecorder(order=order),
    ):
        read = msgspec.json.decode(msgspec.json.encode(line), type=control.FromAppliance)
        assert _plain(read) == _plain(line)
    head = Head(take="t", ledger="l", lines=3, segments=2, seconds=8.5, hash="a", key="b", signature="c")
    for said in (
        state(stage=RecorderStage.RECORDING, since=NOW, problems=tuple(control.Problem), progress=0.5),
        control.FromRecorder(head=head),
        control.FromRecorder(answer=control.Answer(id="1", accepted=False, refusal=control.Refusal.NOT_RECORDING)),
        control.FromRecorder(published=control.Published(ledger="l")),
    ):
        heard = msgspec.json.decode(msgspec.json.encode(said), type=w.FromRecorder)
        assert _plain(heard) == _plain(said)


def _plain(value: Any) -> Any:
    """Without what is null: one side leaves it out."""
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items() if part is not None}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return _plain(msgspec.to_builtins(value)) if isinstance(value, msgspec.Struct) else value


# --- what it is told


def test_it_is_told_hello_standing_and_marks_in_this_order(house: Running, recorder: ARecorder) -> None:
    kinds = [
        next(name for name in line.__struct_fields__ if getattr(line, name) is not None) for line in recorder.heard
    ]
    assert kinds[:3] == ["hello", "standing", "marks"]
    (standing,) = recorder.told("standing")
    assert (standing.sitting, standing.private, standing.ledger) == ("s1", False, house.state.ledger)
    assert [mark.kind for mark in recorder.told("marks")[0].marks] == ["sitting", "item"]


def test_private_is_on_the_disk_when_it_is_answered_and_the_recorder_is_told(
    house: Running, recorder: ARecorder, tmp_path: Path
) -> None:
    assert house.enter("chair").give("GoPrivate")["accepted"]
    on_disk = msgspec.json.decode((tmp_path / "standing.json").read_bytes(), type=control.Standing)
    assert (on_disk.private, on_disk.sitting) == (True, "s1")
    recorder.wait(lambda: recorder.heard[-1].standing == on_disk or any(x.standing == on_disk for x in recorder.heard))


def test_its_signed_heads_go_into_the_ledger(house: Running, recorder: ARecorder) -> None:
    head = Head(
        take="20261218T010000Z-s1-abcd", ledger=house.state.ledger, lines=3, segments=2, seconds=8.5,
        hash="ab" * 32, key="cd" * 32, signature="ef" * 64,
    )  # fmt: skip
    clerk = house.enter("clerk")
    recorder.say(control.FromRecorder(head=head))
    recorder.say(state(stage=RecorderStage.RECORDING))
    clerk.wait_for("push", lambda p: (p["changed"].get("recording") or {}).get("stage") == "recording")
    assert b'"RecordingSealed"' in house.ledger.entries[-1].body
    assert b'"take":"20261218T010000Z-s1-abcd"' in house.ledger.entries[-1].body


# --- orders


@pytest.mark.parametrize("who", ["chair", "clerk", "technician"])
def test_a_desk_starts_and_stops_it(house: Running, recorder: ARecorder, who: str) -> None:
    desk = house.enter(who)
    assert desk.give("StartRecording") == {"accepted": True, "seq": house.parts.chamber.head.seq}
    assert desk.give("StopRecording")["accepted"]
    assert [(order.do, order.by) for order in recorder.told("order")] == [("start", who), ("stop", who)]


def test_its_no_comes_with_a_sentence(house: Running, recorder: ARecorder) -> None:
    recorder.answer = lambda order: control.Answer(
        id=order.id, accepted=False, refusal=control.Refusal.RECORDING_DISK_FULL
    )
    answer = house.enter("chair").give("StartRecording")
    assert (answer["refusal"], answer["fault"]) == ("recording-disk-full", False)
    assert "Ổ đĩa" in answer["messages"]["vi"]


def test_a_recorder_that_does_not_answer_holds_nobody_up(house: Running, recorder: ARecorder) -> None:
    recorder.answer = lambda _: None
    chair, tablet = house.enter("chair"), house.enter("m01")
    open_poll(house)
    order = {"type": "StartRecording", "id": "0" * 32}
    session = house.sign_in("chair")
    waiting = chair._socket.start_background_task(chair.send, order)
    recorder.wait(lambda: recorder.told("order"))
    assert tablet.give("CastBallot", poll="p1", choice="for")["accepted"]
    waiting.join(WAIT_SECONDS)
    answer = session.post(f"{house.base}/api/commands", json={**order, "id": "1" * 32}, timeout=WAIT_SECONDS)
    assert (answer.status_code, answer.json()["refusal"], answer.json()["fault"]) == (503, "recorder-absent", True)


def test_without_a_recorder_an_order_is_refused_at_once(house: Running) -> None:
    assert house.enter("chair").give("StartRecording")["refusal"] == "recorder-absent"


def test_a_house_without_a_recorder_says_so(server: Running) -> None:
    sit(convene(server), present=4)
    clerk = server.enter("clerk")
    assert clerk.give("StartRecording")["refusal"] == "recorder-absent"
    view = clerk.wait_for("snapshot")["view"]
    assert (view["recording"], view["camera"]) == (None, None)


# --- what screens show of it


def test_the_desks_see_the_recorder_and_the_hall_only_whether_it_is_filmed(house: Running, recorder: ARecorder) -> None:
    said = state(
        stage=RecorderStage.RECORDING, take="t", since=NOW, seconds=61.9, live=True, seconds_left=11_400,
        problems=(control.Problem.DISK_LOW,), ledger=house.state.ledger,
    )  # fmt: skip
    clients = {who: house.enter(who) for who in ("chair", "clerk", "technician", "auditor", "hall", "m01")}
    recorder.say(said)
    for who, client in clients.items():
        client.wait_for("push", lambda p: (p["changed"].get("camera") or {}).get("state") == "live")
        if who in {"hall", "m01"}:
            assert "recording" not in client.wait_for("snapshot")["view"]
            continue
        shown = client.wait_for("push", lambda p: (p["changed"].get("recording") or {}).get("take") == "t")
        recording = shown["changed"]["recording"]
        assert (recording["online"], recording["stage"], recording["seconds"]) == (True, "recording", 61)
        assert (recording["problems"], recording["seconds_left"]) == (["disk-low"], 11_400)
        assert recording["since"] == "2026-12-18T01:00:00.000Z"
        assert recording["watch"] == "http://localhost:8081/watch.html"


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({}, "off"),
        ({"stage": RecorderStage.STARTING}, "recording"),
        ({"stage": RecorderStage.RECORDING}, "recording"),
        ({"stage": RecorderStage.RECORDING, "private": True}, "recording"),
        ({"stage": RecorderStage.STOPPING}, "recording"),
        ({"live": True}, "live"),
        ({"stage": RecorderStage.STARTING, "private": True}, "private"),
        ({"private": True}, "private"),
        ({"private": True, "known": False}, "unknown"),
    ],
)
def test_people_are_told_that_they_are_filmed_as_long_as_they_are(
    house: Running, recorder: ARecorder, changes: dict[str, Any], shown: str
) -> None:
    hall = house.enter("hall")
    other = "live" if shown != "live" else "off"
    recorder.say(state(live=other == "live"))
    recorder.say(state(**changes))
    hall.wait_for("push", lambda p: (p["changed"].get("camera") or {}).get("state") == shown)


def test_a_recorder_that_goes_is_missed_and_found_again(house: Running, tmp_path: Path) -> None:
    clerk, hall = house.enter("clerk"), house.enter("hall")
    first = ARecorder(tmp_path)
    clerk.wait_for("push", lambda p: (p["changed"].get("recording") or {}).get("online") is True)
    first.close()
    clerk.wait_for("push", lambda p: (p["changed"].get("recording") or {}).get("online") is False)
    hall.wait_for("push", lambda p: (p["changed"].get("camera") or {}).get("state") == "unknown")
    clerk.got.clear()
    with ARecorder(tmp_path) as second:
        clerk.wait_for("push", lambda p: (p["changed"].get("recording") or {}).get("online") is True)
        second.wait(lambda: second.told("standing") and second.told("marks"))


@pytest.mark.parametrize(
    "line",
    [b"no json", b'{"state": 7}', b'{"hello": {"protocol": 9}}', b"x" * (control.MAX_LINE + 10), b"\xff\xfe"],
    ids=["words", "wrong type", "another version", "endless", "no text"],
)
def test_nonsense_ends_the_line_and_nothing_else(house: Running, recorder: ARecorder, line: bytes) -> None:
    chair = house.enter("chair")
    recorder.say(line)
    recorder.wait(lambda: recorder.connections == 2)
    chair.got.clear()
    assert chair.give("StartItem", item="i2")["accepted"]


def test_a_silent_recorder_is_as_good_as_gone(house: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("appliance.server.line_client.SILENCE_SECONDS", 0.3)
    with ARecorder(tmp_path, greets=False) as mute:
        mute.wait(lambda: mute.connections >= 2)


def test_a_recorder_that_reads_nothing_is_hung_up_on(
    house: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("appliance.server.line_client.MAX_WAITING", 20)
    with ARecorder(tmp_path, reads=False) as deaf:
        deaf.wait(lambda: deaf.connections == 1)
        chair = house.enter("chair")
        for i in range(400):
            accepted = chair.give("GiveFloor", guest=f"Ông Khách {i} {'x' * 150}")["accepted"]
            assert accepted
            if deaf.connections >= 2:
                break
        deaf.wait(lambda: deaf.connections >= 2)


# --- the floor, and the picture


def test_everybody_sees_who_has_the_floor_and_for_how_long(house: Running) -> None:
    chair, hall = house.enter("chair"), house.enter("hall")
    assert chair.give("GiveFloor", member="m02")["accepted"]
    floor = hall.wait_for("push", lambda p: p["changed"].get("floor"))["changed"]["floor"]
    assert (floor["member"], floor["name"], floor["seconds"]) == ("m02", "Nguyễn Văn Mẫu 2", 0)
    assert house.enter("m01").wait_for("snapshot")["view"]["floor"]["member"] == "m02"
    assert chair.give("EndFloor")["accepted"]
    hall.wait_for("push", lambda p: "floor" in p["changed"] and p["changed"]["floor"] is None)


@pytest.mark.parametrize(
    ("who", "status"),
    [("chair", 200), ("clerk", 200), ("technician", 200), ("auditor", 403), ("hall", 403), ("m01", 403)],
)
def test_the_preview_is_for_the_desks(house: Running, tmp_path: Path, who: str, status: int) -> None:
    (tmp_path / "preview.jpg").write_bytes(b"\xff\xd8picture")
    answer = house.sign_in(who).get(f"{house.base}/api/recorder/preview.jpg", timeout=WAIT_SECONDS)
    assert answer.status_code == status
    assert answer.headers["Cache-Control"] == "no-store"
    if status == 200:
        assert (answer.content, answer.headers["Content-Type"]) == (b"\xff\xd8picture", "image/jpeg")


def test_no_picture_is_said_to_be_none(house: Running) -> None:
    desk = house.sign_in("chair")
    assert desk.get(f"{house.base}/api/recorder/preview.jpg", timeout=WAIT_SECONDS).status_code == 404
    stranger = house.http().get(f"{house.base}/api/recorder/preview.jpg", timeout=WAIT_SECONDS)
    assert stranger.status_code == 401


def test_the_standing_file_is_what_the_recorder_reads(house: Running, tmp_path: Path) -> None:
    assert house.enter("chair").give("GoPrivate")["accepted"]
    found = json.loads((tmp_path / "standing.json").read_text(encoding="utf-8"))
    assert set(found) == set(w.Standing.__struct_fields__)
    assert msgspec.convert(found, control.Standing).ledger == house.state.ledger
