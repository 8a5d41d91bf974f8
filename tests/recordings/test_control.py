"""The control socket, from the appliance's end: the page in `recordings/control.py`, line by line."""

import asyncio
import os
import re
import socket
import stat
from pathlib import Path

import msgspec

from recordings import control
from recordings.control import FromAppliance, FromRecorder, Hello
from recordings.process.server import ControlServer
from tests.recordings.recorder_process import LEDGER, Link, recorder, standing, until, uptime_ms

MARK = {"kind": "item", "id": "i1", "title": "Nội dung 1", "at": "2026-11-22T08:00:00Z", "uptime_ms": 1}


def marks(*ids: str, start: int = 0) -> dict[str, object]:
    """Marks of items from a number on."""
    return {"marks": {"ledger": LEDGER, "from": start, "marks": [{**MARK, "id": name} for name in ids]}}


def gone(link: Link) -> str | None:
    """Wait for the end of the connection; the recorder's last word."""
    until(lambda: not link.read(), "the end of the connection")
    return next((line["bye"] for line in link.lines if "bye" in line), None)


def test_the_page_names_every_line_that_the_types_know() -> None:
    page = str(control.__doc__)
    down, up = page.split("From recorder to appliance:")
    for part, kind in ((down, FromAppliance), (up, FromRecorder)):
        told = set(re.findall(r'^    \{"(\w+)":', part, re.M)) | ({"bye"} if kind is FromRecorder else set())
        assert told == set(kind.__struct_fields__)


def test_an_appliance_is_greeted_with_the_key_and_the_state_and_beats(tmp_path: Path) -> None:
    with recorder(tmp_path) as house:
        link = house.link()
        until(lambda: link.of("beat"), "a beat")
        (hello,) = link.of("hello")
        assert hello["protocol"] == control.PROTOCOL
        assert re.fullmatch("[0-9a-f]{64}", hello["key"])
        assert link.lines[0] == {"hello": hello}
        assert "state" in link.lines[1]
        assert stat.S_IMODE(house.socket.stat().st_mode) == 0o660


def test_a_new_appliance_takes_the_place_of_the_old(tmp_path: Path) -> None:
    with recorder(tmp_path) as house:
        old = house.public()
        old.until(lambda state: state["known"], "known")
        new = house.link()
        assert gone(old) == "replaced"
        # What the old one said of the meeting was said on another connection.
        new.until(lambda state: not state["known"], "unknown until told")
        new.tell(standing())
        new.until(lambda state: state["known"], "known")


def test_hello_comes_first_and_of_the_right_protocol(tmp_path: Path) -> None:
    with recorder(tmp_path) as house:
        link = house.link()
        for line, bye in (({"beat": 1}, "hello-first"), ({"hello": {"protocol": 99}}, "protocol")):
            other = Link(socket.socket(socket.AF_UNIX))
            house.links.append(other)
            other.socket.connect(str(house.socket))
            other.socket.settimeout(0.02)
            other.say(line)
            until(lambda other=other: not other.read(), "the end")  # type: ignore[misc]
            assert other.lines[-1] == {"bye": bye}
        assert link.read()


def test_a_line_that_is_too_long_or_no_line_ends_the_connection_and_nothing_else(tmp_path: Path) -> None:
    with recorder(tmp_path) as house:
        for flood in (
            b"x" * (control.MAX_LINE + 1024),
            b"{]\n",
            b'{"order": {"id": 7}}\n',
            b"\xff\n",
            b'{"x":' + b"[" * 9999 + b"\n",
        ):
            link = house.link()
            link.socket.settimeout(5)
            link.socket.sendall(flood)
            link.socket.settimeout(0.02)
            gone(link)
        assert house.link().read()


def test_an_appliance_that_is_silent_is_taken_as_dead(tmp_path: Path) -> None:
    with recorder(tmp_path) as house:
        link = house.public()
        link.until(lambda state: state["known"], "known")
        link.socket.settimeout(30)
        while link.socket.recv(65536):
            pass
        new = house.link()
        assert not new.until(lambda state: True, "a state")["known"]


def test_a_recorder_that_is_told_to_end_says_goodbye_to_the_appliance_and_not_one_word_of_trouble(
    tmp_path: Path,
) -> None:
    with recorder(tmp_path, settings={"start_with_sitting": False}) as house:
        link = house.public(sitting=None)
        link.until(lambda state: state["known"], "known")
        link.say(marks("i1"))
        link.say({"order": {"id": "one", "do": "stop", "by": "chair"}})
        assert house.stop() == 0
        gone(link)
        assert "Traceback" not in house.said()
        assert "Error" not in house.said()


def test_orders_by_hand_are_answered_once_also_after_a_restart(tmp_path: Path) -> None:
    with recorder(tmp_path, settings={"start_with_sitting": False}) as house:
        link = house.public()
        assert link.order("stop")["refusal"] == "not-recording"
        assert link.order("start", "one") == {"id": "one", "accepted": True}
        link.until(lambda state: state["stage"] == "recording", "recording")
        assert link.order("start", "one") == {"id": "one", "accepted": True}
        assert link.order("start", "two")["refusal"] == "already-recording"

        house.kill()
        house.start()
        link = house.public()
        link.until(lambda state: state["stage"] == "recording", "recording: the order outlives us")
        assert link.order("stop", "three") == {"id": "three", "accepted": True}
        link.until(lambda state: state["stage"] == "idle", "idle")
        assert link.order("start", "one") == {"id": "one", "accepted": True}
        assert link.order("start", "two")["refusal"] == "already-recording"
        until(lambda: link.of("published"), "the video")
        assert link.of("state")[-1]["stage"] == "idle"
        assert len(house.takes) == 1


def test_a_stop_by_hand_outlives_the_recorder_but_not_its_sitting(tmp_path: Path) -> None:
    with recorder(tmp_path) as house:
        link = house.public()
        link.until(lambda state: state["stage"] == "recording", "recording")
        assert link.order("stop")["accepted"]
        link.until(lambda state: state["take"] is None, "idle")
        house.kill()
        house.start()
        link = house.public()
        link.until(lambda state: state["known"] and state["stage"] == "idle", "idle still")
        link.tell(house.stand(standing(sitting="s2")))
        link.until(lambda state: state["stage"] == "recording", "the next sitting's recording")
        assert len(house.takes) == 2


def test_heads_and_what_was_published_are_told_to_whoever_comes_later(tmp_path: Path) -> None:
    with recorder(tmp_path, settings={"unknown_after_seconds": 30}) as house:
        link = house.public()
        link.until(lambda state: state["seconds"] >= 1, "picture")
        link.close()
        house.stand(standing(sitting=None))
        until((tmp_path / "finish.done").exists, "the video")
        link = house.link()
        until(lambda: link.of("published"), "published")
        (head,) = link.of("head")
        assert head["segments"] == len(house.segments()) > 0
        house.kill()
        house.start()
        again = house.link()
        assert until(lambda: again.of("head"), "the head after a restart") == [head]


def test_marks_are_kept_from_a_number_on_and_make_the_video_anew(tmp_path: Path) -> None:
    with recorder(tmp_path) as house:
        link = house.link()
        file = house.layout.marks(LEDGER)

        def kept() -> list[str]:
            told = msgspec.json.decode(file.read_bytes(), type=control.Marks) if file.exists() else None
            return [] if told is None else [mark.id for mark in told.marks]

        link.say(marks("a", "b", "c"))
        until(lambda: kept() == ["a", "b", "c"], "three marks")
        link.say(marks("x", start=1))
        until(lambda: kept() == ["a", "x"], "those from one on replaced")
        link.say({"marks": {"ledger": "../../etc", "from": 0, "marks": [MARK]}})
        link.tell(house.stand(standing()))
        assert link.order("clip", ledger=LEDGER, item="nothing")["refusal"] == "recording-unknown"
        assert link.order("clip", ledger="../../etc", item="i1")["refusal"] == "recording-unknown"
        assert link.order("clip", ledger=LEDGER, item="x")["accepted"]
        until((tmp_path / "clip.done").exists, "the clip")
        assert sorted(path.name for path in file.parent.iterdir()) == [file.name]


def test_somebody_else_is_not_allowed(tmp_path: Path) -> None:
    async def ask() -> list[FromRecorder]:
        server = ControlServer(
            tmp_path / "sock",
            frozenset({os.getuid() + 1}),
            greeting=lambda: Hello(protocol=1),
            heard=lambda said: None,
            lost=lambda: None,
        )
        await server.open()
        reader, writer = await asyncio.open_unix_connection(tmp_path / "sock")
        writer.write(b'{"hello": {"protocol": 1}}\n')
        lines = [msgspec.json.decode(line, type=FromRecorder) async for line in reader]
        writer.close()
        assert not server.connected
        await server.close()
        return lines

    assert asyncio.run(ask()) == [FromRecorder(bye="not-allowed")]


def test_the_moment_is_the_machines_own(tmp_path: Path) -> None:
    """`since_uptime_ms` of the appliance and the segments' `uptime_ms` are one clock."""
    with recorder(tmp_path) as house:
        before = uptime_ms()
        link = house.public()
        link.until(lambda state: state["seconds"] >= 1.5, "a segment")
        assert before <= house.segments()[0].uptime_ms <= uptime_ms()
